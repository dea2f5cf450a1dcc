"""HTTP connections that record whether a byte was sent, and limit the stall of an upload and the whole of an answer."""

from __future__ import annotations

import contextlib
import http.client
import io
import logging
import math
import socket
import ssl
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol

from urllib3 import HTTPResponse
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.wait import wait_for_read, wait_for_write

READ_BYTES = 1 << 20  # from the file at once
_SEND_BYTES = 128 << 10  # into a TLS socket at once: its timeout is for the whole call, so keep it small
_LOOK_S = 0.5  # how often progress is reported during a stall, so that the caller can cancel
_UNSENT_BYTES = 128 << 10  # the kernel buffers no more than this, so that progress is accurate


class Readable(Protocol):
    """A source for an upload: a file, or a part of one."""

    def read(self, size_bytes: int, /) -> bytes:
        """The next bytes, at most `size_bytes`; b"" at the end."""


class Interrupted(Exception):
    """The caller's file or progress callback raised; the cause is in Attempt.interruption."""


@dataclass
class Attempt:
    """The state of one request while it is sent."""

    stall_timeout_s: float
    on_progress: Callable[[int], None] | None = None
    body_bytes: int = 0  # of a file; 0 when the body is none
    clock: Callable[[], float] = time.monotonic
    left: bool = False  # has this machine's kernel taken a byte of the request?
    sent_bytes: int = 0  # of the body
    body_begun: bool = False
    stalled: bool = False
    interruption: BaseException | None = None
    read_timeout_s: float | None = None  # for the whole answer, where it differs from the transport's

    def handed_over(self, size_bytes: int) -> None:
        """Count what the socket has taken."""
        self.left = True
        if self.body_begun:
            self.sent_bytes += size_bytes
            self.tell()

    def tell(self) -> None:
        """Report the progress of the upload to the caller."""
        if self.on_progress and self.body_begun:
            self.guarded(self.on_progress, self.sent_bytes)

    def guarded(self, call: Callable[..., Any], *arguments: object) -> Any:
        """Call the caller's code, and keep what it raises apart from network errors."""
        try:
            return call(*arguments)
        except BaseException as error:
            self.interruption = error
        raise Interrupted


current: ContextVar[Attempt | None] = ContextVar("current", default=None)
for _name in ("urllib3.connection", "urllib3.connectionpool"):
    # urllib3 writes whole addresses into its log; an upload address is a permission by itself.
    logging.getLogger(_name).addFilter(lambda _: current.get() is None)


class UploadBody:
    """A file as a request's body: its length is known, and it is read piece by piece."""

    def __init__(self, file: Readable, attempt: Attempt) -> None:
        self._file, self._attempt = file, attempt
        self._size_bytes = self._left_bytes = attempt.body_bytes

    def __len__(self) -> int:
        return self._size_bytes

    def __iter__(self) -> UploadBody:  # requests streams what can be iterated; urllib3 then calls read()
        return self

    def read(self, size_bytes: int = READ_BYTES) -> bytes:
        """The next piece, never beyond the announced size."""
        self._attempt.body_begun = True
        wanted = min(size_bytes, self._left_bytes)
        piece: bytes = self._attempt.guarded(self._read, wanted) if wanted else b""
        self._left_bytes -= len(piece)
        return piece

    def _read(self, wanted: int) -> bytes:
        piece = self._file.read(wanted)
        if not piece:
            sent = self._size_bytes - self._left_bytes
            raise ValueError(f"The file ended after {sent:,} of {self._size_bytes:,} bytes.")
        return piece


class _Incoming(io.RawIOBase):
    """What comes over a socket. All of it must come within the time that a single wait may take otherwise."""

    def __init__(self, raw: io.RawIOBase, connection: socket.socket) -> None:
        attempt, limit_s = current.get(), connection.gettimeout()
        self._raw, self._connection = raw, connection
        self._clock = attempt.clock if attempt else time.monotonic
        self._ends_at = self._clock() + (math.inf if limit_s is None else limit_s)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left_s = self._ends_at - self._clock()
        if left_s <= 0:
            raise TimeoutError("the answer did not come to its end")
        self._connection.settimeout(None if left_s == math.inf else left_s)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Answer(http.client.HTTPResponse):
    """An answer, also of a proxy, whose head and body together have one limit of time."""

    def __init__(self, sock: socket.socket, *arguments: Any, **options: Any) -> None:
        super().__init__(sock, *arguments, **options)
        self.fp = io.BufferedReader(_Incoming(self.fp.detach(), sock))


