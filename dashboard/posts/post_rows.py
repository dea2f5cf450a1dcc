"""Reading the posts: one, those of a draft, those that wait, and those whose outcome is still to be told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, literal, select

from dashboard.db.repository import Repository, Whose, owned
from dashboard.db.tables import posts
from dashboard.posts.news import has_news, news_of, written_by
from dashboard.posts.post import OPEN, WAITING, PostRow


class PostRows(Repository):
    """The rows, as they are read."""

    def get(self, post_id: int, whose: Whose | None = None) -> PostRow | None:
        """One row; with accounts only if it is one of theirs."""
        theirs = () if whose is None else (owned(posts.c.account_id, whose),)
        return next(iter(self.select(posts.c.id == post_id, *theirs)), None)

    def of_draft(self, draft_id: str) -> PostRow | None:
        """The post that this draft has become."""
        return next(iter(self.select(posts.c.draft_id == draft_id)), None)

    def waiting(self) -> list[PostRow]:
        """What the worker has to bring to an end, oldest first."""
        return self.select(posts.c.state.in_(WAITING))

    def select(self, *conditions: ColumnElement[bool], order: Any = posts.c.id) -> list[PostRow]:
        """The rows that meet all conditions."""
        return [PostRow(**row._mapping) for row in self._rows(select(posts).where(*conditions).order_by(order))]

    def unfinished(self, due_before: datetime | None) -> dict[str, int]:
        """Which post each job is to bring on, by the job: of all that are on their way or due before a moment."""
        due = posts.c.held.is_(None) & (posts.c.state == "scheduled")
        if due_before:
            due &= posts.c.due_at < due_before
        found = self._rows(select(posts.c.job, posts.c.id).where(due | posts.c.state.in_(WAITING)))
        return {row.job or f"none-{row.id}": row.id for row in found}

    def wanted_files(self) -> set[str]:
        """The SHA-256 of every file that is still to be uploaded, and of those that these were made from."""
        rows = self.select(posts.c.state.in_(OPEN))
        return {each for row in rows for a in row.draft.attachments for each in a.file.kept_files}

    def news(self, account_id: int) -> str:
        """See news_of(): a text that changes when unseen() does, "" while that gives no post."""
        return self._value(select(news_of(literal(account_id)))) or ""

    def unseen(self, account_id: int) -> list[PostRow]:
        """Posts that this member wrote and whose outcome the composer has not told yet, newest first."""
        return self.select(written_by(account_id), posts.c.seen.is_(False), has_news(), order=posts.c.id.desc())
