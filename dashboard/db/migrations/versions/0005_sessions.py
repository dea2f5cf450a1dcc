"""When a session was last used: one that nobody has used for a while ends."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0005", "0004"


def upgrade() -> None:
    """Add when a session was used last."""
    # SQLite takes only a constant; every later row brings its own moment.
    this_moment = datetime.now(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    op.add_column("sessions", sa.Column("seen_at", sa.DateTime, nullable=False, server_default=this_moment))
