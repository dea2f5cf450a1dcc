"""Publishing: one row for each post, for life. The row is the log."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, case, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from dashboard.db.database import lasting, new_id, now
from dashboard.db.tables import posts
from dashboard.drafts.draft import PARTS, WITH_VIDEO, Draft
from dashboard.posts.interactions import Interactions
from dashboard.posts.jobs import Jobs
from dashboard.posts.news import written_by
from dashboard.posts.post import BEFORE, IN_TIME, OPEN, TAKEN_BACK, UNDO, WAITING, Posting, PostRow, new_job
from dashboard.posts.post_rows import PostRows
from linkedin_api import PlannedCall, Urn

PUT_BACK_S = 3.0
FIELDS = {part: name for name, part in PARTS.items()}  # where a draft keeps the files of a part


class Overtaken(Exception):
    """Another run of the flow has taken the post over; this one must not touch it any more."""


class Outbox(PostRows):
    """The rows in the database, each with its job. Only the worker moves a row on; pages put, cancel and read."""

    def __init__(self, engine: Engine, jobs: Jobs) -> None:
        super().__init__(engine)
        self._jobs, self.interactions = jobs, Interactions(engine, jobs)

    def put(self, posting: Posting) -> int:
        """Write the row that will be published, and give its id.

        The same draft twice is the same row: a double click, or a second tab. One that still waits for its time is
        changed. A draft that was changed since it left, or that did not get out the first time, is a post of its own.
        Raises: sqlalchemy.exc.OperationalError when the database cannot be written.
        """
        try:
            return self.put_all([posting])[0]
        except IntegrityError:
            before = self._before(posting)
        while before.state == "scheduled":
            if self.change(before, posting):
                return before.id
            before = self._before(posting)  # another tab has changed it, or it has left
        unchanged = before.draft.unsent() == posting.draft.unsent() and before.account_id == posting.account_id
        if unchanged and before.state not in ("failed", "cancelled"):
            return before.id
        return self.put_all([replace(posting, draft=posting.draft.changed(draft_id=Draft().draft_id))])[0]

    def put_all(self, postings: Sequence[Posting]) -> list[int]:
        """Write a row for each, all or none. Raises: IntegrityError when one of the drafts is in the outbox."""
        ids = []
        self._jobs.prepare()
        with lasting(self._engine) as db:
            for posting in postings:
                values = posting.values()
                ids.append(new_id(db.execute(insert(posts).values(created_at=now(), **values))))
                self._jobs.put(db, values["job"], ids[-1], posting.account_id, posting.due_at)
        return ids

    def _before(self, posting: Posting) -> PostRow:
        (row,) = self.select(posts.c.draft_id == posting.draft.draft_id)
        return row

    def change(self, before: PostRow, posting: Posting) -> bool:
        """Put another plan in the place of one that waits; False when that one has changed or left by now."""
        fresh = {"sent_bytes": 0, "error": None, "note": None, "cancel_requested": False, "sent_again": False}
        fresh |= {"remote": None, "planned": None}  # a draft at Zernio has the text and files of before
        values = {**fresh, **IN_TIME, **posting.values()}
        self._jobs.prepare()
        still = (posts.c.id == before.id) & (posts.c.state == "scheduled") & (posts.c.job == before.job)
        with lasting(self._engine) as db:
            if db.execute(update(posts).where(still).values(values)).rowcount != 1:
                return False
            self._jobs.put(db, values["job"], before.id, posting.account_id, posting.due_at)
        self._jobs.drop([before.job])
        return True

    def move(
        self,
        row: PostRow,
        at: datetime | None = None,
        *,
        states: Collection[str] = BEFORE,
        rest_s: float = 0,
        **values: Any,
    ) -> bool:
        """Give the row another job for a moment, or for at once, and change it; False when it has moved on since.

        It has when it has another job or another run: also a run that was overtaken can move nothing.
        """
        job = new_job()
        self._jobs.prepare()  # before this transaction: on SQLite it would wait for it
        same_job = posts.c.job.is_(None) if row.job is None else posts.c.job == row.job
        same = _of(row) & same_job & posts.c.state.in_(states)
        with lasting(self._engine) as db:
            if db.execute(update(posts).where(same).values(job=job, **values)).rowcount != 1:
                return False
            self._jobs.put(db, job, row.id, row.account_id, at or row.due_at, rest_s)
        if row.state == "scheduled":  # any other is running, or ends by itself
            self._jobs.drop([row.job])
        return True

    def set_seen(self, post_id: int) -> None:
        """The composer need not tell this outcome any more."""
        self._set(post_id, seen=True)

    def see_ended(self, account_id: int, *, but: int = 0) -> None:
        """Take the outcomes of posts that have ended off the composer, except that of the post `but`."""
        ended = written_by(account_id) & posts.c.state.not_in(("scheduled", *WAITING)) & (posts.c.id != but)
        self._write(update(posts).where(ended, posts.c.seen.is_(False)).values(seen=True))

    def bring_back(self, post_id: int) -> bool:
        """True for one caller, once: a failed post may go back to the composer by itself."""
        mine = (posts.c.id == post_id) & posts.c.brought_back.is_(False)
        return self._write(update(posts).where(mine).values(brought_back=True)) == 1

    def request_cancel(self, post_id: int) -> None:
        """Stop a post that has not begun; ask the worker to stop one that has, which it does unless it was sent."""
        mine = posts.c.id == post_id
        with self._engine.begin() as db:
            stopped = {"state": "cancelled", "finished_at": now(), "held": None}
            if db.execute(update(posts).where(mine, posts.c.state.in_(BEFORE)).values(stopped)).rowcount == 0:
                asked = update(posts).where(mine, posts.c.state == "uploading")
                db.execute(asked.values(cancel_requested=True))

    def take_back(self, row: PostRow) -> bool:
        """Stop a post that is held back for Undo; False when the worker has come first. set_seen() ends its outcome."""
        still = (posts.c.id == row.id) & (posts.c.state == "scheduled") & (posts.c.delayed_by == UNDO)
        stopped = {"state": "cancelled", "finished_at": now(), "note": TAKEN_BACK, **IN_TIME}
        if done := self._write(update(posts).where(still).values(stopped)) == 1:
            self._jobs.drop([row.job])
        return done

    def put_back(self, row: PostRow) -> None:
        """Give a post that was interrupted to whoever works next; its turn is the one it had."""
        # Not before this process has stopped taking jobs.
        self.move(row, min(row.due_at or row.created_at, now()), states=WAITING, rest_s=PUT_BACK_S)

    # The flow. Each move names its run: when another run has taken the post over, it raises Overtaken.

    def begin(self, post_id: int, job: str) -> PostRow | None:
        """Take the post for a new run of the flow; None when this job is not the one that may bring it on."""
        mine = (posts.c.id == post_id) & (posts.c.job == job) & posts.c.held.is_(None)
        begun = case((posts.c.state == "scheduled", "queued"), else_=posts.c.state)
        with self._engine.begin() as db:
            open_still = posts.c.state.in_(OPEN)
            if db.execute(update(posts).where(mine, open_still).values(run=new_job(), state=begun)).rowcount != 1:
                return None
            # Read before anybody else may begin: a run that knew the next one's name could send beside it.
            return PostRow(**db.execute(select(posts).where(posts.c.id == post_id)).one()._mapping)

    def may_send(self, row: PostRow) -> bool:
        """Move to `sending` before the create leaves; False when a cancel came first."""
        fresh = posts.c.create_sent_at.is_(None)
        with lasting(self._engine) as db:
            db.execute(update(posts).where(_of(row), fresh).values(create_sent_at=now()))
            allowed = _of(row) & posts.c.cancel_requested.is_(False)
            values = {"state": "sending", "create_tries": posts.c.create_tries + 1}
            if db.execute(update(posts).where(allowed, posts.c.state.in_(WAITING)).values(values)).rowcount == 1:
                return True
        self.again(row)
        return False

    def may_send_again(self, row: PostRow) -> None:
        """An answer said that nothing was published: the create may leave afresh."""
        self._flow(row, create_sent_at=None, create_tries=0)

    def uploading(self, row: PostRow, sent_bytes: int = 0) -> bool:
        """Record the bytes sent so far; True when somebody asked to cancel."""
        self._flow(row, state="uploading", sent_bytes=sent_bytes)
        return bool(self._value(select(posts.c.cancel_requested).where(posts.c.id == row.id)))

    def uploaded(self, row: PostRow, part: str, number: int, urn: Urn) -> None:
        """Keep the URN of an uploaded file at once, so that a crash does not upload it again.

        part is image, video, document or thumbnail; number counts the files of that part from 0. Safe from several
        threads at once.
        """
        with self._engine.begin() as db:
            # Written before it is read: nobody else changes the row from here on.
            if db.execute(update(posts).where(_of(row)).values(sent_bytes=posts.c.sent_bytes)).rowcount != 1:
                raise Overtaken
            content = db.execute(select(posts.c.content).where(posts.c.id == row.id)).scalar_one()
            content[FIELDS[part]][number]["urn"] = str(urn)
            db.execute(update(posts).where(posts.c.id == row.id).values(content=content))

    def plan(self, row: PostRow, calls: Iterable[PlannedCall]) -> None:
        """Keep for good what publishing is to ask of LinkedIn, before anything leaves."""
        self._flow(row, planned=[asdict(each) for each in calls])

    def switch_dialect(self, row: PostRow, dialect: str, note: str) -> PostRow:
        """Let another dialect carry the post, and say why in a note that stays; the draft keeps what was chosen."""
        total_bytes = sum(a.file.size_bytes for part, a in row.draft.files if part not in WITH_VIDEO)
        self._flow(row, dialect=dialect, note=note, total_bytes=total_bytes, planned=None)
        return self.again(row)

    def keep_remote(self, row: PostRow, remote: dict[str, str] | None) -> None:
        """Keep at once what Zernio calls the post, and the name under which it was created there."""
        if row.waiting:
            self._flow(row, remote=remote)
        else:
            self._set(row.id, remote=remote)

    def _flow(self, row: PostRow, **values: Any) -> None:
        if self._write(update(posts).where(_of(row), posts.c.state.in_(WAITING)).values(values)) != 1:
            raise Overtaken

    def again(self, row: PostRow) -> PostRow:
        """The row as it is now. Raises: Overtaken, as nobody may go on under the name of another run."""
        current = self.get(row.id)
        if current is None or current.run != row.run or not current.waiting:
            raise Overtaken
        return current

    def called(self, post_id: int, *, upload: bool = False) -> None:
        """Count one more request for the post, a call of the API or an upload of bytes."""
        more = {"uploads": func.coalesce(posts.c.uploads, 0) + 1} if upload else {}
        self._set(post_id, calls=posts.c.calls + 1, **more)

    def note(self, row: PostRow, error: str, until: datetime | None = None) -> None:
        """What a waiting person should know while the post is still on its way, and when it goes on."""
        goes_on = {"delayed_until": until} if until and row.delayed_by in (None, UNDO) else {}
        self._flow(row, error=error, **goes_on)

    def leaves_late(self, row: PostRow, why: str) -> None:
        """Keep for good why the post leaves only now, such as NOT_RUNNING."""
        self._set(row.id, delayed_by=why, delayed_until=now())

    def finish(
        self,
        row: PostRow,
        state: str,
        *,
        urn: Urn | None = None,
        error: str | None = None,
        advice: str | None = None,
    ) -> None:
        """The end of a row's way, with its outcome; a published one's first comment is on its way from then on."""
        took_ms = (now() - max(row.created_at, row.due_at or row.created_at)).total_seconds() * 1000
        ending = {"state": state, "urn": urn, "error": error, "advice": advice, "duration_ms": max(0.0, took_ms)}
        # A URN is the truth, whoever brings it: also a run that was overtaken.
        mine = posts.c.id == row.id if urn else _of(row)
        open_still = posts.c.state.in_((*OPEN, *(("unconfirmed", "failed") if urn else ())))
        self._jobs.prepare()
        with lasting(self._engine) as db:
            ended = db.execute(update(posts).where(mine, open_still).values(finished_at=now(), **ending))
            if ended.rowcount == 1 and state == "published":
                self.interactions.follow(db, row)

    def name(self, row: PostRow, urn: Urn) -> None:
        """Keep the URN of a published post that was told later."""
        self._set(row.id, urn=str(urn))

    def set_deleted(self, post_id: int) -> None:
        """The post was deleted at LinkedIn; its row stays."""
        self._set(post_id, state="deleted")

    def _set(self, post_id: int, **values: Any) -> None:
        self._write(update(posts).where(posts.c.id == post_id).values(values))


def _of(row: PostRow) -> ColumnElement[bool]:
    """The row, while the run that read it is the one that may write it."""
    return (posts.c.id == row.id) & (posts.c.run.is_(None) if row.run is None else posts.c.run == row.run)
