"""Maps LinkedIn's OAuth error answers to exceptions with a next step (§1.2, §1.3, §1.5); see sign_in.toml."""

from __future__ import annotations

import html
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from linkedin_api.errors import tree
from linkedin_api.errors.from_response import api_error, json_object
from linkedin_api.reference import products

with Path(__file__).with_suffix(".toml").open("rb") as _file:
    _TABLE = tomllib.load(_file)


def _kind(name: str) -> type[tree.SignInError]:
    """A SignInError that scripts can catch by a name of its own; the dashboard catches SignInError."""
    return type(name, (tree.SignInError,), {"advice": _TABLE["advice"][name]})


LoginCancelled = _kind("LoginCancelled")
ConsentCancelled = _kind("ConsentCancelled")
ScopeNotAuthorized = _kind("ScopeNotAuthorized")
CodeRejected = _kind("CodeRejected")
RedirectMismatch = _kind("RedirectMismatch")
ClientRejected = _kind("ClientRejected")
ParameterMissing = _kind("ParameterMissing")
RefreshRejected = _kind("RefreshRejected")
AppTokensRefused = _kind("AppTokensRefused")
IdTokenInvalid = _kind("IdTokenInvalid")


@dataclass(frozen=True)
class SignInMeaning:
    """One row: LinkedIn's error, the exception, its sentence, and a part of LinkedIn's description ("": any)."""

    error: str
    kind: type[tree.SignInError]
    sentence: str
    part: str = ""


# The first that matches is used.
ROWS = tuple(SignInMeaning(**row | {"kind": globals()[row["kind"]]}) for row in _TABLE["rows"])
SIGN_IN_LATER = "Wait a minute, then sign in again."
_NO_IDENTITY = (
    "Put openid and profile into LINKEDIN_SCOPES; for an app with the Community Management API, which cannot have "
    "them, r_basicprofile. Then sign in again."
)
_WRONG_CLIENT = "LinkedIn does not accept the client id and client secret."
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
