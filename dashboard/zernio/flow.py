"""The flow of one post through Zernio: its files, a draft whose id is kept, then the one call that publishes it.

After that call nothing is sent again unless Zernio itself says that the draft is still a draft.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from dashboard.accounts.account import LACKS, RECONNECT, Account
from dashboard.files.media import MediaFile
from dashboard.files.uploads import Uploads
from dashboard.posts.post import THROTTLED, UNREACHABLE, PostRow, new_job
from dashboard.publishing.flow import UNREACHABLE_TRIES, Flow, nothing_published
from dashboard.publishing.progress import Cancelled, Watch, repeated
from dashboard.zernio.line import ZernioLine
from dashboard.zernio.way import NO_KEY, ZernioWay
from linkedin_api import Exchange, InvalidPost, LinkedInError, OutcomeUnknown, PlannedCall, Unreachable
from zernio_api import (
    AccountUnusable,
    AlreadyAtZernio,
    HostedFile,
    KeyLimited,
    KeyRefused,
    Outcome,
    PaymentNeeded,
    PostState,
    StillPublishing,
    ZernioLimit,
    ZernioNotFound,
    problems,
)

T = TypeVar("T")
LOOKS_S = (5.0, 10.0, 20.0, 40.0)  # between two looks at a post whose answer was lost; the last one is repeated
LOOK_FOR_S = 600.0
STILL_A_DRAFT_S = 60.0  # after which a draft is taken for one whose publishing call never arrived
TRIES = 3  # of an upload, and of the draft
LOST = "No answer came. Zernio is asked what became of the post; nothing is sent again."
UNKNOWN = "Zernio did not say what became of this post, so it may be published or not."
UNKNOWN_ADVICE = "Look at the LinkedIn profile, and at the post in Zernio's dashboard, before you send it again."
GONE = "The post was deleted at Zernio before it said what became of it."
TAKEN_DOWN = "The post was taken back at Zernio."
ENTER_KEY = "Enter the key of Zernio again on the page Me; then publish this post now, or choose a new time for it."
AFTERWARDS = "Then publish this post now, or choose a new time for it."
PUBLISH_AGAIN = "Publish once more in a minute; your post is kept."
DRAFT_GONE = "The draft was deleted at Zernio before it was published."
DELETE_TWIN = "Delete Zernio's record of the earlier try, in History or at Zernio; then publish once more."
FOR_A_PERSON = (KeyRefused, KeyLimited, AccountUnusable, PaymentNeeded)  # what no waiting mends
EVENTS = (OutcomeUnknown, StillPublishing)  # it may be published, or will be


class ZernioFlow(Flow):
    """Publishes the posts of accounts that go through Zernio."""

    held, no_token = ENTER_KEY, NO_KEY
    advice = "Enter the key again on the page Me, then publish once more; your post is kept."
    unknown = (UNKNOWN, UNKNOWN_ADVICE)

    def __init__(
        self,
        *,
        way: ZernioWay,
        uploads: Uploads,
        plan: Callable[[PostRow], tuple[PlannedCall, ...]],
        still_a_draft_s: float = STILL_A_DRAFT_S,
        looks_s: tuple[float, ...] = LOOKS_S,
        timer: Callable[[], float] = time.monotonic,
        **common: Any,
    ) -> None:
        super().__init__(**common)
        self._way, self._uploads, self._plan = way, uploads, plan
        self._still_a_draft_s, self._looks_s, self._timer = still_a_draft_s, looks_s, timer

    def _token(self, row: PostRow) -> str | None:
        return self._way.key_of(self._accounts.get(row.account_id))

    def _stop(self, account: Account) -> str | None:
        # What Zernio told of the account may be old: only its answer to the post counts.
        return account.sign_in_trouble() if account.key_refused else None

    def run(self, row: PostRow) -> None:
        """Publish, and leave the outcome in the row; of a post that did not get out no draft stays at Zernio."""
        super().run(row)
        ended, account = self._outbox.get(row.id), self._accounts.get(row.account_id)
        if ended and ended.remote and ended.state in ("failed", "cancelled") and not account.key_refused:
            with contextlib.suppress(LinkedInError):  # History offers to delete what stays there
                self._tidy(ended, account)

    def _tidy(self, row: PostRow, account: Account) -> None:
        """Delete what Zernio has of a post that has ended, if it is a draft: the member has it here, with its files."""
        with self._way.speak(account, row) as talk:
            found = self._known(row, talk)
            if found and found.state is PostState.DRAFT:
                talk.zernio.delete_record(found.post_id)
        if found is None or found.state is PostState.DRAFT:
            self._outbox.keep_remote(row, None)

    def _publish(self, row: PostRow, account: Account, token: str) -> None:
        watch = Watch(self._outbox, row, self._stopping, self._timer)
        with self._way.speak(account, row, partial(self._called, row.id)) as talk:
            try:
                if row.create_tries:  # a crash came after the publishing call was about to leave
                    return self._settle(row, talk)
                return self._from_start(row, account, talk, watch)
            except AlreadyAtZernio as twin:
                return self._there_already_at_zernio(row, twin, talk)

    def _from_start(self, row: PostRow, account: Account, talk: ZernioLine, watch: Watch) -> None:
        try:
            known = self._known(row, talk)
        except LinkedInError as error:
            if row.sent_again:  # what left before may be there: that nothing is known now does not change it
                return self._not_told(row, error)
            raise
        if known and known.state in (PostState.PUBLISHED, PostState.SENDING, PostState.SCHEDULED):
            return self._settle(self._outbox.again(row), talk)
        if known and known.state is not PostState.DRAFT:  # failed, or taken back: it would count as the same content
            with contextlib.suppress(LinkedInError):
                talk.zernio.delete_record(known.post_id)
        if known is None or known.state is not PostState.DRAFT:
            self._draft(row, account, talk, watch)
        return self._send(row, talk, watch)

    def _there_already_at_zernio(self, row: PostRow, twin: AlreadyAtZernio, talk: ZernioLine) -> None:
        which, advice = "", "Change the text, or delete the other post first."
        with contextlib.suppress(LinkedInError):
            found = talk.zernio.outcome(twin.post_id, talk.account_id)
            if found.url or found.urn:
                which = f" It is {found.url or found.urn}."
            elif found.state in (PostState.DRAFT, PostState.FAILED, PostState.CANCELLED):
                which, advice = " It is not on LinkedIn.", DELETE_TWIN
        self._give_up(row, f"{twin}{which} Nothing new was published.", advice)

    def _called(self, post_id: int, exchange: Exchange) -> None:
        self._outbox.called(post_id, upload=not exchange.url.startswith(self._way.api_url))

    # The draft.

    def _known(self, row: PostRow, talk: ZernioLine) -> Outcome | None:
        """What Zernio has of this post from an earlier run."""
        post_id, key = row.remote_id, (row.remote or {}).get("key")
        try:
            if post_id:
                return talk.zernio.outcome(post_id, talk.account_id)
            found = talk.zernio.find_by_outbox_id(key, talk.account_id) if key else None
        except ZernioNotFound:
            return None
        if found and key:
            self._outbox.keep_remote(row, {"key": key, "id": found.post_id})
        return found

    def _draft(self, row: PostRow, account: Account, talk: ZernioLine, watch: Watch) -> None:
        post, comment = row.draft.as_post(account.urn), row.draft.comment
        if not row.planned:
            self._outbox.plan(row, self._plan(row))
        if found := problems(post, row.draft.planned_files(), comment, account.zernio_kind):
            raise InvalidPost(found)
        hosted = self._host(row, talk, watch)
        # A name of its own for each draft: under one name Zernio would swallow the second one.
        key = new_job()
        self._outbox.keep_remote(row, {"key": key})
        create = partial(
            talk.zernio.create_draft,
            post,
            account_id=talk.account_id,
            outbox_id=key,
            hosted=hosted,
            first_comment=comment,
        )
        self._outbox.keep_remote(row, {"key": key, "id": self._tried(create, watch)})

    def _tried(self, call: Callable[[], T], watch: Watch) -> T:
        """A call that may be repeated: a second draft is the first one or harms nobody, as does a second upload."""
        for number in range(1, TRIES):
            try:
                return call()
            except (*EVENTS, Unreachable):
                watch.pause(0.5 * number)
        return call()

    def _host(self, row: PostRow, talk: ZernioLine, watch: Watch) -> list[HostedFile]:
        """Bring the files to Zernio, shortly before they are needed."""
        hosted, sent_bytes = [], 0
        for part, each in row.draft.files:
            told = partial(_tell, watch, sent_bytes)
            hosted.append(self._tried(partial(self._upload, part, each.file, talk, told), watch))
            sent_bytes += each.file.size_bytes
        return hosted

    def _upload(self, part: str, of: MediaFile, talk: ZernioLine, told: Callable[[int], None]) -> HostedFile:
        with self._uploads.path(of.sha256).open("rb") as file:
            facts: Any = {"size_bytes": of.size_bytes, "content_type": of.content_type}
            return talk.zernio.upload(part, file, name=of.name, on_progress=told, **facts)

    # The one dangerous call.

    def _send(self, row: PostRow, talk: ZernioLine, watch: Watch) -> None:
        for number in range(1, UNREACHABLE_TRIES + 1):
            if not self._outbox.may_send(row):
                raise Cancelled
            try:
                found = talk.zernio.publish(self._outbox.again(row).remote_id, talk.account_id)
            except EVENTS:
                return self._settle(self._outbox.again(row), talk)
            except ZernioNotFound as gone:
                raise LinkedInError(f"{gone} {DRAFT_GONE}", advice=PUBLISH_AGAIN) from None
            except Unreachable:  # it never left this machine
                self._outbox.may_send_again(row)
                if number == UNREACHABLE_TRIES:
                    raise
                watch.pause(0.5 * number)
            else:
                return self._conclude(row, found, talk)
        return None

    def _settle(self, row: PostRow, talk: ZernioLine) -> None:
        """Ask what became of the post until Zernio knows; publish once more only what it still has as a draft."""
        post_id = row.remote_id
        begun, sent = self._timer(), 0
        for wait_s in repeated(self._looks_s):
            try:
                found = talk.zernio.outcome(post_id, talk.account_id)
            except ZernioNotFound:
                return self._outbox.finish(row, "unconfirmed", error=GONE, advice=UNKNOWN_ADVICE)
            except (*EVENTS, Unreachable, ZernioLimit):
                found = None
            except LinkedInError as error:  # a key that was revoked, for example: the post may be out all the same
                return self._not_told(row, error)
            if found and found.is_final:
                return self._conclude(row, found, talk)
            waited_s = self._timer() - begun
            if found and found.state is PostState.DRAFT and waited_s >= self._still_a_draft_s and not sent:
                sent += 1
                self._outbox.may_send(row)
                try:
                    found = talk.zernio.publish(post_id, talk.account_id)
                except (*EVENTS, Unreachable):
                    continue
                if found.is_final:
                    return self._conclude(row, found, talk)
            if waited_s >= LOOK_FOR_S:
                break
            self._outbox.note(row, LOST)
            self._wait(min(wait_s, max(0.1, self._still_a_draft_s)))
        return self._outbox.finish(row, "unconfirmed", error=UNKNOWN, advice=UNKNOWN_ADVICE)

    def _not_told(self, row: PostRow, error: LinkedInError) -> None:
        """Zernio does not answer the question what became of a post that may have left."""
        self._outbox.finish(row, "unconfirmed", error=f"{UNKNOWN} {error}", advice=UNKNOWN_ADVICE)

    def _conclude(self, row: PostRow, found: Outcome, talk: ZernioLine) -> None:
        if not found.is_final:
            return self._settle(self._outbox.again(row), talk)
        if found.state is PostState.PUBLISHED:
            self._outbox.keep_remote(row, {**(self._outbox.again(row).remote or {}), "url": found.url})
            if self._accounts.get(row.account_id).token_refused in LACKS:  # reconnected or enabled there meanwhile
                self._accounts.refuse_token(row.account_id, None)
            return self._published(row, found.urn)
        if found.category == "auth_expired":
            self._accounts.refuse_token(row.account_id, RECONNECT)
            if row.planned_for:
                return self._schedule.hold(row, f"{found.error} {found.advice} {AFTERWARDS}")
        if found.state is PostState.FAILED:
            return self._give_up(row, f"{found.error} {nothing_published(row)}", found.advice)
        return self._give_up(row, TAKEN_DOWN, "Publish it again if it is to be on LinkedIn.")

    def _refused(self, row: PostRow, error: LinkedInError) -> None:
        """Zernio's answer, or its silence, says that nothing was published now."""
        if isinstance(error, ZernioLimit):
            rests_s = None if error.has_told else self._way.rests_s(self._accounts.get(row.account_id))
            return self._try_later(row, THROTTLED, error, rests_s or error.retry_after_s)
        if isinstance(error, FOR_A_PERSON) and row.planned_for:
            next_step = ENTER_KEY if isinstance(error, KeyRefused) else f"{error.advice} {AFTERWARDS}"
            return self._schedule.hold(row, f"{error} {next_step}")
        if isinstance(error, EVENTS):  # of a call before the one that publishes
            if row.planned_for:
                return self._try_later(row, UNREACHABLE, error)
            return self._give_up(row, f"{error} {nothing_published(row)}", PUBLISH_AGAIN)
        return super()._refused(row, error)


def _tell(watch: Watch, before_bytes: int, sent_bytes: int) -> None:
    watch.tell_now_and_then(before_bytes + sent_bytes)
