"""What was done to a post after it was published: comments, reactions, edits. One row for each, for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from dashboard.db.database import now
from dashboard.db.repository import Repository
from dashboard.db.tables import interactions, posts
from dashboard.posts.post import PostRow


@dataclass(frozen=True)
class Interaction:
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


class Interactions(Repository):
    """The rows in the database."""

    def of(self, post_id: int) -> list[Interaction]:
        """Everything that was done to a post, oldest first."""
        query = select(interactions).where(interactions.c.post_id == post_id).order_by(interactions.c.id)
        return [Interaction(**row._mapping) for row in self._rows(query)]

    def add(self, row: PostRow, kind: str, text: str, actor: str, given_id: str | None = None) -> None:
        """Record a comment or reaction that LinkedIn has accepted."""
        values = {"account_id": row.account_id, "post_id": row.id, "at": now(), "kind": kind, "text": text}
        with self._engine.begin() as db:
            if kind == "reaction":  # LinkedIn keeps one of each actor: a new one takes the place of the old
                same = (
                    (interactions.c.post_id == row.id) & (interactions.c.kind == kind) & (interactions.c.actor == actor)
                )
                db.execute(update(interactions).where(same).values(undone=True))
            db.execute(insert(interactions).values(**values, actor=actor, given_id=given_id))

    def undo(self, deed_id: int) -> None:
        """Mark a comment or reaction as taken back; its row stays."""
        self._write(update(interactions).where(interactions.c.id == deed_id).values(undone=True))

    def edited(self, row: PostRow, written: str) -> None:
        """The post has another text now; the one from before is kept as an interaction."""
        with self._engine.begin() as db:
            values = {"text": written, "content": row.draft.changed(text=written).as_dict()}
            db.execute(update(posts).where(posts.c.id == row.id).values(values))
            past = {"kind": "edit", "text": row.text, "actor": row.draft.author}
            db.execute(insert(interactions).values(account_id=row.account_id, post_id=row.id, at=now(), **past))
