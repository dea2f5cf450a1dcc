"""Daily limits: counts calls per UTC day, per member and per application."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from sandbox.model.store import Store
from sandbox.model.tokens import Grant
from sandbox.protocol.errors import throttled


class DailyLimits:
    """Two counters that are reset at midnight UTC. [D]

    [I] One limit covers all calls to /v2 and /rest together, and refused calls count too;
    signing in, userinfo and uploads do not count.
    """

    def __init__(self, store: Store, clock: Callable[[], float], *, member: int, app: int) -> None:
        self._store = store
        self._clock = clock
        self.member = member
        self.app = app

    def count(self, grant: Grant) -> None:
        """Count one call. Raises ApiError 429 when it exceeds a limit."""
        day = datetime.fromtimestamp(self._clock(), UTC).date().isoformat()
        with self._store.transaction():
            by_app = self._store.count_up(f"{day} {grant.client_id}")
            by_member = self._store.count_up(f"{day} {grant.client_id} {grant.sub}")
        if by_app > self.app:
            raise throttled("APPLICATION")
        if grant.sub and by_member > self.member:
            raise throttled()
