"""Comments and reactions that wait to be sent, such as the first comment: how far each is, written before it leaves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0006", "0005"


def upgrade() -> None:
    """Add how far a comment or reaction is; what is there already, LinkedIn has."""
    for column in (
        sa.Column("state", sa.String(16)),
        sa.Column("tries", sa.Integer),
        sa.Column("error", sa.Text),
        sa.Column("advice", sa.Text),
        sa.Column("job", sa.String(64)),
    ):
        op.add_column("deeds", column)
    op.create_index("deeds_open", "deeds", ["state"])
