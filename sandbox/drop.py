"""An answer that never comes: the connection is closed instead."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

DROPPED = "sandbox.dropped"  # set in the scope: this answer was never seen


class DroppedAnswer(Response):
    """Closes the client's connection without a byte; the client sees a reset or an early end."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Abort the connection, and wait until the server has noticed."""
        scope.setdefault("state", {})[DROPPED] = True
        transport = _transport(scope)
        if transport is None:
            # Not uvicorn on asyncio: an answer that breaks off is the nearest thing that ASGI has.
            await send({"type": "http.response.start", "status": 502, "headers": [(b"content-length", b"1")]})
            return
        transport.abort()
        while (await receive())["type"] != "http.disconnect":
            pass
        # The server throws this away, but middleware in between may insist on an answer.
        await super().__call__(scope, receive, send)


def _transport(scope: Scope) -> Any:
    # ASGI has no message for this, and middleware may wrap `send`; but the event loop knows its sockets,
    # and the client's address names exactly one of them.
    transports: Iterable[Any] = getattr(asyncio.get_running_loop(), "_transports", {}).values()
    for transport in list(transports):
        peer = transport.get_extra_info("peername")
        if peer and scope.get("client") and tuple(peer[:2]) == tuple(scope["client"]):
            return transport
    return None
