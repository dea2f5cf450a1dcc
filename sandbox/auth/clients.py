"""Shared by the OAuth endpoints: parameters from form or query, the check of the client's secret, refusals."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.http.request import base_url
from sandbox.model.state import Sandbox
from sandbox.protocol.evidence import ERROR_ROWS, HEADER, Evidence, told

Params = dict[str, str]
Handler = Callable[[Sandbox, Params, str], Response]

NO_STORE = {"cache-control": "no-store"}


class OAuthError(Exception):
    """A refusal in OAuth's form: {"error", "error_description"}, and the evidence for it. The table is errors.toml.

    The token endpoint answers with it as JSON; the authorization endpoint puts both into the redirect.
    """

    def __init__(self, status: int, error: str, description: str, evidence: Evidence) -> None:
        super().__init__(f"{error}: {description}")
        self.status = status
        self.error = error
        self.description = description
        self.evidence = evidence


def sign_in_refused(name: str, *given: object) -> OAuthError:
    """The refusal of this name in the table, with what goes into the gaps of its text."""
    row = ERROR_ROWS[name]
    error, description = row.words(given)
    return OAuthError(row.status, error or "", description, row.evidence)


def form(name: str, evidence: str, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint whose parameters come in the form body or, as LinkedIn tolerates, in the query."""

    async def endpoint(request: Request) -> Response:
        params = dict(request.query_params)
        async with request.form() as fields:
            params |= {name: value for name, value in fields.items() if isinstance(value, str)}
        sandbox: Sandbox = request.app.state.sandbox
        try:
            return await run_in_threadpool(handler, sandbox, params, base_url(request))
        except OAuthError as error:
            body = {"error": error.error, "error_description": error.description}
            return JSONResponse(body, error.status, NO_STORE | {HEADER: error.evidence.tag})

    return told(evidence, endpoint, f"{name}.POST", of=handler)


def required(params: Params, name: str) -> str:
    """The parameter. Raises OAuthError 400 when it is missing or empty. [D]"""
    if not params.get(name):
        raise sign_in_refused("missing_parameter", name)
    return params[name]


def check_client(sandbox: Sandbox, params: Params, unknown: str = "client_refused") -> str:
    """Check the client's secret and return the client id. Raises OAuthError; Basic authentication is ignored. [C]"""
    client_id = required(params, "client_id")
    secret = required(params, "client_secret")
    if sandbox.options.client_id not in (None, client_id):
        raise sign_in_refused(unknown)  # [I]
    if not secret_fits(sandbox.options.client_secret, secret):
        raise sign_in_refused("client_refused")
    return client_id


def secret_fits(registered: str | None, given: str) -> bool:
    """Whether this is the registered secret; every secret is accepted when none is registered."""
    return registered is None or secrets.compare_digest(registered.encode(), given.encode())
