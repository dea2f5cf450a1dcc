"""How often the page of a post was opened, by UTC day: the only reach that the sandbox can count."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from .store import Store


class Views:
    """Page views of one sandbox."""

    def __init__(self, store: Store, clock: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock

    def count(self, post_urn: str) -> None:
        """Somebody has opened the page of a post."""
        day = datetime.fromtimestamp(self._clock(), UTC).date().isoformat()
        with self._store.transaction():
            days = self._store.get("views", post_urn) or {}
            self._store.put("views", post_urn, days | {day: days.get(day, 0) + 1})

    def by_day(self, post_urn: str) -> dict[date, int]:
        """How often on which day."""
        days = self._store.get("views", post_urn) or {}
        return {date.fromisoformat(day): count for day, count in days.items()}
