"""The member's profile and the token's state, as LinkedIn's answers give them. Frozen values; no requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from linkedin_api.reference.urn import Urn


@dataclass(frozen=True)
class Profile:
    """The member, from userinfo or from a verified id_token; claims not granted are None or empty."""

    sub: str
    name: str
    given_name: str
    family_name: str
    picture: str | None
    email: str | None
    email_verified: bool | None
    locale: str | None
    raw: Mapping[str, Any] = field(repr=False)

    @property
    def urn(self) -> Urn:
        """The member's URN, the author of their posts."""
        return Urn.person(self.sub)

    @classmethod
    def from_claims(cls, claims: Mapping[str, Any]) -> Profile:
        """A profile from OIDC claims; locale becomes "en-US" from a string or an object alike.

        Raises: ValueError when sub is missing.
        """
        sub = _text(claims, "sub")
        if not sub:
            raise ValueError("The claims name no member: sub is missing.")
        given, family = _text(claims, "given_name"), _text(claims, "family_name")
        return cls(
            sub=sub,
            name=_text(claims, "name") or f"{given} {family}".strip(),
            given_name=given,
            family_name=family,
            picture=_text(claims, "picture") or None,
            email=_text(claims, "email") or None,
            email_verified=_truth(claims.get("email_verified")),
            locale=_locale(claims.get("locale")),
            raw=dict(claims),
        )


@dataclass(frozen=True)
class Token:
    """The token endpoint's answer; its repr shows none of the three tokens."""

    access_token: str = field(repr=False)
    expires_in_s: int
    scopes: tuple[str, ...] = ()
    id_token: str | None = field(default=None, repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    refresh_token_expires_in_s: int | None = None


@dataclass(frozen=True)
class Introspection:
    """What LinkedIn knows about a token; the times are aware UTC."""

    active: bool
    status: str | None = None
    scopes: tuple[str, ...] = ()
    created_at: datetime | None = None
    expires_at: datetime | None = None
    authorized_at: datetime | None = None
    auth_type: str | None = None


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return value if isinstance(value, str) else ""


def _truth(value: object) -> bool | None:
    # A boolean in userinfo, the string "true" or "false" in id_tokens [C].
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value.lower()) if isinstance(value, str) else None


def _locale(value: object) -> str | None:
    # "en-US" in LinkedIn's sample, {"country": "US", "language": "en"} in live answers.
    if isinstance(value, str):
        return value.replace("_", "-") or None
    if isinstance(value, Mapping):
        return "-".join(str(value[part]) for part in ("language", "country") if value.get(part)) or None
    return None
