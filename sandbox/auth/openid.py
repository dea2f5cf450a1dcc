"""OpenID Connect: the discovery document and the public keys."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.http.request import base_url
from sandbox.model.state import Sandbox
from sandbox.protocol.evidence import told


def discovery(request: Request) -> Response:
    """Answer with the discovery document, with the members of LinkedIn's. [C]"""
    base = base_url(request)
    claims = "iss aud iat exp sub name given_name family_name picture email email_verified locale"
    return JSONResponse(
        {
            "issuer": f"{base}/oauth",
            "authorization_endpoint": f"{base}/oauth/v2/authorization",
            "token_endpoint": f"{base}/oauth/v2/accessToken",
            "userinfo_endpoint": f"{base}/v2/userinfo",
            "jwks_uri": f"{base}/oauth/openid/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid", "profile", "email"],
            "claims_supported": claims.split(),
        }
    )


def jwks(request: Request) -> Response:
    """Answer with the public keys."""
    sandbox: Sandbox = request.app.state.sandbox
    return JSONResponse(sandbox.identity.jwks())


ROUTES = [
    Route("/oauth/.well-known/openid-configuration", told("C:S5", discovery, "discovery.GET")),
    Route("/oauth/openid/jwks", told("C:C9", jwks, "jwks.GET")),
]
