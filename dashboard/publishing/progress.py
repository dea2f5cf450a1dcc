"""A post on its way: how long it waits for what, how it tells how far it is, and how it hears that it should end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, repeat

from dashboard.posts.outbox import Outbox
from dashboard.posts.post import PostRow

PROGRESS_EVERY_S = 0.2


class Cancelled(Exception):
    """A person cancelled the post before its create left."""


class Stopped(Exception):
    """This process is ending; the row stays as it is and is taken up at the next start."""


@dataclass(frozen=True)
class Waits:
    """Seconds between one call and the next: the last one is repeated until `…_for_s` is over."""

    upload_s: Sequence[float] = (2, 4)  # before an upload is repeated, which publishes nothing twice; not for ever
    ask_s: Sequence[float] = (1, 2, 4, 8, 15, 30)  # how far LinkedIn is; each question is one of 150 calls a day
    ask_for_s: float = 600
    picture_s: Sequence[float] = (1, 2, 4, 8, 15)  # before a create that named a file still in the making
    picture_for_s: float = 120
    video_s: Sequence[float] = (3, 10, 20, 40, 80, 120)  # for video and document; clients wait 10 s to 2 min [C]
    video_for_s: float = 600


WAITS = Waits()


def repeated(waits_s: Sequence[float]) -> Iterator[float]:
    """The waits, and then the last one for ever."""
    return chain(waits_s, repeat(waits_s[-1]))


class Watch:
    """Tells the row how far its post is, and hears there whether to end."""

    def __init__(
        self,
        outbox: Outbox,
        row: PostRow,
        stopping: threading.Event,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._outbox, self._row, self._stopping, self._timer = outbox, row, stopping, timer
        self._last = 0.0

    def tell(self, sent_bytes: int) -> None:
        """Raises: Cancelled, Stopped, Overtaken."""
        self._last = time.monotonic()
        if self._stopping.is_set():
            raise Stopped
        if self._outbox.uploading(self._row, sent_bytes):
            raise Cancelled

    def tell_now_and_then(self, sent_bytes: int) -> None:
        """The same; a cancel is looked for a few times a second."""
        if self._stopping.is_set():
            raise Stopped
        if sent_bytes >= self._row.total_bytes or time.monotonic() - self._last >= PROGRESS_EVERY_S:
            self.tell(sent_bytes)

    def pause(self, seconds: float) -> None:
        """Wait with everything sent. Raises: Cancelled, Stopped."""
        until = self._timer() + seconds
        while (left_s := until - self._timer()) > 0:
            self.tell(self._row.total_bytes)
            self._stopping.wait(min(PROGRESS_EVERY_S, left_s))
