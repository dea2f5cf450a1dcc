"""What Zernio calls a post that goes through it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0011", "0010"


def upgrade() -> None:
    """Add the column; no earlier post went through Zernio."""
    op.add_column("posts", sa.Column("remote", sa.JSON))
