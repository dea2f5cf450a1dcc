"""Which other members a member may see and publish as: each of them has signed in to allow it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Engine, delete, select

from dashboard.accounts.account import Account, account_of
from dashboard.db.database import now, upsert
from dashboard.db.repository import Repository
from dashboard.db.tables import accounts, connections


class Connections(Repository):
    """Who may publish as whom. One way: the other member gets no access to the owner."""

    def __init__(self, engine: Engine, issuer: str) -> None:
        super().__init__(engine)
        self._issuer = issuer

    def add(self, owner_id: int, other_id: int) -> None:
        """From now on the owner may see and publish as the other, who has just signed in for this."""
        if owner_id != other_id:
            with self._engine.begin() as db:
                upsert(db, connections, {"account_id": owner_id, "other_id": other_id}, {"since": now()})

    def of(self, owner_id: int) -> list[Account]:
        """The members as whom the owner may publish, in the order in which they first came here."""
        return self._accounts(connections.c.other_id, connections.c.account_id == owner_id)

    def holders(self, other_id: int) -> list[Account]:
        """The members who may publish as this one."""
        return self._accounts(connections.c.account_id, connections.c.other_id == other_id)

    def remove(self, owner_id: int, other_id: int) -> None:
        """Take the other off the owner's list; the other's token, posts and history stay."""
        both = (connections.c.account_id == owner_id) & (connections.c.other_id == other_id)
        self._write(delete(connections).where(both))

    def _accounts(self, column: ColumnElement[int], which: ColumnElement[bool]) -> list[Account]:
        query = select(accounts).join(connections, accounts.c.id == column)
        mine = query.where(which, accounts.c.issuer == self._issuer)
        return [account_of(row) for row in self._rows(mine.order_by(accounts.c.id))]
