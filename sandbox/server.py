"""The ASGI application: every route, and the middleware around them."""

from __future__ import annotations

import base64
import secrets
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox import control
from sandbox.api import media_reading, rest_media, rest_posts, uploads, v2_assets, v2_posts, v2_profile
from sandbox.auth import consent, oauth, openid
from sandbox.community import analytics, comments, organization_acls, reactions
from sandbox.http.dropped_answer import DROPPED
from sandbox.http.request import base_url, bounded, own_path, raw_path
from sandbox.model.state import Sandbox
from sandbox.protocol import errors
from sandbox.web import pages, routes

UPLOADS_PATH = "/dms-uploads/"
LINKEDIN_PATHS = ("/oauth/", "/v2/", "/rest/", UPLOADS_PATH)
JSON_PATHS = ("/v2/", "/rest/", UPLOADS_PATH, "/_sandbox/")
URL_MAX, QUERY_MAX, SEGMENT_MAX = 8192, 4096, 4096  # bytes [D]


def create_app(sandbox: Sandbox) -> Starlette:
    """The sandbox as an ASGI application, for the root or mounted under a prefix."""
    signing_in = (oauth, openid, consent)
    versioned = (rest_posts, rest_media, media_reading, comments, reactions, organization_acls, analytics)
    modules = (*signing_in, v2_profile, v2_posts, v2_assets, *versioned, uploads, control, routes)
    app = Starlette(
        routes=[route for module in modules for route in module.ROUTES],
        middleware=[Middleware(Doorway, sandbox=sandbox)],
        exception_handlers={HTTPException: _http_error, Exception: _internal_error},
    )
    app.router.redirect_slashes = False
    app.state.sandbox = sandbox
    return app


class Doorway:
    """Records every call to LinkedIn's paths, and adds the headers of LinkedIn's answers."""

    def __init__(self, app: ASGIApp, sandbox: Sandbox) -> None:
        self._app = app
        self._sandbox = sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; refuse one that is too long or has no length."""
        request = Request(scope)
        path = own_path(request) if scope["type"] == "http" else ""
        if not path.startswith(UPLOADS_PATH):  # which are files, with bounds of their own
            receive = bounded(receive)
        if not path.startswith(LINKEDIN_PATHS):
            await self._app(scope, receive, send)
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                if not scope.get("state", {}).get(DROPPED):
                    self._sandbox.note(request.method, path, message["status"])
                message["headers"] = [*message["headers"], *_linkedin_headers(request)]
            await send(message)

        await (_refusal(request) or self._app)(scope, receive, answer)


def _refusal(request: Request) -> Response | None:
    path, query = raw_path(request), request.url.query
    longest = max(len(segment) for segment in path.split("/"))
    if len(path) + len(query) > URL_MAX or len(query) > QUERY_MAX or longest > SEGMENT_MAX:
        return errors.refused(414, None, "URI Too Long").response()  # status [D], body [I]
    lengths = {"content-length", "transfer-encoding"} & set(request.headers.keys())
    if request.method == "POST" and not lengths:
        return errors.refused(411, None, "Length Required").response()  # status [D], body [I]
    return None


def _linkedin_headers(request: Request) -> list[tuple[bytes, bytes]]:
    uuid = base64.b64encode(secrets.token_bytes(16))
    protocol = b"2.0.0" if request.headers.get("x-restli-protocol-version") == "2.0.0" else b"1.0.0"
    return [
        (b"x-restli-protocol-version", protocol),
        (b"x-li-responseorigin", b"RGW"),
        (b"x-li-fabric", b"prod-ltx1"),
        (b"x-li-source-fabric", b"prod-lva1"),
        (b"x-li-pop", b"prod-lva1-x"),
        (b"x-li-proto", b"http/1.1"),
        (b"x-li-uuid", uuid),
        (b"x-li-request-id", secrets.token_hex(16).encode()),
        (b"x-cache", b"CONFIG_NOCACHE"),
    ]


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - Starlette promises it
    path = own_path(request)
    if error.status_code == HTTPStatus.NOT_FOUND:
        return errors.no_resource().response() if path.startswith(JSON_PATHS) else pages.missing(base_url(request))
    body = {"status": error.status_code, "message": error.detail}  # [I]
    return JSONResponse(body, error.status_code, error.headers)


async def _internal_error(_: Request, __: Exception) -> Response:
    return errors.internal_error().response()
