"""The worker: brings posts on when their job is due. One on a SQLite file, any number on PostgreSQL.

The jobs, their moments and their queue are DBOS's, see job_engine.py; the row in the outbox is the truth. A job that is
cut off runs again from its beginning, and the row says how far its post is.
"""

from __future__ import annotations

import contextlib
import logging
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from sqlalchemy import Engine as Database
from sqlalchemy.exc import OperationalError

from dashboard.db.database import FileGone, check_there, now
from dashboard.db.locks import CannotHold, Lock, hold, hold_there
from dashboard.posts.jobs import Jobs
from dashboard.posts.outbox import Outbox, Overtaken
from dashboard.posts.post import OPEN, PostRow
from dashboard.publishing.delivery import Delivery
from dashboard.publishing.job_engine import JobEngine
from dashboard.publishing.progress import Stopped

LOOK_EVERY_S = 5.0  # for dead workers; one is dead when it is missing in two looks
STAND_BY_S = 1.0
NEAR_EVERY_S = 0.3  # asking whether a job is near, one cheap statement
TRIES = 5  # after so many failures of our own (not LinkedIn's) a row is given up
RETRY_S = 1.0  # doubled each time
STOP_WITHIN_S = 5.0
MEND_EVERY_S = 30.0
SLEPT_S = 60.0  # a gap between two looks that says: this machine was asleep, or its clock was changed
DAY_S = 86_400.0
ITSELF = "The dashboard itself failed while publishing; the terminal says why."
ITSELF_ADVICE = "Mend the cause, then put the post back in the composer. Look at your LinkedIn profile first."
log = logging.getLogger(__name__)
_one_in_a_process = threading.Lock()  # the library is one in a process, too


