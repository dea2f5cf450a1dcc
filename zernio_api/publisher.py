"""Publishes through Zernio: a draft first, whose id is kept, then one call that publishes it (section 9)."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, BinaryIO

from linkedin_api.content.post import Post
from linkedin_api.errors.tree import InvalidPost, LinkedInError, OutcomeUnknown
from linkedin_api.http.planned import File, PlannedCall
from linkedin_api.http.transport import Transport
from linkedin_api.reference.urn import Urn
from zernio_api import checks, media, outcome, post_body
from zernio_api.account_models import FoundMention, listed
from zernio_api.client import NO_ANSWER, PUBLISH_TIMEOUT_S, ZernioClient
from zernio_api.errors import AlreadyAtZernio, StillPublishing, ZernioNotFound, ZernioRefused, bounded, id_of
from zernio_api.media import HostedFile
from zernio_api.outcome import Outcome, PostState
from zernio_api.settings import ZERNIO_API_URL

DRAFT_ID = "{draftId}"
LOOKED_THROUGH = 50  # posts in one answer; find_by_outbox_id() reads up to four
ANSWERS_MAX = 4


class ZernioPublisher:
    """Plans, uploads, creates and publishes posts of LinkedIn accounts at Zernio, whose key the transport has.

    None of its calls is ever sent twice by itself.
    """

    def __init__(self, transport: Transport, api_url: str = ZERNIO_API_URL) -> None:
        self._client = ZernioClient(transport, api_url)

    def planned_calls(
        self,
        post: Post,
        files: Sequence[File] = (),
        *,
        account_id: str,
        outbox_id: str = "",
        first_comment: str = "",
    ) -> tuple[PlannedCall, ...]:
        """Every request that publishing this post makes, in order; sends nothing.

        files are those that still have to be uploaded; of a file and its public address the answer's name stands.
        """
        counts: dict[str, int] = {}
        calls, hosted = [], []
        for file in files:
            counts[file.part] = counts.get(file.part, 0) + 1
            calls += [
                media.planned_presign(self._client, file, f"{file.part}-{counts[file.part]}"),
                media.planned_put(file),
            ]
            hosted.append(media.planned_hosted(file, counts[file.part]))
        own = outbox_id or "{outboxId}"
        draft = self._draft_call(post, account_id, own, hosted, first_comment)
        return (*calls, draft, self._publish_call(DRAFT_ID))

    def upload(
        self,
        part: str,
        file: BinaryIO,
        *,
        size_bytes: int,
        content_type: str,
        name: str = "",
        on_progress: Callable[[int], None] | None = None,
    ) -> HostedFile:
        """Upload one file, shortly before it is needed: how long Zernio keeps it is not settled [?].

        Sends:   POST /v1/media/presign, then PUT to the address it names, without the key.
        Raises:  as media.upload(). A second try is safe and uploads once more.
        """
        asked = File(part, content_type, size_bytes)
        return media.upload(self._client, asked, file, name.rpartition(".")[0] or name or part, on_progress)

    def create_draft(
        self,
        post: Post,
        *,
        account_id: str,
        outbox_id: str,
        hosted: Sequence[HostedFile] = (),
        first_comment: str = "",
    ) -> str:
        """Create the post as a draft, which publishes nothing, and return Zernio's id of it.

        outbox_id is the caller's own: random, kept before this is called, used for one post only. It goes into the
        post's metadata, and as a UUID made of it into x-request-id and Idempotency-Key: after a lost answer the same
        call, within five minutes, gives the same draft; later ask find_by_outbox_id() first. A second draft would
        harm nobody.

        Sends:   POST /v1/posts with isDraft.
        Raises:  InvalidPost before anything is sent; AlreadyAtZernio (another post has the same content), ZernioError;
                 OutcomeUnknown (there may be a draft).
        """
        files = [File(each.part, each.content_type, each.size_bytes) for each in hosted]
        if found := checks.problems(post, files, first_comment):
            raise InvalidPost(found)
        call = self._draft_call(post, account_id, outbox_id, hosted, first_comment)
        try:
            return self._created(self._client.perform(call), outbox_id)
        except AlreadyAtZernio as twin:
            if self.outcome(twin.post_id).outbox_id != outbox_id:
                raise
            return twin.post_id

    def publish(self, post_id: str, account_id: str = "") -> Outcome:
        """Publish a draft. Call it once: after a lost answer outcome() says what became of the post.

        Sends:   PUT /v1/posts/{id} with isDraft false and publishNow, and waits up to 300 s. On a 409 and 400 also GET:
                 a proxy may have repeated the call, and Zernio refuses the second one as the first has published.
        Returns: what became of it, also for 207: a failure of LinkedIn is an Outcome, no exception.
        Raises:  AlreadyAtZernio: another post, .post_id, has the same content, and this one stays a draft;
                 ZernioRefused, AccountUnusable, ZernioLimit, PaymentNeeded, KeyRefused: nothing was published;
                 OutcomeUnknown: it may be published; Unreachable: it never left.
        """
        try:
            answer = self._client.perform(self._publish_call(post_id), read_timeout_s=PUBLISH_TIMEOUT_S)
        except AlreadyAtZernio as twin:
            if twin.post_id != post_id:
                raise
            return self._what_became(post_id, account_id)
        except StillPublishing:
            return self._what_became(post_id, account_id)
        except ZernioRefused:
            if (found := self._what_became(post_id, account_id)).state is PostState.DRAFT:
                raise
            return found
        return self._told(answer, post_id, account_id)

    def outcome(self, post_id: str, account_id: str = "") -> Outcome:
        """What became of a post. Sends: GET /v1/posts/{id}. Raises: ZernioNotFound when somebody deleted it."""
        body = self._client.get("posts", post_id)
        found = body.get("post", body)
        if id_of(found) != post_id or not isinstance(found, Mapping):
            raise OutcomeUnknown(NO_ANSWER, retryable=True)
        return outcome.read(found, account_id)

    def find_by_outbox_id(self, outbox_id: str, account_id: str) -> Outcome | None:
        """The newest post with our own id in its metadata, among the last two hundred; None when there is none.

        Sends:   GET /v1/posts with accountId, the newest first, only the fields that are needed.
        """
        wanted: Mapping[str, str] = {"sortBy": "created-desc", "fields": "metadata,status,platforms"}
        answers = self._client.pages("posts", most=ANSWERS_MAX, accountId=account_id, limit=LOOKED_THROUGH, **wanted)
        posts = (outcome.read(each, account_id) for body in answers for each in listed(body.get("posts")))
        return next((found for found in posts if found.outbox_id == outbox_id), None)

    def unpublish(self, post_id: str, account_id: str) -> None:
        """Delete the post at LinkedIn; the record at Zernio stays. Sends: POST /v1/posts/{id}/unpublish.

        After a lost answer, and after a refusal of a second call, outcome().is_off_linkedin says whether it is gone.
        """
        self._at_linkedin("unpublish", post_id, account_id, {}, "Deletes the post at LinkedIn.")

    def edit(self, post_id: str, account_id: str, post: Post) -> None:
        """Give a published post the text of this one. Sends: POST /v1/posts/{id}/edit."""
        text = {"content": post_body.content(post)}
        self._at_linkedin("edit", post_id, account_id, text, "Gives the post another text.")

    def delete_record(self, post_id: str) -> None:
        """Delete the record at Zernio, not the post at LinkedIn; a record that is gone is no error.

        Sends:   DELETE /v1/posts/{id}; refused (400) while it is published.
        """
        url = self._client.url("posts", post_id)
        try:
            self._client.perform(self._client.planned("DELETE", url, None, "Deletes Zernio's record of the post."))
        except ZernioNotFound:
            return

    def find_mention(self, account_id: str, url: str) -> FoundMention:
        """The member or page at a LinkedIn address, to be mentioned in a post of this account.

        Sends:   GET /v1/accounts/{id}/linkedin-mentions?url=…
        Raises:  ZernioNotFound, which says nothing about whether a person exists [S]: people are found only by
                 accounts that administer a page.
        """
        body = self._client.get("accounts", account_id, "linkedin-mentions", url=url)
        try:
            urn = Urn(bounded(body.get("urn"), 255))
        except ValueError:
            raise OutcomeUnknown(NO_ANSWER, advice="Try again in a minute.", retryable=True) from None
        written = bounded(body.get("mentionFormat"), 400).partition("](")[0].removeprefix("@[")
        name = written or bounded(body.get("displayName"), 120)  # which is deprecated [S]
        return FoundMention(urn, name, bounded(body.get("warning"), 200))

    def _at_linkedin(self, what: str, post_id: str, account_id: str, more: Mapping[str, str], note: str) -> None:
        """Change a published post. Raises: LinkedInError also for an answer that says that it was not done."""
        body = {"platform": "linkedin", "accountId": account_id, **more}
        answer = self._client.perform(
            self._client.planned("POST", self._client.url("posts", post_id, what), body, note)
        )
        if answer.get("success") is False:
            told = bounded(answer.get("message")) or "it does not say why"
            raise LinkedInError(f"Zernio says that it was not done: {told}", advice="Try again in a minute.")

    def _draft_call(
        self,
        post: Post,
        account_id: str,
        outbox_id: str,
        hosted: Sequence[HostedFile],
        first_comment: str,
    ) -> PlannedCall:
        body = post_body.write(post, account_id, outbox_id, hosted=hosted, first_comment=first_comment)
        own = request_id_of(outbox_id)
        headers = {"x-request-id": own, "Idempotency-Key": own}
        return self._client.planned("POST", self._client.url("posts"), body, "Creates the post as a draft.", headers)

    def _publish_call(self, post_id: str) -> PlannedCall:
        url = self._client.url("posts") + f"/{post_id}" if post_id == DRAFT_ID else self._client.url("posts", post_id)
        return self._client.planned("PUT", url, post_body.publishing(), "Publishes the draft, and waits for LinkedIn.")

    def _told(self, answer: Mapping[str, Any], post_id: str, account_id: str) -> Outcome:
        found = answer.get("post")
        if isinstance(found, Mapping) and id_of(found) == post_id:
            return outcome.read(found, account_id)
        return self._what_became(post_id, account_id)

    def _what_became(self, post_id: str, account_id: str) -> Outcome:
        """outcome() after a publishing call that Zernio took: a refusal of this look says nothing about the post."""
        try:
            return self.outcome(post_id, account_id)
        except LinkedInError as error:
            raise OutcomeUnknown(f"Zernio did not say what became of the post. {error}") from None

    def _created(self, answer: Mapping[str, Any], outbox_id: str) -> str:
        found: Any = answer.get("post") or answer.get("existingPost")  # 200: a repeat of the same request id
        given = outcome.read(found) if isinstance(found, Mapping) else None
        post_id = given.post_id if given and given.outbox_id in ("", outbox_id) else ""
        if not post_id:  # or it is another post, which must not be published in the place of this one
            raise OutcomeUnknown(NO_ANSWER, advice="Ask for the draft by its own id before it is created again.")
        return post_id


def request_id_of(outbox_id: str) -> str:
    """The UUIDv4 that stands for an id of ours: the same for the same id."""
    return str(uuid.UUID(bytes=hashlib.sha256(outbox_id.encode()).digest()[:16], version=4))
