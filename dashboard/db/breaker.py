"""A circuit breaker: after a database server did not answer, nobody else waits for it for some seconds."""

from __future__ import annotations

import threading
import time
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

REMEMBERED_S = 5.0
SILENT_S = 1.0  # a server that refuses a connection answers sooner: it is asked again at once


class Unanswered(OperationalError):
    """The server did not answer a moment ago, and was not asked again."""

    def __init__(self) -> None:
        super().__init__("the database did not answer a moment ago, and was not asked again", None, TimeoutError())


class Breaker:
    """Makes the connections of an engine; while the server is silent, one caller at a time tries."""

    def __init__(self, engine: Engine) -> None:
        self._changing, self._silent, self._again_at = threading.Lock(), False, 0.0
        event.listen(engine, "do_connect", self._connect)

    def _connect(self, dialect: Any, _record: Any, arguments: Any, named: Any) -> Any:
        """Raises: Unanswered, and what the driver raises."""
        self._admit()
        began = time.monotonic()
        try:
            made = dialect.connect(*arguments, **named)
        except BaseException:
            self._note(silent=time.monotonic() - began >= SILENT_S)
            raise
        self._note(silent=False)
        return made

    def _admit(self) -> None:
        with self._changing:
            if self._silent:
                if time.monotonic() < self._again_at:
                    raise Unanswered
                self._again_at = float("inf")  # until this one knows

    def _note(self, *, silent: bool) -> None:
        with self._changing:
            self._silent, self._again_at = silent, time.monotonic() + REMEMBERED_S
