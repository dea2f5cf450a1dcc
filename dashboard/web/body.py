"""How much of a request's body is read."""

from __future__ import annotations

from collections.abc import Callable

from anyio import move_on_after
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

BODY_MAX_BYTES = 1 << 20
DRAIN_S = 10.0
TOO_LARGE = f"The request's body is larger than {BODY_MAX_BYTES >> 20} MiB; the dashboard takes no more."


def bounded(receive: Receive, answered: Callable[[], bool]) -> Receive:
    """Pass a body on, and answer 413 instead of the whole of one that is too large.

    answered: whether the answer has begun, such as that of a page, which wants no body; then the rest is left out.
    """
    seen = 0

    async def receive_bounded() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > BODY_MAX_BYTES:
            if answered():
                return {**message, "body": b""}
            await drain(receive, message)
            raise HTTPException(413, TOO_LARGE)
        return message

    return receive_bounded


async def drain(receive: Receive, message: Message | None = None) -> None:
    """Read what a client still sends, and keep nothing: most clients read no answer before they have sent all."""
    with move_on_after(DRAIN_S):
        message = message or await receive()
        while message.get("more_body"):
            message = await receive()
