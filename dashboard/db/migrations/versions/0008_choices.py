"""What a browser or the dashboard has chosen, and which LinkedIn a sign-in was started for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0008", "0007"


def upgrade() -> None:
    """Add the choices, and the LinkedIn of a sign-in; one that is on its way has none, and may be finished."""
    op.create_table(
        "choices",
        sa.Column("whose", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("value", sa.String(255), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
    )
    op.add_column("sign_in_states", sa.Column("issuer", sa.String(255)))
