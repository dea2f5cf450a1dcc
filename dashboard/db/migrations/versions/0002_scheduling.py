"""Publish later: due times, the engine's jobs, the budget of calls, connected members, files in the database."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0002", "0001"


def upgrade() -> None:
    """Add what publishing later needs."""
    for column in (
        sa.Column("parked_until", sa.DateTime),
        sa.Column("time_zone", sa.String(64)),
        sa.Column("plan", sa.JSON),
        sa.Column("when_late", sa.String(16)),
    ):
        op.add_column("accounts", column)
    op.add_column("sign_in_states", sa.Column("connect_to", sa.Integer))
    for column in (
        sa.Column("due_at", sa.DateTime),
        sa.Column("time_zone", sa.String(64)),
        sa.Column("job", sa.String(64)),
        sa.Column("run", sa.String(32)),
        sa.Column("held", sa.Text),
        sa.Column("failures", sa.Integer),
        sa.Column("written_by", sa.Integer),
    ):
        op.add_column("posts", column)
    op.create_index("posts_due", "posts", ["account_id", "state", "due_at"])
    op.create_table(
        "connections",
        sa.Column("account_id", sa.Integer, sa.ForeignKey("accounts.id"), primary_key=True),
        sa.Column("other_id", sa.Integer, sa.ForeignKey("accounts.id"), primary_key=True),
        sa.Column("since", sa.DateTime, nullable=False),
    )
    op.create_table(
        "calls_made",
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("client_id", sa.String(255), primary_key=True),
        sa.Column("account_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("calls", sa.Integer, nullable=False),
    )
    op.create_table(
        "file_blocks",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("bytes", sa.LargeBinary, nullable=False),
        sa.Column("kept_at", sa.DateTime, nullable=False),
    )
    if op.get_bind().dialect.name == "postgresql":  # pictures and films are compressed already
        op.execute("ALTER TABLE file_blocks ALTER COLUMN bytes SET STORAGE EXTERNAL")
