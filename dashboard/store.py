"""The database: its tables, and how it is opened."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    URL,
    Boolean,
    Column,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    create_engine,
    event,
)
from sqlalchemy.exc import DatabaseError, OperationalError

metadata = MetaData()


class StoreError(RuntimeError):
    """The database cannot be opened or written; the message says which file and what to do."""


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime, also on SQLite, which keeps none."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: Dialect) -> datetime | None:
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, _: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None


accounts = Table(
    "accounts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("issuer", String(255), nullable=False),  # the sandbox's Ada is not LinkedIn's
    Column("sub", String(255), nullable=False),
    Column("userinfo", JSON, nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("token", Text),  # encrypted, see vault.py; NULL after Disconnect
    Column("token_at", Moment),
    Column("token_expires_at", Moment),
    Column("token_refused", String(16)),  # invalid, revoked or expired: LinkedIn's own word
    Column("client_id", String(255)),  # the app whose token it is; NULL: the one of the settings
    Column("organizations", JSON),  # the names of the member's company pages by URN; NULL: never asked
    UniqueConstraint("issuer", "sub"),
)
sign_in_states = Table(
    "sign_in_states",
    metadata,
    Column("state_hash", String(64), primary_key=True),
    Column("browser_hash", String(64), nullable=False),
    Column("redirect_uri", Text, nullable=False),
    Column("next_page", String(64)),
    Column("client_id", String(255)),  # which app was asked for; NULL: the one of the settings
    Column("expires_at", Moment, nullable=False),
    Column("used", Boolean, nullable=False, default=False),
)
sessions = Table(
    "sessions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("ticket_hash", String(64), unique=True),  # one time, until the cookie is set
    Column("ticket_expires_at", Moment),
    Column("cookie_hash", String(64), unique=True),
    Column("expires_at", Moment, nullable=False),
)
drafts = Table(
    "drafts",
    metadata,
    Column("account_id", ForeignKey("accounts.id"), primary_key=True),
    Column("draft_id", String(32), nullable=False),
    Column("content", JSON, nullable=False),
    Column("updated_at", Moment, nullable=False),
)
kept_drafts = Table(
    "kept_drafts",
    metadata,
    Column("draft_id", String(32), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("template", String(80)),  # its name, when it is a template; NULL: a draft that waits
    Column("content", JSON, nullable=False),
    Column("updated_at", Moment, nullable=False),
)
posts = Table(
    "posts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("draft_id", String(32), nullable=False, unique=True),  # one draft is published once
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("state", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("dialect", String(8), nullable=False),
    Column("visibility", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("content", JSON, nullable=False),  # the whole draft; its media get their URNs here
    Column("urn", String(255)),
    Column("calls", Integer, nullable=False, default=0),
    Column("duration_ms", Float, nullable=False, default=0.0),
    Column("error", Text),
    Column("advice", Text),
    Column("note", Text),  # what a person should know about a post that is published
    Column("sent_bytes", Integer, nullable=False, default=0),
    Column("total_bytes", Integer, nullable=False, default=0),
    Column("cancel_requested", Boolean, nullable=False, default=False),
    Column("create_sent_at", Moment),  # when the first create left: the clock of "A lost answer"
    Column("create_tries", Integer, nullable=False, default=0),
    Column("finished_at", Moment),
    Column("brought_back", Boolean, nullable=False, default=False),  # a failed post was put into the composer again
    Column("seen", Boolean, nullable=False, default=False),  # the composer has told its outcome
    Index("posts_by_account", "account_id", "id"),
    Index("posts_by_state", "account_id", "state", "id", "kind"),  # each filters by the other too without the rows
    Index("posts_by_kind", "account_id", "kind", "id", "state"),
    Index("posts_unseen", "account_id", "seen", "id"),  # the composer asks at every key
    Index("posts_waiting", "state", "id"),  # the engine asks every second
)
deeds = Table(
    "deeds",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("post_id", ForeignKey("posts.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("kind", String(16), nullable=False),  # comment, reaction or edit
    Column("text", Text, nullable=False),  # the comment, the reaction's name, or the text from before the edit
    Column("actor", String(255), nullable=False),
    Column("given_id", String(255)),  # LinkedIn's name for the comment
    Column("undone", Boolean, nullable=False, default=False),
)
exchanges = Table(
    "exchanges",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", Integer),  # NULL while a sign-in has no member yet
    Column("browser_hash", String(64)),
    Column("post_id", Integer, index=True),
    Column("at", Moment, nullable=False),
    Column("method", String(8), nullable=False),
    Column("url", Text, nullable=False),
    Column("status", Integer),
    Column("duration_ms", Float, nullable=False),
    Column("request_id", String(255)),
    Column("exchange", JSON, nullable=False),  # the whole Exchange, redacted at birth
    Index("exchanges_by_account", "account_id", "id"),
)


def new_id(result: Any) -> int:
    """The id of the row that an INSERT has made."""
    return int(result.inserted_primary_key[0])


def now() -> datetime:
    return datetime.now(UTC)


def open_store(database_file: Path) -> Engine:
    """An engine on the SQLite file, its tables made. Raises: StoreError."""
    cannot = (
        f"The database file {database_file} cannot be written. Check that its folder exists, belongs to you and "
        f"has space, or set DATABASE_URL to another file."
    )
    try:
        database_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make(database_file)
        url = URL.create("sqlite", database=str(database_file))  # a folder may be named "100% what?"
        engine = create_engine(url, connect_args={"timeout": 10}, hide_parameters=True)
        event.listen(engine, "connect", _prepare)
        with engine.begin() as db:  # a read-only file opens well and fails at the first write
            db.exec_driver_sql("BEGIN IMMEDIATE")  # of two servers starting at once, one makes the tables
            metadata.create_all(db)
            _grow(db)
            db.exec_driver_sql("PRAGMA user_version = 1")
    except (OSError, OperationalError):
        raise StoreError(cannot) from None
    except DatabaseError:
        raise StoreError(
            f"{database_file} is not a SQLite database. Move it away, or set DATABASE_URL to another file."
        ) from None
    return engine


def _make(file: Path) -> None:
    """A new file is for its owner only; SQLite gives -wal and -shm the same mode. An existing one stays as it is."""
    # Never opened when it exists: closing it would drop the locks that this process holds on it.
    with contextlib.suppress(FileExistsError):
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _grow(db: Connection) -> None:
    """Add the columns that an earlier version's tables lack; all of them may be NULL."""
    for table in metadata.sorted_tables:
        have = {row[1] for row in db.exec_driver_sql(f"PRAGMA table_info({table.name})")}
        for column in table.columns:
            if column.name not in have:
                kind = column.type.compile(db.dialect)
                db.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {column.name} {kind}")


@contextlib.contextmanager
def lasting(engine: Engine) -> Iterator[Connection]:
    """A transaction that is on the disk when it ends, also if the power goes: before something leaves for LinkedIn."""
    with engine.connect() as db:
        db.exec_driver_sql("PRAGMA synchronous=FULL")
        db.commit()
        try:
            with db.begin():
                yield db
        finally:
            db.exec_driver_sql("PRAGMA synchronous=NORMAL")


def _prepare(connection: Any, _record: Any) -> None:
    # WAL lets pages read while the worker writes. NORMAL loses nothing when a process dies; for a power cut there
    # is lasting().
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
