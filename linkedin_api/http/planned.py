"""A request that will be made: planned for the preview, and sent as it was planned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from linkedin_api.http.redaction import HIDDEN
from linkedin_api.http.response import Response
from linkedin_api.http.service import LINKEDIN
from linkedin_api.http.transport import Transport

UPLOAD_URL = "{uploadUrl}"


@dataclass(frozen=True)
class File:
    """A file that publishing uploads: its part in the post, its content type, size, and length where it is known.

    The parts: image video document thumbnail (of an article) captions cover (of a video).
    """

    part: str
    content_type: str
    size_bytes: int
    duration_s: float | None = None  # of a video


@dataclass(frozen=True)
class PlannedCall:
    """One request that publishing will make; only the token is hidden."""

    method: str
    url: str
    headers: dict[str, str]
    body: dict[str, Any] | None
    note: str
    service: str = LINKEDIN.name

    @property
    def is_upload(self) -> bool:
        """Whether it carries the bytes of a file to an upload address; all others are calls of the API."""
        return self.url == UPLOAD_URL


def planned_call(
    method: str, url: str, headers: Mapping[str, str], body: dict[str, Any] | None, note: str
) -> PlannedCall:
    """A call with the bearer that the transport will add, and JSON's content type if it has a body."""
    json_type = {"Content-Type": "application/json"} if body is not None else {}
    return PlannedCall(method, url, {"Authorization": f"Bearer {HIDDEN}", **headers, **json_type}, body, note)


def planned_upload(content_type: str, size_bytes: int) -> PlannedCall:
    """The PUT of a file; its address is in the answer to the call before it."""
    note = f"Streams <{size_bytes:,} bytes, {content_type}> to the upload address of the answer before."
    headers = {"Content-Type": content_type, "Content-Length": str(size_bytes)}
    return planned_call("PUT", UPLOAD_URL, headers, None, note)


def perform(transport: Transport, call: PlannedCall) -> Response:
    """Send the call exactly as it was planned."""
    headers = {name: value for name, value in call.headers.items() if name != "Authorization"}
    return transport.send(call.method, call.url, headers=headers, json=call.body)
