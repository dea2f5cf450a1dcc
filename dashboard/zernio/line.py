"""What is known of one account at Zernio, a connection for its calls, and what a post of it will send."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.accounts.account import BLOCKED, DISABLED, RECONNECT
from dashboard.db.database import now
from linkedin_api import File, LinkedInError, PlannedCall, Post, Transport
from zernio_api import AccountHealth, ZernioAccount, ZernioPublisher


@dataclass(frozen=True)
class AtZernio:
    """One account that a key may publish for, with its health as Zernio tells it (None: it was not told)."""

    account: ZernioAccount
    health: AccountHealth | None

    @property
    def lacks(self) -> str | None:
        """Why it cannot publish until somebody does something about it, as a name of LACKS."""
        if self.account.has_lost_linkedin or (self.health and self.health.needs_reconnection):
            return RECONNECT
        if not self.account.enabled:
            return DISABLED
        return BLOCKED if self.health and not self.health.can_post and not self.rests else None

    @property
    def rests(self) -> str | None:
        """Until when Zernio lets it rest, in a sentence; posts wait for that by themselves."""
        until = self.account.rate_limited_until
        if until is None or until <= now():
            return None
        return f"Zernio lets {self.account.name} rest until {until:%Y-%m-%d %H:%M} UTC; posts wait until then."


@dataclass(frozen=True)
class Plans:
    """Says what publishing through one account would send; sends nothing."""

    zernio: ZernioPublisher
    account_id: str
    outbox_id: str = ""
    first_comment: str = ""

    def planned(self, post: Post, files: Sequence[File] = ()) -> tuple[PlannedCall, ...]:
        """The requests in their order."""
        return self.zernio.planned_calls(
            post, files, account_id=self.account_id, outbox_id=self.outbox_id, first_comment=self.first_comment
        )


@dataclass(frozen=True)
class ZernioLine:
    """A connection to Zernio for one account."""

    transport: Transport
    zernio: ZernioPublisher
    account_id: str

    def __enter__(self) -> ZernioLine:
        return self

    def __exit__(self, *_: object) -> None:
        self.transport.close()

    def is_off_linkedin(self, post_id: str) -> bool:
        """Whether Zernio says that a post which was published is at LinkedIn no more; False when it does not tell."""
        with contextlib.suppress(LinkedInError):
            return self.zernio.outcome(post_id, self.account_id).is_off_linkedin
        return False
