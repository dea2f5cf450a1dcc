"""The flow of one post: its files, then the create. The only judge of sending a create again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import chain

from dashboard.accounts.account import Account
from dashboard.accounts.repository import Accounts
from dashboard.db.database import now
from dashboard.drafts.draft import WITH_VIDEO
from dashboard.files.uploads import Uploads
from dashboard.posts.outbox import Outbox
from dashboard.posts.post import PostRow
from dashboard.posts.schedule import Schedule
from dashboard.publishing.flow import UNCONFIRMED_ADVICE, UNREACHABLE_TRIES, Flow
from dashboard.publishing.media_upload import SLOW, MediaUpload, NotProcessed, VideosClosed
from dashboard.publishing.progress import WAITS, Cancelled, Waits, Watch, repeated
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
    ServerError,
    Transport,
    Unreachable,
    Urn,
    problems,
)
from linkedin_api.reference.endpoints import path_of

RESEND_AFTER_S = 10.0  # not sooner: the first try may still be on its way through LinkedIn
RESEND_WINDOW_S = 480.0  # not later: LinkedIn documents a 10-minute duplicate window

RESENT = "No answer came. The same post is sent once more; LinkedIn refuses a duplicate."
UNNAMED = "LinkedIn says that this very post is there already, but not which one it is."
CLOSED = "The versioned video API is not open to this app (403)"
NO_WAY_ROUND = f"{CLOSED}, and a company page's video cannot go through v2."  # [I] v2 is for members
NO_WAY_ROUND_ADVICE = "Ask LinkedIn to open the Community Management API to the app, or post the video as yourself."


class PublishFlow(Flow):
    """Publishes through LinkedIn's own API, in the dialect of the row."""

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
        super().__init__(accounts=accounts, outbox=outbox, schedule=schedule, stopping=stopping, clock=clock)
        self._uploads, self._connect, self._plan = uploads, connect, plan
        self._resend_after_s, self._waits, self._timer = resend_after_s, waits, timer

    def _publish(self, row: PostRow, account: Account, token: str) -> None:
        try:
            return self._publish_in(row, account.urn, token)
        except VideosClosed:
            pass
        return self._publish_in(self._through_v2(row), account.urn, token)

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


def _is_waiting(error: InvalidRequest, row: PostRow) -> bool:
    """Whether LinkedIn only asks for patience. Raises: NotProcessed when it has given the file up."""
    if error.code == "MEDIA_ASSET_PROCESSING_FAILED":
        raise NotProcessed(row.draft) from None
    return error.code == "MEDIA_ASSET_WAITING_UPLOAD"
