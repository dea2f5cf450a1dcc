"""Calls per UTC day, counted per member and per application."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from .errors import throttled
from .store import Store
from .tokens import Grant


class DayLimits:
    """Two counters that start again at midnight UTC. [D]

    [I] One budget covers /v2 and /rest together, whatever is asked for, and refused calls count too;
    signing in, userinfo and the upload hosts are free.
    """

    def __init__(self, store: Store, clock: Callable[[], float], *, member: int, app: int) -> None:
        self._store = store
        self._clock = clock
        self.member = member
        self.app = app

    def count(self, grant: Grant) -> None:
        """Count one call. Raises ApiError 429 when it is one too many."""
        day = datetime.fromtimestamp(self._clock(), UTC).date().isoformat()
        with self._store.transaction():
            by_app = self._store.count_up(f"{day} {grant.client_id}")
            by_member = self._store.count_up(f"{day} {grant.client_id} {grant.sub}")
        if by_app > self.app:
            raise throttled("APPLICATION")
        if grant.sub and by_member > self.member:
            raise throttled()
