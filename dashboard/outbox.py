"""Publishing: one row for each post, for life. The row is the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from dashboard.draft import PARTS, WITH_VIDEO, Draft
from dashboard.store import lasting, new_id, now, posts
from linkedin_api import Urn

WAITING = ("queued", "uploading", "sending")  # states that the worker still has to bring to an end
MEANING = {
    "queued": "It waits for its turn.",
    "uploading": "Its files are on their way.",
    "sending": "The post has left; the answer is not here yet.",
    "published": "LinkedIn has confirmed it.",
    "unconfirmed": "It was sent, but no answer says whether it was published.",
    "failed": "It was not published.",
    "cancelled": "It was stopped before it left.",
    "deleted": "It was published, and later deleted from here.",
}
STATES = tuple(MEANING)
FIELDS = {part: name for name, part in PARTS.items()}  # where a draft keeps the files of a part


@dataclass(frozen=True)
class Row:
    """One post in the outbox."""

    id: int
    draft_id: str
    account_id: int
    created_at: datetime
    state: str
    kind: str
    dialect: str
    visibility: str
    text: str
    content: dict[str, Any]
    urn: str | None
    calls: int
    duration_ms: float
    error: str | None
    advice: str | None
    note: str | None
    sent_bytes: int
    total_bytes: int
    cancel_requested: bool
    create_sent_at: datetime | None
    create_tries: int
    finished_at: datetime | None
    brought_back: bool
    seen: bool

    @property
    def draft(self) -> Draft:
        return Draft.from_dict(self.content)

    @property
    def waiting(self) -> bool:
        return self.state in WAITING

    @property
    def can_cancel(self) -> bool:
        """Until the create leaves; afterwards nobody could tell what LinkedIn did."""
        return self.state in ("queued", "uploading") and not self.cancel_requested


class Outbox:
    """The rows in the database. Only the worker moves a row on; pages put, cancel and read."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, account_id: int, draft: Draft) -> int:
        """Write the row that will be published, and give its id.

        The same draft twice is the same row: a double click, or a second tab. A draft that was changed since, or
        that did not get out the first time, is a post of its own.
        Raises: sqlalchemy.exc.OperationalError when the database cannot be written.
        """
        try:
            return self._insert(account_id, draft)
        except IntegrityError:
            with self._engine.connect() as db:
                before = Row(**db.execute(select(posts).where(posts.c.draft_id == draft.draft_id)).one()._mapping)
        unchanged = before.draft.unsent() == draft.unsent() and before.account_id == account_id
        if unchanged and before.state not in ("failed", "cancelled"):
            return before.id
        return self._insert(account_id, draft.changed(draft_id=Draft().draft_id))

    def _insert(self, account_id: int, draft: Draft) -> int:
        values = {
            "draft_id": draft.draft_id,
            "account_id": account_id,
            "created_at": now(),
            "state": "queued",
            "kind": draft.kind,
            "dialect": draft.speaks,
            "visibility": draft.seen_by,
            "text": draft.text,
            "content": draft.as_dict(),
            "total_bytes": sum(a.file.size_bytes for a in draft.attachments),
        }
        with lasting(self._engine) as db:
            return new_id(db.execute(insert(posts).values(values)))

    def get(self, post_id: int, account_id: int | None = None) -> Row | None:
        """One row; with an account only if it is this account's."""
        query = select(posts).where(posts.c.id == post_id)
        if account_id is not None:
            query = query.where(posts.c.account_id == account_id)
        with self._engine.connect() as db:
            row = db.execute(query).one_or_none()
        return Row(**row._mapping) if row else None

    def waiting(self) -> list[Row]:
        """What the worker has to bring to an end, oldest first."""
        query = select(posts).where(posts.c.state.in_(WAITING)).order_by(posts.c.id)
        with self._engine.connect() as db:
            return [Row(**row._mapping) for row in db.execute(query)]

    def wanted_files(self) -> set[str]:
        """The SHA-256 of every file that is still to be uploaded."""
        return {a.file.sha256 for row in self.waiting() for a in row.draft.attachments}

    def unseen(self, account_id: int) -> list[Row]:
        """Posts whose outcome the composer has not told yet, newest first."""
        query = (
            select(posts).where(posts.c.account_id == account_id, posts.c.seen.is_(False)).order_by(posts.c.id.desc())
        )
        with self._engine.connect() as db:
            return [Row(**row._mapping) for row in db.execute(query)]

    def set_seen(self, post_id: int) -> None:
        self._set(post_id, seen=True)

    def see_ended(self, account_id: int, *, but: int) -> None:
        """Take the outcomes of earlier posts off the composer: the member goes on with the post `but`."""
        ended = (posts.c.account_id == account_id) & posts.c.state.not_in(WAITING) & (posts.c.id != but)
        with self._engine.begin() as db:
            db.execute(update(posts).where(ended, posts.c.seen.is_(False)).values(seen=True))

    def bring_back(self, post_id: int) -> bool:
        """True for one caller, once: a failed post may go back to the composer by itself."""
        mine = (posts.c.id == post_id) & posts.c.brought_back.is_(False)
        with self._engine.begin() as db:
            return db.execute(update(posts).where(mine).values(brought_back=True)).rowcount == 1

    def request_cancel(self, post_id: int) -> None:
        """Ask the worker to stop; it does so unless the create has left."""
        with self._engine.begin() as db:
            db.execute(
                update(posts)
                .where(posts.c.id == post_id, posts.c.state.in_(("queued", "uploading")))
                .values(cancel_requested=True)
            )

    def may_send(self, post_id: int) -> bool:
        """Move to `sending` before the create leaves; False when a cancel came first."""
        fresh = posts.c.create_sent_at.is_(None)
        with lasting(self._engine) as db:
            db.execute(update(posts).where(posts.c.id == post_id, fresh).values(create_sent_at=now()))
            allowed = (posts.c.id == post_id) & posts.c.cancel_requested.is_(False)
            done = db.execute(
                update(posts).where(allowed).values(state="sending", create_tries=posts.c.create_tries + 1)
            )
        return done.rowcount == 1

    def may_send_again(self, post_id: int) -> None:
        """An answer said that nothing was published: the create may leave afresh."""
        self._set(post_id, create_sent_at=None, create_tries=0)

    def uploading(self, post_id: int, sent_bytes: int = 0) -> bool:
        """Record the bytes sent so far; True when somebody asked to cancel."""
        with self._engine.begin() as db:
            db.execute(update(posts).where(posts.c.id == post_id).values(state="uploading", sent_bytes=sent_bytes))
            return bool(db.execute(select(posts.c.cancel_requested).where(posts.c.id == post_id)).scalar_one())

    def uploaded(self, post_id: int, part: str, number: int, urn: Urn) -> None:
        """Keep the URN of an uploaded file at once, so that a crash does not upload it again.

        part is image, video, document or thumbnail; number counts the files of that part from 0. Safe from several
        threads at once: only this one URN is changed.
        """
        place = f"$.{FIELDS[part]}[{number}].urn"
        self._set(post_id, content=func.json_set(posts.c.content, place, str(urn)))

    def switch_dialect(self, row: Row, dialect: str, note: str) -> Row:
        """Let another dialect carry the post, and say why in a note that stays; the draft keeps what was chosen."""
        total_bytes = sum(a.file.size_bytes for part, a in row.draft.files if part not in WITH_VIDEO)
        self._set(row.id, dialect=dialect, note=note, total_bytes=total_bytes)
        with self._engine.connect() as db:
            return Row(**db.execute(select(posts).where(posts.c.id == row.id)).one()._mapping)

    def called(self, post_id: int) -> None:
        self._set(post_id, calls=posts.c.calls + 1)

    def note(self, post_id: int, error: str) -> None:
        """What a waiting person should know while the post is still on its way."""
        self._set(post_id, error=error)

    def finish(
        self,
        row: Row,
        state: str,
        *,
        urn: Urn | None = None,
        error: str | None = None,
        advice: str | None = None,
    ) -> None:
        """The end of a row's way, with its outcome."""
        took_ms = (now() - row.created_at).total_seconds() * 1000
        ending = {"state": state, "urn": urn, "error": error, "advice": advice, "duration_ms": took_ms}
        with lasting(self._engine) as db:
            db.execute(update(posts).where(posts.c.id == row.id).values(finished_at=now(), **ending))

    def set_deleted(self, post_id: int) -> None:
        self._set(post_id, state="deleted")

    def _set(self, post_id: int, **values: Any) -> None:
        with self._engine.begin() as db:
            db.execute(update(posts).where(posts.c.id == post_id).values(values))
