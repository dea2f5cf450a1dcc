"""The ASGI application: every route, and the middleware around them."""

from __future__ import annotations

from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response

from sandbox import control
from sandbox.api import media_reading, rest_media, rest_posts, uploads, v2_assets, v2_posts, v2_profile
from sandbox.auth import consent, oauth, openid
from sandbox.community import (
    analytics,
    comments,
    likes,
    organizations,
    reactions,
    share_statistics,
    social_metadata,
)
from sandbox.http.doorway import UPLOADS_PATH, Doorway
from sandbox.http.request import BODY_MAX_BYTES, base_url, own_path
from sandbox.model.state import Sandbox
from sandbox.protocol.errors import ApiError, refused
from sandbox.protocol.evidence import DECIDED
from sandbox.protocol.left_out import unanswered
from sandbox.web import ledger, openapi, pages, routes
from sandbox.zernio import accounts, connecting, files, tools
from sandbox.zernio import posts as zernio_posts

SIGNING_IN = (oauth, openid, consent, v2_profile)
POSTING = (v2_posts, v2_assets, rest_posts, rest_media, media_reading, uploads)
COMMUNITY = (comments, likes, reactions, social_metadata, organizations, share_statistics, analytics)
ZERNIO = (accounts, connecting, files, zernio_posts, tools)
OWN = (control, routes, ledger, openapi)
ROUTES = [route for module in (*SIGNING_IN, *POSTING, *COMMUNITY, *ZERNIO, *OWN) for route in module.ROUTES]
ROUTES += tools.LAST
IMITATED = frozenset("/".join(route.path.strip("/").split("/")[:2]) for route in ROUTES)
JSON_PATHS = ("/v2/", "/rest/", UPLOADS_PATH, "/_sandbox/", "/oauth/native-pkce/")


def create_app(sandbox: Sandbox) -> Starlette:
    """The sandbox as an ASGI application, for the root or mounted under a prefix."""
    app = Starlette(
        routes=ROUTES,
        middleware=[Middleware(Doorway, sandbox=sandbox)],
        exception_handlers={HTTPException: _http_error, Exception: _internal_error},
    )
    app.router.redirect_slashes = False
    app.state.sandbox = sandbox
    return app


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - Starlette promises it
    path = own_path(request)
    if error.status_code == HTTPStatus.NOT_FOUND:
        is_json = path.startswith(JSON_PATHS)
        return unanswered(path, IMITATED).response() if is_json else pages.missing(base_url(request))
    said = ApiError(error.status_code, {"status": error.status_code, "message": error.detail}, DECIDED)
    response = {
        HTTPStatus.METHOD_NOT_ALLOWED: refused("method_not_allowed"),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: refused("body_too_large", BODY_MAX_BYTES),
    }.get(HTTPStatus(error.status_code), said).response()
    response.headers.update(error.headers or {})
    return response


async def _internal_error(_: Request, __: Exception) -> Response:
    return refused("internal_error").response()
