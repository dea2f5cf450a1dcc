"""Counts how often the page of a post was opened, by UTC day: the only impressions in the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from .store import Store


class Views:
    """The page views of one sandbox."""

    def __init__(self, store: Store, clock: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock

    def count(self, post_urn: str) -> None:
        """Count one view of a post's page."""
        day = datetime.fromtimestamp(self._clock(), UTC).date().isoformat()
        with self._store.transaction():
            days = self._store.get("views", post_urn) or {}
            self._store.put("views", post_urn, days | {day: days.get(day, 0) + 1})

    def by_day(self, post_urn: str) -> dict[date, int]:
        """The number of views on each UTC day."""
        days = self._store.get("views", post_urn) or {}
        return {date.fromisoformat(day): count for day, count in days.items()}
