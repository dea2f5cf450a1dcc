"""When posts leave: what people decide about those that wait, and what the clock and LinkedIn's limits decide."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Engine, case, func, select, update

from dashboard.accounts.account import Account
from dashboard.accounts.repository import Accounts
from dashboard.db.database import lasting, now
from dashboard.db.repository import Repository
from dashboard.db.tables import Moment, posts
from dashboard.posts.outbox import Outbox
from dashboard.posts.post import (
    IN_TIME,
    LIMIT,
    NOT_RUNNING,
    OPEN,
    TRIED_AGAIN,
    UNDO,
    WAITING,
    PostRow,
    was_due,
)
from linkedin_api import Urn

EARLY_S = 0.5  # a clock may be put back between a job and its post
TIE = timedelta(seconds=2)
LATE_S = 300.0  # a post that leaves later than this says why
TRY_AGAIN_S, TRY_AGAIN_MAX_S, TRY_FOR_S = 60.0, 1800.0, 86_400.0  # for a LinkedIn that cannot be reached
GIVEN_UP = "You gave this post up. No answer ever said whether it was published."


class Schedule(Repository):
    """Every method that changes a post says whether it did: it may have left in the meantime."""

    def __init__(
        self, engine: Engine, outbox: Outbox, accounts: Accounts, awake_since: Callable[[], datetime] = now
    ) -> None:
        super().__init__(engine)
        self._outbox, self._accounts, self._awake_since = outbox, accounts, awake_since

    # What waits.

    def waiting(self, account_ids: Collection[int]) -> list[PostRow]:
        """The posts of these accounts that wait or are on their way, the next one first."""
        mine = posts.c.account_id.in_(list(account_ids))
        found = self._outbox.select(mine, posts.c.state.in_(OPEN))
        return sorted(found, key=lambda row: (row.due_at or row.created_at, row.id))

    def taken(self, account_id: int) -> set[datetime]:
        """The moments for which a post of this account is planned."""
        query = select(posts.c.due_at).where(posts.c.account_id == account_id, posts.c.state == "scheduled")
        return {moment for moment in self._values(query) if moment}

    def just_before(self, post_id: int) -> list[PostRow]:
        """The account's posts whose moments were less than two seconds before this one's, in their order.

        The engine counts in seconds: of such posts it may begin with any.
        """
        row = self._outbox.get(post_id)
        if row is None:
            return []
        theirs = func.coalesce(posts.c.due_at, posts.c.created_at, type_=Moment)
        moment = row.due_at or row.created_at
        earlier = (theirs < moment) | ((theirs == moment) & (posts.c.id < row.id))
        in_time = posts.c.delayed_by.is_(None) | (posts.c.delayed_by == UNDO)
        free = posts.c.state.in_(WAITING) | ((posts.c.state == "scheduled") & in_time)
        others = (posts.c.account_id == row.account_id) & posts.c.held.is_(None)
        found = self._outbox.select(others, free, theirs > moment - TIE, earlier)
        return sorted(found, key=lambda each: (each.due_at or each.created_at, each.id))

    # What a person decides.

    def reschedule(self, row: PostRow, due_at: datetime, time_zone: str) -> bool:
        """Another moment for a post that waits; one that was held goes on."""
        moment: dict[str, Any] = {"due_at": due_at, "time_zone": time_zone, "held": None, **IN_TIME}
        return self._outbox.move(row, due_at, states=("scheduled",), failures=None, **moment)

    def publish_now(self, row: PostRow) -> bool:
        """Let a post that waits leave at once, its turn come."""
        self._accounts.park(row.account_id, None)
        leaving: dict[str, Any] = {"state": "queued", "due_at": None, "held": None, "failures": None, **IN_TIME}
        return self._outbox.move(row, now(), states=("scheduled",), **leaving)

    def publish_all(self, post_ids: Collection[int]) -> int:
        """Let posts that are held or delayed leave now, each member's in the order of their moments; how many do.

        Each is due now: one that still cannot go is held again, and says why.
        """
        rows = [row for post_id in post_ids if (row := self._outbox.get(post_id))]
        rows.sort(key=lambda row: (row.due_at or row.created_at, row.id))
        for account_id in {row.account_id for row in rows}:
            self._accounts.park(account_id, None)
        first, due = now(), {"held": None, "failures": None, **IN_TIME}
        moments = [first + timedelta(milliseconds=number) for number in range(len(rows))]
        leaving = zip(rows, moments, strict=True)
        return sum(self._outbox.move(row, at, states=("scheduled",), due_at=at, **due) for row, at in leaving)

    def try_now(self, account_id: int) -> int:
        """Let what LinkedIn's limit holds back leave at once; how many posts that are."""
        parked_until = self._accounts.get(account_id).parked_until
        self._accounts.park(account_id, None)
        waiting = self._outbox.select(
            posts.c.account_id == account_id,
            posts.c.state == "scheduled",
            posts.c.held.is_(None),
            posts.c.due_at <= max(parked_until or now(), now()),
            posts.c.delayed_by == LIMIT,
            order=posts.c.due_at,
        )
        return sum(self._let_go(row) for row in waiting)

    def _let_go(self, row: PostRow) -> bool:
        """A moment that is still to come is the limit's end, which was never the member's wish."""
        moment = now()
        due_at = row.due_at if row.due_at and row.due_at <= moment else None
        leaving: dict[str, Any] = {"state": "queued", "due_at": due_at, "failures": None, **({} if due_at else IN_TIME)}
        return self._outbox.move(row, due_at or moment, states=("scheduled",), **leaving)

    def confirm(self, row: PostRow, urn: Urn) -> bool:
        """A person has seen the unconfirmed post: it is there, and its first comment may follow."""
        self._outbox.interactions.prepare()
        return self._decide(row, state="published", urn=str(urn), error=None, advice=None)

    def give_up(self, row: PostRow) -> bool:
        """A person does not want to know any more what became of an unconfirmed post."""
        return self._decide(row, state="failed", error=GIVEN_UP, advice=None, seen=True, brought_back=True)

    def send_again(self, row: PostRow) -> bool:
        """Send an unconfirmed post as if for the first time; LinkedIn refuses it if it was there minutes ago."""
        return self._outbox.move(
            row,
            now(),
            states=("unconfirmed",),
            state="queued",
            due_at=None,
            create_sent_at=None,
            create_tries=0,
            cancel_requested=False,
            finished_at=None,
            error=None,
            advice=None,
            seen=False,
            failures=None,
            sent_again=True,
            **IN_TIME,
        )

    def _decide(self, row: PostRow, **values: object) -> bool:
        still = (posts.c.id == row.id) & (posts.c.state == "unconfirmed")
        with lasting(self._engine) as db:
            if db.execute(update(posts).where(still).values(finished_at=now(), **values)).rowcount != 1:
                return False
            if values["state"] == "published":
                self._outbox.interactions.follow(db, row)
        return True

    # What the clock decides: asked by the flow when a post's turn has come.

    def may_go(self, row: PostRow, account: Account) -> bool:
        """Whether the post may leave now; otherwise it waits again, and its row says for what."""
        if row.create_tries:  # it has left already; somebody must find out what became of it
            return True
        moment = now()
        if row.due_at and (row.due_at - moment).total_seconds() > EARLY_S:  # the clock was put back
            self._wait(row, row.due_at)
            return False
        if account.parked_until and account.parked_until > moment:
            self.park(row, account.parked_until)
            return False
        if row.planned_for and (first := self._tried_before(row, moment)):
            until, why = first
            self._wait_for_linkedin(row, why, until + TIE, row.error)
            return False
        if row.delayed_by == LIMIT:  # that is why it is late
            return True
        if not self._in_time(row, account, moment):
            return False
        if row.delayed_by in TRIED_AGAIN:
            self._outbox.leaves_late(row, str(row.delayed_by))
        return True

    def _tried_before(self, row: PostRow, moment: datetime) -> tuple[datetime, str] | None:
        """When LinkedIn is tried again for the account's earlier posts, and why they wait.

        Posts leave in the order of their moments.
        """
        theirs = (posts.c.account_id == row.account_id) & (posts.c.state == "scheduled") & posts.c.held.is_(None)
        earlier = (posts.c.due_at < row.due_at) | ((posts.c.due_at == row.due_at) & (posts.c.id < row.id))
        waits = posts.c.delayed_by.in_(TRIED_AGAIN) & (posts.c.delayed_until > moment)
        query = select(posts.c.delayed_until, posts.c.delayed_by).where(theirs, earlier, waits)
        last = self._row(query.order_by(posts.c.delayed_until.desc()).limit(1))
        return (last[0], last[1]) if last else None

    def try_later(self, row: PostRow, why: str, error: str, wait_s: float | None = None) -> bool:
        """LinkedIn was not reached, or asks for fewer calls: the post waits, and is tried again for a day.

        It waits a minute, later up to half an hour, or as long as LinkedIn asks to; `why` is one of TRIED_AGAIN.
        Returns False, with nothing changed, after a day of tries.
        """
        moment = now()
        # The time in which nothing was running, or the machine slept, is no time of trying.
        since = max(row.unreachable_since or moment, self._awake_since())
        tried_s = (moment - since).total_seconds()
        if tried_s >= TRY_FOR_S:
            return False
        if wait_s is None:
            wait_s = min(max(tried_s, TRY_AGAIN_S), TRY_AGAIN_MAX_S)
        self._wait_for_linkedin(row, why, moment + timedelta(seconds=min(max(wait_s, 1.0), TRY_FOR_S)), error)
        return True

    def _wait_for_linkedin(self, row: PostRow, why: str, until: datetime, error: str | None) -> None:
        delayed: dict[str, Any] = {"delayed_by": why, "delayed_until": until, "error": error}
        since, due_at = row.unreachable_since or now(), row.due_at or now()
        self._wait(row, until, due_at=due_at, create_sent_at=None, create_tries=0, unreachable_since=since, **delayed)

    def _in_time(self, row: PostRow, account: Account, moment: datetime) -> bool:
        """What was due while nothing was running leaves with a note, or is held, as the member chose."""
        if row.due_at is None or row.sent_bytes or row.due_at >= self._awake_since():
            return True
        late_s = (moment - row.due_at).total_seconds()
        if late_s <= LATE_S or self._worked_since(row.account_id, row.due_at):
            return True
        if account.when_late == "hold":
            why = "It is held, as you chose for such posts: publish it now or choose a new time."
            self.hold(row, f"{was_due(row.due_at, row.time_zone)}. {why}")
            return False
        self._outbox.leaves_late(row, NOT_RUNNING)
        return True

    def _worked_since(self, account_id: int, moment: datetime) -> bool:
        """Whether somebody brought a post of the account to its end since then: it was only this one's turn to wait."""
        ended = select(posts.c.id).where(posts.c.account_id == account_id, posts.c.finished_at >= moment).limit(1)
        return self._row(ended) is not None

    def park(self, row: PostRow, until: datetime) -> None:
        """LinkedIn's daily limit: the post waits, with nothing published of it."""
        limited: dict[str, Any] = {"due_at": row.due_at or until, "delayed_by": LIMIT, "delayed_until": until}
        self._wait(row, until, create_sent_at=None, create_tries=0, error=None, **limited)

    def hold(self, row: PostRow, why: str) -> None:
        """The post waits until a person decides."""
        self._wait(row, row.due_at or now(), held=why, create_sent_at=None, create_tries=0, error=None, **IN_TIME)

    def _wait(self, row: PostRow, at: datetime, **values: Any) -> None:
        # What somebody wanted to cancel in the meantime does not wait again.
        asked = posts.c.cancel_requested.is_(True)
        ending: dict[str, Any] = {
            "state": case((asked, "cancelled"), else_="scheduled"),
            "finished_at": case((asked, now()), else_=posts.c.finished_at),
        }
        self._outbox.move(row, at, states=WAITING, **ending, **values)


def next_day() -> datetime:
    """00:00 UTC: when LinkedIn's count starts again."""
    return datetime.combine(now().date() + timedelta(days=1), time(), tzinfo=now().tzinfo)
