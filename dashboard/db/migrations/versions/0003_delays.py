"""Why a post is late, and whether a person sent it again, in columns instead of sentences in `note`."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0003", "0002"

LIMIT = "LinkedIn's limit for the day was reached, so this post %"
SENT_AGAIN = "You sent it again after no answer had come."
posts = sa.table(
    "posts",
    sa.column("account_id", sa.Integer),
    sa.column("note", sa.Text),
    sa.column("delayed_by", sa.String(16)),
    sa.column("delayed_until", sa.DateTime),
    sa.column("sent_again", sa.Boolean),
)
accounts = sa.table("accounts", sa.column("id", sa.Integer), sa.column("parked_until", sa.DateTime))


def upgrade() -> None:
    """Give why a post is late, and that it was sent again, columns of their own."""
    for column in (
        sa.Column("delayed_by", sa.String(16)),
        sa.Column("delayed_until", sa.DateTime),
        sa.Column("sent_again", sa.Boolean, nullable=False, server_default=sa.false()),
    ):
        op.add_column("posts", column)
    # Where the account waits no longer, its posts wait for the day to end.
    day_ends = datetime.combine(datetime.now(UTC).date() + timedelta(days=1), time())
    account_waits = sa.select(accounts.c.parked_until).where(accounts.c.id == posts.c.account_id).scalar_subquery()
    until = sa.func.coalesce(account_waits, day_ends, type_=sa.DateTime)
    limited = sa.update(posts).where(posts.c.note.like(LIMIT))
    op.execute(limited.values(delayed_by="limit", delayed_until=until, note=None))
    op.execute(sa.update(posts).where(posts.c.note == SENT_AGAIN).values(sent_again=True, note=None))