class _Watched(HTTPConnection):
    """Sends in small steps, each within the stall time; reads a whole answer within the read time."""

    response_class = _Answer
    _connecting = False  # bytes that a proxy gets while connecting are not the request

    def connect(self) -> None:
        self._connecting = True
        try:
            super().connect()
        finally:
            self._connecting = False
        option = getattr(socket, "TCP_NOTSENT_LOWAT", None)
        if option is not None:  # not on every system; without it progress is ahead of what was sent
            with contextlib.suppress(OSError):
                self.sock.setsockopt(socket.IPPROTO_TCP, option, _UNSENT_BYTES)

    def send(self, data: Any) -> None:
        attempt = current.get()
        if self.sock is None:
            self.connect()
        if attempt is None or self._connecting:
            super().send(data)
            return
        # urllib3 leaves the connect timeout on the socket during the sending.
        self.sock.settimeout(attempt.stall_timeout_s)
        rest = memoryview(data)
        while rest:
            try:
                self._wait(attempt)
                size_bytes = self._send_some(rest[:_SEND_BYTES])
            except TimeoutError:
                attempt.stalled = True
                raise
            attempt.handed_over(size_bytes)
            rest = rest[size_bytes:]

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as in urllib3 itself
        """Waits for the answer to a file in small steps, so that the caller can cancel meanwhile."""
        attempt = current.get()
        if attempt and attempt.body_begun and self.sock is not None:
            self.timeout = self._await_answer(attempt)
        return super().getresponse()

    def _await_answer(self, attempt: Attempt) -> float:
        """Wait until the answer begins; the seconds that are left for it."""
        limit_s = self.timeout or attempt.stall_timeout_s  # urllib3 has put the read timeout here by now
        end = attempt.clock() + limit_s
        while not self._answer_begins(min(_LOOK_S, limit_s)):
            if attempt.clock() >= end:
                raise TimeoutError("no answer")
            attempt.tell()
        return max(_LOOK_S, end - attempt.clock())

    def _answer_begins(self, within_s: float) -> bool:
        # Bytes that TLS has read from the socket already do not make the socket readable.
        decoded = isinstance(self.sock, ssl.SSLSocket) and self.sock.pending() > 0
        return decoded or wait_for_read(self.sock, timeout=within_s)

    def _send_some(self, piece: memoryview) -> int:
        try:
            return self.sock.send(piece)
        except (ssl.SSLEOFError, ssl.SSLZeroReturnError, ConnectionError):
            # The server has closed; urllib3 takes a broken pipe as "read what it said before that".
            raise BrokenPipeError from None

    def _wait(self, attempt: Attempt) -> None:
        waiting_since = attempt.clock()
        while not wait_for_write(self.sock, timeout=min(_LOOK_S, attempt.stall_timeout_s)):
            if attempt.clock() - waiting_since >= attempt.stall_timeout_s:
                raise TimeoutError("stalled")
            attempt.tell()
        # An answer before the end (413, 401) is read at once: the reset that follows may destroy it. With
        # TLS something to read may be a session ticket, so there only a closed connection ends the sending.
        early = attempt.body_begun and not isinstance(self.sock, ssl.SSLSocket)
        if early and wait_for_read(self.sock, timeout=0):
            raise BrokenPipeError


class _WatchedTLS(_Watched, HTTPSConnection):
    """The same over TLS."""


class PlainPool(HTTPConnectionPool):
    """Pool of watched connections."""

    ConnectionCls = _Watched


class TLSPool(HTTPSConnectionPool):
    """Pool of watched TLS connections."""

    ConnectionCls = _WatchedTLS


POOLS = {"http": PlainPool, "https": TLSPool}
