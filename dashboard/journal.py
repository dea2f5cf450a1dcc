"""The last exchanges with LinkedIn, for the Inspector. They arrive here already redacted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, insert, or_, select, update

from dashboard.filters import Whose, owned
from dashboard.repository import Repository
from dashboard.store import new_id
from dashboard.tables import exchanges
from linkedin_api import Exchange

KEPT = 5_000  # exchanges; the oldest go first
SWEEP_EVERY = 100


@dataclass(frozen=True)
class Entry:
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


class Journal(Repository):
    """Exchanges in the database, each owned by an account, or by a browser until it has one."""

    def recorder(
        self, *, account_id: int | None = None, browser_hash: str | None = None, post_id: int | None = None
    ) -> Callable[[Exchange], None]:
        """A callback for a Transport's `on_exchange` that keeps each exchange for these owners."""

        def keep(exchange: Exchange) -> None:
            values = {
                "account_id": account_id,
                "browser_hash": browser_hash,
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
                made = new_id(db.execute(insert(exchanges).values(values)))
                if made % SWEEP_EVERY == 0:
                    db.execute(delete(exchanges).where(exchanges.c.id <= made - KEPT))

        return keep

    def claim(self, browser_hash: str, account_id: int) -> None:
        """Give a browser's sign-in exchanges to the account that came of them."""
        mine = and_(exchanges.c.browser_hash == browser_hash, exchanges.c.account_id.is_(None))
        self._write(update(exchanges).where(mine).values(account_id=account_id))

    def entries(
        self,
        whose: Whose,
        *,
        search: str = "",
        method: str | None = None,
        outcome: str | None = None,
        post_id: int | None = None,
        limit: int = 200,
    ) -> list[Entry]:
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
        return [Entry(**row._mapping) for row in self._rows(query)]

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
