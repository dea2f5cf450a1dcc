"""Opens what one process needs once, also when that fails for a while."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from dashboard.config.settings import SettingsError
from dashboard.db.database import DatabaseUnavailable

TRY_AGAIN_S = 1.0
T = TypeVar("T")


class Opening(Generic[T]):
    """Calls `make` until it succeeds once, at most every second, and gives everybody what it made."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make, self._one_at_a_time = make, threading.Lock()
        self.opened: T | None = None
        self._failure: Exception | None = None
        self._again_at = 0.0

    def __call__(self) -> T:
        """What was made. Raises: SettingsError, StoreError."""
        with self._one_at_a_time:
            if self.opened is None:
                self.opened = self._made()
            return self.opened

    def _made(self) -> T:
        if self._failure and time.monotonic() < self._again_at:
            raise self._failure.with_traceback(None)
        try:
            return self._make()
        except (SettingsError, DatabaseUnavailable) as error:
            self._failure, self._again_at = error, time.monotonic() + TRY_AGAIN_S
            raise

    def when_open(self, then: Callable[[T], None], stopping: threading.Event) -> None:
        """Do something with it once, however long it takes to open; on a thread of its own, until it is stopped."""

        def wait() -> None:
            while not stopping.is_set():
                with contextlib.suppress(SettingsError, DatabaseUnavailable):
                    return then(self())
                stopping.wait(TRY_AGAIN_S)
            return None

        threading.Thread(target=wait, name="opening", daemon=True).start()

    def cache_clear(self) -> None:
        """Forget it: the next call makes another one."""
        self.opened, self._failure, self._again_at = None, None, 0.0
