"""The calls that publishing was to make, kept with each post; and comments that reply to others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0010", "0009"


def upgrade() -> None:
    """Add the columns; of what is there already nobody knows them."""
    op.add_column("posts", sa.Column("planned", sa.JSON))
    op.add_column("posts", sa.Column("uploads", sa.Integer))
    op.add_column("deeds", sa.Column("urn", sa.String(255)))
    op.add_column("deeds", sa.Column("parent", sa.String(255)))
