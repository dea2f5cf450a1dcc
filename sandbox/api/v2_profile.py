"""Who the token's member is: /v2/userinfo for applications with OpenID Connect, /v2/me for those without."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from sandbox.http.gateway import Call, Operation, route


def userinfo(call: Call) -> Response:
    """Answer with the member's claims, by scope."""
    call.sandbox.limits.count_userinfo(call.grant)
    return JSONResponse(call.member.claims(call.grant.scopes, call.base_url))


def me(call: Call) -> Response:
    """Answer with the member's name, headline and picture; the email address is not in it."""
    return JSONResponse(call.member.basic_profile())


USERINFO = Operation("userinfo", "GET", ("openid",), "D:S4", counted=False)
ME = Operation("me", "GET", ("r_basicprofile",), "C:P", counted=False)
ROUTES = [
    route("GET", "/v2/userinfo", ("", USERINFO, userinfo)),
    route("GET", "/v2/me", ("", ME, me)),
]
