"""Applies armed faults to a call: refuses it, delays its answer or drops it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from sandbox.directory.members import MEMBERS, Member
from sandbox.http.dropped_answer import DroppedAnswer
from sandbox.http.request import bearer, own_path
from sandbox.model.state import Sandbox
from sandbox.protocol.errors import ApiError, refused

# The error of each, in this order when several are armed; "" where it depends on the call.
REFUSING_FAULTS = {
    "version_retired": "",
    "invalid_token": "invalid_token",
    "revoked_token": "revoked_token",
    "expired_token": "expired_token",
    "empty_token": "empty_token",
    "rate_limited": "throttled",
    "forbidden": "",
    "conflict": "conflict",
    "duplicate": "",
    "server_error": "internal_error",
    "unavailable": "unavailable",
    "gateway_timeout": "gateway_timeout",
    "upload_expired": "expired_url",
}
VIDEOS = "/rest/videos"
LOOK_EVERY_S = 0.05


def check_faults(sandbox: Sandbox, request: Request, target: str, denied: ApiError) -> None:
    """Raise the ApiError of an armed fault; `denied` is the 403 of this operation."""
    name = sandbox.faults.take(target, REFUSING_FAULTS)
    if name is not None:
        raise _fault(name, sandbox, request, denied)
    if own_path(request).startswith(VIDEOS) and sandbox.faults.take("videos", ["videos_closed"]):
        raise denied


async def late(sandbox: Sandbox, request: Request, target: str, response: Response) -> Response:
    """The answer, delayed by the latency and by the fault "slow"; no answer when "dropped_answer" is armed."""
    await pause(lambda: sandbox.faults.latency_s)
    if sandbox.faults.take(target, ["slow"]):
        await pause(lambda: sandbox.faults.slow_s)
    if response.status_code < 300 and sandbox.faults.take(target, ["dropped_answer"]):
        sandbox.note(request.method, own_path(request), 0)  # before the client can notice
        return DroppedAnswer()
    return response


async def pause(seconds: Callable[[], float]) -> None:
    """Wait so long. The number is read again meanwhile: 0 ends the pauses that have begun."""
    began = time.monotonic()
    while (left_s := began + seconds() - time.monotonic()) > 0:
        await asyncio.sleep(min(left_s, LOOK_EVERY_S))


def _fault(name: str, sandbox: Sandbox, request: Request, denied: ApiError) -> ApiError:
    version = request.headers.get("linkedin-version")
    if name == "forbidden":
        return denied
    if name == "version_retired":
        return refused("version_inactive", version or "202511")
    if name == "duplicate":
        return refused("duplicate_of", sandbox.posts.newest_of(_member(sandbox, request)))
    return refused(REFUSING_FAULTS[name])


def _member(sandbox: Sandbox, request: Request) -> Member | None:
    try:
        return MEMBERS.get(bearer(sandbox, request).sub)
    except ApiError:
        return None
