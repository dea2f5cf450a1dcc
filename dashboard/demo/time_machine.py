"""The sandbox's time machine: puts the age of tokens, the day of the limits or the table of versions ahead.

The dashboard's own clock is never moved, so that nothing planned leaves early. What it must see of the jump, it sees in
its rows: a token looks as old as the sandbox takes it for, and the calls of a day that is over are forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update

from dashboard.accounts.account import Account
from dashboard.db.database import now
from dashboard.db.repository import Repository
from dashboard.db.tables import accounts
from dashboard.demo.faults import lift
from dashboard.posts.schedule import next_day
from dashboard.services import Services, sandbox

DAY_S = 86_400.0
TOKENS, LIMITS, VERSIONS = "tokens", "limits", "versions"
AFTER_S = 60.0  # past the moment itself


@dataclass(frozen=True)
class Jump:
    """One destination: how far ahead it is, which of the sandbox's calendars go there, and what it shows."""

    label: str
    seconds: float
    calendar: str
    story: str


def jumps(services: Services, account: Account) -> list[Jump]:
    """The destinations for this member; days are counted from the sign-in."""
    midnight_s = (next_day() - now()).total_seconds() + AFTER_S
    found = [
        _day(account, 53, "The sign-in ends in a week: Me warns of it, and Queue of what is planned for later."),
        _day(
            account, 61, "The sign-in has ended: LinkedIn answers 401, nothing is published, and a new sign-in helps."
        ),
        Jump("Midnight UTC", midnight_s, LIMITS, "A new day of calls: what waited for LinkedIn's limit is published."),
    ]
    version = services.settings.version
    if (sunset_s := sandbox().time.sunset_s(version)) and sunset_s > 0:
        story = f"LinkedIn has switched {version} off: its API answers 426, to polls and documents too; v2 goes on."
        found.append(Jump(f"Sunset of {version}", sunset_s + AFTER_S, VERSIONS, story))
    return found


def _day(account: Account, day: int, story: str) -> Jump:
    age_s = (account.token_age_days or 0.0) * DAY_S - sandbox().time.ahead_s().get(TOKENS, 0.0)
    return Jump(f"Day {day}", max(0.0, day * DAY_S - age_s), TOKENS, story)


def go(services: Services, jump: Jump) -> None:
    """Go there from wherever one is; only the calendar of the jump is ahead then. Raises: SQLAlchemyError."""
    before_s = sandbox().time.ahead_s().get(TOKENS, 0.0)
    sandbox().time.jump(jump.seconds, [jump.calendar])
    after_s = sandbox().time.ahead_s().get(TOKENS, 0.0)
    if after_s != before_s:
        _Tokens(services.database).age([each.id for each in services.accounts.all()], after_s - before_s)
    if jump.calendar == LIMITS and jump.seconds:
        for account in services.accounts.all():
            services.rate_limits.forget(account.id)
        lift(services)


def back(services: Services) -> None:
    """Back to now, with every calendar. Raises: SQLAlchemyError."""
    go(services, Jump("Now", 0.0, TOKENS, ""))


def where() -> str:
    """What is ahead, in a sentence; "" when everything is at its true time."""
    said = {
        TOKENS: "tokens count as {days} days older than they are",
        LIMITS: "the calls of tomorrow are counted",
        VERSIONS: "the table of versions is {days} days ahead",
    }
    ahead = sandbox().time.ahead_s()
    return "; ".join(said[each].format(days=f"{seconds / DAY_S:.0f}") for each, seconds in ahead.items())


class _Tokens(Repository):
    """The ages of tokens in the accounts' rows."""

    def age(self, account_ids: list[int], seconds: float) -> None:
        """Make the tokens older; younger again below zero, though none younger than new."""
        of = accounts.c
        for row in self._rows(select(of.id, of.token_at, of.token_expires_at).where(of.id.in_(account_ids))):
            values: dict[str, object] = {}
            if row.token_at and row.token_expires_at:
                life = row.token_expires_at - row.token_at
                made_at = min(row.token_at - timedelta(seconds=seconds), now())
                values = {"token_at": made_at, "token_expires_at": made_at + life}
                self._write(update(accounts).where(of.id == row.id).values(values))
        if seconds < 0:  # what was refused as too old is not too old any more
            refused = of.token_refused == "expired"  # noqa: S105
            expired = of.id.in_(account_ids) & refused & (of.token_expires_at > now())
            self._write(update(accounts).where(expired).values(token_refused=None))
