"""The last exchanges with LinkedIn, for the Inspector. They arrive here already redacted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, delete, func, insert, or_, select

from dashboard.db.repository import Repository, Whose, owned
from dashboard.db.tables import exchanges
from linkedin_api import Exchange

KEPT = 5_000  # exchanges of each account; the oldest go first
SWEEP_EVERY = 100
GROUPS_SHOWN = 100
_COLUMNS = [exchanges.c[n] for n in ("id", "at", "method", "url", "status", "duration_ms", "request_id", "post_id")]


@dataclass(frozen=True)
class LoggedExchange:
    """One line of the Inspector."""

    id: int
    at: datetime
    method: str
    url: str
    status: int | None
    duration_ms: float
    request_id: str | None
    post_id: int | None
    error: str | None


def in_turn(*told: Callable[[Exchange], None]) -> Callable[[Exchange], None]:
    """A callback for a Transport's `on_exchange` that tells each of these, one after the other, also when one fails.

    Raises: what the last that failed has raised.
    """

    def tell(exchange: Exchange) -> None:
        with ExitStack() as others:
            for each in reversed(told):
                others.callback(each, exchange)

    return tell


@dataclass(frozen=True)
class PostGroup:
    """The exchanges of one post: how many, how many of them failed, and when."""

    post_id: int
    count: int
    failed: int  # refused or without an answer
    first_at: datetime
    last_at: datetime


class ExchangeLog(Repository):
    """Exchanges in the database, each owned by an account."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._recorded: Counter[int] = Counter()  # by account, since this process has started

    def recorder(
        self, *, account_id: int, post_id: int | None = None, origin: str | None = None
    ) -> Callable[[Exchange], None]:
        """A callback for a Transport's `on_exchange` that keeps each exchange for this account."""

        def keep(exchange: Exchange) -> None:
            values = {
                "account_id": account_id,
                "post_id": post_id,
                "origin": origin,
                "at": exchange.started_at,
                "method": exchange.method,
                "url": exchange.url,
                "status": exchange.status,
                "duration_ms": exchange.duration_ms,
                "request_id": exchange.request_id,
                "exchange": exchange.as_dict(),
            }
            with self._engine.begin() as db:
                db.execute(insert(exchanges).values(values))
                if self._recorded[account_id] % SWEEP_EVERY == 0:
                    db.execute(delete(exchanges).where(_too_old(account_id)))
            self._recorded[account_id] += 1

        return keep

    def record(self, account_id: int, seen: Iterable[Exchange]) -> None:
        """Keep exchanges of which only now is known whose they are: a stranger's are never kept."""
        keep = self.recorder(account_id=account_id)
        for exchange in seen:
            keep(exchange)

    def entries(
        self,
        whose: Whose,
        *,
        search: str = "",
        method: str | None = None,
        outcome: str | None = None,
        post_id: int | None = None,
        limit: int = 200,
    ) -> list[LoggedExchange]:
        """The newest exchanges first; `outcome` is ok, error or none."""
        return self._entries(_filters(whose, search, method, outcome, post_id), limit)

    def of_console(self, account_id: int, *, limit: int = 50) -> list[LoggedExchange]:
        """What the account has sent from the Console, the newest first."""
        return self._entries([exchanges.c.account_id == account_id, exchanges.c.origin.is_not(None)], limit)

    def _entries(self, conditions: list[ColumnElement[bool]], limit: int) -> list[LoggedExchange]:
        error = exchanges.c.exchange["error"].as_string().label("error")
        query = select(*_COLUMNS, error).where(*conditions).order_by(exchanges.c.id.desc()).limit(limit)
        return [LoggedExchange(**row._mapping) for row in self._rows(query)]

    def last_from(self, account_id: int, origin: str) -> Exchange | None:
        """The newest exchange of the account with this origin."""
        mine = (exchanges.c.account_id == account_id) & (exchanges.c.origin == origin)
        newest = select(func.max(exchanges.c.id)).where(mine).scalar_subquery()
        found = self._value(select(exchanges.c.exchange).where(exchanges.c.id == newest))
        return Exchange.from_dict(found) if found else None

    def whole(self, whose: Whose, **wanted: Any) -> Iterator[Exchange]:
        """Every exchange that entries() would tell of, the oldest first, read one by one. wanted: as of entries()."""
        query = select(exchanges.c.exchange).where(*_filters(whose, **wanted)).order_by(exchanges.c.id)
        with self._engine.connect() as db:
            for found in db.execution_options(yield_per=100).scalars(query):
                yield Exchange.from_dict(found)

    def by_post(self, whose: Whose) -> list[PostGroup]:
        """The exchanges of each post, the post with the newest exchange first."""
        bad = func.count().filter(exchanges.c.status.is_(None) | (exchanges.c.status >= 400))
        ends = (func.min(exchanges.c.at), func.max(exchanges.c.at))
        query = (
            select(exchanges.c.post_id, func.count(), bad, *ends)
            .where(owned(exchanges.c.account_id, whose), exchanges.c.post_id.is_not(None))
            .group_by(exchanges.c.post_id)
            .order_by(func.max(exchanges.c.id).desc())
            .limit(GROUPS_SHOWN)
        )
        return [PostGroup(*row) for row in self._rows(query)]

    def timings(self, whose: Whose, **wanted: Any) -> list[tuple[str, str, int | None, float]]:
        """Method, URL, status and milliseconds of every exchange that entries() would tell of."""
        columns = (exchanges.c.method, exchanges.c.url, exchanges.c.status, exchanges.c.duration_ms)
        query = select(*columns).where(*_filters(whose, **wanted))
        return [(method, url, status, ms) for method, url, status, ms in self._rows(query)]

    def exchange(self, whose: Whose, entry_id: int) -> Exchange | None:
        """One exchange whole, if it is one of these accounts'."""
        mine = owned(exchanges.c.account_id, whose)
        found = self._value(select(exchanges.c.exchange).where(exchanges.c.id == entry_id, mine))
        return Exchange.from_dict(found) if found else None

    def count(self, account_id: int) -> int:
        """How many exchanges of the account are kept."""
        return self._count(exchanges.c.account_id == account_id)

    def count_of_post(self, post_id: int) -> int:
        """How many exchanges of a post are kept: those of publishing it, and what was done with it later."""
        return self._count(exchanges.c.post_id == post_id)

    def clear(self, account_id: int) -> None:
        """Delete the account's exchanges."""
        self._write(delete(exchanges).where(exchanges.c.account_id == account_id))


def _too_old(account_id: int) -> ColumnElement[bool]:
    """What an account has beyond KEPT, and what an earlier version has kept for browsers in which nobody signed in."""
    mine = exchanges.c.account_id == account_id
    oldest = select(exchanges.c.id).where(mine).order_by(exchanges.c.id.desc()).offset(KEPT).limit(1)
    return (mine & (exchanges.c.id <= oldest.scalar_subquery())) | exchanges.c.account_id.is_(None)


def _filters(
    whose: Whose,
    search: str = "",
    method: str | None = None,
    outcome: str | None = None,
    post_id: int | None = None,
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [owned(exchanges.c.account_id, whose)]
    if search:
        found.append(or_(exchanges.c.url.icontains(search, autoescape=True), exchanges.c.request_id == search))
    if method:
        found.append(exchanges.c.method == method)
    if post_id:
        found.append(exchanges.c.post_id == post_id)
    status: Any = exchanges.c.status
    by_outcome = {"ok": status < 400, "error": status >= 400, "none": status.is_(None)}
    if outcome:
        found.append(by_outcome[outcome])
    return found
