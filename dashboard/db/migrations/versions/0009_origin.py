"""Who has sent an exchange: the Console keeps its own history among all others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0009", "0007"


def upgrade() -> None:
    """Add the origin; what is there already came from the dashboard itself."""
    op.add_column("exchanges", sa.Column("origin", sa.String(64)))
    op.create_index("exchanges_by_origin", "exchanges", ["account_id", "origin"])
