"""The background threads that publish: one engine per database, taken over when its process dies."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from dashboard.outbox import Outbox, Row
from dashboard.worker import Stopped

LOOK_EVERY_S = 1.0
AT_ONCE = 4  # posts on their way at the same time
TRIES = 5  # after so many failures of our own (not LinkedIn's) a row is given up
STOP_WITHIN_S = 5.0
DAY_S = 86_400.0
log = logging.getLogger(__name__)


class Engine:
    """Looks for waiting rows and runs the flow of each on a thread."""

    def __init__(
        self,
        outbox: Outbox,
        run: Callable[[Row], None],
        lock_file: Path,
        *,
        stopping: threading.Event,
        ready: Callable[[], bool] = lambda: True,
        daily: Callable[[], object] = lambda: None,
    ) -> None:
        self._outbox, self._run, self._lock_file = outbox, run, lock_file
        self._stopping, self._ready, self._daily = stopping, ready, daily
        self._daily_at = time.monotonic()  # when it is due next: first at the start
        self._complained = False
        self._wake, self._starting = threading.Event(), threading.Lock()
        self._active: dict[int, threading.Thread] = {}
        self._failures: Counter[int] = Counter()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start looking, once. Daemon threads: a post that is cut off is taken up at the next start."""
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="outbox", daemon=True)
                self._thread.start()

    def wake(self) -> None:
        """Look now: a row was put in."""
        self._wake.set()

    def stop(self) -> None:
        """Start nothing more; uploads stop where they are, a create on its way may end."""
        self._stopping.set()
        self._wake.set()
        for thread in (self._thread, *self._active.copy().values()):
            if thread:
                thread.join(STOP_WITHIN_S)

    def _work(self) -> None:
        lock = None
        try:
            while not self._stopping.is_set():
                lock = lock or self._hold()
                if lock:
                    self._once_a_day()
                if lock and self._ready():
                    self._look()
                self._wake.wait(LOOK_EVERY_S)
                self._wake.clear()
        finally:
            if lock:
                lock.close()

    def _hold(self) -> sqlite3.Connection | None:
        try:
            return _hold(self._lock_file)
        except sqlite3.DatabaseError as error:
            if not self._complained:
                wrong = "Nothing is published: the lock file %s cannot be used (%s). Mend or delete it."
                log.error(wrong, self._lock_file, error)  # noqa: TRY400 - once a second there is a next try
            self._complained = True
            return None

    def _once_a_day(self) -> None:
        if time.monotonic() < self._daily_at:
            return
        self._daily_at = time.monotonic() + DAY_S
        try:
            self._daily()
        except Exception:
            log.exception("What is done once a day has failed")

    def _look(self) -> None:
        try:
            waiting = self._outbox.waiting()
        except Exception:
            log.exception("The outbox cannot be read")
            return
        for row in waiting:
            if row.id not in self._active and len(self._active) < AT_ONCE and not self._stopping.is_set():
                thread = threading.Thread(target=self._one, args=(row,), name=f"post-{row.id}", daemon=True)
                self._active[row.id] = thread
                thread.start()

    def _one(self, row: Row) -> None:
        try:
            # The row as it is now: it may have moved on between the look and this thread.
            current = self._outbox.get(row.id)
            if current and current.waiting:
                self._run(current)
        except Stopped:
            pass
        except Exception:
            log.exception("Post %s could not be brought to its end", row.id)
            self._failed(row.id)
        finally:
            self._active.pop(row.id, None)
            self._wake.set()

    def _failed(self, post_id: int) -> None:
        """Our own failure, such as a full disk: try again from where it was, but not forever."""
        self._failures[post_id] += 1
        if self._failures[post_id] < TRIES:
            self._stopping.wait(LOOK_EVERY_S)
        elif row := self._outbox.get(post_id):
            state = "unconfirmed" if row.create_tries else "failed"
            self._outbox.finish(
                row,
                state,
                error="The dashboard itself failed while publishing; the terminal says why.",
                advice="Mend the cause, then put the post back in the composer. Look at your LinkedIn profile first.",
            )


def _hold(file: Path) -> sqlite3.Connection | None:
    """A lock that the operating system lets go of when its process dies; None while another has it.

    Raises: sqlite3.DatabaseError when the file cannot be a lock.
    """
    lock = sqlite3.connect(file, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.DatabaseError as error:
        lock.close()
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:  # the upper bits say what kind of busy
            raise
        return None
    return lock
