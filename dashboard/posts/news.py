"""Which posts the composer tells its member about: those that left it, until their outcome was dismissed."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Text, case, cast, func, literal_column, select

from dashboard.db.tables import accounts, posts


def news_of(account_id: ColumnElement[int]) -> ColumnElement[str]:
    """What Outbox.unseen() gives, in a text that changes with it and is empty or NULL for no post.

    For a statement of which account_id is a column.
    """
    # Nothing in it is a parameter, which would take time at every key.
    held = case((posts.c.held.is_not(None), literal_column("'held'")), else_=literal_column("''"))
    each = cast(posts.c.id, Text) + posts.c.state + held + func.coalesce(posts.c.delayed_by, literal_column("''"))
    which = written_by(account_id), posts.c.seen.is_(False), has_news()
    texts = func.aggregate_strings(each, literal_column("','"))  # type: ignore[arg-type]
    return select(texts).where(*which).scalar_subquery()


def has_news() -> ColumnElement[bool]:
    """Not posts that merely wait for their time, but those that are held or that a limit holds back."""
    left = posts.c.state != literal_column("'scheduled'")
    return left | posts.c.held.is_not(None) | posts.c.delayed_by.is_not(None)


def written_by(account_id: int | ColumnElement[int]) -> ColumnElement[bool]:
    """Posts that this member wrote, for themselves or for a connected member."""
    own = posts.c.written_by.is_(None) & (posts.c.account_id == account_id)
    # Account by account, by an index: without the first half SQLite reads the whole table, and that at every key.
    everybody = select(accounts.c.id).correlate(None)
    return posts.c.account_id.in_(everybody) & (own | (posts.c.written_by == account_id))
