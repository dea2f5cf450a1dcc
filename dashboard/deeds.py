"""What was done to a post after it was published: comments, reactions, edits. One row for each, for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from dashboard.repository import Repository
from dashboard.row import Row
from dashboard.store import now
from dashboard.tables import deeds, posts


@dataclass(frozen=True)
class Deed:
    """One comment, reaction or edit; an edit's text is the one from before."""

    id: int
    account_id: int
    post_id: int
    at: datetime
    kind: str
    text: str
    actor: str
    given_id: str | None  # LinkedIn's name for the comment
    undone: bool


class Deeds(Repository):
    """The rows in the database."""

    def of(self, post_id: int) -> list[Deed]:
        """Everything that was done to a post, oldest first."""
        query = select(deeds).where(deeds.c.post_id == post_id).order_by(deeds.c.id)
        return [Deed(**row._mapping) for row in self._rows(query)]

    def add(self, row: Row, kind: str, text: str, actor: str, given_id: str | None = None) -> None:
        """Record a comment or reaction that LinkedIn has accepted."""
        values = {"account_id": row.account_id, "post_id": row.id, "at": now(), "kind": kind, "text": text}
        with self._engine.begin() as db:
            if kind == "reaction":  # LinkedIn keeps one of each actor: a new one takes the place of the old
                same = (deeds.c.post_id == row.id) & (deeds.c.kind == kind) & (deeds.c.actor == actor)
                db.execute(update(deeds).where(same).values(undone=True))
            db.execute(insert(deeds).values(**values, actor=actor, given_id=given_id))

    def undo(self, deed_id: int) -> None:
        """Mark a comment or reaction as taken back; its row stays."""
        self._write(update(deeds).where(deeds.c.id == deed_id).values(undone=True))

    def edited(self, row: Row, written: str) -> None:
        """The post has another text now; the one from before is kept as a deed."""
        with self._engine.begin() as db:
            values = {"text": written, "content": row.draft.changed(text=written).as_dict()}
            db.execute(update(posts).where(posts.c.id == row.id).values(values))
            past = {"kind": "edit", "text": row.text, "actor": row.draft.author}
            db.execute(insert(deeds).values(account_id=row.account_id, post_id=row.id, at=now(), **past))
