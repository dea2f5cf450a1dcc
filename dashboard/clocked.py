"""A connection with one clock for everything: a server that sends a byte now and then does not stop it."""

from __future__ import annotations

import io
import socket
import time
from typing import Any


class Clock:
    """The time that is left for everything."""

    def __init__(self, budget_s: float) -> None:
        self.budget_s, self._ends_at = budget_s, time.monotonic() + budget_s

    def left_s(self) -> float:
        """Raises: TimeoutError when there is none."""
        left_s = self._ends_at - time.monotonic()
        if left_s <= 0:
            raise TimeoutError
        return left_s

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self._ends_at


class _Incoming(io.RawIOBase):
    """What comes over a socket, as a stream."""

    def __init__(self, connection: socket.socket, clock: Clock) -> None:
        self._connection, self._clock = connection, clock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._connection.settimeout(self._clock.left_s())
        return self._connection.recv_into(buffer)


class Line:
    """As much of a socket as http.client uses; every wait is only as long as the clock has time left."""

    def __init__(self, connection: socket.socket, clock: Clock) -> None:
        self._connection, self._clock = connection, clock

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def sendall(self, data: bytes) -> None:
        self._connection.settimeout(self._clock.left_s())
        self._connection.sendall(data)

    def makefile(self, *_: Any, **__: Any) -> io.BufferedReader:
        return io.BufferedReader(_Incoming(self._connection, self._clock))

    def settimeout(self, _: float | None) -> None:
        """The clock alone decides."""

    def close(self) -> None:
        """http.client closes before the last answer is read, and means its own name for it; leaving `with` closes."""
