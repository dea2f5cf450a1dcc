"""Daily limits: counts calls per UTC day, per member and per application."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from sandbox.directory.apps import COMMUNITY_CLIENT
from sandbox.model.store import Store
from sandbox.model.tokens import Grant
from sandbox.protocol.errors import refused

# Calls per member and per application: [D] Community Management, development tier; the other tier's are not known.
PRODUCT_LIMITS = {COMMUNITY_CLIENT: (100, 500)}
USERINFO_LIMIT = 500  # [D] per member


class DailyLimits:
    """Counters that are reset at midnight UTC. [D]

    [I] One limit covers all calls to /v2 and /rest together, and refused calls count too; signing in, /v2/me and
    uploads do not count. Userinfo has a limit of its own. [D]
    """

    def __init__(self, store: Store, clock: Callable[[], float], *, member: int, app: int) -> None:
        self._store = store
        self._clock = clock
        self.member = member
        self.app = app

    def count_userinfo(self, grant: Grant) -> None:
        """Count one call of userinfo. Raises ApiError 429 when it exceeds the limit."""
        if self._store.count_up(f"{self._day()} {grant.client_id} {grant.sub} userinfo") > USERINFO_LIMIT:
            raise refused("throttled")

    def count(self, grant: Grant) -> None:
        """Count one call. Raises ApiError 429 when it exceeds a limit."""
        day = self._day()
        with self._store.transaction():
            by_app = self._store.count_up(f"{day} {grant.client_id}")
            by_member = self._store.count_up(f"{day} {grant.client_id} {grant.sub}")
        member, app = PRODUCT_LIMITS.get(grant.client_id, (self.member, self.app))
        if by_app > min(app, self.app):
            raise refused("throttled", "APPLICATION")
        if grant.sub and by_member > min(member, self.member):
            raise refused("throttled")

    def _day(self) -> str:
        return datetime.fromtimestamp(self._clock(), UTC).date().isoformat()
