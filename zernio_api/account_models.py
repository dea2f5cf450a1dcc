"""What Zernio tells of its LinkedIn accounts, profiles and plan; unknown fields are left out, missing ones empty."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from linkedin_api.reference.urn import Urn
from zernio_api.errors import bounded

AccountKind = Literal["person", "organization", ""]
Body = Mapping[str, Any]
_ID = re.compile(r"[\w-]{1,100}", re.ASCII)
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
    username: str = ""
    profile_id: str = ""
    profile_url: str = ""
    picture_url: str = ""
    is_active: bool = True
    needs_reconnection: bool = False
    enabled: bool = True
    rate_limited_until: datetime | None = None

    @classmethod
    def read(cls, body: Body) -> ZernioAccount | None:
        """The account of this JSON; None when it is no LinkedIn account, or has no id."""
        account_id = bounded(body.get("_id") or body.get("accountId"), 100)
        if body.get("platform", "linkedin") != "linkedin" or not _ID.fullmatch(account_id):
            return None
        username = bounded(body.get("username"), _NAME_MAX)
        return cls(
            id=account_id,
            name=bounded(body.get("displayName"), _NAME_MAX) or username or "LinkedIn account",
            kind=_kind(body),
            member_or_page_id=bounded(body.get("platformUserId"), 100),
            username=username,
            profile_id=id_of(body.get("profileId")),
            profile_url=web_address(body.get("profileUrl")),
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
        return Urn(f"urn:li:{self.kind or 'person'}:{given if _ID.fullmatch(given) else self.id}")

    @property
    def kind_label(self) -> str:
        """Member, Company page or LinkedIn account."""
        return {"person": "Member", "organization": "Company page"}.get(self.kind, "LinkedIn account")

    def trouble(self, now: datetime) -> str | None:
        """Why it cannot publish at this moment, with the next step; None when it can."""
        if self.needs_reconnection or not self.is_active:
            return f"{self.name} has to be reconnected through Zernio before it can publish."
        if not self.enabled:
            return f"{self.name} is not enabled for posting; enable it in Zernio's dashboard."
        if self.rate_limited_until and self.rate_limited_until > now:
            return (
                f"Zernio lets {self.name} rest until {self.rate_limited_until:%Y-%m-%d %H:%M} UTC; publish after that."
            )
        return None


@dataclass(frozen=True)
class AccountHealth:
    """Whether an account can post, and until when its token at LinkedIn is valid (aware UTC, None when not told)."""

    account_id: str
    status: str  # healthy, warning, error, or a word that is not known here
    can_post: bool
    token_expires_at: datetime | None
    needs_reconnection: bool
    issues: tuple[str, ...] = ()

    @classmethod
    def read(cls, body: Body, account_id: str = "") -> AccountHealth:
        """The health in this JSON, of the list or of one account, which have different forms."""
        token, permissions = _object(body.get("tokenStatus")), _object(body.get("permissions"))
        issues = body.get("issues")
        valid = body.get("tokenValid", token.get("valid")) is not False
        return cls(
            account_id=bounded(body.get("accountId"), 100) or account_id,
            status=bounded(body.get("status"), 20),
            can_post=body.get("canPost", permissions.get("canPost")) is not False and valid,
            token_expires_at=moment(body.get("tokenExpiresAt") or token.get("expiresAt")),
            needs_reconnection=body.get("needsReconnect") is True or not valid,
            issues=tuple(bounded(each, 200) for each in (issues if isinstance(issues, list) else ())[:_ISSUES_MAX]),
        )


@dataclass(frozen=True)
class ZernioProfile:
    """A container of accounts at Zernio."""

    id: str
    name: str
    is_default: bool


@dataclass(frozen=True)
class ZernioUsage:
    """The plan of the key's owner; has_access is False when a payment is due."""

    plan: str
    has_access: bool
    connected_accounts: int | None


@dataclass(frozen=True)
class AccountList:
    """The connected LinkedIn accounts; figures of posts only where has_analytics."""

    accounts: tuple[ZernioAccount, ...]
    has_analytics: bool


@dataclass(frozen=True)
class FoundMention:
    """A member or page found by its address: how a mention is written in a post."""

    urn: Urn
    name: str
    written: str
    warning: str = ""


def moment(text: object) -> datetime | None:
    """A time of an answer as aware UTC; None when it is none."""
    try:
        found = datetime.fromisoformat(bounded(text, 40))
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def id_of(value: object) -> str:
    """An id that stands by itself or in an object of its own [S]."""
    return bounded(value.get("_id") if isinstance(value, Mapping) else value, 100)


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
