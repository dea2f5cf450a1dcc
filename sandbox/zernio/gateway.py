"""Zernio's checks before a call is handled: key, limits, faults; and the headers of every answer."""

from __future__ import annotations

import json
import math
import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.http.dropped_answer import DroppedAnswer
from sandbox.http.fault_injection import pause
from sandbox.http.request import base_url, own_path
from sandbox.protocol.evidence import told
from sandbox.zernio.refusals import Refusal, Shape, bad_gateway, check_shape, invalid, limited
from sandbox.zernio.state import Document, Zernio

WINDOW_S = 60
FREE_ACCOUNTS = 2
FREE_RATE, PAID_RATE = 60, 600  # requests a minute [D1]
KIND = "zernio"  # of calls, for faults; DRAFT and PUBLISH are told apart
DRAFT, PUBLISH = "zernio_draft", "zernio_publish"
LOST = {DRAFT: "zernio_draft_lost", PUBLISH: "zernio_publish_lost"}


@dataclass
class ZernioCall:
    """A request that has a good key, as a handler gets it. `kind` becomes DRAFT or PUBLISH when it is one."""

    zernio: Zernio
    request: Request
    permission: Document
    body: bytes
    base_url: str
    kind: str = KIND
    post_id: str = ""  # of the post that is published

    def json(self, **shape: Shape) -> Document:
        """The JSON object in the body, whose members have these types; see check_shape(). Raises Refusal 400."""
        try:
            document = json.loads(self.body or b"{}", parse_constant=_refuse_constant)
            json.dumps(document, ensure_ascii=False).encode()  # an unpaired surrogate cannot be stored
        except (ValueError, RecursionError):
            document = None
        if not isinstance(document, dict):
            raise Refusal(400, "The request body is not a JSON object", code="INVALID_JSON")
        check_shape(document, shape)
        return document

    def query(self, *allowed: str) -> dict[str, str]:
        """The parameters. Raises Refusal 400 for an unknown one, and for one without a value [S]."""
        given = dict(self.request.query_params)
        for name, value in given.items():
            if name not in allowed:
                accepted = ", ".join(allowed) or "none"
                raise invalid(name, f"Unknown query parameter: {name}. Accepted: {accepted}", "UNKNOWN_PARAMETER")
            if not value:
                raise invalid(name, f"{name} must not be empty")
        return given

    def path(self, name: str) -> str:
        """A part of the path."""
        return str(self.request.path_params[name])

    def take(self, *faults: str) -> str | None:
        """The first armed fault of these for a call of this kind."""
        return self.zernio.sandbox.faults.take(self.kind, faults)


Handler = Callable[[ZernioCall], "Response | Document | None"]


def route(
    method: str, path: str, handler: Handler, *, group: str = "", evidence: str = "D:Z", then: Handler | None = None
) -> Route:
    """A route below /zernio/v1. `then` answers in place of a handler that gives None, once a slow answer is due."""

    async def endpoint(request: Request) -> Response:
        zernio = Zernio(request.app.state.sandbox)
        given = request.headers.get("x-request-id", "")
        headers = {"X-Request-Id": given if _is_uuid(given) else str(uuid.uuid4())}
        body = await request.body()
        call: list[ZernioCall] = []
        try:
            response = await run_in_threadpool(_answer, zernio, request, body, group, handler, headers, call)
            if response is None and then is not None:
                await pause(lambda: zernio.sandbox.faults.slow_s)
                response = _as_response(await run_in_threadpool(then, call[0]))
        except Refusal as refused:
            response = refused.response()
        assert response is not None  # noqa: S101 - only a route with `then` has none
        response.headers.update(headers)
        kind = call[0].kind if call else KIND
        if response.status_code < 300 and kind in LOST and zernio.sandbox.faults.take(kind, [LOST[kind]]):
            zernio.sandbox.note(request.method, own_path(request), 0)  # before the client can notice
            return DroppedAnswer()
        return response

    name = f"zernio.{handler.__name__}"
    return Route(f"/zernio/v1{path}", told(evidence, endpoint, name, of=handler), methods=[method])


def _answer(
    zernio: Zernio,
    request: Request,
    body: bytes,
    group: str,
    handler: Handler,
    headers: dict[str, str],
    made: list[ZernioCall],
) -> Response | None:
    if zernio.sandbox.faults.take(KIND, ["zernio_bad_gateway"]):
        return bad_gateway()
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    permission = zernio.permission_of(key.strip() if scheme.lower() == "bearer" else "")
    headers |= _rated(zernio, permission)
    if zernio.sandbox.faults.take(KIND, ["zernio_rate_limited"]):
        raise limited("Too many requests", WINDOW_S)
    if permission["permission"] == "read" and request.method != "GET":
        raise Refusal(403, "This API key is read-only", code="insufficient_permissions")
    if permission["groups"] is not None and group and group not in permission["groups"]:
        said = f"This API key does not have access to {group}"
        raise Refusal(403, said, code="insufficient_permissions", required_group=group)
    call = ZernioCall(zernio, request, permission, body, base_url(request))
    made.append(call)
    return _as_response(handler(call))


def _as_response(found: Response | Document | None) -> Response | None:
    return JSONResponse(found) if isinstance(found, dict) else found


def _rated(zernio: Zernio, permission: Document) -> dict[str, str]:
    """Count the request; the headers about it. Raises Refusal 429. A fixed minute instead of a sliding one. [I]"""
    settings, now = zernio.settings(), zernio.clock()
    most = settings["requests_per_minute"]
    if most is None:
        most = FREE_RATE if len(zernio.accounts()) <= FREE_ACCOUNTS else PAID_RATE
    ends = (math.floor(now / WINDOW_S) + 1) * WINDOW_S
    count = zernio.store.count_up(f"zernio {permission['_id']} {ends}")
    found = {"X-RateLimit-Limit": str(most), "X-RateLimit-Remaining": str(max(0, most - count))}
    found["X-RateLimit-Reset"] = str(ends)
    if count > most:
        raise Refusal(429, "Rate limit exceeded", headers={**found, "Retry-After": str(max(1, math.ceil(ends - now)))})
    return found


def _refuse_constant(name: str) -> None:
    """NaN and Infinity are no JSON, though Python reads them."""
    raise ValueError(name)


def _is_uuid(text: str) -> bool:
    try:
        return uuid.UUID(text).version == 4
    except ValueError:
        return False


def one_of(value: Any, choices: Collection[str], param: str) -> str:
    """A text that is one of these. Raises Refusal 400."""
    if value not in choices:
        raise invalid(param, f"{param} must be one of {', '.join(sorted(choices))}")
    return str(value)
