"""What every flow of one post has in common: when it may begin, and how it ends."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.exc import OperationalError

from dashboard.accounts.account import Account
from dashboard.accounts.repository import Accounts
from dashboard.db.database import now
from dashboard.posts.outbox import Outbox
from dashboard.posts.post import THROTTLED, UNREACHABLE, PostRow
from dashboard.posts.schedule import Schedule, next_day
from dashboard.publishing.progress import Cancelled, Stopped
from linkedin_api import DuplicatePost, InvalidPost, LinkedInError, RateLimited, Unauthorized, Unreachable, Urn

UNREACHABLE_TRIES = 3
DATABASE_AWAY_S = 1.0

UNCONFIRMED = "LinkedIn gave no answer, so this post may be published or not."
UNCONFIRMED_ADVICE = "Look at your LinkedIn profile before you send it again; the Inspector shows what was sent."
TRIED_FOR_A_DAY = "It was tried again and again for a day."
NOT_PUBLISHED = "Nothing was published."
NOT_PUBLISHED_NOW = "Nothing was published this time; what was sent before may be on LinkedIn."
HELD = "Sign in again; then publish this post now, or choose a new time for it."


class Flow(ABC):
    """Brings one row from `queued` to its end; may be run again after a crash at any point."""

    held, no_token = HELD, "The saved sign-in is another LinkedIn's, or SECRET_KEY has changed."
    advice = "Sign in again, then publish once more; your post is kept."
    unknown = (UNCONFIRMED, UNCONFIRMED_ADVICE)

    def __init__(
        self,
        *,
        accounts: Accounts,
        outbox: Outbox,
        schedule: Schedule,
        stopping: threading.Event,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._accounts, self._outbox, self._schedule = accounts, outbox, schedule
        self._stopping, self._clock = stopping, clock

    @abstractmethod
    def _publish(self, row: PostRow, account: Account, token: str) -> None:
        """Send the post and write down its outcome. Raises: LinkedInError, InvalidPost, OSError, Cancelled."""

    def _stop(self, account: Account) -> str | None:
        """Why nothing of this account can be published now."""
        return account.sign_in_needed

    def _token(self, row: PostRow) -> str | None:
        """What the calls of this post are allowed with."""
        return self._accounts.access_token(row.account_id)

    def run(self, row: PostRow) -> None:
        """Publish, and leave the outcome in the row. LinkedIn's errors end there; ours are raised."""
        token, account = self._token(row), self._accounts.get(row.account_id)
        if not self._schedule.may_go(row, account):
            return None
        why = self._stop(account)
        if token is None or why:
            return self._without_token(row, why)
        try:
            self._publish(row, account, token)
        except Cancelled:
            self._outbox.finish(row, "cancelled")
        except InvalidPost as error:  # the client refused it, so nothing has left, however often it is tried
            self._give_up(
                row, f"{error} {nothing_published(row)}", "Put the post back in the composer and mend it there."
            )
        except LinkedInError as error:
            self._refused(row, error)
        except OSError:  # the uploaded file
            lost = f"An attached file can no longer be read. {nothing_published(row)}"
            self._give_up(row, lost, "Put the post back in the composer and choose the file again.")
        return None

    def _refused(self, row: PostRow, error: LinkedInError) -> None:
        """LinkedIn's answer, or its silence, says that nothing was published now."""
        if isinstance(error, RateLimited) and error.of_the_day:
            self._accounts.park(row.account_id, next_day())
            return self._schedule.park(row, next_day())
        if isinstance(error, DuplicatePost):
            return self._there_already(row, error)
        if isinstance(error, RateLimited):
            return self._try_later(row, THROTTLED, error, error.retry_after_s)
        if isinstance(error, Unreachable) and error.retryable and row.planned_for:
            return self._try_later(row, UNREACHABLE, error)
        if isinstance(error, Unauthorized) and row.planned_for:
            return self._schedule.hold(row, f"{error} {self.held}")
        return self._give_up(row, f"{error} {nothing_published(row)}", error.advice)

    def _try_later(self, row: PostRow, why: str, error: LinkedInError, wait_s: float | None = None) -> None:
        if not self._schedule.try_later(row, why, str(error), wait_s):
            self._give_up(row, f"{error} {TRIED_FOR_A_DAY} {nothing_published(row)}", error.advice)

    def _there_already(self, row: PostRow, error: DuplicatePost) -> None:
        if error.urn and row.sent_again:  # what nobody knew of has been there all the time
            return self._outbox.finish(row, "published", urn=error.urn)
        which = f" It is {error.urn}." if error.urn else ""
        return self._give_up(row, f"{error}{which} Nothing new was published.", error.advice)

    def _without_token(self, row: PostRow, why: str | None) -> None:
        if row.create_tries or row.sent_again:  # it has left already: nobody knows what became of it
            return self._unconfirmed(row)
        told = why or self.no_token
        if row.planned_for:
            return self._schedule.hold(row, f"{told} {self.held}")
        return self._give_up(row, f"{told} {NOT_PUBLISHED}", self.advice)

    def _published(self, row: PostRow, urn: Urn | None) -> None:
        """What LinkedIn has said once is written down, however long the database is away."""
        while True:
            try:
                return self._outbox.finish(row, "published", urn=urn)
            except OperationalError:
                if self._stopping.wait(DATABASE_AWAY_S):
                    raise

    def _wait(self, seconds: float) -> None:
        if self._stopping.wait(max(0.0, seconds)):
            raise Stopped

    def _unconfirmed(self, row: PostRow) -> None:
        error, advice = self.unknown
        self._outbox.finish(row, "unconfirmed", error=error, advice=advice)

    def _give_up(self, row: PostRow, error: str, advice: str) -> None:
        self._outbox.finish(row, "failed", error=error, advice=advice)


def nothing_published(row: PostRow) -> str:
    """That this try has published nothing; what a person let leave once more may be out since the time before."""
    return NOT_PUBLISHED_NOW if row.sent_again else NOT_PUBLISHED
