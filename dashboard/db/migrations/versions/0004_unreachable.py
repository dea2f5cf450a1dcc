"""Since when LinkedIn could not be reached for a scheduled post; `delayed_until` says when the next try is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0004", "0003"


def upgrade() -> None:
    """Add since when LinkedIn cannot be reached for a post."""
    op.add_column("posts", sa.Column("unreachable_since", sa.DateTime))
