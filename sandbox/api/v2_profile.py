"""Who the token's member is: /v2/userinfo for applications with OpenID Connect, /v2/me for those without."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.http.gateway import Call, Operation, guarded


def userinfo(call: Call) -> Response:
    """Answer with the member's claims, by scope."""
    return JSONResponse(call.member.claims(call.grant.scopes, call.base_url))


def me(call: Call) -> Response:
    """Answer with the member's name, headline and picture; the email address is not in it."""
    return JSONResponse(call.member.basic_profile())


ROUTES = [
    Route("/v2/userinfo", guarded(Operation("userinfo", "GET", ("openid", "profile"), counted=False), userinfo)),
    Route("/v2/me", guarded(Operation("me", "GET", ("r_basicprofile",), counted=False), me)),
]
