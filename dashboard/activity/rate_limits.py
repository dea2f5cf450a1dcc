"""How many calls a member and an app have made today: counted here, because LinkedIn does not report it.

[D] LinkedIn counts by UTC day. [I] Read with caution, every API call with the member's token counts against one limit:
/v2 and /rest together, refused calls and lost answers too. Signing in, userinfo and uploads of bytes do not count.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Engine, case, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from dashboard.accounts.account import Account
from dashboard.db.database import now
from dashboard.db.repository import Repository
from dashboard.db.tables import calls_made
from linkedin_api import PlannedCall, Transport, Unauthorized, Unreachable
from linkedin_api.http.connections import Readable
from linkedin_api.http.response import Response
from linkedin_api.reference import limits

KEPT_DAYS = 60
SHOWN_DAYS = 14
UNNAMED_APP = "the app of LINKEDIN_ACCESS_TOKEN"  # a pasted token does not say whose it is
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Spent:
    """The calls of one UTC day, and what LinkedIn allows."""

    member_calls: int
    app_calls: int  # of all members who signed in through the same app here
    resets_at: datetime
    member_limit: int = limits.MEMBER_CALLS_PER_DAY
    app_limit: int = limits.APP_CALLS_PER_DAY

    @property
    def left(self) -> int:
        """How many calls the member may still make: of their own, and of the app's."""
        return max(0, min(self.member_limit - self.member_calls, self.app_limit - self.app_calls))

    @property
    def app_matters(self) -> bool:
        """Whether the app's own limit is near."""
        return self.app_calls >= limits.APP_CALLS_WARNED_AT * self.app_limit


class RateLimits(Repository):
    """The calls of each day, app and member in the database, which all processes share."""

    def __init__(self, engine: Engine, client_id: str, clock: Callable[[], datetime] = now) -> None:
        super().__init__(engine)
        self._client_id, self._clock = client_id or UNNAMED_APP, clock

    def count(self, account: Account) -> None:
        """One call more. Raises nothing: a call that was made must not fail because it could not be counted."""
        dialect = sqlite if self._engine.dialect.name == "sqlite" else postgresql
        key = {"day": self._today().isoformat(), "client_id": self._app(account), "account_id": account.id}
        one_more = {"calls": calls_made.c.calls + 1}  # added by the database: others count at the same time
        statement = dialect.insert(calls_made).values(**key, calls=1)
        try:
            self._write(statement.on_conflict_do_update(index_elements=list(key), set_=one_more))
        except SQLAlchemyError as error:
            log.warning("A call to LinkedIn could not be counted: %s", type(error).__name__)

    def today(self, account: Account) -> Spent:
        """What the member and their app have used since 00:00 UTC."""
        day = self._today()
        mine = case((calls_made.c.account_id == account.id, calls_made.c.calls), else_=0)
        query = select(func.coalesce(func.sum(mine), 0), func.coalesce(func.sum(calls_made.c.calls), 0)).where(
            calls_made.c.day == day.isoformat(), calls_made.c.client_id == self._app(account)
        )
        ((member_calls, app_calls),) = self._rows(query)
        return Spent(int(member_calls), int(app_calls), datetime.combine(day + timedelta(days=1), time(), UTC))

    def days(self, account: Account) -> dict[date, int]:
        """The member's calls on each of the last 14 UTC days, today last; days without any are 0."""
        today = self._today()
        found = {today - timedelta(days=ago): 0 for ago in reversed(range(SHOWN_DAYS))}
        query = select(calls_made.c.day, calls_made.c.calls).where(
            calls_made.c.day >= min(found).isoformat(),
            calls_made.c.client_id == self._app(account),
            calls_made.c.account_id == account.id,
        )
        made = {date.fromisoformat(day): calls for day, calls in self._rows(query)}
        return {day: made.get(day, 0) for day in found}

    def forget(self, account_id: int) -> None:
        """Count the member's calls of today from zero."""
        mine = (calls_made.c.account_id == account_id) & (calls_made.c.day == self._today().isoformat())
        self._write(delete(calls_made).where(mine))

    def sweep(self) -> None:
        """Delete the counts of days more than 60 days ago."""
        oldest = self._today() - timedelta(days=KEPT_DAYS)
        self._write(delete(calls_made).where(calls_made.c.day < oldest.isoformat()))

    def _today(self) -> date:
        return self._clock().astimezone(UTC).date()

    def _app(self, account: Account) -> str:
        return account.client_id or self._client_id


class CountedTransport(Transport):
    """A transport that reports each request which has left for the API, and each 401 with its reason.

    Uploads go elsewhere and do not count; LinkedIn may refuse their token nevertheless.
    """

    def __init__(self, count: Callable[[], None], refused: Callable[[str], None], **options: Any) -> None:
        super().__init__(**options)
        self._count, self._refused = count, refused

    def send(self, method: str, url: str, **options: Any) -> Response:
        """As Transport.send(), and counted whatever the answer is, also when it was lost."""
        has_left = True
        try:
            return super().send(method, url, **options)
        except Unauthorized as error:
            self._note_refused(error)
            raise
        except Unreachable:
            has_left = False
            raise
        finally:
            if has_left:
                self._count()

    def upload(self, url: str, body: Readable, *, with_token: bool = True, **options: Any) -> Response:
        """As Transport.upload()."""
        try:
            return super().upload(url, body, with_token=with_token, **options)
        except Unauthorized as error:
            if with_token:
                self._note_refused(error)
            raise

    def _note_refused(self, error: Unauthorized) -> None:
        """Raises nothing: LinkedIn's answer counts, also when the database cannot keep it."""
        try:
            self._refused(error.reason)
        except SQLAlchemyError as wrong:
            log.warning("That LinkedIn refuses a token could not be kept: %s", type(wrong).__name__)


def needed(planned: Iterable[PlannedCall]) -> int:
    """How many of the requests that publishing makes are calls, which count; uploads of bytes are none."""
    return sum(not call.is_upload for call in planned)
