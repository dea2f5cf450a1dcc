"""What is done to a post once it is published: comments, reactions, edits. One row for each, for good.

A row with a `state` is on its way: it says how far it is before anything leaves, so that a crash leaves a trace and
nothing is sent twice. What the worker is to send has a job; what a page sends at once has none. A row without a state
says what LinkedIn has taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, delete, insert, select, update

from dashboard.accounts.account import ZERNIO
from dashboard.db.database import lasting, new_id, now
from dashboard.db.repository import Repository
from dashboard.db.tables import interactions, posts
from dashboard.posts.jobs import INTERACTIONS, Jobs
from dashboard.posts.post import PostRow, new_job

FIRST_COMMENT = "first_comment"
COMMENTS = ("comment", FIRST_COMMENT)
ON_ITS_WAY = ("waiting", "sending")  # states that the worker still has to bring to an end
NO_ANSWER = "No answer came, so this may be on LinkedIn or not."
MOVED_ON = "It was sent or decided in the meantime."
SENT_WITHIN = timedelta(minutes=3)  # more than the timeouts of all calls that one comment may take
LOOK_FIRST = "Look below the post first; send it again only if it is not there."


@dataclass(frozen=True)
class Interaction:
    """One comment, reaction or edit; an edit's text is the one from before."""

    id: int
    account_id: int
    post_id: int
    at: datetime
    kind: str
    text: str
    actor: str  # a URN; "" for the post's author, who is named when LinkedIn has taken it
    given_id: str | None  # LinkedIn's name for the comment
    undone: bool
    state: str | None = None  # None: LinkedIn has it; waiting, sending, unconfirmed or failed
    tries: int | None = None
    error: str | None = None
    advice: str | None = None
    job: str | None = None
    urn: str | None = None  # of the comment, where LinkedIn has told it
    parent: str | None = None  # the URN of the comment that this one replies to

    @property
    def on_its_way(self) -> bool:
        """Whether the worker still has to bring it to an end."""
        return self.state in ON_ITS_WAY and not self.undone


