"""Maps LinkedIn's OAuth error answers to exceptions with a next step (§1.2, §1.3, §1.5)."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

from linkedin_api.errors import tree
from linkedin_api.errors.from_response import api_error, json_object
from linkedin_api.reference import products


def _kind(name: str, advice: str) -> type[tree.SignInError]:
    """A SignInError that scripts can catch by a name of its own; the dashboard catches SignInError."""
    return type(name, (tree.SignInError,), {"advice": advice})


LoginCancelled = _kind("LoginCancelled", "Choose “Sign in with LinkedIn” and log in when you are ready.")
ConsentCancelled = _kind(
    "ConsentCancelled", "Choose “Sign in with LinkedIn” and then Allow; nothing is published without your click."
)
ScopeNotAuthorized = _kind(
    "ScopeNotAuthorized", "Add the product that grants it on the app's Products tab, or take it out of LINKEDIN_SCOPES."
)
CodeRejected = _kind("CodeRejected", "Start the sign-in again: a code works once and for 30 minutes.")
RedirectMismatch = _kind(
    "RedirectMismatch", "Make LINKEDIN_REDIRECT_URI exactly the same as the app's redirect URL, then sign in again."
)
ClientRejected = _kind(
    "ClientRejected", "Copy client id and client secret again from the app's Auth tab on LinkedIn's developer site."
)
ParameterMissing = _kind(
    "ParameterMissing", "Check that client id, client secret and redirect URI are all set, then sign in again."
)
RefreshRejected = _kind(
    "RefreshRejected", "Sign in with LinkedIn again; only approved partners can refresh without it."
)
AppTokensRefused = _kind(
    "AppTokensRefused", "Ask LinkedIn to switch on the client credentials flow for the app, or sign in as a member."
)
IdTokenInvalid = _kind(
    "IdTokenInvalid", "Sign in again; if it stays, check this machine's clock and LinkedIn's address in the settings."
)


@dataclass(frozen=True)
class SignInMeaning:
    """One row: LinkedIn's error, a part of its description ("": any), the exception, and its sentence."""

    error: str
    part: str
    kind: type[tree.SignInError]
    sentence: str


SIGN_IN_LATER = "Wait a minute, then sign in again."
_NO_IDENTITY = (
    "Put openid and profile into LINKEDIN_SCOPES; for an app with the Community Management API, which cannot have "
    "them, r_basicprofile. Then sign in again."
)
_WRONG_REDIRECT = "LinkedIn says that redirect URI or app do not belong to this code, or that the code has expired."
_WRONG_CODE = "LinkedIn does not know this authorization code, or it has been used before."
_WRONG_CLIENT = "LinkedIn does not accept the client id and client secret."
_SENTENCES = (
    ("user_cancelled_login", "", LoginCancelled, "LinkedIn's login page was left without logging in."),
    ("user_cancelled_authorize", "", ConsentCancelled, "Access was not allowed on LinkedIn's page."),
    ("unauthorized_scope_error", "", ScopeNotAuthorized, "The app may not ask for a scope it asked for."),
    ("invalid_redirect_uri", "", RedirectMismatch, _WRONG_REDIRECT),
    ("invalid_request", "authorization code not found", CodeRejected, _WRONG_CODE),
    ("invalid_request", "required parameter", ParameterMissing, "LinkedIn misses a field of the request."),
    ("invalid_request", "refresh token", RefreshRejected, "The refresh token is invalid, expired or revoked."),
    ("access_denied", "application tokens", AppTokensRefused, "LinkedIn does not let this app make tokens for itself."),
    ("invalid_client_id", "", ClientRejected, _WRONG_CLIENT),
    ("invalid_client", "", ClientRejected, _WRONG_CLIENT),
)
ROWS = tuple(SignInMeaning(*row) for row in _SENTENCES)  # the first that matches is used
_QUOTED = re.compile(r'"([\w.:-]{1,60})"')


def sign_in_error(error: str, description: str = "") -> tree.SignInError:
    """The error for LinkedIn's error and error_description, from the callback or the token endpoint.

    The description may come HTML-escaped; a name that this table does not know gives a plain SignInError.
    """
    said = _plain(html.unescape(description))
    for row in ROWS:
        if error == row.error and row.part.lower() in said.lower():
            return row.kind(_named(row, said), error=error, description=said, advice=_advice(row, said))
    told = said.rstrip(".") or _plain(error) or "no reason given"
    return tree.SignInError(f"LinkedIn refused the sign-in: {told}.", error=_plain(error), description=said)


def refusal(status: int, body: str, headers: Mapping[str, str] | None = None) -> tree.LinkedInError:
    """The error for an answer of the OAuth endpoints that is not a success."""
    fields = json_object(body)
    name, description = fields.get("error"), fields.get("error_description")
    if isinstance(name, str) and name:
        return sign_in_error(name, description if isinstance(description, str) else "")
    if fields.get("serviceErrorCode") or status >= 500 or status == 429:
        return api_error(status, body, headers)
    if status == 401:  # introspection: "401 bad secret", its body is not documented [I]
        return ClientRejected(_WRONG_CLIENT)
    return unreadable(status)


def userinfo_refusal(status: int, body: str, headers: Mapping[str, str] | None = None) -> tree.LinkedInError:
    """The error for a refused userinfo or /v2/me: nobody is signed in, so its advice names no posts, no Inspector."""
    if status < 400:
        return unreadable(status)
    error = api_error(status, body, headers, may_repeat=True)
    if status >= 500:
        error.advice = SIGN_IN_LATER
    elif isinstance(error, tree.Forbidden) and error.missing_scope == "r_basicprofile":
        error.advice = _NO_IDENTITY
    elif not isinstance(error, tree.Unauthorized | tree.Forbidden | tree.RateLimited):
        error.advice = "Check LinkedIn's address in the settings, then sign in again."
    return error


def unreadable(status: int) -> tree.SignInError:
    """The error for an answer that is not the JSON of OAuth, such as a page of HTML."""
    return tree.SignInError(
        f"LinkedIn's sign-in service sent something that cannot be read (status {status}).",
        advice="Check LinkedIn's address in the settings, then try again in a minute.",
    )


def _named(row: SignInMeaning, said: str) -> str:
    # 'Scope "openid" is not authorized …', 'A required parameter "code" is missing': the sentence names it as well.
    named = _QUOTED.search(said)
    if named and row.kind is ScopeNotAuthorized:
        return f"The app may not ask for the scope {named[1]}."
    if named and row.kind is ParameterMissing:
        return f"LinkedIn misses the field {named[1]} in the request."
    return row.sentence


def _advice(row: SignInMeaning, said: str) -> str | None:
    named = _QUOTED.search(said) if row.kind is ScopeNotAuthorized else None
    if named is None:
        return None
    return f"{products.advice_for(named[1])} Or take {named[1]} out of LINKEDIN_SCOPES."


def _plain(text: str) -> str:
    # The callback's text comes from the address bar, so it is not trusted.
    return "".join(character for character in text if character.isprintable())[:300]
