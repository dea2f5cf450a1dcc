"""Reads the answers of a sign-in: token, introspection, member. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote_plus

from linkedin_api.auth.models import Introspection, Profile, Token
from linkedin_api.errors.from_response import json_object
from linkedin_api.errors.sign_in import unreadable
from linkedin_api.http.response import Response
from linkedin_api.reference.json_fields import text_in

_LIFETIME_MAX_S = 10 * 365 * 86_400  # LinkedIn's longest is a year; more would overflow a date
_DIGITS = 18  # int() refuses a text of thousands of digits


def token(answer: Response) -> Token:
    """The token; SignInError when the answer has none, or a lifetime that cannot be read. It may be left out."""
    fields = json_of(answer)
    access_token, expires_in_s = text_in(fields, "access_token"), _lifetime_s(fields, "expires_in")
    if not access_token or (expires_in_s is None and fields.get("expires_in") is not None):
        raise unreadable(answer.status)
    return Token(
        access_token=access_token,
        expires_in_s=expires_in_s,
        scopes=_scopes(fields),
        id_token=text_in(fields, "id_token") or None,
        refresh_token=text_in(fields, "refresh_token") or None,
        refresh_token_expires_in_s=_lifetime_s(fields, "refresh_token_expires_in"),
    )


def introspection(answer: Response) -> Introspection:
    """The state of a token; SignInError when the answer does not say whether it is active."""
    fields = json_of(answer)
    if not isinstance(fields.get("active"), bool):
        raise unreadable(answer.status)
    return Introspection(
        active=fields["active"],
        status=text_in(fields, "status") or None,
        scopes=_scopes(fields),
        created_at=_time(fields, "created_at"),
        expires_at=_time(fields, "expires_at"),
        authorized_at=_time(fields, "authorized_at"),
        auth_type=text_in(fields, "auth_type") or None,
    )


def profile(answer: Response) -> Profile:
    """The member; SignInError when the answer names none."""
    try:
        return Profile.read(json_of(answer))
    except ValueError:
        pass
    raise unreadable(answer.status)


def json_of(answer: Response) -> dict[str, Any]:
    """The answer's JSON object; SignInError for a page of HTML or anything else."""
    fields = json_object(answer.text)
    if not fields:
        raise unreadable(answer.status)
    return dict(fields)


def _scopes(fields: Mapping[str, Any]) -> tuple[str, ...]:
    # Commas in real answers, spaces in LinkedIn's table, and sometimes URL-encoded (§1.3).
    listed = unquote_plus(text_in(fields, "scope"))
    return tuple(sorted({scope for scope in re.split(r"[,\s]+", listed) if scope}))


def _seconds(fields: Mapping[str, Any], name: str) -> int | None:
    # A string in the sample of the 2-legged flow.
    value = fields.get(name)
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    digits = str(value)
    return int(digits[:_DIGITS]) if digits.isdecimal() else None


def _lifetime_s(fields: Mapping[str, Any], name: str) -> int | None:
    seconds = _seconds(fields, name)
    return None if seconds is None else min(seconds, _LIFETIME_MAX_S)


def _time(fields: Mapping[str, Any], name: str) -> datetime | None:
    seconds = _seconds(fields, name)
    return None if seconds is None else datetime.fromtimestamp(min(seconds, 1 << 37), UTC)
