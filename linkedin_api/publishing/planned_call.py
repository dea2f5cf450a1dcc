"""What both dialects share: plan a call, send it as planned, read the new post's URN."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO
from urllib.parse import unquote

from linkedin_api.content.post import Post
from linkedin_api.content.validation import problems
from linkedin_api.errors.from_response import json_object
from linkedin_api.errors.tree import InvalidPost, InvalidRequest, NotFound, OutcomeUnknown, UploadExpired
from linkedin_api.http.connections import Readable
from linkedin_api.http.redaction import HIDDEN
from linkedin_api.http.response import Response
from linkedin_api.http.transport import Transport
from linkedin_api.reference.urn import Urn

Progress = Callable[[int], None] | None

PROTOCOL = {"X-Restli-Protocol-Version": "2.0.0"}
UPLOAD_URL = "{uploadUrl}"
EXPIRED = "EXPIRED_UPLOAD_URL"
_POST = re.compile(r"urn:li:[A-Za-z]+:\d{1,200}", re.ASCII)
_OURS = ("authorization", "host", "content-length", "transfer-encoding", "connection", "cookie")  # headers


@dataclass(frozen=True)
class File:
    """A file that publishing uploads: its part in the post, its content type and size.

    The parts: image video document thumbnail (of an article) captions cover (of a video).
    """

    part: str
    content_type: str
    size_bytes: int


@dataclass(frozen=True)
class Blob:
    """A seekable open file that belongs to a video: its captions or its cover."""

    file: BinaryIO
    size_bytes: int
    content_type: str


@dataclass(frozen=True)
class PlannedCall:
    """One request that publishing will make; only the token is hidden."""

    method: str
    url: str
    headers: dict[str, str]
    body: dict[str, Any] | None
    note: str

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


def create(transport: Transport, post: Post, dialect: str, call: PlannedCall) -> Urn:
    """Send the create and return the new post's URN, from the headers first, then from the body (§3.2)."""
    found = problems(post, dialect)
    if found:
        raise InvalidPost(found)
    return _created(perform(transport, call))


def _created(answer: Response) -> Urn:
    # x-linkedin-id is the same header under Rest.li protocol 1.0.0 (§7.1).
    given = [answer.headers.get(name, "") for name in ("x-restli-id", "x-linkedin-id")]
    given.append(str(json_object(answer.text).get("id")))
    # They may be percent-encoded [C], sent twice, which makes "a, a" of it, or a bare number [I].
    for found in re.split(r"[,\s]+", unquote(",".join(given))):
        if _POST.fullmatch(found):
            return Urn(found)
    raise OutcomeUnknown("LinkedIn took the post and did not say its URN.")


def delete(transport: Transport, url: str, headers: Mapping[str, str]) -> None:
    """Delete a post; one that does not exist any more is no error (§5.2)."""
    with gone_is_fine():
        transport.send("DELETE", url, headers=headers)


@contextlib.contextmanager
def gone_is_fine() -> Iterator[None]:
    """Around a deletion: what is gone already is no error. Raises: NotFound for an address LinkedIn does not have."""
    try:
        yield
    except NotFound as missing:
        if missing.code == "RESOURCE_NOT_FOUND":  # an address that LinkedIn does not have: nothing was deleted
            raise


def send_file(
    transport: Transport,
    url: object,
    file: Readable,
    *,
    size_bytes: int,
    content_type: str,
    headers: object = None,
    **options: Any,
) -> Response:
    """Upload the file to the address of an answer, with the headers that came with it; options as Transport.upload().

    Raises: UploadExpired when the address is too old; otherwise as Transport.upload().
    """
    if not isinstance(url, str):
        raise unreadable_answer()
    given = headers if isinstance(headers, dict) else {}
    sent = {str(name): str(value) for name, value in given.items() if str(name).lower() not in _OURS}
    try:
        return transport.upload(url, file, size_bytes=size_bytes, content_type=content_type, headers=sent, **options)
    except InvalidRequest as refused:
        if refused.code != EXPIRED:
            raise
    raise UploadExpired


def field_of(answer: Response, *path: str) -> Any:
    """The value under a path of keys of the answer's JSON.

    Raises: OutcomeUnknown when the answer has no such value.
    """
    value: Any = answer.json()
    for name in path:
        if not isinstance(value, dict) or name not in value:
            raise unreadable_answer()
        value = value[name]
    return value


def urn_of(value: object) -> Urn:
    """The value as a URN; OutcomeUnknown when it is none."""
    try:
        return Urn(str(value))
    except ValueError:
        pass
    raise unreadable_answer()


def unreadable_answer() -> OutcomeUnknown:
    """The error for an answer without the fields that LinkedIn documents."""
    return OutcomeUnknown("LinkedIn's answer lacks a field that it should have.")
