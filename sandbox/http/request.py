"""Reads a request: its body, its token, its path, and the base URL of the sandbox as this client sees it."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message, Receive

from sandbox.model.state import Sandbox
from sandbox.model.tokens import Grant
from sandbox.protocol.errors import refused

BODY_MAX_BYTES = 1 << 20  # [I]
TOKEN_PARAMETER = "oauth2_access_token"  # noqa: S105 - a name


def bearer(sandbox: Sandbox, request: Request) -> Grant:
    """The grant of the request's token: in the header, or on /v2 in the query [C]. Raises ApiError 401."""
    header = request.headers.get("authorization", "").strip()
    if not header:
        in_query = request.query_params.get(TOKEN_PARAMETER) if own_path(request).startswith("/v2/") else None
        if not in_query:
            raise refused("empty_token")
        return sandbox.tokens.active(in_query)
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer":
        raise refused("unknown_scheme")
    if not token.strip():
        raise refused("empty_token")
    return sandbox.tokens.active(token.strip())


def base_url(request: Request) -> str:
    """The sandbox's base URL as the client sees it: scheme, Host and mount prefix, without a slash at the end."""
    host = request.headers.get("host") or ":".join(str(part) for part in request.scope.get("server") or ())
    return f"{request.url.scheme}://{host}{request.scope.get('root_path', '')}"


def raw_path(request: Request) -> str:
    """The path as it was sent, still percent-encoded."""
    raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
    return raw.partition(b"?")[0].decode("ascii", "replace")


def own_path(request: Request) -> str:
    """The path as it was sent, without the mount prefix."""
    return raw_path(request).removeprefix(request.scope.get("root_path", ""))


def bounded(receive: Receive) -> Receive:
    """Pass a body on; one of more than BODY_MAX_BYTES is read to its end, not kept, and ends in HTTPException 413."""
    seen = 0

    async def receive_bounded() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > BODY_MAX_BYTES:
            while message.get("more_body"):  # most clients read no answer before they have sent everything
                message = await receive()
            raise HTTPException(413, f"The request's body is larger than {BODY_MAX_BYTES:,} bytes")
        return message

    return receive_bounded
