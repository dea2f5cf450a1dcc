"""The v2 dialect: /v2/ugcPosts for posts, /v2/assets for images and videos. Text is plain text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO
from urllib.parse import quote

from linkedin_api.content.post import Post
from linkedin_api.content.validation import Problem
from linkedin_api.errors.tree import InvalidPost
from linkedin_api.http.transport import Transport
from linkedin_api.publishing import multipart, planned_call, v2_body, v2_parts
from linkedin_api.publishing.planned_call import Blob, File, PlannedCall, Progress
from linkedin_api.reference import limits
from linkedin_api.reference.urn import Urn

_MECHANISM = "com.linkedin.digitalmedia.uploading.MediaUploadHttpRequest"
_PENDING = ("NEW", "PROCESSING", "WAITING_UPLOAD", "MUTATING")  # NEW, PROCESSING [D]; the other two [?]
_GONE = ("BLOCKED", "ABANDONED", "DELETED")
_FAMILIES = ("image", "video")  # what a post here may carry; each has a recipe


class V2:
    """Publishes through the API that self-serve apps have; keeps the promise of Publisher."""

    dialect = "v2"

    def __init__(self, transport: Transport, api_url: str) -> None:
        self._transport = transport
        self._url = api_url.rstrip("/") + "/v2"

    def upload_image(
        self, owner: Urn, image: BinaryIO, *, size_bytes: int, content_type: str, on_progress: Progress = None
    ) -> Urn:
        """Register an image, upload it, and return its asset URN.

        Sends:   POST /v2/assets?action=registerUpload, then PUT to the address it names.
        Returns: urn:li:digitalmediaAsset:…
        Raises:  Unauthorized, Forbidden, InvalidRequest, RateLimited, UnsafeUploadURL, OutcomeUnknown.
        See:     https://learn.microsoft.com/en-us/linkedin/consumer/integrations/self-serve/share-on-linkedin
        """
        return self._upload(owner, image, "image", size_bytes, content_type, on_progress)

    def upload_document(
        self, owner: Urn, document: BinaryIO, *, size_bytes: int, content_type: str, on_progress: Progress = None
    ) -> Urn:
        """Refuse: this dialect has no documents.

        Sends:   nothing.
        Raises:  InvalidPost.
        See:     https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/documents-api
        """
        raise _refused("documents")

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
        """Register a video, upload it in one request or, above 200 MB, in parts, and return its asset URN.

        Sends:   POST /v2/assets?action=registerUpload, then PUT to the addresses it names; after the parts POST
                 /v2/assets?action=completeMultiPartUpload.
        Returns: urn:li:digitalmediaAsset:…
        Raises:  InvalidPost for captions or a cover, before anything is sent; Unauthorized, Forbidden,
                 InvalidRequest, RateLimited, UnsafeUploadURL, OutcomeUnknown; of parts UnusableInstructions,
                 UploadExpired, PartUnconfirmed.
        See:     https://learn.microsoft.com/en-us/linkedin/consumer/integrations/self-serve/share-on-linkedin
        """
        if captions or cover:
            raise _refused("captions and no cover")
        return self._upload(owner, video, "video", size_bytes, content_type, on_progress)

    def planned(self, post: Post, files: Sequence[File] = ()) -> tuple[PlannedCall, ...]:
        """Every request that publishing this post makes, in order; sends nothing.

        files are those that still have to be uploaded.
        """
        return (*self._planned_uploads(post, files), self._create_call(post))

    def create_post(self, post: Post) -> Urn:
        """Publish one post and return its URN.

        Sends:   POST /v2/ugcPosts, JSON; the text as it is.
        Returns: urn:li:share:… or urn:li:ugcPost:…, from the x-restli-id header, else the body's id.
        Raises:  InvalidPost before anything is sent; Unauthorized, Forbidden, InvalidRequest, DuplicatePost,
                 RateLimited; OutcomeUnknown and ServerError (may have been published).
        See:     https://learn.microsoft.com/en-us/linkedin/consumer/integrations/self-serve/share-on-linkedin
        """
        return planned_call.create(self._transport, post, self.dialect, self._create_call(post))

    def delete_post(self, urn: Urn) -> None:
        """Delete a post; one that is not there any more is fine.

        Sends:   DELETE /v2/ugcPosts/{urn}.
        Returns: nothing, for 204 and 404 alike.
        Raises:  Unauthorized, Forbidden, RateLimited, OutcomeUnknown.
        See:     https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/ugc-post-api
        """
        planned_call.delete(self._transport, f"{self._url}/ugcPosts/{urn.encoded}", planned_call.PROTOCOL)

    def media_status(self, urn: Urn) -> str:
        """How far LinkedIn is with an asset.

        Sends:   GET /v2/assets/{id}.
        Returns: WAITING_UPLOAD, PROCESSING, AVAILABLE or FAILED.
        Raises:  Unauthorized, Forbidden, NotFound, RateLimited, OutcomeUnknown.
        See:     https://learn.microsoft.com/en-us/linkedin/marketing/integrations/community-management/shares/vector-asset-api
        """
        url = f"{self._url}/assets/{quote(urn.id, safe='')}"
        return _status(self._transport.send("GET", url, headers=planned_call.PROTOCOL).json())

    def _upload(
        self, owner: Urn, file: BinaryIO, family: str, size_bytes: int, content_type: str, on_progress: Progress
    ) -> Urn:
        answer = planned_call.perform(self._transport, self._register_call(owner, family, size_bytes))
        asset = planned_call.urn_of(planned_call.field_of(answer, "value", "asset"))
        if where := v2_parts.read_registration(answer, size_bytes):
            etags = v2_parts.send(self._transport, where, file, on_progress)
            multipart.join_parts(self._transport, self._complete_call(where.artifact, where.metadata, etags))
            return asset
        request = planned_call.field_of(answer, "value", "uploadMechanism", _MECHANISM)
        planned_call.send_file(
            self._transport,
            planned_call.field_of(answer, "value", "uploadMechanism", _MECHANISM, "uploadUrl"),
            file,
            size_bytes=size_bytes,
            content_type=content_type,
            headers=request.get("headers"),
            on_progress=on_progress,
        )
        return asset

    def _planned_uploads(self, post: Post, files: Sequence[File]) -> Iterator[PlannedCall]:
        for file in (each for each in files if each.part in _FAMILIES):  # problems() names the others
            yield self._register_call(post.author, file.part, file.size_bytes)
            if _in_parts(file.part, file.size_bytes):
                yield multipart.planned_parts(file)
                etags = multipart.planned_etags(file.size_bytes)
                yield self._complete_call("{mediaArtifact}", "{metadata}", etags)
            else:
                yield planned_call.planned_upload(file.content_type, file.size_bytes)

    def _register_call(self, owner: Urn, family: str, size_bytes: int) -> PlannedCall:
        # The mechanism is left out where one request is enough (§4.1).
        parts = {"supportedUploadMechanism": ["MULTIPART_UPLOAD"], "fileSize": size_bytes}
        body = {
            "registerUploadRequest": {
                "recipes": [f"urn:li:digitalmediaRecipe:feedshare-{family}"],
                "owner": owner,
                "serviceRelationships": [{"relationshipType": "OWNER", "identifier": "urn:li:userGeneratedContent"}],
                **(parts if _in_parts(family, size_bytes) else {}),
            }
        }
        return self._post("assets?action=registerUpload", body, f"Asks where to upload the {family}.")

    def _complete_call(self, artifact: str, metadata: str, etags: Sequence[str]) -> PlannedCall:
        answers = [{"headers": {"ETag": etag}, "httpStatusCode": 200} for etag in etags]  # [C]
        told = {"mediaArtifact": artifact, "metadata": metadata, "partUploadResponses": answers}
        body = {"completeMultipartUploadRequest": told}
        return self._post("assets?action=completeMultiPartUpload", body, "Says that every part of the video is there.")

    def _create_call(self, post: Post) -> PlannedCall:
        return self._post("ugcPosts", v2_body.write(post), "Publishes the post.")

    def _post(self, path: str, body: dict[str, Any], note: str) -> PlannedCall:
        return planned_call.planned_call("POST", f"{self._url}/{path}", planned_call.PROTOCOL, body, note)


def _in_parts(family: str, size_bytes: int) -> bool:
    return family == "video" and size_bytes > limits.ONE_REQUEST_MAX_BYTES


def _refused(what: str) -> InvalidPost:
    return InvalidPost((Problem("media", f"The v2 dialect takes no {what}; choose the rest dialect."),))


def _status(asset: dict[str, Any]) -> str:
    recipes = [recipe.get("status") for recipe in asset.get("recipes") or () if isinstance(recipe, dict)]
    if asset.get("status") in _GONE or any(status not in (*_PENDING, "AVAILABLE") for status in recipes):
        return "FAILED"
    if recipes and all(status == "AVAILABLE" for status in recipes):
        return "AVAILABLE"
    waiting = any(status in ("NEW", "WAITING_UPLOAD") for status in recipes)  # NEW: registered only [I]
    return "WAITING_UPLOAD" if waiting else "PROCESSING"
