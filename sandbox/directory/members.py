"""The two members of the sandbox, and the people whom they know: these have names, and cannot sign in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Member:
    """A person who can sign in; `sub` is the id in urn:li:person:{sub}."""

    sub: str
    given_name: str
    family_name: str
    language: str
    country: str
    email: str | None = None
    has_picture: bool = False
    vanity_name: str = ""
    headline: str = ""

    @property
    def name(self) -> str:
        """The full name as LinkedIn shows it."""
        return f"{self.given_name} {self.family_name}"

    @property
    def urn(self) -> str:
        """The URN that posts name as their author."""
        return f"urn:li:person:{self.sub}"

    @property
    def picture_path(self) -> str | None:
        """Where the picture is, relative to the sandbox, or None."""
        return f"/pictures/{self.sub}" if self.has_picture else None

    @property
    def picture_urn(self) -> str:
        """The URN of the picture."""
        return f"urn:li:digitalmediaAsset:C4E03AQ{self.sub}"

    def claims(self, scopes: list[str], base_url: str) -> dict[str, Any]:
        """The claims of userinfo for these scopes; a member without picture or email lacks that claim."""
        claims: dict[str, Any] = {"sub": self.sub}
        if "profile" in scopes:
            claims |= {"name": self.name, "given_name": self.given_name, "family_name": self.family_name}
            claims["locale"] = {"country": self.country, "language": self.language}
            if self.picture_path:
                claims["picture"] = base_url + self.picture_path
        if "email" in scopes and self.email:
            claims |= {"email": self.email, "email_verified": True}
        return claims

    def basic_profile(self) -> dict[str, Any]:
        """What /v2/me tells; a member without a picture lacks profilePicture. [D] the shape, [I] what may be missing"""
        texts = {"FirstName": self.given_name, "LastName": self.family_name, "Headline": self.headline}
        locale = {"country": self.country, "language": self.language}
        profile: dict[str, Any] = {"id": self.sub, "vanityName": self.vanity_name}
        for name, text in texts.items():
            profile[f"localized{name}"] = text
            localized = {f"{self.language}_{self.country}": text}
            profile[name[0].lower() + name[1:]] = {"localized": localized, "preferredLocale": locale}
        if self.has_picture:
            profile["profilePicture"] = {"displayImage": self.picture_urn}
        return profile


ADA = Member(
    "782bbtaQ", "Ada", "Example", "en", "US", "ada@example.com", True, "ada-example", "Writes programs for engines"
)
# [C] Ids may hold "-" and "_"; this one shows whether a client takes them for separators.
ZOE = Member("k4Zu-E_9", "Zoë", "Muster", "de", "DE", vanity_name="zoe-muster", headline="Baut Brücken")

MEMBERS = {member.sub: member for member in (ADA, ZOE)}

ACQUAINTANCES = (
    Member("pN4muna-T1", "Priya", "Namuna", "en", "IN", headline="Structural engineer, reads bridges for a living"),
    Member("t0mEjemp_2", "Tomás", "Ejemplo", "es", "ES", headline="Head of operations at Bridge & Sons"),
    Member("l0uModele3", "Louis", "Modèle", "fr", "FR", headline="Editor, Infrastructure Weekly"),
    Member("aMfano-4xQ", "Amara", "Mfano", "en", "KE", headline="Data scientist at Analytical Engines"),
    Member("kMihon_5bW", "Kenji", "Mihon", "ja", "JP", headline="Bridge inspector, 31 years on ropes"),
    Member("iExemplo6R", "Ines", "Exemplo", "pt", "PT", headline="City engineer for roads and bridges"),
)
