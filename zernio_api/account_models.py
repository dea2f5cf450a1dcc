"""What Zernio tells of its LinkedIn accounts, profiles and plan; unknown fields are left out, missing ones empty."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from linkedin_api.reference.urn import Urn
from zernio_api.errors import ID, bounded, id_of, moment

AccountKind = Literal["person", "organization", ""]
Body = Mapping[str, Any]
_URN = re.compile(r"urn:li:(?:person|organization):[\w-]{1,100}", re.ASCII)
_WEB = re.compile(r"https://|http://(?:localhost|127\.0\.0\.1)[:/]")
_NAME_MAX, _URL_MAX, _ISSUES_MAX = 120, 2000, 10


@dataclass(frozen=True)
class ZernioAccount:
    """One LinkedIn member or page that is connected to Zernio; id is Zernio's, times are aware UTC."""

    id: str
    name: str
    kind: AccountKind  # "" when the answer does not show it
    member_or_page_id: str = ""  # LinkedIn's, the same after a reconnect
    profile_id: str = ""
    picture_url: str = ""
    is_active: bool = True
    needs_reconnection: bool = False
    enabled: bool = True
    rate_limited_until: datetime | None = None

    @classmethod
    def read(cls, body: Body) -> ZernioAccount | None:
        """The account of this JSON; None when it is no LinkedIn account, or has no id."""
        account_id = id_of(body)
        if body.get("platform", "linkedin") != "linkedin" or not account_id:
            return None
        username = bounded(body.get("username"), _NAME_MAX)
        return cls(
            id=account_id,
            name=bounded(body.get("displayName"), _NAME_MAX) or username or "LinkedIn account",
            kind=_kind(body),
            member_or_page_id=bounded(body.get("platformUserId"), 100),
            profile_id=id_of(body.get("profileId")),
            picture_url=web_address(body.get("profilePicture")),
            is_active=body.get("isActive") is not False,
            needs_reconnection=body.get("needsReconnection") is True,
            enabled=body.get("enabled") is not False,
            rate_limited_until=moment(body.get("rateLimitedUntil")),
        )

    @property
    def urn(self) -> Urn:
        """The author's URN [I]; for an account of unknown kind that of a member."""
        given = self.member_or_page_id
        if _URN.fullmatch(given):
            return Urn(given)
        return Urn(f"urn:li:{self.kind or 'person'}:{given if ID.fullmatch(given) else self.id}")

    @property
    def kind_label(self) -> str:
        """Member, Company page or LinkedIn account."""
        return {"person": "Member", "organization": "Company page"}.get(self.kind, "LinkedIn account")

    @property
    def has_lost_linkedin(self) -> bool:
        """Whether it has to be reconnected before it can publish."""
        return self.needs_reconnection or not self.is_active


@dataclass(frozen=True)
class AccountHealth:
    """Whether an account can post, and until when its token at LinkedIn is valid (aware UTC, None when not told)."""

    account_id: str
    can_post: bool
    token_expires_at: datetime | None
    needs_reconnection: bool
    issues: tuple[str, ...] = ()  # sentences of Zernio's own

    @classmethod
    def read(cls, body: Body) -> AccountHealth:
        """The health in this JSON, an entry of the list of all accounts [D2]."""
        issues = body.get("issues")
        told = (bounded(each, 200) for each in (issues if isinstance(issues, list) else ())[:_ISSUES_MAX])
        return cls(
            account_id=bounded(body.get("accountId"), 100),
            can_post=body.get("canPost") is not False,
            token_expires_at=moment(body.get("tokenExpiresAt")),
            needs_reconnection=body.get("needsReconnect") is True or body.get("tokenValid") is False,
            issues=tuple(each for each in told if each),
        )


@dataclass(frozen=True)
class ZernioUsage:
    """The plan of the key's owner; has_access is False when Zernio wants a payment first. [I]"""

    name: str
    has_access: bool
    connected_accounts: int | None


@dataclass(frozen=True)
class FoundMention:
    """A member or page found by its address; warning is Zernio's own sentence, "" for none."""

    urn: Urn
    name: str
    warning: str = ""


def listed(value: object) -> list[Body]:
    """The objects of a list; none of anything else."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _object(value: object) -> Body:
    return value if isinstance(value, dict) else {}


def web_address(value: object) -> str:
    """An https address of an answer, or one of this machine; "" for anything else."""
    text = bounded(value, _URL_MAX)
    return text if _WEB.match(text) else ""


def _kind(body: Body) -> AccountKind:
    """Member or page: no field says it, so by what only pages have, and by the address of the profile. [I]"""
    metadata, url = _object(body.get("metadata")), bounded(body.get("profileUrl"), _URL_MAX)
    given = bounded(body.get("accountType"), 20)
    if "organizationInfo" in metadata or "/company/" in url or given == "organization":
        return "organization"
    return "person" if "/in/" in url or given == "personal" else ""
