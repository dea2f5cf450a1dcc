"""Closes the connection instead of answering."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

DROPPED = "sandbox.dropped"  # key in the ASGI scope: the client did not get this answer


class DroppedAnswer(Response):
    """Closes the client's connection without a byte; the client sees a reset or an early end."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Abort the connection, and wait until the server reports the disconnect."""
        scope.setdefault("state", {})[DROPPED] = True
        transport = _transport(scope)
        if transport is None:
            # On another server than uvicorn with asyncio, an incomplete answer is the closest that ASGI permits.
            await send({"type": "http.response.start", "status": 502, "headers": [(b"content-length", b"1")]})
            return
        transport.abort()
        while (await receive())["type"] != "http.disconnect":
            pass
        # The server discards this answer; middleware may require one.
        await super().__call__(scope, receive, send)


def _transport(scope: Scope) -> Any:
    # ASGI has no message for this, and middleware may wrap `send`. The event loop knows its sockets,
    # and the client's address names exactly one of them.
    transports: Iterable[Any] = getattr(asyncio.get_running_loop(), "_transports", {}).values()
    for transport in list(transports):
        peer = transport.get_extra_info("peername")
        if peer and scope.get("client") and tuple(peer[:2]) == tuple(scope["client"]):
            return transport
    return None
