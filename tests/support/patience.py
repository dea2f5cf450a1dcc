"""How long tests wait. Only a mistake may end a wait, so it is far longer than a busy machine needs."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from typing import TypeVar

PATIENCE_S = 180.0
FOREVER_S = math.inf  # until the test says that it is over
T = TypeVar("T")


def until(happened: Callable[[], T], every_s: float = 0.02) -> T:
    """The first true value of `happened`. Raises: AssertionError when none comes."""
    end = time.monotonic() + PATIENCE_S
    while not (found := happened()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(every_s)
    return found


class Rounds(threading.Event):
    """An event that counts how often somebody has waited for it: an engine does so after each of its looks."""

    def __init__(self) -> None:
        super().__init__()
        self._waits = 0

    def wait(self, timeout: float | None = None) -> bool:
        self._waits += 1
        return super().wait(timeout)

    def pass_by(self, count: int = 3) -> None:
        """Wait for so many more."""
        enough = self._waits + count
        until(lambda: self._waits >= enough)
