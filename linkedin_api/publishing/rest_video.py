"""A video through the versioned API (§5.6): initialize, parts, then captions and cover, finalize."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, BinaryIO

from linkedin_api.errors.tree import UnusableInstructions, UploadExpired
from linkedin_api.http.response import Response
from linkedin_api.http.transport import Transport
from linkedin_api.publishing import captions as captions_form
from linkedin_api.publishing import planned_call
from linkedin_api.publishing.captions import CaptionsForm
from linkedin_api.publishing.multipart import (
    AT_ONCE,
    Part,
    Shared,
    check_addresses,
    read_parts,
    send,
    send_parts,
)
from linkedin_api.publishing.planned_call import Blob, File, PlannedCall, Progress
from linkedin_api.publishing.task_group import TaskGroup
from linkedin_api.reference.urn import Urn

COVER_HEADERS = {"media-type-family": "STILLIMAGE"}  # [D] and no token (§5.6)
PLANNED_VIDEO = "urn:li:video:FROM_INITIALIZE_1"  # a post carries one


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
        # [C] Both key names.
        _address(value, "captionsUploadUrl", "captions") if captions else None,
        _address(value, "thumbnailUploadUrl", "cover") if cover else None,
    )


def send_video(
    transport: Transport,
    where: Destination,
    video: BinaryIO,
    captions: tuple[Blob, CaptionsForm] | None,
    cover: Blob | None,
    told: Progress,
) -> list[str]:
    """Upload the parts, several at once, then captions and cover; gives the parts' ETags in order."""
    check_addresses(transport, [part.url for part in where.parts] + [where.captions_url, where.cover_url])
    group = TaskGroup(AT_ONCE, told)
    etags = send_parts(transport, video, where.parts, group)
    extras: list[Callable[[], None]] = []  # [D] the cover goes after the parts and before the finalize (§5.6)
    if where.captions_url and captions:
        extras.append(partial(_send_captions, transport, where.captions_url, *captions, group))
    if where.cover_url and cover:
        extras.append(partial(_send_cover, transport, where.cover_url, cover, group))
    group.run(extras)
    return etags


def planned_extras(files: Sequence[File]) -> Iterator[PlannedCall]:
    """The POST of the captions and the PUT of the cover."""
    for file in files:
        if file.part == "captions":
            yield captions_form.planned(file)
            continue
        call = planned_call.planned_upload(file.content_type, file.size_bytes)
        headers = {name: value for name, value in call.headers.items() if name != "Authorization"}
        yield replace(call, headers=headers | COVER_HEADERS, note=f"{call.note} Without the token.")


def _send_captions(transport: Transport, url: str, blob: Blob, form: CaptionsForm, group: TaskGroup) -> None:
    # With the token [C]. A repeated try replaces the captions [I]. Progress counts the file's bytes, not the form's.
    tell, part = group.progress(), Part(url, 0, form.size_bytes)
    options: Any = {"method": "POST", "described": form.described}
    file = Shared(form.file)
    send(transport, file, part, group, form.content_type, lambda sent: tell(min(sent, blob.size_bytes)), **options)
    tell(blob.size_bytes)


def _send_cover(transport: Transport, url: str, blob: Blob, group: TaskGroup) -> None:
    part, options = Part(url, 0, blob.size_bytes), {"with_token": False, "headers": COVER_HEADERS}
    send(transport, Shared(blob.file), part, group, blob.content_type, group.progress(), **options)


def _address(value: dict[str, Any], name: str, what: str) -> str:
    url = value.get(name)
    if isinstance(url, str):
        return url
    advice = f"Publish again without the {what}."
    raise UnusableInstructions(f"LinkedIn gave no address for the {what} of the video.", advice=advice)
