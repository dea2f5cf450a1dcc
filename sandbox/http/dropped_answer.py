"""Closes the connection instead of answering."""

from __future__ import annotations

import contextlib
import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

DROPPED = "sandbox.dropped"  # key in the ASGI scope: the client did not get this answer
OPEN_FILES = Path("/dev/fd")  # of this process, on Linux and macOS


class DroppedAnswer(Response):
    """Closes the client's connection without a byte; the client sees an early end."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Shut the connection, and wait until the server reports the disconnect."""
        scope.setdefault("state", {})[DROPPED] = True
        if not _shut(scope):
            # Where a process cannot see its sockets, an incomplete answer is the closest that ASGI permits.
            await send({"type": "http.response.start", "status": 502, "headers": [(b"content-length", b"1")]})
            return
        while (await receive())["type"] != "http.disconnect":
            pass
        # The server discards this answer; middleware may require one.
        await super().__call__(scope, receive, send)


def _shut(scope: Scope) -> bool:
    """Shut the socket that the request came through; whether it was found.

    ASGI has no message for this, middleware may wrap `send`, and each event loop keeps its connections elsewhere. The
    client's address names exactly one socket of this process.
    """
    client, server = (tuple(scope.get(end) or ())[:2] for end in ("client", "server"))
    found = False
    for each in _sockets():
        with each, contextlib.suppress(OSError):
            if each.getpeername()[:2] == client and each.getsockname()[1] == server[1]:
                each.shutdown(socket.SHUT_RDWR)
                found = True
    return found


def _sockets() -> Iterator[socket.socket]:
    """Every open socket of this process, as a copy that the caller closes.

    No other file is touched: closing a copy of a database's would end the locks that this process has on it.
    """
    with contextlib.suppress(OSError):
        for name in os.listdir(OPEN_FILES):
            with contextlib.suppress(OSError, ValueError):
                if stat.S_ISSOCK(os.fstat(int(name)).st_mode):
                    yield socket.socket(fileno=os.dup(int(name)))
