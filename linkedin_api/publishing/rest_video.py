"""A video through the versioned API (§5.6): initialize, parts, captions and cover, finalize."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, BinaryIO

from linkedin_api.errors.tree import InvalidRequest, UnusableInstructions, UploadExpired
from linkedin_api.http.response import Response
from linkedin_api.http.transport import Transport
from linkedin_api.publishing import planned_call
from linkedin_api.publishing.multipart import (
    AT_ONCE,
    PART_TYPE,
    Part,
    Shared,
    check_addresses,
    read_parts,
    send,
    send_part,
)
from linkedin_api.publishing.planned_call import Blob, File, PlannedCall, Progress
from linkedin_api.publishing.task_group import TaskGroup
from linkedin_api.reference.urn import Urn

EXPECTED_PART_BYTES = 4 * 1024 * 1024  # [C] only for what is planned: the answer's own ranges are what is sent
PLANNED_VIDEO = "urn:li:video:FROM_INITIALIZE_1"  # a post carries one
_ETAGS_SHOWN = 3
_AGAIN = "Publish again: the video is then uploaded anew."


@dataclass(frozen=True)
class Destination:
    """The answer of initializeUpload: the video's URN and the upload addresses."""

    video: Urn
    token: str
    parts: tuple[Part, ...]
    captions_url: str | None = field(repr=False)
    cover_url: str | None = field(repr=False)


def read_destination(answer: Response, size_bytes: int, *, captions: bool, cover: bool) -> Destination:
    """The answer, checked. Raises: UnusableInstructions, UploadExpired, OutcomeUnknown (it cannot be read)."""
    value = planned_call.field_of(answer, "value")
    video = planned_call.urn_of(planned_call.field_of(answer, "value", "video"))
    expires_at_ms = value.get("uploadUrlsExpireAt")
    if isinstance(expires_at_ms, int) and expires_at_ms <= time.time() * 1000:
        raise UploadExpired
    return Destination(
        video,
        str(value.get("uploadToken") or ""),  # often "", and sent back as it is
        read_parts(value.get("uploadInstructions"), size_bytes),
        # Both key names are recalled, not seen. [?]
        _address(value, "captionsUploadUrl", "captions") if captions else None,
        _address(value, "thumbnailUploadUrl", "cover") if cover else None,
    )


def send_video(
    transport: Transport, where: Destination, video: BinaryIO, captions: Blob | None, cover: Blob | None, told: Progress
) -> list[str]:
    """Upload everything, several parts at once, and give the parts' ETags in order."""
    check_addresses(transport, [part.url for part in where.parts] + [where.captions_url, where.cover_url])
    group, file = TaskGroup(AT_ONCE, told), Shared(video)
    extras = [
        partial(_send_blob, transport, url, blob, group)
        for url, blob in ((where.captions_url, captions), (where.cover_url, cover))
        if url and blob
    ]
    jobs: Sequence[Callable[[], str]] = [
        *extras,
        *(partial(send_part, transport, file, part, number, group) for number, part in enumerate(where.parts, 1)),
    ]
    return group.run(jobs)[len(extras) :]


def finalize(transport: Transport, call: PlannedCall) -> None:
    """Send the finalize. Raises: InvalidRequest with what to do when LinkedIn does not take the parts."""
    try:
        planned_call.perform(transport, call)
    except InvalidRequest as refused:
        if refused.code != planned_call.EXPIRED:
            refused.advice = _AGAIN
            raise
    else:
        return
    raise UploadExpired


def initialize_body(owner: Urn, size_bytes: int, *, captions: bool, cover: bool) -> dict[str, Any]:
    """The JSON body of initializeUpload."""
    asked = {"owner": owner, "fileSizeBytes": size_bytes, "uploadCaptions": captions, "uploadThumbnail": cover}
    return {"initializeUploadRequest": asked}


def finalize_body(video: str, token: str, etags: Sequence[str]) -> dict[str, Any]:
    """The JSON body of finalizeUpload."""
    return {"finalizeUploadRequest": {"video": video, "uploadToken": token, "uploadedPartIds": list(etags)}}


def planned_etags(size_bytes: int) -> list[str]:
    """Placeholders for the ETags that the parts' answers will bring."""
    count = expected_parts(size_bytes)
    shown = [f"{{ETag of part {number}}}" for number in range(1, count + 1)]
    return shown if count <= _ETAGS_SHOWN else [shown[0], "…", shown[-1]]


def planned_parts(video: File) -> PlannedCall:
    """One planned call for the PUTs of all parts; only the answer has their number."""
    count = expected_parts(video.size_bytes)
    parts = "one part" if count == 1 else f"{count} parts of 4 MiB each, several at once,"
    note = (
        f"Streams <{video.size_bytes:,} bytes, {video.content_type}> in {parts} to the upload addresses of the answer "
        f"before, which says how many there really are. Without the token: LinkedIn takes none here."
    )
    return PlannedCall("PUT", planned_call.UPLOAD_URL, {"Content-Type": PART_TYPE}, None, note)


def planned_extras(files: Sequence[File]) -> Iterator[PlannedCall]:
    """The PUTs of captions and cover."""
    yield from (planned_call.planned_upload(file.content_type, file.size_bytes) for file in files)


def expected_parts(size_bytes: int) -> int:
    """How many parts of 4 MiB a file of this size makes."""
    return max(1, -(-size_bytes // EXPECTED_PART_BYTES))


def _send_blob(transport: Transport, url: str, blob: Blob, group: TaskGroup) -> str:
    # With the token: images need it, and LinkedIn accepts it everywhere (§5.6). [I]
    part = Part(url, 0, blob.size_bytes)
    send(transport, Shared(blob.file), part, group, blob.content_type, group.progress())
    return ""


def _address(value: dict[str, Any], name: str, what: str) -> str:
    url = value.get(name)
    if isinstance(url, str):
        return url
    advice = f"Publish again without the {what}."
    raise UnusableInstructions(f"LinkedIn gave no address for the {what} of the video.", advice=advice)
