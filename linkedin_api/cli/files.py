"""Files named at the command line: what they are, their upload, and posts that have to wait for them."""

from __future__ import annotations

import mimetypes
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from linkedin_api.cli.failures import WrongUse
from linkedin_api.errors.tree import InvalidRequest, OutcomeUnknown
from linkedin_api.publishing.publisher import Publisher
from linkedin_api.reference import limits
from linkedin_api.reference.urn import Urn

KINDS = {
    "image": limits.IMAGE_TYPES,
    "video": ("video/mp4",),
    "document": limits.DOCUMENT_TYPES,
}
NAMES = {"image": "a JPG, PNG or GIF picture", "video": "an MP4 video", "document": "a PDF, DOC(X) or PPT(X) document"}
READY_WITHIN_S = 300.0
UPLOADED = {"image": "image digitalmediaAsset", "video": "video digitalmediaAsset", "document": "document"}  # URNs


@dataclass(frozen=True)
class LocalFile:
    """A file that can be uploaded: its kind is image, video or document."""

    path: Path
    kind: str
    content_type: str
    size_bytes: int


def local_file(name: str, kind: str | None = None) -> LocalFile:
    """The file of this name, which has to be of this kind. Raises: WrongUse."""
    path = Path(name)
    if not path.is_file():
        raise WrongUse(f"There is no file {name}.")
    content_type = mimetypes.guess_type(path.name)[0] or ""
    found = next((each for each, types in KINDS.items() if content_type in types), "")
    wanted = [kind] if kind else list(KINDS)
    if found not in wanted:
        raise WrongUse(f"{name} is not {' or '.join(NAMES[each] for each in wanted)} by its name.")
    size_bytes = path.stat().st_size
    if not size_bytes:
        raise WrongUse(f"{name} is empty.")
    return LocalFile(path, found, content_type, size_bytes)


def upload(linkedin: Publisher, owner: Urn, file: LocalFile) -> Urn:
    """Upload the file and return its URN. Raises: LinkedInError."""
    send: dict[str, Callable[..., Urn]] = {
        "image": linkedin.upload_image,
        "video": linkedin.upload_video,
        "document": linkedin.upload_document,
    }
    try:
        with file.path.open("rb") as opened:
            urn = send[file.kind](owner, opened, size_bytes=file.size_bytes, content_type=file.content_type)
    except OutcomeUnknown as lost:
        raise OutcomeUnknown(str(lost), advice="Nothing was published; run the same command again.") from None
    return urn


def when_ready(create: Callable[[], Urn]) -> Urn:
    """What `create` returns, called again for as long as LinkedIn answers that a file is not ready yet (§5.6).

    Raises: what create raises. Nothing was published by a create that was answered so.
    """
    end, wait_s = time.monotonic() + READY_WITHIN_S, 1.0
    while True:
        try:
            return create()
        except InvalidRequest as refused:
            if refused.code != "MEDIA_ASSET_WAITING_UPLOAD" or time.monotonic() + wait_s > end:
                raise
        time.sleep(wait_s)
        wait_s = min(30.0, wait_s * 2)
