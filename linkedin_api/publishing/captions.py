"""The captions of a video as LinkedIn takes them (§5.6): one POST of a form that holds metadata and an SRT file."""

from __future__ import annotations

import io
import json
import secrets
from dataclasses import dataclass
from typing import Any, BinaryIO

from linkedin_api.content.subrip import SRT_TYPE, as_srt
from linkedin_api.content.validation import Problem
from linkedin_api.errors.tree import InvalidPost
from linkedin_api.publishing import planned_call
from linkedin_api.publishing.planned_call import Blob, File, PlannedCall

FORM_TYPE = "multipart/form-data"
# [D] The names, and English as the only language; [C] the values of the two booleans and of locale are samples.
METADATA = {
    "format": "SRT",
    "formattedForEasyReader": True,
    "largeText": True,
    "source": "USER_PROVIDED",
    "locale": {"variant": "AMERICAN", "country": "US", "language": "EN"},
    "transcriptType": "CLOSED_CAPTION",
}


@dataclass(frozen=True)
class CaptionsForm:
    """The form as it is sent: its bytes, its content type with the boundary, and what the Exchange says of it."""

    file: BinaryIO
    size_bytes: int
    content_type: str
    described: str


def form(captions: Blob) -> CaptionsForm:
    """The form for captions in SubRip or WebVTT. Raises: InvalidPost when they are neither, or hold no text."""
    try:
        srt = as_srt(captions.file.read())
    except ValueError as error:
        raise InvalidPost((Problem("media", f"{error} Choose another captions file."),)) from None
    boundary = secrets.token_hex(16)
    content = b"".join(
        (
            _head(boundary, 'name="metadata"', "application/json"),
            json.dumps(METADATA).encode(),
            _head(boundary, 'name="file"; filename="captions.srt"', SRT_TYPE),
            srt,
            f"\r\n--{boundary}--\r\n".encode(),
        )
    ).removeprefix(b"\r\n")
    described = json.dumps(_described(f"{len(srt):,}"))
    return CaptionsForm(io.BytesIO(content), len(content), f"{FORM_TYPE}; boundary={boundary}", described)


def planned(file: File) -> PlannedCall:
    """The POST of the form; its address is in the answer to the initialize."""
    size = f"{file.size_bytes:,}" if file.content_type == SRT_TYPE else "?"
    note = "Sends the captions as a form with SRT, the only format and English the only language that LinkedIn takes."
    body = _described(size)
    call = planned_call.planned_call("POST", planned_call.UPLOAD_URL, {}, body, note)
    return PlannedCall(call.method, call.url, {**call.headers, "Content-Type": FORM_TYPE}, body, note)


def _described(size: str) -> dict[str, Any]:
    return {"metadata": METADATA, "file": f"<{size} bytes, {SRT_TYPE}>"}


def _head(boundary: str, field: str, content_type: str) -> bytes:
    # The line break before a boundary belongs to it.
    return (
        f"\r\n--{boundary}\r\nContent-Disposition: form-data; {field}\r\nContent-Type: {content_type}\r\n\r\n".encode()
    )
