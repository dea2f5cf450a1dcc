"""The flow of one post: its files, then the create. The only judge of sending a create again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import chain

from sqlalchemy.exc import OperationalError

from dashboard.accounts.repository import Accounts
from dashboard.db.database import now
from dashboard.drafts.draft import WITH_VIDEO
from dashboard.files.uploads import Uploads
from dashboard.posts.outbox import Outbox
from dashboard.posts.post import THROTTLED, UNREACHABLE, PostRow
from dashboard.posts.schedule import Schedule, next_day
from dashboard.publishing.media_upload import SLOW, MediaUpload, NotProcessed, VideosClosed
from dashboard.publishing.progress import WAITS, Cancelled, Waits, Watch, repeated
from dashboard.publishing.progress import Stopped as Stopped
from linkedin_api import (
    APIError,
    DuplicatePost,
    Exchange,
    InvalidPost,
    InvalidRequest,
    LinkedInError,
    OutcomeUnknown,
    PlannedCall,
    Publisher,
    RateLimited,
    ServerError,
    Transport,
    Unauthorized,
    Unreachable,
    Urn,
    problems,
)
from linkedin_api.reference.endpoints import path_of

RESEND_AFTER_S = 10.0  # not sooner: the first try may still be on its way through LinkedIn
RESEND_WINDOW_S = 480.0  # not later: LinkedIn documents a 10-minute duplicate window
UNREACHABLE_TRIES = 3
DATABASE_AWAY_S = 1.0

UNCONFIRMED = "LinkedIn gave no answer, so this post may be published or not."
UNCONFIRMED_ADVICE = "Look at your LinkedIn profile before you send it again; the Inspector shows what was sent."
RESENT = "No answer came. The same post is sent once more; LinkedIn refuses a duplicate."
UNNAMED = "LinkedIn says that this very post is there already, but not which one it is."
TRIED_FOR_A_DAY = "It was tried again and again for a day."
NOT_PUBLISHED = "Nothing was published."
HELD = "Sign in again; then publish this post now, or choose a new time for it."
CLOSED = "The versioned video API is not open to this app (403)"
NO_WAY_ROUND = f"{CLOSED}, and a company page's video cannot go through v2."  # [I] v2 is for members
NO_WAY_ROUND_ADVICE = "Ask LinkedIn to open the Community Management API to the app, or post the video as yourself."


class PublishFlow:
    """Brings one row from `queued` to its end; may be run again after a crash at any point."""

    def __init__(
        self,
        *,
        accounts: Accounts,
        outbox: Outbox,
        uploads: Uploads,
        schedule: Schedule,
        connect: Callable[[PostRow, str, Callable[[Exchange], None]], tuple[Transport, Publisher]],
        plan: Callable[[PostRow], Iterable[PlannedCall]] = lambda _: (),
        stopping: threading.Event,
        resend_after_s: float = RESEND_AFTER_S,
        waits: Waits = WAITS,
        clock: Callable[[], datetime] = now,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._accounts, self._outbox, self._uploads, self._connect = accounts, outbox, uploads, connect
        self._schedule, self._plan = schedule, plan
        self._stopping, self._resend_after_s, self._waits = stopping, resend_after_s, waits
        self._clock, self._timer = clock, timer

    def run(self, row: PostRow) -> None:
        """Publish, and leave the outcome in the row. LinkedIn's errors end there; ours are raised."""
        token = self._accounts.access_token(row.account_id)
        account = self._accounts.get(row.account_id)
        if not self._schedule.may_go(row, account):
            return None
        if token is None or account.sign_in_needed:
            return self._without_token(row, account.sign_in_needed)
        try:
            self._publish(row, account.urn, token)
        except Cancelled:
            self._outbox.finish(row, "cancelled")
        except InvalidPost as error:  # the client refused it, so nothing has left, however often it is tried
            self._give_up(row, f"{error} {NOT_PUBLISHED}", "Put the post back in the composer and mend it there.")
        except LinkedInError as error:
            self._refused(row, error)
        except OSError:  # the uploaded file
            lost = f"An attached file can no longer be read. {NOT_PUBLISHED}"
            self._give_up(row, lost, "Put the post back in the composer and choose the file again.")
        return None

    def _refused(self, row: PostRow, error: LinkedInError) -> None:
        """LinkedIn's answer, or its silence, says that nothing was published now."""
        if isinstance(error, RateLimited) and error.of_the_day:
            self._accounts.park(row.account_id, next_day())
            return self._schedule.park(row, next_day())
        if isinstance(error, DuplicatePost):
            return self._there_already(row, error)
        if isinstance(error, RateLimited):
            return self._try_later(row, THROTTLED, error, error.retry_after_s)
        if isinstance(error, Unreachable) and error.retryable and row.planned_for:
            return self._try_later(row, UNREACHABLE, error)
        if isinstance(error, Unauthorized) and row.planned_for:
            return self._schedule.hold(row, f"{error} {HELD}")
        return self._give_up(row, f"{error} {NOT_PUBLISHED}", error.advice)

    def _try_later(self, row: PostRow, why: str, error: LinkedInError, wait_s: float | None = None) -> None:
        if not self._schedule.try_later(row, why, str(error), wait_s):
            self._give_up(row, f"{error} {TRIED_FOR_A_DAY} {NOT_PUBLISHED}", error.advice)

    def _there_already(self, row: PostRow, error: DuplicatePost) -> None:
        if error.urn and row.sent_again:  # what nobody knew of has been there all the time
            return self._outbox.finish(row, "published", urn=error.urn)
        which = f" It is {error.urn}." if error.urn else ""
        return self._give_up(row, f"{error}{which} Nothing new was published.", error.advice)

    def _without_token(self, row: PostRow, why: str | None) -> None:
        if row.create_tries:  # it has left already: nobody knows what became of it
            return self._unconfirmed(row)
        told = why or "The saved sign-in is another LinkedIn's, or SECRET_KEY has changed."
        if row.planned_for:
            return self._schedule.hold(row, f"{told} {HELD}")
        advice = "Sign in again, then publish once more; your post is kept."
        return self._give_up(row, f"{told} {NOT_PUBLISHED}", advice)

    def _publish(self, row: PostRow, member: Urn, token: str) -> None:
        try:
            return self._publish_in(row, member, token)
        except VideosClosed:
            pass
        return self._publish_in(self._through_v2(row), member, token)

    def _publish_in(self, row: PostRow, member: Urn, token: str) -> None:
        """Files and create in the row's dialect."""
        author = Urn(row.draft.author) if row.draft.author else member
        watch = Watch(self._outbox, row, self._stopping)
        transport, publisher = self._connect(row, token, partial(self._called, row.id))
        with transport:
            upload = MediaUpload(row, publisher, author, watch, self._outbox, self._uploads, self._waits)
            if not row.create_tries:  # otherwise it has left with all its files
                if not row.planned:
                    self._outbox.plan(row, self._plan(row))
                # The create looks as well; here, before files go up for nothing.
                if found := problems(row.draft.as_post(author), publisher.dialect):
                    raise InvalidPost(found)
                upload.send()
            self._create(row, publisher, watch, author, upload)

    def _called(self, post_id: int, exchange: Exchange) -> None:
        self._outbox.called(post_id, upload=not path_of(exchange.url))

    def _through_v2(self, row: PostRow) -> PostRow:
        """The row in the other dialect, with a note that says so. Raises: LinkedInError for a company page."""
        if row.draft.author:
            raise LinkedInError(NO_WAY_ROUND, advice=NO_WAY_ROUND_ADVICE)
        note = f"{CLOSED}, so the video went through v2."
        if left_out := " and ".join(part for part, _ in row.draft.files if part in WITH_VIDEO):
            note += f" Its {left_out} had to be left out: v2 takes none."
        return self._outbox.switch_dialect(row, "v2", note)

    # Create: the one dangerous call.

    def _create(self, row: PostRow, publisher: Publisher, watch: Watch, author: Urn, upload: MediaUpload) -> None:
        current = self._outbox.again(row)
        post = current.draft.as_post(author)
        if current.create_tries:  # a crash came between sending and answer
            self._ask_again(current, partial(publisher.create_post, post))
            return
        self._send(current, partial(publisher.create_post, post), watch, upload)

    def _send(self, row: PostRow, create: Callable[[], Urn], watch: Watch, upload: MediaUpload) -> None:
        give_up_at, waits = self._media_waits(row)
        unreached = 0
        while True:
            if not self._outbox.may_send(row):
                raise Cancelled
            try:
                return self._published(row, create())
            except (OutcomeUnknown, ServerError):
                return self._ask_again(self._outbox.again(row), create)
            except Unreachable:  # it never left this machine: a network that stumbles may be asked again
                unreached += 1
                wait: Callable[[], None] = partial(watch.pause, 0.5 * unreached)
                if unreached == UNREACHABLE_TRIES:
                    raise
            except InvalidRequest as error:
                wait_s = next(waits)
                if not _is_waiting(error, row) or time.monotonic() + wait_s > give_up_at:
                    raise
                wait = partial(upload.await_pictures, chain([wait_s], waits), give_up_at)
            # That answer said that nothing was published, or nothing left: the create may leave afresh.
            self._outbox.may_send_again(row)
            wait()

    def _media_waits(self, row: PostRow) -> tuple[float, Iterator[float]]:
        """Until when a create may be refused for a file in the making, and how long to wait before each new one."""
        slow = any(part in SLOW for part, _ in row.draft.files)
        for_s = self._waits.video_for_s if slow else self._waits.picture_for_s
        return time.monotonic() + for_s, repeated(self._waits.video_s if slow else self._waits.picture_s)

    def _ask_again(self, row: PostRow, create: Callable[[], Urn]) -> None:
        """A lost answer: send the same post once more inside the duplicate window, and read what comes.

        A process that dies with that one on its way leaves it to the next, as long as the window is open.
        """
        if row.create_sent_at is None:
            return self._unconfirmed(row)
        # Two clocks, and the one that says "later" counts: the calendar's may be put back, the other one stands still
        # while the machine sleeps.
        ends_at = self._timer() + RESEND_WINDOW_S - max(0.0, self._age_s(row.create_sent_at))
        while self._timer() < ends_at:
            self._outbox.note(row, RESENT, self._clock() + timedelta(seconds=self._resend_after_s))
            self._wait(self._resend_after_s)  # a whole wait: when the last try left is not known after a restart
            if self._timer() >= ends_at or not 0 <= self._age_s(row.create_sent_at) < RESEND_WINDOW_S:
                break
            self._outbox.may_send(row)
            try:
                return self._published(row, create())
            except DuplicatePost as duplicate:
                if duplicate.urn:
                    return self._published(row, duplicate.urn)
                return self._outbox.finish(row, "unconfirmed", error=UNNAMED, advice=UNCONFIRMED_ADVICE)
            except Unreachable:  # it never left, so it does not count
                continue
            except (APIError, OutcomeUnknown):
                break
        return self._unconfirmed(row)

    def _age_s(self, sent_at: datetime) -> float:
        """How long ago that was by the calendar; below zero when the clock has been put back since."""
        return (self._clock() - sent_at).total_seconds()

    def _published(self, row: PostRow, urn: Urn) -> None:
        """What LinkedIn has said once is written down, however long the database is away."""
        while True:
            try:
                return self._outbox.finish(row, "published", urn=urn)
            except OperationalError:
                if self._stopping.wait(DATABASE_AWAY_S):
                    raise

    def _wait(self, seconds: float) -> None:
        if self._stopping.wait(max(0.0, seconds)):
            raise Stopped

    def _unconfirmed(self, row: PostRow) -> None:
        self._outbox.finish(row, "unconfirmed", error=UNCONFIRMED, advice=UNCONFIRMED_ADVICE)

    def _give_up(self, row: PostRow, error: str, advice: str) -> None:
        self._outbox.finish(row, "failed", error=error, advice=advice)


def _is_waiting(error: InvalidRequest, row: PostRow) -> bool:
    """Whether LinkedIn only asks for patience. Raises: NotProcessed when it has given the file up."""
    if error.code == "MEDIA_ASSET_PROCESSING_FAILED":
        raise NotProcessed(row.draft) from None
    return error.code == "MEDIA_ASSET_WAITING_UPLOAD"
