"""The middleware around every route: sizes, lengths, tunnelled queries, the headers of LinkedIn's answers, records."""

from __future__ import annotations

import base64
import secrets

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.http.dropped_answer import DROPPED
from sandbox.http.request import BODY_MAX_BYTES, bounded, own_path, raw_path
from sandbox.model.state import Sandbox
from sandbox.protocol.errors import refused
from sandbox.protocol.evidence import HEADER, rows_of

UPLOADS_PATH = "/dms-uploads/"
LINKEDIN_PATHS = ("/oauth/", "/v2/", "/rest/", UPLOADS_PATH)
ZERNIO_UPLOADS_PATH = "/zernio/uploads/"
RECORDED = (*LINKEDIN_PATHS, "/zernio/v1/", ZERNIO_UPLOADS_PATH)
URL_MAX, QUERY_MAX, SEGMENT_MAX, HEAD_MAX = 8192, 4096, 4096, 28 * 1024  # bytes [D]
OVERRIDE = "x-http-method-override"
FORM_TYPE = "application/x-www-form-urlencoded"
ERROR_HEADERS = {"2.0.0": b"x-restli-error-response", "1.0.0": b"x-linkedin-error-response"}  # [C]


class Doorway:
    """Records calls to the paths of LinkedIn and Zernio; adds the headers of LinkedIn's answers and the evidence."""

    def __init__(self, app: ASGIApp, sandbox: Sandbox) -> None:
        self._app = app
        self._sandbox = sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; refuse one that is too long or has no length. Scopes of other kinds are only passed on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        path = own_path(request)
        linkedins = path.startswith(LINKEDIN_PATHS)
        refusal = _refusal(request) if linkedins else None
        if not path.startswith((UPLOADS_PATH, ZERNIO_UPLOADS_PATH)):  # which are files, with bounds of their own
            refusal = refusal or await _too_large(request, receive)
            receive = bounded(receive)
        if linkedins and refusal is None and OVERRIDE in request.headers:
            try:
                receive = await _untunnelled(scope, Request(scope, receive))
            except HTTPException:
                refusal = refused("body_too_large", BODY_MAX_BYTES).response()

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                if path.startswith(RECORDED) and not scope.get("state", {}).get(DROPPED):
                    self._sandbox.note(request.method, path, message["status"])
                more = _linkedin_headers(_protocol(request)) if linkedins else []
                message["headers"] = [*_of_protocol(message["headers"], _protocol(request)), *more]
                message["headers"] += _evidence(message["headers"], scope)
            await send(message)

        await (refusal or self._app)(scope, receive, answer)


def _refusal(request: Request) -> Response | None:
    path, query = raw_path(request), request.url.query
    longest = max(len(segment) for segment in path.split("/"))
    head = len(path) + len(query) + sum(len(name) + len(value) for name, value in request.headers.raw)
    too_long = len(path) + len(query) > URL_MAX or len(query) > QUERY_MAX or longest > SEGMENT_MAX or head > HEAD_MAX
    if too_long:
        return refused("uri_too_long").response()
    lengths = {"content-length", "transfer-encoding"} & set(request.headers.keys())
    if request.method == "POST" and not lengths:
        return refused("length_required").response()
    return None


async def _too_large(request: Request, receive: Receive) -> Response | None:
    """413 for an announced body above the limit, whether or not its route reads it; it is read to its end, not kept."""
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) <= BODY_MAX_BYTES:
        return None
    while (await receive()).get("more_body"):  # most clients read no answer before they have sent everything
        pass
    return refused("body_too_large", BODY_MAX_BYTES).response()


async def _untunnelled(scope: Scope, request: Request) -> Receive:
    """Make of the scope the request that a POST with X-HTTP-Method-Override carries: the query is its form body. [D]"""
    if request.method != "POST" or not request.headers.get("content-type", "").startswith(FORM_TYPE):
        return request.receive
    query = await request.body()
    headers = [(name, value) for name, value in scope["headers"] if name not in (b"content-type", b"content-length")]
    method = request.headers[OVERRIDE].upper()

    async def nothing() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope.update({"method": method, "query_string": query, "headers": headers})
    return nothing


def _protocol(request: Request) -> str:
    return "2.0.0" if request.headers.get("x-restli-protocol-version") == "2.0.0" else "1.0.0"


def _of_protocol(headers: list[tuple[bytes, bytes]], protocol: str) -> list[tuple[bytes, bytes]]:
    """The headers, with the name that the protocol version has for the mark of an error."""
    marks = ERROR_HEADERS.values()
    return [(ERROR_HEADERS[protocol] if name in marks else name, value) for name, value in headers]


def _evidence(headers: list[tuple[bytes, bytes]], scope: Scope) -> list[tuple[bytes, bytes]]:
    """The evidence of the route, for an answer that does not tell its own; [I] where nothing is told."""
    if any(name == HEADER.encode() for name, _ in headers):
        return []
    rows = rows_of(scope.get("endpoint"))
    return [(HEADER.encode(), rows[0].evidence.tag.encode() if len(rows) == 1 else b"I")]


def _linkedin_headers(protocol: str) -> list[tuple[bytes, bytes]]:
    return [
        (b"x-restli-protocol-version", protocol.encode()),
        (b"x-li-responseorigin", b"RGW"),
        (b"x-li-fabric", b"prod-ltx1"),
        (b"x-li-source-fabric", b"prod-lva1"),
        (b"x-li-pop", b"prod-lva1-x"),
        (b"x-li-proto", b"http/1.1"),
        (b"x-li-uuid", base64.b64encode(secrets.token_bytes(16))),
        (b"x-li-request-id", secrets.token_hex(16).encode()),
        (b"x-cache", b"CONFIG_NOCACHE"),
    ]