class Worker:
    """Takes the jobs that are due and runs the flow of each on a thread."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        jobs: Jobs,
        run: Callable[[PostRow], None],
        *,
        stopping: threading.Event,
        ready: Callable[[], bool] = lambda: True,
        daily: Callable[[], object] = lambda: None,
        delivery: Delivery | None = None,
        just_before: Callable[[int], Iterable[PostRow]] = lambda _: (),
    ) -> None:
        self._database, self._outbox, self._jobs, self._run = database, outbox, jobs, run
        self._stopping, self._ready, self._daily, self._just_before = stopping, ready, daily, just_before
        self._delivery = delivery
        # On SQLite all have one name, so that one works and the others stand by.
        self._alone = database.dialect.name == "sqlite"
        self.name = "worker" if self._alone else f"{socket.gethostname()}-{secrets.token_hex(4)}"
        self._daily_at = self._mend_at = time.monotonic()  # when it is due next: first at the start
        self._mended, self._complaint = False, ""  # the trouble that was told last; once is enough
        self._starting, self._abandon = threading.Lock(), threading.Event()
        self._thread: threading.Thread | None = None
        self._active: set[threading.Thread] = set()
        self._looked_at: float | None = None  # by the clock of the wall
        self._feeling = threading.Lock()
        self._lock: Lock | None = None
        self._engine = JobEngine(jobs, self.name, self)
        self._missing: set[str] = set()  # workers that the last look did not find
        self.awake_since = now()
        self.awake = False  # whether posts are published: by this worker, or by another one that holds the lock

    def start(self) -> None:
        """Start working, once. Daemon threads: a post that is cut off is taken up at the next start."""
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="outbox", daemon=True)
                self._thread.start()

    def join(self) -> None:
        """Wait until stop() was called and all work has ended."""
        while self._thread and self._thread.is_alive():
            self._thread.join(1)  # in pieces: a signal is heard between them

    def stop(self, within_s: float = STOP_WITHIN_S) -> None:
        """Start nothing more; uploads stop where they are, a create on its way may end in so many seconds."""
        self._stopping.set()
        until = time.monotonic() + within_s
        for thread in list(self._active):
            with contextlib.suppress(RuntimeError):  # it is about to be started, and will find that all stops
                thread.join(max(0.0, until - time.monotonic()))
        self._abandon.set()
        if self._thread:
            self._thread.join(STOP_WITHIN_S)

    # The thread that looks after the others.

    def _work(self) -> None:
        while not self._stopping.is_set():
            if _one_in_a_process.acquire(blocking=False):
                try:
                    self._hold_and_look()
                finally:
                    _one_in_a_process.release()
            self._stopping.wait(STAND_BY_S)

    def _hold_and_look(self) -> None:
        try:
            self._lock = hold_there(self._database, self.name)
            self.awake = self._lock is None  # then another one works
            if self._lock and self._ready():
                self._look_around()
        except Exception as error:
            self.awake = False
            if isinstance(error, CannotHold):
                self._complain(str(error))
            elif not isinstance(error, FileGone):  # that is said at the next try
                self._complain("Nothing is published: the worker cannot work. It tries again every second", error)
        finally:
            if self._lock:
                self._lock.close()

    def _look_around(self) -> None:
        """Work until the end, or until a trouble that a new start may mend."""
        look_at = 0.0
        try:
            while not self._stopping.is_set():
                check_there(self._database)
                started = self._engine.follow()
                if not self.awake:
                    self.awake_since, self.awake, self._complaint = now(), True, ""
                if started or time.monotonic() >= look_at:
                    look_at = time.monotonic() + LOOK_EVERY_S
                    if self._careful(self._look) is False:
                        self._complain("Another worker goes on in the place of this one, whose lock file was deleted")
                        break
                self._stopping.wait(min(NEAR_EVERY_S, LOOK_EVERY_S))
        finally:
            self.awake = False
            if self._stopping.is_set():
                self._abandon.wait()
            self._engine.stop()

    def _careful(self, work: Callable[[], object]) -> object:
        try:
            return work()
        except Exception as error:
            self._complain("The worker's look around has failed; it looks again", error)
            return None

    def _complain(self, sentence: str, error: Exception | None = None) -> None:
        if (complaint := f"{sentence} {error!r}") != self._complaint:  # there is a next try all the time
            log.error("%s", sentence, exc_info=error)
            self._complaint = complaint

    def _look(self) -> bool:
        if self._lock and not self._lock.is_held():  # the database or the file went away, and our lock with it
            self._lock.close()
            if (found := hold(self._database, self.name)) is None and self._alone:
                return False
            self._lock = found or self._lock  # a closed one is not held at the next look
        self.time_awake_since()
        self._adopt()
        if time.monotonic() >= self._mend_at:
            self._mend_at = time.monotonic() + MEND_EVERY_S
            self._mend()
        if time.monotonic() >= self._daily_at:
            self._daily_at = time.monotonic() + DAY_S
            self._begin_daily()
            self._jobs.sweep()
        self._complaint = ""
        return True

    def _begin_daily(self) -> None:
        # On a thread of its own: it asks LinkedIn too, and what comes due meanwhile must not wait for the answers.
        def work() -> None:
            self._careful(self._daily)
            self._active.discard(thread)

        thread = threading.Thread(target=work, name="daily", daemon=True)
        self._active.add(thread)
        thread.start()

    def time_awake_since(self) -> datetime:
        """Since when posts are published without a pause: none in which this machine was asleep, up to this moment."""
        with self._feeling:
            before, self._looked_at = self._looked_at, time.time()
            if before is not None and abs(self._looked_at - before) > LOOK_EVERY_S + SLEPT_S:
                self.awake_since = now()
            return self.awake_since

    def _adopt(self) -> None:
        """Take the jobs of workers that are dead: missing in two looks, as one may be between two locks."""
        dead: set[str] = set()
        with contextlib.ExitStack() as held:
            for name in self._engine.busy_workers() - {self.name}:
                if lock := hold(self._database, name):
                    held.callback(lock.close)
                    dead.add(name)
            if again := sorted(self._missing & dead):
                self._engine.recover(again)
        self._missing = dead

    def _mend(self) -> None:
        """Give a job to every post that waits and has none: after a move to another database, for example."""
        # All of them the first time; later those whose moment is near.
        wanted = self._outbox.unfinished(now() + timedelta(seconds=2 * MEND_EVERY_S) if self._mended else None)
        self._mended = True
        live = self._jobs.live(wanted)
        for job in wanted.keys() - live:
            row = self._outbox.get(wanted[job])
            if row and row.state in OPEN and row.job in (job, None):  # or it has moved on meanwhile
                self._mend_one(row)
        if self._delivery:
            self._delivery.interactions.mend()

    def _mend_one(self, row: PostRow) -> None:
        failures = (row.failures or 0) + (row.state != "scheduled")
        if failures >= TRIES:
            self._give_up(row)
        else:
            at = row.due_at if row.state == "scheduled" else min(row.due_at or row.created_at, now())
            self._outbox.move(row, at, states=(row.state,), failures=failures)

    # One post, or one comment or reaction.

    def bring_on(self, post_id: int, job: str) -> None:
        """Run the flow of one post; called by its job, on a thread of the library."""
        self._aside(f"Post {post_id}", lambda: self._once(post_id, job), lambda: self._lost(post_id, job))

    def deliver(self, interaction_id: int, job: str) -> None:
        """Send a comment or reaction that waits; called by its job, on a thread of the library."""
        if found := self._delivery:
            name = f"Comment or reaction {interaction_id}"
            self._aside(name, lambda: found.run(interaction_id, job), lambda: found.give_up(interaction_id, job))

    def _aside(self, name: str, once: Callable[[], None], give_up: Callable[[], None]) -> None:
        # On a thread that may be left behind: the library's are waited for when the process ends.
        thread = threading.Thread(target=self._one, args=(name, once, give_up), name=name, daemon=True)
        self._active.add(thread)
        thread.start()
        while thread.is_alive() and not self._abandon.is_set():
            thread.join(0.2)
        self._active.discard(thread)

    def _one(self, name: str, once: Callable[[], None], give_up: Callable[[], None]) -> None:
        failures, away = 0, False
        while failures < TRIES:
            try:
                return once()
            except OperationalError as error:
                # A database that restarts, or whose disk is full, is not the post's fault.
                if not away:
                    log.error("%s waits for the database: %s", name, error)  # noqa: TRY400 - no surprise
                away = True
            except Exception:
                log.exception("%s could not be brought to its end", name)
                failures += 1
            if self._stopping.wait(RETRY_S * 2**failures):
                return None
        return give_up()

    def _lost(self, post_id: int, job: str) -> None:
        row = self._outbox.get(post_id)
        if row and row.job == job:
            self._give_up(row)

    def _once(self, post_id: int, job: str) -> None:
        """Raises: what is a failure of our own, such as a full disk."""
        for earlier in self._just_before(post_id):
            try:
                self._bring(earlier.id, str(earlier.job))
            except Exception:  # it has a job of its own, which tries again
                log.exception("Post %s could not be brought to its end", earlier.id)
        self._bring(post_id, job)

    def _bring(self, post_id: int, job: str) -> None:
        row = self._outbox.begin(post_id, job)
        if row is None:
            return
        try:
            if self._stopping.is_set():
                raise Stopped  # noqa: TRY301 - as if it had been heard a moment later
            self._run(row)
        except Stopped:
            self._careful(lambda: self._outbox.put_back(row))
        except Overtaken:
            pass

    def _give_up(self, row: PostRow) -> None:
        state = "unconfirmed" if row.create_tries else "failed"
        self._outbox.finish(row, state, error=ITSELF, advice=ITSELF_ADVICE)
