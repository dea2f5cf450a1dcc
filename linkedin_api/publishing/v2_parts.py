"""A video above 200 MB through the v2 API (§4.1, §4.2): registered for parts, uploaded in parts, completed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, BinaryIO

from linkedin_api.http.response import Response
from linkedin_api.http.transport import Transport
from linkedin_api.publishing import planned_call
from linkedin_api.publishing.multipart import AT_ONCE, Part, check_addresses, read_parts, send_parts
from linkedin_api.publishing.planned_call import Progress
from linkedin_api.publishing.task_group import TaskGroup

MULTIPART = "com.linkedin.digitalmedia.uploading.MultipartUpload"


@dataclass(frozen=True)
class AssetInParts:
    """The answer of a registration for parts: their addresses, and what the completion says again."""

    parts: tuple[Part, ...]
    artifact: str
    metadata: str = field(repr=False)


def read_registration(answer: Response, size_bytes: int) -> AssetInParts | None:
    """The answer; None when it names one address for the whole file. Raises: UnusableInstructions, OutcomeUnknown."""
    mechanism = planned_call.field_of(answer, "value", "uploadMechanism")
    if not isinstance(mechanism, dict) or MULTIPART not in mechanism:
        return None
    requests = planned_call.field_of(answer, "value", "uploadMechanism", MULTIPART, "partUploadRequests")
    instructions = [_instruction(each) for each in requests] if isinstance(requests, list) else None
    return AssetInParts(
        read_parts(instructions, size_bytes),
        str(planned_call.field_of(answer, "value", "mediaArtifact")),
        str(mechanism[MULTIPART].get("metadata") or ""),
    )


def send(transport: Transport, where: AssetInParts, video: BinaryIO, told: Progress) -> list[str]:
    """Upload the parts, several at once; their ETags in order. Raises: as multipart.send_part()."""
    check_addresses(transport, [part.url for part in where.parts])
    return send_parts(transport, video, where.parts, TaskGroup(AT_ONCE, told))


def _instruction(request: Any) -> dict[str, Any]:
    """One of partUploadRequests in the words of uploadInstructions."""
    found = request if isinstance(request, dict) else {}
    byte_range = found.get("byteRange")
    named = {"uploadUrl": found.get("url"), "headers": found.get("headers")}
    return named | (byte_range if isinstance(byte_range, dict) else {})
