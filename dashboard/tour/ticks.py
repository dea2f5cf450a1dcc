"""Which steps of the tour each member has done."""

from __future__ import annotations

import contextlib

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from dashboard.db.repository import Repository
from dashboard.db.tables import tour_ticks


class TourTicks(Repository):
    """The done steps in the database, by their names."""

    def done(self, account_id: int) -> set[str]:
        """The steps that this member has done."""
        return set(self._values(select(tour_ticks.c.step).where(tour_ticks.c.account_id == account_id)))

    def tick(self, account_id: int, step: str) -> None:
        """The member has done a step; once more is fine."""
        with contextlib.suppress(IntegrityError):  # another tab was quicker, or it was done before
            self._write(insert(tour_ticks).values(account_id=account_id, step=step))
