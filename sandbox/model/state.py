"""The state of one sandbox, in one folder."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from datetime import time as time_of_day
from functools import partial
from pathlib import Path
from typing import Any

from sandbox.directory import apps
from sandbox.directory.organizations import OrganizationRoles
from sandbox.model.assets import Assets
from sandbox.model.daily_limits import DailyLimits
from sandbox.model.faults import Faults
from sandbox.model.feed import FILLED, Feed
from sandbox.model.identity import Identity
from sandbox.model.posts import Posts, StoredPost
from sandbox.model.social import ACTIVITY_DELAY_S, SocialActions
from sandbox.model.store import Store
from sandbox.model.tokens import Tokens
from sandbox.protocol.versions import SUNSET

UPLOAD_MAX_BYTES = 500 * 1024 * 1024  # [D] 500 MB; [I] read as MiB, so that no valid file is refused
CALLS_KEPT = 10_000
# What the sandbox's Zernio keeps of posts; its keys and accounts stay, as tokens do.
ZERNIO_KINDS = ("zernio_post", "zernio_hash", "zernio_request", "zernio_idempotency", "zernio_file")
AHEAD_MAX_S = 10 * 366 * 24 * 3600

Call = tuple[str, str, int]


class Views:
    """How often the page of each post was opened, by UTC day: the only reach that the sandbox can count."""

    def __init__(self, store: Store, clock: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock

    def count(self, post_urn: str) -> None:
        """Somebody has opened the page of a post."""
        day = datetime.fromtimestamp(self._clock(), UTC).date().isoformat()
        with self._store.transaction():
            days = self._store.get("views", post_urn) or {}
            self._store.put("views", post_urn, days | {day: days.get(day, 0) + 1})

    def by_day(self, post_urn: str) -> dict[date, int]:
        """How often on which day."""
        days = self._store.get("views", post_urn) or {}
        return {date.fromisoformat(day): count for day, count in days.items()}


class TimeMachine:
    """How far the calendars of tokens, daily limits and versions are ahead; everything else keeps the true time. [I]

    It is kept in the store: a token that was issued on a later day is not valid for longer after a restart.
    """

    CALENDARS = ("tokens", "limits", "versions")

    def __init__(self, store: Store, clock: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock

    def now_s(self, calendar: str) -> float:
        """What time it is by one of CALENDARS (epoch seconds)."""
        return self._clock() + self.ahead_s().get(calendar, 0.0)

    def ahead_s(self) -> dict[str, float]:
        """How many seconds each calendar is ahead; those that are not are left out."""
        return self._store.get("time", "ahead") or {}

    def sunset_s(self, version: str) -> float | None:
        """In how many seconds of true time a version ends, below zero when it has; None for an unknown one."""
        end = SUNSET.get(version)
        return datetime.combine(end, time_of_day.min, UTC).timestamp() - self._clock() if end else None

    def jump(self, seconds: float, calendars: Collection[str] = CALENDARS) -> None:
        """Put these calendars so far ahead of the true time, and the others back to it; 0 puts all back.

        Raises: ValueError for another calendar, or for a time in the past or more than ten years ahead.
        """
        if unknown := set(calendars) - set(self.CALENDARS):
            raise ValueError(f"There is no calendar {', '.join(sorted(unknown))}; there are {self.CALENDARS}.")
        if not 0 <= seconds <= AHEAD_MAX_S:
            raise ValueError("The time machine goes from now to ten years ahead.")
        self._store.put("time", "ahead", {calendar: seconds for calendar in calendars if seconds})


@dataclass(frozen=True)
class Options:
    """The settings of the registered application; None as client_id accepts any client."""

    client_id: str | None = None
    client_secret: str | None = None
    redirect_uris: Sequence[str] = ()
    allowed_scopes: Collection[str] | None = None  # for every client; None: the scopes of the demo applications
    auto_approve: bool = False
    skip_consent: bool = False  # as LinkedIn does for a signed-in browser and the same scopes
    partner: bool = False  # every client may refresh tokens
    two_legged: bool = False  # every client may ask for client_credentials
    upload_max_bytes: int = UPLOAD_MAX_BYTES
    control_key: str | None = None  # lets other machines use the control routes

    def may_refresh(self, client_id: str) -> bool:
        """Whether this client gets refresh tokens."""
        return self.partner or client_id == apps.PARTNER_CLIENT

    def may_go_alone(self, client_id: str) -> bool:
        """Whether this client may ask for a token without a member, by client_credentials."""
        return self.two_legged or client_id == apps.PARTNER_CLIENT

    def scopes_of(self, client_id: str) -> Collection[str]:
        """The scopes that this client may request."""
        return apps.scopes_of(client_id) if self.allowed_scopes is None else self.allowed_scopes


class Sandbox:
    """A LinkedIn of two members and two organizations; safe to use from any thread.

    Its codes, tokens, keys, posts, comments, reactions, uploads and counters live in `folder` and survive a restart.
    `options` are the fields of Options. `calls` lists (method, path, status) of what programs asked, in order; status
    0 is a dropped answer.
    """

    def __init__(
        self,
        folder: Path,
        *,
        member_daily_limit: int = 150,
        app_daily_limit: int = 100_000,
        clock: Callable[[], float] = time.time,
        processing_s: float = 1.0,
        activity_delay_s: float = ACTIVITY_DELAY_S,
        **options: Any,
    ) -> None:
        folder = Path(folder)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.clock = clock
        self.options = Options(**options)
        self.store = Store(folder / "sandbox.sqlite3")
        self.identity = Identity(self.store)
        self.time = TimeMachine(self.store, clock)
        self.tokens = Tokens(self.store, partial(self.time.now_s, "tokens"))
        self.organizations = OrganizationRoles()
        self.posts = Posts(self.store, clock)
        self.social = SocialActions(self.store, self.posts, clock, activity_delay_s)
        self.views = Views(self.store, clock)
        self.assets = Assets(self.store, folder / "media", clock, processing_s)
        by_day = partial(self.time.now_s, "limits")
        self.limits = DailyLimits(self.store, by_day, member=member_daily_limit, app=app_daily_limit)
        self.faults = Faults()
        self.calls: list[Call] = []

    def feed(self) -> list[StoredPost]:
        """The posts that are not deleted, newest first."""
        return self.posts.newest()

    @property
    def has_zernio(self) -> bool:
        """Whether an account was ever connected to the sandbox's Zernio."""
        return self.store.count("zernio_account") > 0

    def fill(self, posts: Sequence[Mapping[str, Any]]) -> dict[str, str]:
        """Store a whole feed and return each post's URN by its key; see Feed.fill()."""
        return Feed(self.store, self.posts, self.social, self.assets).fill(posts)

    def reset(self) -> None:
        """Delete posts, comments, reactions, uploads, counters, faults and calls; tokens, and Zernio's keys, stay."""
        with self.store.transaction():
            self.store.clear("post", "fingerprint", "comment", "reaction", "thread", "views", FILLED, *ZERNIO_KINDS)
            self.store.clear_counters()
            self.assets.clear()
        self.faults.clear()
        self.calls.clear()

    def note(self, method: str, path: str, status: int) -> None:
        """Record one call; the oldest record is dropped when there are too many."""
        self.calls.append((method, path, status))
        del self.calls[:-CALLS_KEPT]

    def close(self) -> None:
        """Close the store."""
        self.store.close()
