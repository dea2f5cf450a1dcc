"""Whom a member has mentioned before: in posts, in drafts and in templates."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select

from dashboard.db.repository import Repository
from dashboard.db.tables import drafts, kept_drafts, posts
from linkedin_api.content.blank import is_blank
from linkedin_api.content.text import MENTION, bare

RECENT_POSTS = 500  # the newest ones, so that a long history costs no time


class Mentioned(Repository):
    """Finds mentions in what a member has written."""

    def by(self, account_id: int) -> dict[str, str]:
        """The names that the member has used by URN, the last used first."""
        found: dict[str, str] = {}
        for _, text in sorted(self._texts(account_id), key=lambda each: each[0], reverse=True):
            for each in MENTION.finditer(text):
                if not is_blank(name := bare(each["name"])):
                    found.setdefault(each["urn"], name)
        return found

    def _texts(self, account_id: int) -> list[tuple[datetime, str]]:
        """Each text that may hold a mention, with the moment when it was written."""
        mine = or_(posts.c.account_id == account_id, posts.c.written_by == account_id)
        comment = posts.c.content["first_comment"].as_string()
        recent = select(posts.c.created_at, posts.c.text, comment).where(mine).order_by(posts.c.id.desc())
        found = [(at, text) for at, *texts in self._rows(recent.limit(RECENT_POSTS)) for text in texts]
        for table in (drafts, kept_drafts):
            query = select(table.c.updated_at, table.c.content).where(table.c.account_id == account_id)
            for at, content in self._rows(query):
                found += [(at, content.get(field, "")) for field in ("text", "first_comment")]
        return [(at, text) for at, text in found if text and "@[" in text]
