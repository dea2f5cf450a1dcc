"""Files at Zernio: an address to PUT each to, and the public address that a post names."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from linkedin_api.errors.tree import OutcomeUnknown, UnsafeUploadURL
from linkedin_api.http.connections import Readable
from linkedin_api.http.planned import UPLOAD_URL, File, PlannedCall
from zernio_api.account_models import web_address
from zernio_api.client import NO_ANSWER, ZERNIO, ZernioClient
from zernio_api.errors import ZernioError
from zernio_api.limits import EXTENSIONS

ANOTHER_ADDRESS = "Publish again: the file then gets a new address."
NAME_HOST = "If Zernio's documentation names that host, add it to ZERNIO_UPLOAD_HOSTS; otherwise do not send the file."
_UNUSUAL = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(frozen=True)
class HostedFile:
    """A file that Zernio has: its part in the post (as of File), and its public address. That lives 7 days [?]."""

    part: str
    url: str
    content_type: str
    size_bytes: int
    filename: str


def filename_of(stem: str, content_type: str) -> str:
    """A name whose extension fits the type: Zernio refuses a post in which the two contradict each other [D2]."""
    plain = _UNUSUAL.sub("-", stem).strip("-")[:60]
    return f"{plain or 'file'}{EXTENSIONS.get(content_type, '')}"


def planned_presign(client: ZernioClient, file: File, stem: str) -> PlannedCall:
    """The call that asks where to upload a file."""
    body = {
        "filename": filename_of(stem, file.content_type),
        "contentType": file.content_type,
        "size": file.size_bytes,  # checked before the upload [D1]
    }
    return client.planned("POST", client.url("media", "presign"), body, f"Asks where to upload the {file.part}.")


def planned_put(file: File) -> PlannedCall:
    """The PUT of a file, without the key; its address is in the answer to the call before it."""
    note = f"Streams <{file.size_bytes:,} bytes, {file.content_type}> to the upload address of the answer before."
    headers = {"Content-Type": file.content_type, "Content-Length": str(file.size_bytes)}
    return PlannedCall("PUT", UPLOAD_URL, headers, None, note, service=ZERNIO.name)


def planned_hosted(file: File, number: int) -> HostedFile:
    """The file as a planned post names it, before it is uploaded."""
    name = filename_of(f"{file.part}-{number}", file.content_type)
    return HostedFile(file.part, f"{{publicUrl of {file.part} {number}}}", file.content_type, file.size_bytes, name)


def upload(
    client: ZernioClient, file: File, content: Readable, stem: str, on_progress: Callable[[int], None] | None = None
) -> HostedFile:
    """Ask for an address and PUT the file there.

    Sends:   POST /v1/media/presign, then PUT to the address it names, without the key.
    Raises:  ZernioRefused for a type or size that Zernio does not take; UnsafeUploadURL; OutcomeUnknown, also for what
             the host of the files refuses: it has neither key nor account. A second try is safe, and gives another
             address.
    """
    asked = planned_presign(client, file, stem)
    answer = client.perform(asked)
    upload_url, public_url = answer.get("uploadUrl"), web_address(answer.get("publicUrl"))
    if not isinstance(upload_url, str) or not public_url:
        raise OutcomeUnknown(NO_ANSWER, advice=ANOTHER_ADDRESS, retryable=True)
    facts: Any = {"size_bytes": file.size_bytes, "content_type": file.content_type}
    try:
        client.transport.upload(upload_url, content, on_progress=on_progress, with_token=False, **facts)
    except UnsafeUploadURL as unsafe:
        raise UnsafeUploadURL(str(unsafe), advice=NAME_HOST) from None
    except ZernioError as refused:
        said = f"The host of Zernio's files refused the {file.part} ({refused.status})."
        raise OutcomeUnknown(said, advice=ANOTHER_ADDRESS, retryable=True) from None
    name = str((asked.body or {})["filename"])
    return HostedFile(file.part, public_url, file.content_type, file.size_bytes, name)
