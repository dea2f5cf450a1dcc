"""The demo's rows of the outbox: posts that ended before they were written here, and their removal."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import delete, exists, insert, select, update

from dashboard.db.database import lasting, now
from dashboard.db.repository import Repository
from dashboard.db.tables import drafts, interactions, kept_drafts, posts
from dashboard.demo.content import MARK
from dashboard.posts.post import BEFORE

ON_THE_WAY = ("uploading", "sending")  # something of it has left, so its row must see the end


class DemoRows(Repository):
    """Writes and deletes rows whole; what happens to one post in between is the outbox's."""

    def there(self, account_id: int) -> dict[str, tuple[int, str | None]]:
        """Id and URN of each post that the demo has made for this account, by its draft id."""
        query = select(posts.c.draft_id, posts.c.id, posts.c.urn)
        mine = (posts.c.account_id == account_id) & posts.c.draft_id.startswith(MARK)
        return {draft_id: (post_id, urn) for draft_id, post_id, urn in self._rows(query.where(mine))}

    def record(self, ended: Iterable[dict[str, Any]]) -> None:
        """Write rows of posts that have ended. They have no job, so nothing is ever sent for them."""
        with lasting(self._engine) as db:
            for values in ended:
                db.execute(insert(posts).values(values))

    def point(self, post_id: int, urn: str) -> None:
        """The post of a row has another URN: the sandbox was emptied, and filled once more."""
        self._write(update(posts).where(posts.c.id == post_id).values(urn=urn))

    def forget(self, account_ids: Collection[int]) -> tuple[list[str], int]:
        """Delete the posts of these accounts; the jobs that are to be cancelled, and how many posts had to stay.

        What waits is stopped by the same transaction, so it cannot leave any more. What has left stays until its end.
        """
        mine = posts.c.account_id.in_(list(account_ids))
        leaving = exists().where(interactions.c.post_id == posts.c.id, interactions.c.state == "sending")
        with lasting(self._engine) as db:
            stopped = {"state": "cancelled", "finished_at": now(), "held": None}
            db.execute(update(posts).where(mine, posts.c.state.in_(BEFORE)).values(stopped))
            gone = mine & posts.c.state.not_in(ON_THE_WAY) & ~leaving
            ids = select(posts.c.id).where(gone)
            done = interactions.c.post_id.in_(ids)
            jobs = [*db.scalars(select(posts.c.job).where(gone)), *db.scalars(select(interactions.c.job).where(done))]
            db.execute(delete(interactions).where(done))
            db.execute(delete(posts).where(gone))
        return [job for job in jobs if job], self._count(mine)

    def forget_drafts(self, account_id: int) -> None:
        """Delete the draft in the composer and those beside it; templates stay."""
        with self._engine.begin() as db:
            db.execute(delete(drafts).where(drafts.c.account_id == account_id))
            mine = (kept_drafts.c.account_id == account_id) & kept_drafts.c.template.is_(None)
            db.execute(delete(kept_drafts).where(mine))
