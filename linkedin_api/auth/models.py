"""The member's profile and the token's state, as LinkedIn's answers give them. Frozen values; no requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from linkedin_api.reference.json_fields import inner, text_in
from linkedin_api.reference.urn import Urn


@dataclass(frozen=True)
class Profile:
    """The member, from userinfo, a verified id_token or /v2/me; what is not granted or not told is None or empty."""

    sub: str
    name: str
    given_name: str
    family_name: str
    picture: str | None
    email: str | None
    email_verified: bool | None
    locale: str | None
    raw: Mapping[str, Any] = field(repr=False)  # the answer itself; Profile.read() makes the same profile of it
    headline: str | None = None  # /v2/me only
    vanity_name: str | None = None  # the last part of linkedin.com/in/…; /v2/me only

    @property
    def urn(self) -> Urn:
        """The member's URN, the author of their posts."""
        return Urn.person(self.sub)

    @classmethod
    def from_claims(cls, claims: Mapping[str, Any]) -> Profile:
        """A profile from OIDC claims; locale becomes "en-US" from a string or an object alike.

        Raises: ValueError when sub is missing.
        """
        sub = text_in(claims, "sub")
        if not sub:
            raise ValueError("The claims name no member: sub is missing.")
        given, family = text_in(claims, "given_name"), text_in(claims, "family_name")
        return cls(
            sub=sub,
            name=text_in(claims, "name") or f"{given} {family}".strip(),
            given_name=given,
            family_name=family,
            picture=text_in(claims, "picture") or None,
            email=text_in(claims, "email") or None,
            email_verified=_truth(claims.get("email_verified")),
            locale=_locale(claims.get("locale")),
            raw=dict(claims),
        )

    @classmethod
    def from_me(cls, fields: Mapping[str, Any]) -> Profile:
        """A profile from the answer of /v2/me, which has no email address (§2.5).

        Raises: ValueError when id is missing.
        """
        sub = text_in(fields, "id")
        if not sub:
            raise ValueError("The answer names no member: id is missing.")
        given, family = _localized(fields, "FirstName"), _localized(fields, "LastName")
        first_name = inner(fields, "firstName")
        return cls(
            sub=sub,
            name=f"{given} {family}".strip(),
            given_name=given,
            family_name=family,
            picture=picture_address(inner(fields, "profilePicture"), "displayImage"),
            email=None,
            email_verified=None,
            locale=_locale(first_name.get("preferredLocale")),
            raw=dict(fields),
            headline=_localized(fields, "Headline") or None,
            vanity_name=text_in(fields, "vanityName") or None,
        )

    @property
    def has_claims(self) -> bool:
        """Whether userinfo or an id_token told this; otherwise /v2/me did."""
        return "sub" in self.raw

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Profile:
        """The profile whose `raw` this is, whichever call gave it. Raises: ValueError when it names no member."""
        return cls.from_claims(raw) if "sub" in raw else cls.from_me(raw)


def picture_address(fields: Mapping[str, Any], name: str) -> str | None:
    """The address of the largest size of a picture that a projection has decorated: {"displayImage~": …} [C].

    None without a picture, or when only its URN came.
    """
    elements = inner(fields, f"{name}~").get("elements")
    sizes = [each for each in elements if isinstance(each, Mapping)] if isinstance(elements, list) else []
    for size in reversed(sizes):  # the largest comes last [C]
        named = size.get("identifiers")
        first = named[0] if isinstance(named, list) and named else None
        if isinstance(first, Mapping) and (address := text_in(first, "identifier")):
            return address
    return None


@dataclass(frozen=True)
class Token:
    """The token endpoint's answer; its repr shows none of the three tokens."""

    access_token: str = field(repr=False)
    expires_in_s: int | None  # None: the answer did not say
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


def _localized(fields: Mapping[str, Any], name: str) -> str:
    """localizedFirstName, or else firstName in its preferred or any language."""
    if text := text_in(fields, f"localized{name}"):
        return text
    field_ = inner(fields, name[0].lower() + name[1:])
    texts, locale = inner(field_, "localized"), inner(field_, "preferredLocale")
    preferred = text_in(texts, f"{locale.get('language')}_{locale.get('country')}")
    return preferred or next((text for text in texts.values() if isinstance(text, str)), "")


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
