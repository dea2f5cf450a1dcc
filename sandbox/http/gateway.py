"""LinkedIn's checks before a resource handles a request, and the headers of every answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, unquote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.directory.members import Member
from sandbox.http.fault_injection import check_faults, late
from sandbox.http.projection import projected
from sandbox.http.request import base_url, bearer, raw_path
from sandbox.model.state import Sandbox
from sandbox.model.tokens import Grant
from sandbox.protocol.errors import ApiError, refused
from sandbox.protocol.evidence import HEADER, Evidence, LedgerRow, record, sentence
from sandbox.protocol.restli_values import check_query
from sandbox.protocol.versions import is_active

ANY_TOKEN = ("*",)  # scopes of an operation that asks for none


@dataclass(frozen=True)
class Operation:
    """One operation of a resource, with its names in LinkedIn's messages."""

    resource: str
    method: str
    scopes: tuple[str, ...]  # one of them is enough
    evidence: str  # such as "D:S13"
    versioned: bool = False
    counted: bool = True
    target: str = "other"  # its kind for faults

    def denied(self, version: str | None) -> ApiError:
        """403 with the name of this operation."""
        name = f"{version}01" if self.versioned and version else "NO_VERSION"
        return refused("not_permitted", f"{self.resource}.{self.method}.{name}")

    def permits(self, scopes: Collection[str]) -> bool:
        """Whether a token with these scopes may call this operation."""
        return self.scopes == ANY_TOKEN or not set(self.scopes).isdisjoint(scopes)


@dataclass(frozen=True)
class Call:
    """A request that passed every check, as a handler gets it."""

    sandbox: Sandbox
    request: Request
    grant: Grant
    body: bytes
    base_url: str
    operation: Operation

    @property
    def member(self) -> Member:
        """The member whose token it is."""
        return self.grant.member

    def json(self) -> dict[str, Any]:
        """The JSON object in the body. Raises ApiError 415 or 400. [I] both bodies"""
        content_type = self.request.headers.get("content-type", "application/json")
        if "json" not in content_type.lower():
            raise refused("unsupported_media_type", content_type)
        try:
            document = json.loads(self.body)
            json.dumps(document, ensure_ascii=False).encode()  # an unpaired surrogate cannot be stored
        except (ValueError, RecursionError):
            document = None
        if not isinstance(document, dict):
            raise refused("not_an_object")
        return document

    @property
    def version(self) -> str:
        """The requested version as YYYYMM; "" on /v2."""
        return self.request.headers.get("linkedin-version", "")

    @property
    def protocol_2(self) -> bool:
        """Whether the caller speaks Rest.li 2.0.0; the older protocol writes keys and headers otherwise."""
        return self.request.headers.get("x-restli-protocol-version") == "2.0.0"

    def denied(self) -> ApiError:
        """403 with the name of this call, for a reason that only the handler knows."""
        return self.operation.denied(self.version)

    def has(self, *scopes: str) -> bool:
        """Whether the token has one of these scopes."""
        return not set(scopes).isdisjoint(self.grant.scopes)

    def check_method(self) -> None:
        """Raise ApiError 400 when X-RestLi-Method names another method than this call's. [I]"""
        method = self.operation.method.partition("-")[0]
        given = self.request.headers.get("x-restli-method", method).upper()
        if given != method and (method, given) != ("GET_ALL", "FINDER"):
            raise refused("method_mismatch", given)

    def key(self, place: int = -1) -> str:
        """A decoded part of the path, by default the last. Raises ApiError 400 for a colon that is not encoded."""
        segment = raw_path(self.request).split("/")[place]
        if any(character in segment for character in ":(),"):
            raise refused("path_syntax")
        return unquote(segment)


def created(call: Call, key: str, path: str, body: dict[str, Any] | None = None) -> Response:
    """201 with the id header of the caller's protocol version, and a body that may be empty."""
    name = "x-restli-id" if call.protocol_2 else "x-linkedin-id"  # [C]
    headers = {name: key, "location": f"{path}/{quote(key, safe='')}"}
    return Response(status_code=201, headers=headers) if body is None else JSONResponse(body, 201, headers)


Handler = Callable[[Call], Response]
# What chooses an operation: "name" or "name=value" in the query, or "", which always does.
Choice = tuple[str, Operation, Handler]


def route(verb: str, path: str, *choices: Choice) -> Route:
    """The route of some operations: the first one that the query chooses answers, 404 when none is chosen. [C]"""

    async def endpoint(request: Request) -> Response:
        given = request.query_params
        for choice, operation, handler in choices:
            name, _, value = choice.partition("=")
            if not choice or given.get(name) == value or (not value and name in given):
                return await _guarded(request, operation, handler)
        return refused("no_resource").response()

    return Route(path, record(endpoint, *(_row(*choice) for choice in choices)), methods=[verb])


def in_both_gateways(verb: str, path: str, *choices: Choice) -> list[Route]:
    """The routes of `path` below /rest and /v2, where its operations have one name."""
    versioned = [(choice, replace(operation, versioned=True), handler) for choice, operation, handler in choices]
    return [route(verb, f"/rest{path}", *versioned), route(verb, f"/v2{path}", *choices)]


def _row(choice: str, operation: Operation, handler: Handler) -> LedgerRow:
    name, evidence = f"{operation.resource}.{operation.method}", Evidence.read(operation.evidence)
    return LedgerRow(name, sentence(handler), evidence, operation.scopes, choice)


async def _guarded(request: Request, operation: Operation, handler: Handler) -> Response:
    """Run `handler` in a thread, after LinkedIn's checks."""
    sandbox: Sandbox = request.app.state.sandbox
    body = await request.body()
    try:
        response = await run_in_threadpool(_answer, sandbox, request, body, operation, handler)
    except ApiError as error:
        response = error.response()
    except RecursionError:  # JSON that could just be read, and not be walked through
        response = refused("nested_too_deep").response()
    return await late(sandbox, request, operation.target, response)


def _answer(sandbox: Sandbox, request: Request, body: bytes, operation: Operation, handler: Handler) -> Response:
    version = request.headers.get("linkedin-version")
    check_faults(sandbox, request, operation.target, operation.denied(version))
    if operation.versioned:
        _check_version(sandbox, version)
    grant = bearer(sandbox, request)
    if operation.counted:
        sandbox.limits.count(grant)
    if not operation.permits(grant.scopes):
        raise operation.denied(version)
    call = Call(sandbox, request, grant, body, base_url(request), operation)
    call.check_method()
    if call.protocol_2:
        check_query(request.url.query)
    response = handler(call)
    if not operation.versioned and "projection" in request.query_params:
        response = projected(request, response)
    response.headers[HEADER] = operation.evidence[0]
    return response


def _check_version(sandbox: Sandbox, version: str | None) -> None:
    if not version:
        raise refused("version_missing")
    if not is_active(version, sandbox.time.now_s("versions")):
        raise refused("version_inactive", version)
