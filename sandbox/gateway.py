"""What LinkedIn checks before a resource sees the request, and what it adds to every answer."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from . import errors
from .errors import ApiError
from .members import Member
from .reading import base_url, bearer, raw_path
from .state import Sandbox
from .tokens import Grant
from .trouble import check_faults, late
from .versions import is_active

BODY_MAX_BYTES = 1024 * 1024  # [I]


@dataclass(frozen=True)
class Operation:
    """One call of a resource, with the names that LinkedIn's messages use for it."""

    resource: str
    method: str
    scopes: tuple[str, ...] = ("w_member_social",)  # all are needed; empty means no self-serve scope is enough
    versioned: bool = False
    counted: bool = True
    target: str = "other"  # what faults call it

    def denied(self, version: str | None) -> ApiError:
        """403 with the name of this operation."""
        name = f"{version}01" if self.versioned and version else "NO_VERSION"
        return errors.not_permitted(f"{self.resource}.{self.method}.{name}")


@dataclass(frozen=True)
class Call:
    """A request that passed every check, for a handler."""

    sandbox: Sandbox
    request: Request
    grant: Grant
    body: bytes
    base_url: str

    @property
    def member(self) -> Member:
        """The member whose token it is."""
        return self.grant.member

    def json(self) -> dict[str, Any]:
        """The JSON object in the body. Raises ApiError 415 or 400. [I] both bodies"""
        content_type = self.request.headers.get("content-type", "application/json")
        if "json" not in content_type.lower():
            raise errors.refused(415, "UNSUPPORTED_MEDIA_TYPE", f"Content-Type {content_type} is not supported")
        try:
            document = json.loads(self.body)
        except ValueError:
            document = None
        if not isinstance(document, dict):
            raise errors.refused(400, "ILLEGAL_ARGUMENT", "The request body is not a JSON object")
        return document

    def key(self) -> str:
        """The last part of the path, decoded. Raises ApiError 400 when its colons were not encoded."""
        segment = raw_path(self.request).rpartition("/")[2]
        if any(character in segment for character in ":(),"):
            raise errors.path_syntax()
        return unquote(segment)


Handler = Callable[[Call], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


def guarded(operation: Operation, handler: Handler) -> Endpoint:
    """An endpoint that runs `handler` in a thread, after LinkedIn's checks."""

    async def endpoint(request: Request) -> Response:
        sandbox: Sandbox = request.app.state.sandbox
        body = await _body(request)
        try:
            response = await run_in_threadpool(_answer, sandbox, request, body, operation, handler)
        except ApiError as error:
            response = error.response()
        return await late(sandbox, request, operation.target, response)

    return endpoint


async def _body(request: Request) -> bytes:
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= BODY_MAX_BYTES:
            chunks.append(chunk)
    return b"".join(chunks)


def _answer(sandbox: Sandbox, request: Request, body: bytes, operation: Operation, handler: Handler) -> Response:
    version = request.headers.get("linkedin-version")
    check_faults(sandbox, request, operation.target, operation.denied(version))
    if operation.versioned:
        _check_version(sandbox, version)
    grant = bearer(sandbox, request)
    if operation.counted:
        sandbox.limits.count(grant)
    if not operation.scopes or not set(operation.scopes) <= set(grant.scopes):
        raise operation.denied(version)
    return handler(Call(sandbox, request, grant, body, base_url(request)))


def _check_version(sandbox: Sandbox, version: str | None) -> None:
    if not version:
        raise errors.version_missing()
    if not is_active(version, sandbox.clock()):
        raise errors.version_inactive(version)
