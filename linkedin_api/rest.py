"""The versioned dialect: /rest/posts and /rest/images. Text is little text, LINKEDIN_VERSION a header."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, BinaryIO

from linkedin_api import calls
from linkedin_api.calls import PlannedCall
from linkedin_api.checks import Problem
from linkedin_api.errors import InvalidPost
from linkedin_api.models import Article, Media, Post
from linkedin_api.text import little_text
from linkedin_api.transport import Transport
from linkedin_api.urn import Urn

_STATUSES = {
    "WAITING_UPLOAD": "WAITING_UPLOAD",
    "PROCESSING": "PROCESSING",
    "AVAILABLE": "AVAILABLE",
}
_COLLECTIONS = {"image": "images", "video": "videos"}

Progress = Callable[[int], None] | None


class Rest:
    """Publishes text, articles and one image through the versioned API; keeps the promise of Publisher."""

    dialect = "rest"

    def __init__(self, transport: Transport, api_url: str, version: str) -> None:
        self._transport = transport
        self._url = api_url.rstrip("/") + "/rest"
        self._headers = {"LinkedIn-Version": version, **calls.PROTOCOL}

    def upload_image(
        self, owner: Urn, image: BinaryIO, *, size_bytes: int, content_type: str, on_progress: Progress = None
    ) -> Urn:
        """Ask for an upload address, upload the image there, and return its URN.

        Sends:   POST /rest/images?action=initializeUpload, then PUT to the address it names.
        Returns: urn:li:image:…
        Raises:  Unauthorized, Forbidden, InvalidRequest, RateLimited, VersionRetired, UnsafeUploadURL,
                 OutcomeUnknown.
        See:     https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/images-api
        """
        answer = calls.perform(self._transport, self._initialize_call(owner))
        urn = calls.urn_of(calls.field_of(answer, "value", "image"))
        calls.put_file(
            self._transport,
            calls.field_of(answer, "value", "uploadUrl"),
            image,
            size_bytes=size_bytes,
            content_type=content_type,
            on_progress=on_progress,
        )
        return urn

    def upload_video(
        self, owner: Urn, video: BinaryIO, *, size_bytes: int, content_type: str, on_progress: Progress = None
    ) -> Urn:
        """Refuse: this dialect sends no video for now.

        Sends:   nothing.
        Raises:  InvalidPost.
        See:     https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/videos-api
        """
        said = "The rest dialect sends no video for now; choose the v2 dialect."
        raise InvalidPost((Problem("media", said),))

    def planned(self, post: Post, uploads: Sequence[tuple[str, int]] = ()) -> tuple[PlannedCall, ...]:
        """Every request that publishing this post makes, in order; sends nothing.

        uploads is (content type, size in bytes) of each file that still has to be uploaded.
        """
        before = [
            call
            for content_type, size_bytes in uploads
            for call in (self._initialize_call(post.author), calls.planned_upload(content_type, size_bytes))
        ]
        return (*before, self._create_call(post))

    def create_post(self, post: Post) -> Urn:
        """Publish one post and return its URN.

        Sends:   POST /rest/posts, JSON; text escaped by little_text().
        Returns: urn:li:share:… or urn:li:ugcPost:…, read from the x-restli-id header.
        Raises:  InvalidPost before anything is sent; Unauthorized, Forbidden, InvalidRequest, DuplicatePost,
                 RateLimited, VersionRetired; OutcomeUnknown and ServerError (may have been published).
        See:     https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api
        """
        return calls.create(self._transport, post, self.dialect, self._create_call(post))

    def delete_post(self, urn: Urn) -> None:
        """Delete a post; one that is not there any more is fine.

        Sends:   DELETE /rest/posts/{urn}.
        Returns: nothing, for 204 and 404 alike.
        Raises:  Unauthorized, Forbidden, RateLimited, VersionRetired, OutcomeUnknown.
        See:     https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api
        """
        headers = {**self._headers, "X-RestLi-Method": "DELETE"}
        calls.delete(self._transport, f"{self._url}/posts/{urn.encoded}", headers)

    def media_status(self, urn: Urn) -> str:
        """How far LinkedIn is with an image; most member tokens may not ask (Forbidden).

        Sends:   GET /rest/images/{urn} (or /rest/videos/{urn}).
        Returns: WAITING_UPLOAD, PROCESSING, AVAILABLE or FAILED.
        Raises:  Unauthorized, Forbidden, NotFound, RateLimited, VersionRetired, OutcomeUnknown.
        See:     https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/images-api
        """
        url = f"{self._url}/{_COLLECTIONS.get(urn.kind, 'images')}/{urn.encoded}"
        answer = self._transport.send("GET", url, headers=self._headers)
        return _STATUSES.get(str(answer.json().get("status")), "FAILED")

    def _initialize_call(self, owner: Urn) -> PlannedCall:
        body = {"initializeUploadRequest": {"owner": owner}}
        url = f"{self._url}/images?action=initializeUpload"
        return calls.planned_call("POST", url, self._headers, body, "Asks where to upload the image.")

    def _create_call(self, post: Post) -> PlannedCall:
        body: dict[str, Any] = {
            "author": post.author,
            "commentary": little_text(post.text),
            "visibility": str(post.visibility),
            "distribution": {
                "feedDistribution": "MAIN_FEED",
                "targetEntities": [],
                "thirdPartyDistributionChannels": [],
            },
            "lifecycleState": "PUBLISHED",
            "isReshareDisabledByAuthor": False,
        }
        content = _content(post)
        if content:
            body["content"] = content
        return calls.planned_call("POST", f"{self._url}/posts", self._headers, body, "Publishes the post.")


def _content(post: Post) -> dict[str, Any]:
    if post.video or post.images:
        return {"media": _medium(post.video or post.images[0])}
    return {"article": _article(post.article)} if post.article else {}


def _article(article: Article) -> dict[str, str]:
    texts = {"title": article.title, "description": article.description}  # plain strings, not little text
    return {"source": article.url, **{name: text for name, text in texts.items() if text}}


def _medium(media: Media) -> dict[str, str]:
    texts = {"title": media.title, "altText": media.alt_text}
    return {"id": media.urn, **{name: text for name, text in texts.items() if text}}
