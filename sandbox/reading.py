"""Reads a request: its token, its path, and the base URL of the sandbox as this client sees it."""

from __future__ import annotations

from starlette.requests import Request

from . import errors
from .state import Sandbox
from .tokens import Grant


def bearer(sandbox: Sandbox, request: Request) -> Grant:
    """The grant of the request's token. Raises ApiError 401."""
    header = request.headers.get("authorization", "").strip()
    if not header:
        raise errors.empty_token()
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer":
        raise errors.unknown_scheme()
    if not token.strip():
        raise errors.empty_token()
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