class Interactions(Repository):
    """The rows in the database, each that waits with its job."""

    def __init__(self, engine: Engine, jobs: Jobs) -> None:
        super().__init__(engine)
        self._jobs = jobs

    def of(self, post_id: int) -> list[Interaction]:
        """Everything that was done to a post, oldest first."""
        return self._select(interactions.c.post_id == post_id)

    def first_comments(self, post_ids: list[int]) -> dict[int, Interaction]:
        """The first comments of these posts, by the post."""
        mine = interactions.c.post_id.in_(post_ids) & (interactions.c.kind == FIRST_COMMENT)
        return {each.post_id: each for each in self._select(mine)} if post_ids else {}

    def get(self, interaction_id: int) -> Interaction | None:
        """One row."""
        return next(iter(self._select(interactions.c.id == interaction_id)), None)

    def _select(self, *conditions: ColumnElement[bool]) -> list[Interaction]:
        query = select(interactions).where(*conditions).order_by(interactions.c.id)
        return [Interaction(**row._mapping) for row in self._rows(query)]

    # Sent at once, by a page.

    def sending(self, row: PostRow, kind: str, text: str, actor: str, parent: str | None = None) -> Interaction:
        """Write down a comment or reaction before it leaves. Its end is taken(), put_off(), end() or refused().

        When the process dies before that, mend() finds the row: nobody knows then whether LinkedIn has it.
        """
        with lasting(self._engine) as db:
            interaction_id = _add(db, row, kind, text, actor, state="sending", tries=0, parent=parent)
            found = db.execute(select(interactions).where(interactions.c.id == interaction_id)).one()
            return Interaction(**found._mapping)

    def refused(self, sent: Interaction) -> None:
        """LinkedIn has refused what a page has sent, which keeps its text: the row goes."""
        self._write(delete(interactions).where(_with_job(sent.id, None), interactions.c.state == "sending"))

    def undo(self, done: Interaction) -> bool:
        """Mark a comment or reaction as taken back, or not to be sent; its row stays. False when it has moved on."""
        same = (interactions.c.id == done.id) & interactions.c.state.is_not_distinct_from(done.state)
        return done.state != "sending" and self._write(update(interactions).where(same).values(undone=True)) == 1

    def edited(self, row: PostRow, written: str) -> None:
        """The post has another text now; the one from before is kept as an interaction."""
        with self._engine.begin() as db:
            values = {"text": written, "content": row.draft.changed(text=written).as_dict()}
            db.execute(update(posts).where(posts.c.id == row.id).values(values))
            past = {"kind": "edit", "text": row.text, "actor": row.draft.author}
            db.execute(insert(interactions).values(account_id=row.account_id, post_id=row.id, at=now(), **past))

    # On its way.

    def wait(self, row: PostRow, kind: str, text: str, actor: str, rest_s: float, why: str | None) -> None:
        """Let the worker send a comment or reaction after so many seconds."""
        self.prepare()
        with lasting(self._engine) as db:
            self._wait(db, row, kind, text, actor, rest_s, why)

    def prepare(self) -> None:
        """To be called before a transaction that uses follow(): on SQLite it would wait for it."""
        self._jobs.prepare()

    def follow(self, db: Connection, row: PostRow) -> None:
        """Let the post's first comment be sent, if it has one: in the transaction that makes the post `published`."""
        # Zernio sends the comment along with the post.
        if row.dialect != ZERNIO and (text := row.draft.comment):
            self._wait(db, row, FIRST_COMMENT, text)

    def _wait(
        self,
        db: Connection,
        row: PostRow,
        kind: str,
        text: str,
        actor: str = "",
        rest_s: float = 0,
        why: str | None = None,
    ) -> None:
        job = new_job()
        interaction_id = _add(db, row, kind, text, actor, state="waiting", tries=0, error=why, job=job)
        self._put(db, interaction_id, row.account_id, job, rest_s)

    def begin(self, interaction_id: int, job: str) -> Interaction | None:
        """Move to `sending` before anything leaves; None when this job has nothing to send.

        One that an earlier run of the job left at `sending` may be there: nobody knows, so a person must look.
        """
        mine = _with_job(interaction_id, job)
        with lasting(self._engine) as db:
            free = mine & (interactions.c.state == "waiting") & interactions.c.undone.is_(False)
            if db.execute(update(interactions).where(free).values(state="sending")).rowcount == 1:
                return Interaction(**db.execute(select(interactions).where(mine)).one()._mapping)
        self.end(interaction_id, job, "unconfirmed", NO_ANSWER, LOOK_FIRST)
        return None

    def put_off(self, sent: Interaction, rest_s: float, why: str) -> None:
        """LinkedIn has not taken it yet: it is tried again after so many seconds."""
        values = {"state": "waiting", "error": why, "tries": (sent.tries or 0) + 1}
        if self._again(sent, ("sending",), rest_s, **values) and sent.kind == "reaction":
            with self._engine.begin() as db:
                _replace(db, sent)

    def taken(self, sent: Interaction, actor: str, given_id: str | None, urn: str | None = None) -> None:
        """LinkedIn has it, whoever learns of it: also a run that was overtaken."""
        mine = (interactions.c.id == sent.id) & interactions.c.state.is_not(None)
        values = {"state": None, "error": None, "advice": None, "actor": actor, "at": now()}
        with lasting(self._engine) as db:
            db.execute(update(interactions).where(mine).values(**values, given_id=given_id, urn=urn))
            if sent.kind == "reaction":
                _replace(db, sent)

    def end(self, interaction_id: int, job: str | None, state: str, error: str | None, advice: str | None) -> None:
        """It was not taken, or nobody knows; only by the job that was to send it. The composer tells of it."""
        mine = _with_job(interaction_id, job) & (interactions.c.state == "sending")
        of_post = select(interactions.c.post_id).where(
            interactions.c.id == interaction_id, interactions.c.kind == FIRST_COMMENT
        )
        with lasting(self._engine) as db:
            if db.execute(update(interactions).where(mine).values(state=state, error=error, advice=advice)).rowcount:
                db.execute(update(posts).where(posts.c.id.in_(of_post)).values(seen=False))

    def give_up(self, interaction_id: int, job: str, error: str, advice: str) -> None:
        """The dashboard itself cannot send it."""
        mine = _with_job(interaction_id, job) & (interactions.c.state == "waiting")
        self._write(update(interactions).where(mine).values(state="failed", error=error, advice=advice))

    def send_again(self, ended: Interaction) -> bool:
        """Send what failed, or what a person has not found on LinkedIn, as if for the first time; False if it is."""
        return self._again(ended, ("failed", "unconfirmed"), 0, state="waiting", tries=0, error=None, advice=None)

    def found(self, unconfirmed: Interaction) -> bool:
        """A person has seen it below the post."""
        mine = (interactions.c.id == unconfirmed.id) & (interactions.c.state == "unconfirmed")
        return self._write(update(interactions).where(mine).values(state=None, error=None, advice=None)) == 1

    def mend(self) -> None:
        """Give a job to whatever waits and has none that lives: after a stop, or a move to another database."""
        open_still = self._select(interactions.c.state.in_(ON_ITS_WAY), interactions.c.undone.is_(False))
        live = self._jobs.live(each.job for each in open_still if each.job) if open_still else set()
        for each in open_still:
            if each.job in live or (each.job is None and each.at > now() - SENT_WITHIN):
                continue
            if each.state == "sending":
                self.end(each.id, each.job, "unconfirmed", NO_ANSWER, LOOK_FIRST)
            else:
                self._again(each, ("waiting",), 0)

    def _again(self, before: Interaction, states: tuple[str, ...], rest_s: float, **values: Any) -> bool:
        """Give the row another job, and change it; False when it has moved on since."""
        job = new_job()
        self.prepare()
        mine = _with_job(before.id, before.job) & interactions.c.state.in_(states)
        with lasting(self._engine) as db:
            if db.execute(update(interactions).where(mine).values(job=job, **values)).rowcount != 1:
                return False
            self._put(db, before.id, before.account_id, job, rest_s)
        return True

    def _put(self, db: Connection, interaction_id: int, account_id: int, job: str, rest_s: float) -> None:
        at = now() + timedelta(seconds=rest_s)
        self._jobs.put(db, job, interaction_id, account_id, at, flow=INTERACTIONS)


def _replace(db: Connection, by: Interaction) -> None:
    """LinkedIn keeps one reaction of each actor: a new one takes the place of the older ones."""
    same = (interactions.c.post_id == by.post_id) & (interactions.c.kind == "reaction")
    older = (interactions.c.actor == by.actor) & (interactions.c.id < by.id)
    db.execute(update(interactions).where(same, older).values(undone=True))


def _with_job(interaction_id: int, job: str | None) -> ColumnElement[bool]:
    return (interactions.c.id == interaction_id) & interactions.c.job.is_not_distinct_from(job)


def _add(db: Connection, row: PostRow, kind: str, text: str, actor: str, **more: Any) -> int:
    values = {"account_id": row.account_id, "post_id": row.id, "at": now(), "kind": kind, "text": text, **more}
    return new_id(db.execute(insert(interactions).values(actor=actor, **values)))
