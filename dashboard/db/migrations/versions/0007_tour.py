"""Which steps of the tour a member has done."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0007", "0006"


def upgrade() -> None:
    """Add a row for each step that a member has done."""
    op.create_table(
        "tour_ticks",
        sa.Column("account_id", sa.Integer, sa.ForeignKey("accounts.id"), primary_key=True),
        sa.Column("step", sa.String(32), primary_key=True),
    )
