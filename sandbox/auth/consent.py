"""The authorization endpoint: checks the request, shows the consent page, redirects with a code or an error."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sandbox.auth.clients import OAuthError, sign_in_refused
from sandbox.directory.members import ADA, MEMBERS
from sandbox.http.origins import is_foreign_page, is_near
from sandbox.http.request import base_url
from sandbox.model.state import Sandbox
from sandbox.protocol.evidence import HEADER, told
from sandbox.web import pages

SESSION_COOKIE = "sandbox_member"
SESSION_LIFE_S = 24 * 3600
CANCELLED = {"leave": "login_cancelled", "cancel": "consent_cancelled"}


@dataclass(frozen=True)
class Asked:
    """An authorization request whose client and redirect URI are valid."""

    client_id: str
    redirect_uri: str
    state: str | None
    scopes: list[str]

    def answer(self, **params: str) -> Response:
        """A redirect (302) to the redirect URI with these parameters and the state."""
        if self.state is not None:
            params["state"] = self.state
        parts = urlsplit(self.redirect_uri)
        query = urlencode(parse_qsl(parts.query, keep_blank_values=True) + list(params.items()))
        return RedirectResponse(urlunsplit(parts._replace(query=query)), 302, {"cache-control": "no-store"})

    def refuse(self, error: OAuthError) -> Response:
        """The redirect that tells the program why there is no code."""
        response = self.answer(error=error.error, error_description=error.description)
        response.headers[HEADER] = error.evidence.tag
        return response

    def fields(self) -> dict[str, str]:
        """The same request as form fields."""
        fields = {"response_type": "code", "client_id": self.client_id, "redirect_uri": self.redirect_uri}
        fields["scope"] = " ".join(self.scopes)
        return fields if self.state is None else fields | {"state": self.state}


def ask(request: Request) -> Response:
    """Answer with the consent page; with a code if auto-approve is on, or if consent given before is enough.

    A page of this server may say sandbox_consent=given, which LinkedIn does not know: the member who was chosen last
    in this browser, else the first one, agrees without being asked. [I]
    """
    sandbox: Sandbox = request.app.state.sandbox
    params = dict(request.query_params)
    asked = _checked(sandbox, request, params)
    if isinstance(asked, Response):
        return asked
    near = is_near(asked.redirect_uri, request)  # elsewhere nobody is sent without having agreed
    if near and sandbox.options.auto_approve:
        return _approve(sandbox, asked, ADA.sub)
    signed_in = request.cookies.get(SESSION_COOKIE, "")
    if near and params.get("sandbox_consent") == "given" and not is_foreign_page(request):
        return _approve(sandbox, asked, signed_in if signed_in in MEMBERS else ADA.sub)
    if near and sandbox.options.skip_consent and sandbox.tokens.granted(asked.client_id, signed_in, asked.scopes):
        return _approve(sandbox, asked, signed_in)
    return _consent_page(request, asked)


def _consent_page(request: Request, asked: Asked) -> Response:
    return pages.consent(base_url(request), asked.client_id, asked.redirect_uri, asked.scopes, asked.fields())


async def decide(request: Request) -> Response:
    """Redirect (302) with a code, or with one of the two errors for cancelling; ask again when it is no own form."""
    async with request.form() as form:
        params = {name: value for name, value in form.items() if isinstance(value, str)}
    return await run_in_threadpool(_decide, request, params)


def _decide(request: Request, params: dict[str, str]) -> Response:
    sandbox: Sandbox = request.app.state.sandbox
    asked = _checked(sandbox, request, params)
    if isinstance(asked, Response):
        return asked
    if is_foreign_page(request):  # which would decide for the member
        return _consent_page(request, asked)
    choice, sub = params.get("choice", ""), params.get("member", "")
    if choice in CANCELLED:
        return asked.refuse(sign_in_refused(CANCELLED[choice]))
    if choice != "allow" or sub not in MEMBERS:
        return pages.oops(base_url(request), "Please go back and choose who you are.")
    response = _approve(sandbox, asked, sub)
    path = request.scope.get("root_path", "") + "/oauth"
    response.set_cookie(SESSION_COOKIE, sub, SESSION_LIFE_S, path=path, httponly=True, samesite="lax")
    return response


def _approve(sandbox: Sandbox, asked: Asked, sub: str) -> Response:
    code = sandbox.tokens.new_code(asked.client_id, sub, asked.scopes, asked.redirect_uri)
    return asked.answer(code=code)


def _checked(sandbox: Sandbox, request: Request, params: dict[str, str]) -> Asked | Response:
    problem = _problem(sandbox, params)
    if problem:
        return pages.oops(base_url(request), problem)
    scopes = sorted(set(params.get("scope", "").replace(",", " ").split()))  # [C] LinkedIn's own client sends commas
    asked = Asked(params["client_id"], params["redirect_uri"], params.get("state"), scopes)
    if params.get("response_type") != "code":
        return _refused(request, asked, sign_in_refused("response_type_refused"))
    allowed = sandbox.options.scopes_of(asked.client_id)
    unknown = [scope for scope in scopes or [""] if scope not in allowed]
    if unknown:
        return _refused(request, asked, sign_in_refused("scope_refused", unknown[0]))
    return asked


def _refused(request: Request, asked: Asked, error: OAuthError) -> Response:
    """LinkedIn's redirect with an error, or a page with a link there: nobody is sent elsewhere without a click. [I]"""
    answer = asked.refuse(error)
    if is_near(asked.redirect_uri, request):
        return answer
    return pages.onward(base_url(request), error.description, answer.headers["location"])


def _problem(sandbox: Sandbox, params: dict[str, str]) -> str:
    """Why LinkedIn would show its own error page instead of redirecting; "" when there is no reason."""
    client_id, redirect_uri = params.get("client_id", ""), params.get("redirect_uri", "")
    if not client_id or sandbox.options.client_id not in (None, client_id):
        return "Client_id doesn't match"  # [D]
    registered = sandbox.options.redirect_uris
    fits = not registered or _without_query(redirect_uri) in map(_without_query, registered)
    if not _is_absolute(redirect_uri) or not fits:
        return "The redirect_uri does not match the registered value"  # [C]
    return ""


def _is_absolute(uri: str) -> bool:
    try:
        parts = urlsplit(uri)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and "#" not in uri


def _without_query(uri: str) -> str:
    return uri.partition("?")[0]  # [D] the query is ignored when comparing


ROUTES = [
    Route("/oauth/v2/authorization", told("D:S1", ask, "authorization.GET"), methods=["GET"]),
    Route("/oauth/v2/authorization", told("I", decide, "authorization.POST"), methods=["POST"]),
]
