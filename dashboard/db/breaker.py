"""Circuit breakers: after a database did not answer, or was locked for long, nobody else waits for it for a while."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

REMEMBERED_S = 5.0
SILENT_S = 1.0  # a server that refuses a connection answers sooner: it is asked again at once
ANSWER_S = 10.0  # for one statement. A server that stands still keeps its connections, and the network sees no fault
LOCKED_S = 10.0  # for whoever else writes to a SQLite file
LOCKED_AGAIN_S = 0.25  # the same after somebody has waited so long in vain


class Unanswered(OperationalError):
    """The server did not answer a moment ago, and was not asked again."""

    def __init__(self) -> None:
        super().__init__("the database did not answer a moment ago, and was not asked again", None, TimeoutError())


class Breaker:
    """Makes the connections of an engine; while the server is silent, one caller at a time tries.

    answer_s: how long a statement may take, in seconds; None for any time, as while tables are made.
    """

    def __init__(self, engine: Engine) -> None:
        self._changing, self._silent, self._again_at = threading.Lock(), False, 0.0
        self.answer_s: float | None = None
        event.listen(engine, "do_connect", self._connect)

    def _connect(self, dialect: Any, _record: Any, arguments: Any, named: Any) -> Any:
        """Raises: Unanswered, and what the driver raises."""
        with self._asking(SILENT_S):
            made = dialect.connect(*arguments, **named)
        if hasattr(made, "wait"):  # psycopg's
            made.wait = self._patient(made)
        return made

    def _patient(self, connection: Any) -> Callable[..., Any]:
        """The connection's own wait for an answer, with an end; without an answer the connection ends too."""
        waits = connection.wait

        def wait(*arguments: Any, **named: Any) -> Any:
            if self.answer_s is None:
                return waits(*arguments, **named)
            with self._asking(self.answer_s):
                began = time.monotonic()
                try:
                    return waits(*arguments, **{"timeout": self.answer_s, **named})
                except BaseException:
                    if time.monotonic() - began >= self.answer_s:
                        connection.pgconn.finish()
                    raise

        return wait

    @contextlib.contextmanager
    def _asking(self, silent_s: float) -> Iterator[None]:
        """Around a question to the server; one that fails after so many seconds or later has met silence."""
        self._admit()
        began = time.monotonic()
        try:
            yield
        except BaseException:
            self._note(silent=time.monotonic() - began >= silent_s)
            raise
        self._note(silent=False)

    def _admit(self) -> None:
        with self._changing:
            if self._silent:
                if time.monotonic() < self._again_at:
                    raise Unanswered
                self._again_at = float("inf")  # until this one knows

    def _note(self, *, silent: bool) -> None:
        with self._changing:
            self._silent, self._again_at = silent, time.monotonic() + REMEMBERED_S


class LockWait:
    """How long statements wait for the lock of a SQLite file: not long again right after one has waited in vain.

    A page makes several statements, each of which would wait as long as the first.
    """

    def __init__(self, engine: Engine) -> None:
        self._short_until = 0.0
        event.listen(engine, "handle_error", self._note)
        event.listen(engine, "checkout", self._set)

    def _note(self, failed: Any) -> None:
        # Not SQLITE_BUSY_SNAPSHOT and its like, which come at once. Nor one that has waited shortly: while many write,
        # there is always one, and nobody would wait for long again.
        busy = getattr(failed.original_exception, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY
        if busy and time.monotonic() >= self._short_until:
            self._short_until = time.monotonic() + REMEMBERED_S

    def _set(self, connection: Any, record: Any, _proxy: Any) -> None:
        wait_s = LOCKED_AGAIN_S if time.monotonic() < self._short_until else LOCKED_S
        if record.info.get("wait_s") != wait_s:
            connection.execute(f"PRAGMA busy_timeout={int(wait_s * 1000)}")
            record.info["wait_s"] = wait_s
