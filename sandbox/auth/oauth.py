"""The OAuth endpoints accessToken, introspectToken and revoke."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.auth.clients import NO_STORE, Params, check_client, form, required, secret_fits, sign_in_refused
from sandbox.directory.members import MEMBERS
from sandbox.model.state import Sandbox
from sandbox.model.tokens import APP_TOKEN_LIFE_S, REFRESH_LIFE_S, TOKEN_LIFE_S


def access_token(sandbox: Sandbox, params: Params, base: str) -> Response:
    """Answer the token endpoint, for every grant type."""
    grant_type = required(params, "grant_type")
    if grant_type == "authorization_code":
        return _from_code(sandbox, params, base)
    if grant_type == "refresh_token":
        return _from_refresh_token(sandbox, params)
    if grant_type == "client_credentials":
        return _for_the_app(sandbox, params)
    raise sign_in_refused("unknown_grant_type", grant_type)


def _from_code(sandbox: Sandbox, params: Params, base: str) -> Response:
    code = required(params, "code")
    redirect_uri = required(params, "redirect_uri")
    if "code_verifier" in params:
        raise sign_in_refused("code_verifier_refused")
    client_id = check_client(sandbox, params)
    found = sandbox.tokens.code(code)
    if found is None:
        raise sign_in_refused("code_not_found")
    too_old = sandbox.tokens.clock() >= found["expires_at"]
    if too_old or (found["client_id"], found["redirect_uri"]) != (client_id, redirect_uri):
        raise sign_in_refused("code_mismatch")
    if not sandbox.tokens.spend(code):
        raise sign_in_refused("code_not_found")
    return _token_answer(sandbox, client_id, found["sub"], found["scopes"], base)


def _token_answer(sandbox: Sandbox, client_id: str, sub: str, scopes: list[str], base: str) -> Response:
    answer: dict[str, Any] = {
        "access_token": sandbox.tokens.new_access_token(client_id, sub, scopes),
        "expires_in": TOKEN_LIFE_S,
    }
    if sandbox.options.may_refresh(client_id):
        answer["refresh_token"] = sandbox.tokens.new_refresh_token(client_id, sub, scopes)
        answer["refresh_token_expires_in"] = REFRESH_LIFE_S
    answer |= {"scope": ",".join(scopes), "token_type": "Bearer"}  # [C] comma-separated, alphabetical
    if "openid" in scopes:
        now_s = int(sandbox.clock())
        answer["id_token"] = sandbox.identity.id_token(
            MEMBERS[sub], scopes, client_id=client_id, base_url=base, now_s=now_s
        )
    return JSONResponse(answer, headers=NO_STORE)


def _from_refresh_token(sandbox: Sandbox, params: Params) -> Response:
    refresh_token = required(params, "refresh_token")
    client_id = check_client(sandbox, params)
    grant = sandbox.tokens.find(refresh_token, "refresh")
    now = int(sandbox.tokens.clock())
    valid = grant is not None and grant.client_id == client_id and grant.status(now) == "active"
    if grant is None or not valid or not sandbox.options.may_refresh(client_id):
        raise sign_in_refused("refresh_refused")
    # [D] A refresh token's 365 days are not extended, and no access token expires after it.
    expires_at = min(now + TOKEN_LIFE_S, grant.expires_at)
    answer = {
        "access_token": sandbox.tokens.new_access_token(
            client_id, grant.sub, grant.scopes, authorized_at=grant.authorized_at, expires_at=expires_at
        ),
        "expires_in": expires_at - now,
        "refresh_token": refresh_token,
        "refresh_token_expires_in": grant.expires_at - now,
        "scope": ",".join(grant.scopes),
        "token_type": "Bearer",
    }
    return JSONResponse(answer, headers=NO_STORE)


def _for_the_app(sandbox: Sandbox, params: Params) -> Response:
    client_id = required(params, "client_id")
    secret = required(params, "client_secret")
    options = sandbox.options
    if options.client_id not in (None, client_id):
        raise sign_in_refused("unknown_client", client_id)
    if not secret_fits(options.client_secret, secret):
        raise sign_in_refused("app_secret_refused")
    if not options.may_go_alone(client_id):
        raise sign_in_refused("no_app_tokens")
    # [D] the sample has a string here
    answer = {"access_token": sandbox.tokens.new_app_token(client_id), "expires_in": str(APP_TOKEN_LIFE_S)}
    return JSONResponse(answer, headers=NO_STORE)


def introspect(sandbox: Sandbox, params: Params, _: str) -> Response:
    """Answer with a token's state; another application's token is not active."""
    client_id = check_client(sandbox, params, unknown="introspection_refused")
    token = required(params, "token")
    grant = sandbox.tokens.find(token) or sandbox.tokens.find(token, "refresh")
    if grant is None:
        raise sign_in_refused("unknown_token")
    if grant.client_id != client_id:
        return JSONResponse({"active": False}, headers=NO_STORE)
    status = grant.status(sandbox.tokens.clock())
    answer: dict[str, Any] = {
        "active": status == "active",
        "client_id": client_id,
        "authorized_at": grant.authorized_at,
        "created_at": grant.created_at,
        "status": status,
        "expires_at": grant.expires_at,
    }
    if grant.sub:
        answer["scope"] = ",".join(grant.scopes)
    return JSONResponse(answer | {"auth_type": "3L" if grant.sub else "2L"}, headers=NO_STORE)


def revoke(sandbox: Sandbox, params: Params, _: str) -> Response:
    """Revoke a token: 200 and an empty body, also for an unknown one. [I]"""
    client_id = check_client(sandbox, params)
    token = required(params, "token")
    grant = sandbox.tokens.find(token) or sandbox.tokens.find(token, "refresh")
    if grant is not None and grant.client_id == client_id:
        sandbox.tokens.revoke(token)
    return Response(status_code=200)


ROUTES = [
    Route("/oauth/v2/accessToken", form("accessToken", "D:S1", access_token), methods=["POST"]),
    Route("/oauth/v2/introspectToken", form("introspectToken", "D:S2", introspect), methods=["POST"]),
    Route("/oauth/v2/revoke", form("revoke", "C:C2", revoke), methods=["POST"]),
]
