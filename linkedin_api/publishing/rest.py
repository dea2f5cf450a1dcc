"""The versioned dialect: /rest/posts, images, videos and documents. Text is little text, LINKEDIN_VERSION a header."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from linkedin_api.content.post import Post
from linkedin_api.http.transport import Transport
from linkedin_api.publishing import captions as captions_form
from linkedin_api.publishing import multipart, planned_call, rest_body, rest_video
from linkedin_api.publishing.planned_call import Blob, File, PlannedCall, Progress
from linkedin_api.reference.json_fields import text_in
from linkedin_api.reference.urn import Urn

_STATUSES = ("WAITING_UPLOAD", "PROCESSING", "AVAILABLE")
_COLLECTIONS = {"image": "images", "video": "videos", "document": "documents"}  # by the kind of the URN
_KINDS = {"image": "image", "thumbnail": "image", "document": "document"}  # by the part of the post


class Rest:
    """Publishes every kind of post through the versioned API; keeps the promise of Publisher."""

    dialect = "rest"

    def __init__(self, transport: Transport, api_url: str, version: str) -> None:
        self._transport = transport
        self._url, self._unversioned_url = (f"{api_url.rstrip('/')}/{gateway}" for gateway in ("rest", "v2"))
        self._headers = {"LinkedIn-Version": version, **planned_call.PROTOCOL}

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
        return self._upload("image", owner, image, size_bytes, content_type, on_progress)

    def upload_document(
        self, owner: Urn, document: BinaryIO, *, size_bytes: int, content_type: str, on_progress: Progress = None
    ) -> Urn:
        """Ask for an upload address, upload the document there, and return its URN.

        Sends:   POST /rest/documents?action=initializeUpload, then PUT to the address it names.
        Returns: urn:li:document:…
        Raises:  Unauthorized, Forbidden, InvalidRequest, RateLimited, VersionRetired, UnsafeUploadURL,
                 UploadExpired, OutcomeUnknown.
        See:     https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/documents-api
        """
        return self._upload("document", owner, document, size_bytes, content_type, on_progress)

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
        """Upload a video in parts, its captions and its cover, and return its URN. The files must be seekable.

        Sends:   POST /rest/videos?action=initializeUpload, a PUT for each part, a POST of the captions (as SRT;
                 WebVTT is converted), a PUT of the cover, then POST /rest/videos?action=finalizeUpload. A part that
                 breaks off is sent up to three times.
        Returns: urn:li:video:…; on_progress hears the bytes of all files, from several threads, one at a time.
        Raises:  InvalidPost for captions that are neither SRT nor WebVTT, before anything is sent;
                 Unauthorized, Forbidden, InvalidRequest, RateLimited, VersionRetired, UnsafeUploadURL,
                 UnusableInstructions, UploadExpired, PartUnconfirmed, OutcomeUnknown.
        See:     https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/videos-api
        """
        extras = {"captions": captions is not None, "cover": cover is not None}
        form = (captions, captions_form.form(captions)) if captions else None
        answer = planned_call.perform(self._transport, self._initialize_video_call(owner, size_bytes, **extras))
        where = rest_video.read_destination(answer, size_bytes, **extras)
        etags = rest_video.send_video(self._transport, where, video, form, cover, on_progress)
        multipart.join_parts(self._transport, self._finalize_call(where.video, where.token, etags))
        return where.video

    def planned(self, post: Post, files: Sequence[File] = ()) -> tuple[PlannedCall, ...]:
        """Every request that publishing this post makes, in order; sends nothing.

        files are those that still have to be uploaded.
        """
        return (*self._planned_uploads(post, files), self._create_call(post))

    def create_post(self, post: Post) -> Urn:
        """Publish one post and return its URN.

        Sends:   POST /rest/posts, JSON; text escaped by little_text().
        Returns: urn:li:share:… or urn:li:ugcPost:…, read from the x-restli-id header.
        Raises:  InvalidPost before anything is sent; Unauthorized, Forbidden, InvalidRequest, DuplicatePost,
                 RateLimited, VersionRetired; OutcomeUnknown and ServerError (may have been published).
        See:     https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api
        """
        return planned_call.create(self._transport, post, self.dialect, self._create_call(post))

    def delete_post(self, urn: Urn) -> None:
        """Delete a post; one that is not there any more is fine.

        Sends:   DELETE /rest/posts/{urn}.
        Returns: nothing, for 204 and 404 alike.
        Raises:  Unauthorized, Forbidden, RateLimited, VersionRetired, OutcomeUnknown.
        See:     https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api
        """
        headers = {**self._headers, "X-RestLi-Method": "DELETE"}
        planned_call.delete(self._transport, f"{self._url}/posts/{urn.encoded}", headers)

    def media_status(self, urn: Urn) -> str:
        """How far LinkedIn is with an upload; a token may not be allowed to ask (Forbidden).

        Sends:   GET /v2/images/{urn} without a version, as /rest is closed to w_member_social there [D] (§5.5);
                 GET /rest/videos/{urn} or /rest/documents/{urn}.
        Returns: WAITING_UPLOAD, PROCESSING, AVAILABLE or FAILED.
        Raises:  Unauthorized, Forbidden, NotFound, RateLimited, VersionRetired, OutcomeUnknown.
        See:     https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/images-api
        """
        if urn.kind == "image":
            url, headers = f"{self._unversioned_url}/images/{urn.encoded}", planned_call.PROTOCOL
        else:
            url, headers = f"{self._url}/{_COLLECTIONS.get(urn.kind, 'videos')}/{urn.encoded}", self._headers
        status = text_in(self._transport.send("GET", url, headers=headers).json(), "status")
        return status if status in _STATUSES else "FAILED"

    def _upload(
        self, kind: str, owner: Urn, file: BinaryIO, size_bytes: int, content_type: str, on_progress: Progress
    ) -> Urn:
        answer = planned_call.perform(self._transport, self._initialize_call(owner, kind))
        urn = planned_call.urn_of(planned_call.field_of(answer, "value", kind))
        planned_call.send_file(
            self._transport,
            planned_call.field_of(answer, "value", "uploadUrl"),
            file,
            size_bytes=size_bytes,
            content_type=content_type,
            on_progress=on_progress,
        )
        return urn

    def _planned_uploads(self, post: Post, files: Sequence[File]) -> Iterator[PlannedCall]:
        extras = [file for file in files if file.part in ("captions", "cover")]
        for file in files:
            if file.part == "video":
                yield from self._planned_video(post.author, file, extras)
            elif file.part in _KINDS:
                yield self._initialize_call(post.author, _KINDS[file.part])
                yield planned_call.planned_upload(file.content_type, file.size_bytes)

    def _planned_video(self, owner: Urn, video: File, extras: Sequence[File]) -> Iterator[PlannedCall]:
        asked = {name: any(file.part == name for file in extras) for name in ("captions", "cover")}
        yield self._initialize_video_call(owner, video.size_bytes, **asked)
        yield multipart.planned_parts(video)
        yield from rest_video.planned_extras(extras)
        yield self._finalize_call(rest_video.PLANNED_VIDEO, "{uploadToken}", multipart.planned_etags(video.size_bytes))

    def _initialize_call(self, owner: Urn, kind: str) -> PlannedCall:
        body = {"initializeUploadRequest": {"owner": owner}}
        return self._post(f"{_COLLECTIONS[kind]}?action=initializeUpload", body, f"Asks where to upload the {kind}.")

    def _initialize_video_call(self, owner: Urn, size_bytes: int, *, captions: bool, cover: bool) -> PlannedCall:
        asked = {"owner": owner, "fileSizeBytes": size_bytes, "uploadCaptions": captions, "uploadThumbnail": cover}
        body = {"initializeUploadRequest": asked}
        return self._post("videos?action=initializeUpload", body, "Asks where to upload each part of the video.")

    def _finalize_call(self, video: str, token: str, etags: Sequence[str]) -> PlannedCall:
        body = {"finalizeUploadRequest": {"video": video, "uploadToken": token, "uploadedPartIds": list(etags)}}
        return self._post("videos?action=finalizeUpload", body, "Says that every part of the video is there.")

    def _create_call(self, post: Post) -> PlannedCall:
        return self._post("posts", rest_body.write(post), "Publishes the post.")

    def _post(self, path: str, body: dict[str, Any], note: str) -> PlannedCall:
        return planned_call.planned_call("POST", f"{self._url}/{path}", self._headers, body, note)
