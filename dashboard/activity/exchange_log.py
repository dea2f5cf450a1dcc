"""The last exchanges with LinkedIn, for the Inspector. They arrive here already redacted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, delete, insert, or_, select

from dashboard.db.repository import Repository, Whose, owned
from dashboard.db.tables import exchanges
from linkedin_api import Exchange

KEPT = 5_000  # exchanges of each account; the oldest go first
SWEEP_EVERY = 100


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


class ExchangeLog(Repository):
    """Exchanges in the database, each owned by an account."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._recorded: Counter[int] = Counter()  # by account, since this process has started

    def recorder(self, *, account_id: int, post_id: int | None = None) -> Callable[[Exchange], None]:
        """A callback for a Transport's `on_exchange` that keeps each exchange for this account."""

        def keep(exchange: Exchange) -> None:
            values = {
                "account_id": account_id,
                "post_id": post_id,
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
        columns = [
            exchanges.c[name]
            for name in ("id", "at", "method", "url", "status", "duration_ms", "request_id", "post_id")
        ]
        error = exchanges.c.exchange["error"].as_string().label("error")
        query = (
            select(*columns, error)
            .where(*_filters(whose, search, method, outcome, post_id))
            .order_by(exchanges.c.id.desc())
            .limit(limit)
        )
        return [LoggedExchange(**row._mapping) for row in self._rows(query)]

    def exchange(self, whose: Whose, entry_id: int) -> Exchange | None:
        """One exchange whole, if it is one of these accounts'."""
        mine = owned(exchanges.c.account_id, whose)
        found = self._value(select(exchanges.c.exchange).where(exchanges.c.id == entry_id, mine))
        return Exchange.from_dict(found) if found else None

    def count(self, account_id: int) -> int:
        """How many exchanges of the account are kept."""
        return self._count(exchanges.c.account_id == account_id)

    def clear(self, account_id: int) -> None:
        """Delete the account's exchanges."""
        self._write(delete(exchanges).where(exchanges.c.account_id == account_id))


def _too_old(account_id: int) -> ColumnElement[bool]:
    """What an account has beyond KEPT, and what an earlier version has kept for browsers in which nobody signed in."""
    mine = exchanges.c.account_id == account_id
    oldest = select(exchanges.c.id).where(mine).order_by(exchanges.c.id.desc()).offset(KEPT).limit(1)
    return (mine & (exchanges.c.id <= oldest.scalar_subquery())) | exchanges.c.account_id.is_(None)


def _filters(
    whose: Whose, search: str, method: str | None, outcome: str | None, post_id: int | None
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
