"""A member who has signed in here, as a value: who it is, and what the token may still do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dashboard.db.database import now
from linkedin_api import OrganizationProfile, Profile, Urn

WARN_DAYS = 7  # a token that ends sooner needs a new sign-in soon
ZERNIO = "zernio"  # the client id of an account that publishes through Zernio, whose key stands in the token's place
# Why Zernio does not publish for an account, in token_refused; other reasons there are about its key.
RECONNECT, DISABLED, BLOCKED = "reconnect", "disabled", "blocked"
LACKS = {
    RECONNECT: "{} has to be reconnected through Zernio before it can publish.",
    DISABLED: "{} is not enabled for posting at Zernio; enable it in Zernio's dashboard.",
    # canPost stands beside the permissions that posting needs and LinkedIn has not granted [D2]; nothing says more.
    BLOCKED: "Zernio says that {} cannot post: LinkedIn has not granted what it needs, or Zernio's dashboard says why.",
}
THROUGH_ZERNIO = "zernio-"  # how the ids of such accounts begin: a member may be here both ways


@dataclass(frozen=True)
class Account:
    """A member who has signed in here, as the pages see them: without the token."""

    id: int
    profile: Profile
    scopes: tuple[str, ...]
    has_token: bool
    token_at: datetime | None
    token_expires_at: datetime | None
    token_refused: str | None
    client_id: str | None = None
    organizations: Mapping[str, str] | None = None  # the names of the company pages by URN; "" is not known
    logos: Mapping[str, str] | None = None  # addresses of pictures, by the URN of the page
    pages_read_at: Mapping[str, datetime] | None = None  # when LinkedIn told the name and logo of a page, by URN
    parked_until: datetime | None = None  # LinkedIn's daily limit: nothing is sent before then
    time_zone: str | None = None
    plan: tuple[str, ...] = ()  # the weekly slots, see weekly_plan.Plan
    when_late: str = "publish"  # or hold: what was due while nothing was running
    issuer: str = ""  # the LinkedIn that it is of: "sandbox", or the address where its members sign in

    @property
    def urn(self) -> Urn:
        """The member's URN, urn:li:person:<id>."""
        return self.profile.urn

    @property
    def name(self) -> str:
        """The member's name, or their id when LinkedIn has given none."""
        return self.profile.name or self.profile.sub

    @property
    def is_zernio(self) -> bool:
        """Whether its posts go through Zernio and not straight to LinkedIn."""
        return self.client_id == ZERNIO

    @property
    def renewal(self) -> str:
        """What renews its sign-in, as the beginning of a sentence or the words of a link."""
        if self.is_zernio:
            if self.token_refused == DISABLED:
                return "Then load its state again"
            if self.token_refused == BLOCKED:
                return "Reconnect it, or load its state again"
            return "Enter its key again" if self.key_refused else "Reconnect it"
        return "Sign in again"

    @property
    def at_zernio(self) -> Mapping[str, Any]:
        """What Zernio has told of such an account: its id and kind, and of which Zernio it is."""
        return self.profile.raw.get(ZERNIO, {}) if self.is_zernio else {}

    @property
    def key_refused(self) -> bool:
        """Whether Zernio has refused the key of such an account, or it cannot be read any more."""
        return self.is_zernio and bool(self.token_refused) and self.token_refused not in LACKS

    @property
    def zernio_kind(self) -> str:
        """Of such an account: person, organization, or "" where Zernio does not show it; "" of all others."""
        return str(self.at_zernio.get("kind") or "")

    @property
    def is_zernio_page(self) -> bool:
        """Whether it is a company page, which through Zernio is an account of its own."""
        return self.zernio_kind == "organization"

    def name_of(self, urn: str) -> str:
        """The author with this URN, for people: the member, or one of their company pages."""
        if urn in ("", self.urn):
            return self.name
        return (self.organizations or {}).get(urn) or f"Company page {urn.rpartition(':')[2]}"

    def picture_of(self, urn: str) -> str | None:
        """The picture of the author with this URN: the member's, or the logo of one of their company pages."""
        return self.profile.picture if urn in ("", self.urn) else (self.logos or {}).get(urn)

    @property
    def pages(self) -> Mapping[str, str]:
        """The company pages that the member may write for with the present sign-in, by URN."""
        may = not self.scopes or "w_organization_social" in self.scopes
        return (self.organizations or {}) if may else {}

    @property
    def token_days_left(self) -> float | None:
        """Days until the token ends, negative afterwards; None when that is not known."""
        if self.token_expires_at is None:
            return None
        return (self.token_expires_at - now()).total_seconds() / 86_400

    @property
    def token_age_days(self) -> float | None:
        """Days since LinkedIn made the token; None when that is not known."""
        return (now() - self.token_at).total_seconds() / 86_400 if self.token_at else None

    @property
    def sign_in_needed(self) -> str | None:
        """One sentence for the member when LinkedIn will not accept the token, else None."""
        return self.sign_in_trouble("Your")

    def sign_in_trouble(self, whose: str = "The") -> str | None:
        """The same for other readers: `whose` sign-in it is."""
        if self.is_zernio:
            return self._zernio_trouble()
        if not self.has_token:
            return "This account is disconnected."
        if self.token_refused == "revoked":  # noqa: S105
            return "Access was revoked at LinkedIn."
        if self.token_refused == "expired" or (self.token_days_left or 1) <= 0:  # noqa: S105
            return f"{whose} LinkedIn sign-in has expired."
        if self.token_refused == "unreadable":  # noqa: S105
            return f"{whose} saved sign-in cannot be read: it was encrypted with another SECRET_KEY."
        return "LinkedIn no longer accepts this sign-in." if self.token_refused else None

    def _zernio_trouble(self) -> str | None:
        if not self.has_token:
            return f"{self.name} is not connected through Zernio any more."
        if self.key_refused:
            return f"Zernio does not take the key of {self.name} any more."
        if self.token_refused:
            return LACKS[self.token_refused].format(self.name)
        if (self.token_days_left or 1) <= 0:
            return f"LinkedIn's permission for Zernio to publish as {self.name} has expired."
        return None


def written(page: OrganizationProfile, read_at: datetime) -> dict[str, Any]:
    """What LinkedIn has told of a company page, as it is kept in the account's row."""
    return {"name": page.name, "logo": page.logo, "read_at": read_at.isoformat()}


def account_of(row: Any) -> Account:
    """The account in a row of the table."""
    pages = row.organizations or {}  # a text is the member's own name for a page; an object is from written()
    told = {urn: page for urn, page in pages.items() if isinstance(page, dict)}
    names = {urn: told[urn]["name"] if urn in told else page for urn, page in pages.items()}
    return Account(
        id=row.id,
        profile=Profile.read(row.userinfo),
        scopes=tuple(row.scopes),
        has_token=row.token is not None,
        token_at=row.token_at,
        token_expires_at=row.token_expires_at,
        token_refused=row.token_refused,
        client_id=row.client_id,
        organizations=None if row.organizations is None else names,
        logos={urn: page["logo"] for urn, page in told.items() if page.get("logo")},
        pages_read_at={urn: datetime.fromisoformat(page["read_at"]) for urn, page in told.items()},
        parked_until=row.parked_until,
        time_zone=row.time_zone,
        plan=tuple(row.plan or ()),
        when_late=row.when_late or "publish",
        issuer=row.issuer,
    )
