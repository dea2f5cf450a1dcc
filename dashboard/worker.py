"""The flow of one post: upload, create. The only judge of sending a create again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta

from dashboard.accounts import Accounts
from dashboard.drafts import Attachment
from dashboard.outbox import Outbox, Row
from dashboard.store import now
from dashboard.uploads import Uploads
from linkedin_api import (
    APIError,
    DuplicatePost,
    Exchange,
    InvalidPost,
    InvalidRequest,
    LinkedInError,
    OutcomeUnknown,
    Publisher,
    ServerError,
    Transport,
    Unauthorized,
    Unreachable,
    Urn,
)

RESEND_AFTER_S = 10.0  # not sooner: the first try may still be on its way through LinkedIn
RESEND_WINDOW_S = 480.0  # not later: LinkedIn documents a 10-minute duplicate window
MEDIA_WAIT_S = 120.0  # how long a picture may be in processing before the post is given up
UPLOAD_TRIES = 3  # an upload that is repeated publishes nothing twice
UNREACHABLE_TRIES = 3
PROGRESS_EVERY_S = 0.2

UNCONFIRMED = "LinkedIn gave no answer, so this post may be published or not."
UNCONFIRMED_ADVICE = "Look at your LinkedIn profile before you send it again; the Inspector shows what was sent."
UNNAMED = "LinkedIn says that this very post is there already, but not which one it is."
NOT_PUBLISHED = "Nothing was published."


class Cancelled(Exception):
    """A person cancelled the post before its create left."""


class Stopped(Exception):
    """This process is ending; the row stays as it is and is taken up at the next start."""


class Flow:
    """Brings one row from `queued` to its end; may be run again after a crash at any point."""

    def __init__(
        self,
        *,
        accounts: Accounts,
        outbox: Outbox,
        uploads: Uploads,
        connect: Callable[[Row, str, Callable[[Exchange], None]], tuple[Transport, Publisher]],
        stopping: threading.Event,
        resend_after_s: float = RESEND_AFTER_S,
    ) -> None:
        self._accounts, self._outbox, self._uploads, self._connect = accounts, outbox, uploads, connect
        self._stopping, self._resend_after_s = stopping, resend_after_s

    def run(self, row: Row) -> None:
        """Publish, and leave the outcome in the row. LinkedIn's errors end there; ours are raised."""
        token = self._accounts.access_token(row.account_id)
        account = self._accounts.get(row.account_id)
        if token is None or account.sign_in_needed:
            if row.create_tries:  # it has left already: nobody knows what became of it
                self._unconfirmed(row)
                return
            why = account.sign_in_needed or "The saved sign-in is another LinkedIn's, or SECRET_KEY has changed."
            self._give_up(row, f"{why} {NOT_PUBLISHED}", "Sign in again, then publish once more; your post is kept.")
            return
        transport, publisher = self._connect(row, token, lambda _: self._outbox.called(row.id))
        with transport:
            try:
                self._upload_all(row, publisher, account.urn)
                self._create(row, publisher, account.urn, token)
            except Cancelled:
                self._outbox.finish(row, "cancelled")
            except InvalidPost as error:  # the client refused it, so nothing has left, however often it is tried
                self._give_up(row, f"{error} {NOT_PUBLISHED}", "Put the post back in the composer and mend it there.")
            except DuplicatePost as error:
                which = f" It is {error.urn}." if error.urn else ""
                self._give_up(row, f"{error}{which} Nothing new was published.", error.advice)
            except LinkedInError as error:
                if isinstance(error, Unauthorized):
                    self._accounts.refuse_token(row.account_id, error.reason, token)
                self._give_up(row, f"{error} {NOT_PUBLISHED}", error.advice)
            except OSError:  # the uploaded file
                lost = f"An attached file can no longer be read. {NOT_PUBLISHED}"
                self._give_up(row, lost, "Put the post back in the composer and choose the file again.")

    # Uploads: safe to repeat, and not repeated once their URN is in the row.

    def _upload_all(self, row: Row, publisher: Publisher, owner: Urn) -> None:
        done: list[Attachment] = list(row.draft.attachments)
        before = 0
        for i, attachment in enumerate(done):
            if attachment.urn is None:
                urn = self._upload(row, publisher, owner, attachment, before)
                done[i] = Attachment(attachment.file, attachment.alt_text, attachment.title, urn)
                self._outbox.uploaded(row, done)
            before += attachment.file.size_bytes

    def _upload(self, row: Row, publisher: Publisher, owner: Urn, attachment: Attachment, before: int) -> Urn:
        send = publisher.upload_image if attachment.file.kind == "image" else publisher.upload_video
        for attempt in range(1, UPLOAD_TRIES + 1):
            self._progress(row.id, before)
            try:
                with self._uploads.path(attachment.file.sha256).open("rb") as file:
                    return send(
                        owner,
                        file,
                        size_bytes=attachment.file.size_bytes,
                        content_type=attachment.file.content_type,
                        on_progress=self._throttled(row.id, before, attachment.file.size_bytes),
                    )
            except (Unreachable, OutcomeUnknown, ServerError):
                if attempt == UPLOAD_TRIES:
                    raise
                self._pause(row.id, before, seconds=2.0**attempt)
        raise AssertionError  # the last attempt returns or raises

    def _throttled(self, post_id: int, before: int, size_bytes: int) -> Callable[[int], None]:
        last = 0.0

        def report(sent: int) -> None:
            nonlocal last
            if sent >= size_bytes or time.monotonic() - last >= PROGRESS_EVERY_S:
                last = time.monotonic()
                self._progress(post_id, before + sent)

        return report

    def _progress(self, post_id: int, sent: int) -> None:
        if self._stopping.is_set():
            raise Stopped
        if self._outbox.uploading(post_id, sent):
            raise Cancelled

    def _pause(self, post_id: int, sent: int, *, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._progress(post_id, sent)
            self._stopping.wait(min(PROGRESS_EVERY_S, seconds))

    # Create: the one dangerous call.

    def _create(self, row: Row, publisher: Publisher, author: Urn, token: str) -> None:
        current = self._outbox.get(row.id)
        if current is None:
            return
        post = current.draft.as_post(author)
        if current.create_tries:  # a crash came between sending and answer
            self._ask_again(current, lambda: publisher.create_post(post), token)
            return
        give_up_at = time.monotonic() + MEDIA_WAIT_S
        wait_s = 1.0
        unreached = 0
        while True:
            if not self._outbox.may_send(row.id):
                raise Cancelled
            try:
                self._outbox.finish(row, "published", urn=publisher.create_post(post))
            except (OutcomeUnknown, ServerError):
                self._ask_again(self._outbox.get(row.id), lambda: publisher.create_post(post), token)
            except Unreachable:  # it never left this machine: a network that stumbles may be asked again
                unreached += 1
                if unreached == UNREACHABLE_TRIES:
                    raise
                self._outbox.may_send_again(row.id)
                self._pause(row.id, row.total_bytes, seconds=0.5 * unreached)
                continue
            except InvalidRequest as error:
                if error.code != "MEDIA_ASSET_WAITING_UPLOAD" or time.monotonic() + wait_s > give_up_at:
                    raise
                self._outbox.may_send_again(row.id)
                self._pause(row.id, row.total_bytes, seconds=wait_s)
                wait_s = min(wait_s * 2, 15)
                continue
            return

    def _ask_again(self, row: Row | None, create: Callable[[], Urn], token: str) -> None:
        """A lost answer: send the same post once more inside the duplicate window, and read what comes."""
        if row is None or row.create_sent_at is None or row.create_tries > 1:
            return self._unconfirmed(row)
        self._outbox.note(row.id, "No answer came. The same post is sent once more; LinkedIn refuses a duplicate.")
        while now() < row.create_sent_at + timedelta(seconds=RESEND_WINDOW_S):
            due = row.create_sent_at + timedelta(seconds=self._resend_after_s)
            self._wait((due - now()).total_seconds())
            self._outbox.may_send(row.id)
            try:
                return self._outbox.finish(row, "published", urn=create())
            except DuplicatePost as duplicate:
                if duplicate.urn:
                    return self._outbox.finish(row, "published", urn=duplicate.urn)
                return self._outbox.finish(row, "unconfirmed", error=UNNAMED, advice=UNCONFIRMED_ADVICE)
            except Unreachable:  # it never left, so it does not count
                self._wait(self._resend_after_s)
            except (APIError, OutcomeUnknown) as error:
                if isinstance(error, Unauthorized):
                    self._accounts.refuse_token(row.account_id, error.reason, token)
                break
        return self._unconfirmed(row)

    def _wait(self, seconds: float) -> None:
        if self._stopping.wait(max(0.0, seconds)):
            raise Stopped

    def _unconfirmed(self, row: Row | None) -> None:
        if row:
            self._outbox.finish(row, "unconfirmed", error=UNCONFIRMED, advice=UNCONFIRMED_ADVICE)

    def _give_up(self, row: Row, error: str, advice: str) -> None:
        self._outbox.finish(row, "failed", error=error, advice=advice)
