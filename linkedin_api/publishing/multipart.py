"""Uploads a video in parts, as both dialects do: several at once, each retried when the connection breaks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, BinaryIO

from linkedin_api.errors.tree import (
    InvalidRequest,
    OutcomeUnknown,
    PartUnconfirmed,
    ServerError,
    Unreachable,
    UnusableInstructions,
    UploadExpired,
)
from linkedin_api.http.response import Response
from linkedin_api.http.transport import Transport
from linkedin_api.publishing import planned_call
from linkedin_api.publishing.planned_call import File, PlannedCall
from linkedin_api.publishing.task_group import TaskGroup

AT_ONCE = 3
TRIES = 3  # a part may be sent again: the later one replaces the earlier
PAUSE_S = 0.5  # before the second try, and longer before the third
PART_TYPE = "application/octet-stream"
EXPECTED_PART_BYTES = 4 * 1024 * 1024  # [C] only for what is planned: the answer's own ranges are what is sent
_ETAGS_SHOWN = 3
_AGAIN = "Publish again: the video is then uploaded anew."


@dataclass(frozen=True)
class Part:
    """The upload address of one range of the file."""

    url: str = field(repr=False)  # whoever has it may upload
    first_byte: int
    size_bytes: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)  # that its address came with


class Shared:
    """An open file that several threads read, each from its own position."""

    def __init__(self, file: BinaryIO, lock: threading.Lock | None = None, next_byte: int = 0) -> None:
        self._file, self._lock, self._next_byte = file, lock or threading.Lock(), next_byte

    def part(self, first_byte: int) -> Shared:
        """The same file, read from that byte on."""
        return Shared(self._file, self._lock, first_byte)

    def read(self, size_bytes: int, /) -> bytes:
        """The next bytes, at most `size_bytes`."""
        with self._lock:
            self._file.seek(self._next_byte)
            piece = self._file.read(size_bytes)
        self._next_byte += len(piece)
        return piece


def read_parts(instructions: Any, size_bytes: int) -> tuple[Part, ...]:
    """The parts that uploadInstructions name, in the file's order; they hold every byte exactly once.

    The last range may reach beyond the end of the file [C]; its part ends there. Raises: UnusableInstructions.
    """
    found = map(_read_part, instructions if isinstance(instructions, list) else ())
    parts = sorted(found, key=lambda part: part.first_byte)
    expected = 0
    for number, part in enumerate(parts, 1):
        if part.first_byte != expected or part.size_bytes < 1:
            told = f"part {number} begins at byte {part.first_byte:,} instead of {expected:,}"
            raise _unusable(told if part.first_byte != expected else f"part {number} is empty")
        expected += part.size_bytes
    beyond_bytes = expected - size_bytes
    if parts and 0 < beyond_bytes < parts[-1].size_bytes:
        parts[-1] = replace(parts[-1], size_bytes=parts[-1].size_bytes - beyond_bytes)
        expected = size_bytes
    if expected != size_bytes:
        raise _unusable(f"the parts hold {expected:,} bytes and the file has {size_bytes:,}")
    return tuple(parts)


def send_parts(transport: Transport, video: BinaryIO, parts: Sequence[Part], group: TaskGroup) -> list[str]:
    """Upload every part, several at once; their ETags in order. Raises: as send_part()."""
    file, numbered = Shared(video), enumerate(parts, 1)
    return group.run([partial(send_part, transport, file, part, number, group) for number, part in numbered])


def join_parts(transport: Transport, call: PlannedCall) -> None:
    """Send the call that joins the parts. Raises: InvalidRequest with what to do when LinkedIn does not take them."""
    try:
        planned_call.perform(transport, call)
    except InvalidRequest as refused:
        if refused.code != planned_call.EXPIRED:
            refused.advice = _AGAIN
            raise
    else:
        return
    raise UploadExpired


def planned_parts(video: File) -> PlannedCall:
    """One planned call for the PUTs of all parts; only the answer has their number."""
    count = _expected_parts(video.size_bytes)
    parts = "one part" if count == 1 else f"{count} parts of 4 MiB each, several at once,"
    note = (
        f"Streams <{video.size_bytes:,} bytes, {video.content_type}> in {parts} to the upload addresses of the answer "
        f"before, which says how many there really are. Without the token: LinkedIn takes none here."
    )
    return PlannedCall("PUT", planned_call.UPLOAD_URL, {"Content-Type": PART_TYPE}, None, note)


def planned_etags(size_bytes: int) -> list[str]:
    """Placeholders for the ETags that the parts' answers will bring."""
    count = _expected_parts(size_bytes)
    shown = [f"{{ETag of part {number}}}" for number in range(1, count + 1)]
    return shown if count <= _ETAGS_SHOWN else [shown[0], "…", shown[-1]]


def send_part(transport: Transport, file: Shared, part: Part, number: int, group: TaskGroup) -> str:
    """Upload one part and give its ETag, which finalizing needs; surrounding quotes are not part of it (§5.6).

    Raises: PartUnconfirmed when two answers had no ETag, UploadExpired, and what Transport.upload() raises.
    """
    tell = group.progress()
    for _ in range(2):
        # [D] no token here (§5.6)
        options: Any = {"with_token": False, "first_byte": part.first_byte, "headers": part.headers}
        answer = send(transport, file, part, group, PART_TYPE, tell, **options)
        if etag := unquoted(answer.headers.get("etag", "")):
            return etag
    raise PartUnconfirmed(f"LinkedIn did not confirm part {number} of the video: its answer has no ETag.")


def send(
    transport: Transport,
    file: Shared,
    part: Part,
    group: TaskGroup,
    content_type: str,
    tell: Callable[[int], None],
    **options: Any,
) -> Response:
    """Upload a file or a range of one, with the options of Transport.upload(); tries up to three times."""
    options |= {"size_bytes": part.size_bytes, "content_type": content_type}
    for attempt in range(1, TRIES + 1):
        try:
            reader = file.part(part.first_byte)
            return planned_call.send_file(transport, part.url, reader, on_progress=tell, **options)
        except (OutcomeUnknown, ServerError, Unreachable):
            if attempt == TRIES:
                raise
        tell(0)  # the failed try does not count as progress
        group.pause(PAUSE_S * attempt)
    raise AssertionError  # the last attempt returns or raises


def unquoted(etag: str) -> str:
    """An ETag without the quotes around it, and otherwise as it came: a real one is a path (§5.6)."""
    return etag[1:-1] if len(etag) > 1 and etag[0] == etag[-1] == '"' else etag


def check_addresses(transport: Transport, urls: Sequence[str | None]) -> None:
    """Check every address before the first byte is sent. Raises: UnsafeUploadURL."""
    for url in urls:
        if url is not None:
            transport.check_upload_url(url)


def _expected_parts(size_bytes: int) -> int:
    return max(1, -(-size_bytes // EXPECTED_PART_BYTES))


def _read_part(instruction: Any) -> Part:
    found = instruction if isinstance(instruction, dict) else {}
    url, first, last = (found.get(name) for name in ("uploadUrl", "firstByte", "lastByte"))
    if isinstance(url, str) and isinstance(first, int) and isinstance(last, int):
        given = found.get("headers")  # v2 gives some, to be sent back (§4.2)
        return Part(url, first, last - first + 1, given if isinstance(given, dict) else {})  # lastByte is inclusive
    raise _unusable("a part has no address or no range")


def _unusable(why: str) -> UnusableInstructions:
    return UnusableInstructions(f"LinkedIn's upload instructions do not fit the file: {why}.")
