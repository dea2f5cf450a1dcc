"""Publisher: the promise that both dialects keep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO, Protocol

from linkedin_api.content.post import Post, SeenPost
from linkedin_api.http.transport import Transport
from linkedin_api.publishing import rest_body, v2_body
from linkedin_api.publishing.planned_call import Blob, File, PlannedCall, Progress
from linkedin_api.publishing.rest import Rest
from linkedin_api.publishing.v2 import V2
from linkedin_api.reference.urn import Urn

__all__ = ["PlannedCall", "Publisher", "post_url", "publisher", "seen_post"]


class Publisher(Protocol):
    """Uploads, publishes and deletes as one member, whose token the transport has."""

    @property
    def dialect(self) -> str:
        """The API that it uses: "v2" or "rest"."""

    def upload_image(
        self, owner: Urn, image: BinaryIO, *, size_bytes: int, content_type: str, on_progress: Progress = None
    ) -> Urn:
        """Register and PUT an image; gives the URN for Media, or for an article's thumbnail."""

    def upload_video(
        self,
        owner: Urn,
        video: BinaryIO,
        *,
        size_bytes: int,
        content_type: str,
        on_progress: Progress = None,
        captions: Blob | None = None,
        cover: Blob | None = None,
    ) -> Urn:
        """Register and PUT a video with its captions and cover (rest only); gives the URN for Media."""

    def upload_document(
        self, owner: Urn, document: BinaryIO, *, size_bytes: int, content_type: str, on_progress: Progress = None
    ) -> Urn:
        """Register and PUT a document (rest only); gives the URN for Media."""

    def planned(self, post: Post, files: Sequence[File] = ()) -> tuple[PlannedCall, ...]:
        """The requests that publishing this post would make, in order; sends nothing."""

    def create_post(self, post: Post) -> Urn:
        """Publish the post and return its URN. Raises: InvalidPost before anything is sent."""

    def delete_post(self, urn: Urn) -> None:
        """Delete the post; a post that is deleted already is no error."""

    def media_status(self, urn: Urn) -> str:
        """WAITING_UPLOAD, PROCESSING, AVAILABLE or FAILED."""


def publisher(dialect: str, transport: Transport, *, api_url: str, version: str = "202609") -> Publisher:
    """The publisher for a dialect: "v2" or "rest"; version is the versioned API's month, as YYYYMM.

    Raises: ValueError for another dialect.
    """
    if dialect == "v2":
        return V2(transport, api_url)
    if dialect == "rest":
        return Rest(transport, api_url, version)
    raise ValueError(f'{dialect!r} is not a dialect; use "v2" or "rest".')


def seen_post(dialect: str, call: PlannedCall) -> SeenPost:
    """The post as readers will see it once this planned create is sent."""
    read = rest_body.read if dialect == "rest" else v2_body.read
    return read(call.body or {})


def post_url(urn: Urn, auth_url: str = "https://www.linkedin.com") -> str:
    """The post's address for a browser; sends nothing."""
    return f"{auth_url.rstrip('/')}/feed/update/{urn}/"
