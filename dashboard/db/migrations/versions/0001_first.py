"""The tables of the first version, frozen. A database from before has some of them, perhaps with fewer columns."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import JSON, Boolean, Column, DateTime, Float, ForeignKey, Index, Integer, MetaData, String, Table, Text

revision, down_revision = "0001", None

metadata = MetaData()
accounts = Table(
    "accounts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("issuer", String(255), nullable=False),
    Column("sub", String(255), nullable=False),
    Column("userinfo", JSON, nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("token", Text),
    Column("token_at", DateTime),
    Column("token_expires_at", DateTime),
    Column("token_refused", String(16)),
    Column("client_id", String(255)),
    Column("organizations", JSON),
    sa.UniqueConstraint("issuer", "sub"),
)
sign_in_states = Table(
    "sign_in_states",
    metadata,
    Column("state_hash", String(64), primary_key=True),
    Column("browser_hash", String(64), nullable=False),
    Column("redirect_uri", Text, nullable=False),
    Column("next_page", String(64)),
    Column("client_id", String(255)),
    Column("expires_at", DateTime, nullable=False),
    Column("used", Boolean, nullable=False, default=False),
)
sessions = Table(
    "sessions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("ticket_hash", String(64), unique=True),
    Column("ticket_expires_at", DateTime),
    Column("cookie_hash", String(64), unique=True),
    Column("expires_at", DateTime, nullable=False),
)
drafts = Table(
    "drafts",
    metadata,
    Column("account_id", ForeignKey("accounts.id"), primary_key=True),
    Column("draft_id", String(32), nullable=False),
    Column("content", JSON, nullable=False),
    Column("updated_at", DateTime, nullable=False),
)
kept_drafts = Table(
    "kept_drafts",
    metadata,
    Column("draft_id", String(32), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("template", String(80)),
    Column("content", JSON, nullable=False),
    Column("updated_at", DateTime, nullable=False),
)
posts = Table(
    "posts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("draft_id", String(32), nullable=False, unique=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("created_at", DateTime, nullable=False),
    Column("state", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("dialect", String(8), nullable=False),
    Column("visibility", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("content", JSON, nullable=False),
    Column("urn", String(255)),
    Column("calls", Integer, nullable=False, default=0),
    Column("duration_ms", Float, nullable=False, default=0.0),
    Column("error", Text),
    Column("advice", Text),
    Column("note", Text),
    Column("sent_bytes", Integer, nullable=False, default=0),
    Column("total_bytes", Integer, nullable=False, default=0),
    Column("cancel_requested", Boolean, nullable=False, default=False),
    Column("create_sent_at", DateTime),
    Column("create_tries", Integer, nullable=False, default=0),
    Column("finished_at", DateTime),
    Column("brought_back", Boolean, nullable=False, default=False),
    Column("seen", Boolean, nullable=False, default=False),
    Index("posts_by_account", "account_id", "id"),
    Index("posts_by_state", "account_id", "state", "id", "kind"),
    Index("posts_by_kind", "account_id", "kind", "id", "state"),
    Index("posts_unseen", "account_id", "seen", "id"),
    Index("posts_waiting", "state", "id"),
)
interactions = Table(
    "deeds",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("post_id", ForeignKey("posts.id"), nullable=False, index=True),
    Column("at", DateTime, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("actor", String(255), nullable=False),
    Column("given_id", String(255)),
    Column("undone", Boolean, nullable=False, default=False),
)
exchanges = Table(
    "exchanges",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", Integer),
    Column("browser_hash", String(64)),
    Column("post_id", Integer, index=True),
    Column("at", DateTime, nullable=False),
    Column("method", String(8), nullable=False),
    Column("url", Text, nullable=False),
    Column("status", Integer),
    Column("duration_ms", Float, nullable=False),
    Column("request_id", String(255)),
    Column("exchange", JSON, nullable=False),
    Index("exchanges_by_account", "account_id", "id"),
)


def upgrade() -> None:
    """Make the tables, or add to tables made before there were migrations what they lack."""
    db = op.get_bind()
    there = set(sa.inspect(db).get_table_names())
    metadata.create_all(db)
    for table in metadata.sorted_tables:
        if table.name not in there:
            continue
        have = {column["name"] for column in sa.inspect(db).get_columns(table.name)}
        for column in table.columns:
            if column.name not in have:  # those that came later may all be NULL
                op.add_column(table.name, Column(column.name, column.type))
