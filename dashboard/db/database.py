"""The database: how it is opened and brought up to date, on SQLite and on PostgreSQL."""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, inspect, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DatabaseError, OperationalError

from dashboard.db.breaker import ANSWER_S, LOCKED_S, Breaker, LockWait

VERSION = "0011"  # the newest file in migrations/versions
# A server that has vanished without a word is noticed within 11 s, not hours.
PATIENCE = {
    "connect_timeout": 10,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 11_000,
}
NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")  # as JSON writes it; not a backslash before the letters u0000
ONE_AT_A_TIME = 7_130_001  # the advisory lock of migrations: any number that no other program uses


class DatabaseUnavailable(RuntimeError):
    """The database cannot be opened or written; the message says which one and what to do."""


class FileGone(DatabaseUnavailable, OperationalError):
    """The file of a SQLite database is another one than at the start, or none: what is written would be lost."""

    def __init__(self, file: Path) -> None:
        super().__init__(f"{file} is gone", None, FileNotFoundError())
        self._file = file

    def __str__(self) -> str:
        return (
            f"The database file {self._file} was deleted or replaced while the dashboard was running, so nothing is "
            "published. Put that file back, or start the dashboard again to work with what is there now."
        )


def new_id(result: Any) -> int:
    """The id of the row that an INSERT has made."""
    return int(result.inserted_primary_key[0])


def now() -> datetime:
    """The present moment, aware and in UTC."""
    return datetime.now(UTC)


def open_database(where: Path | str) -> Engine:
    """An engine on a SQLite file (a Path) or a PostgreSQL database (a URL), its tables made. Raises: StoreError."""
    return _open_file(where) if isinstance(where, Path) else _open_server(where)


def _open_file(file: Path) -> Engine:
    cannot = (
        f"The database file {file} cannot be written. Check that its folder exists, belongs to you and "
        f"has space, or set DATABASE_URL to another file."
    )
    try:
        private_folder(file.parent)
        private_file(file)
        url = URL.create("sqlite", database=str(file))  # a folder may be named "100% what?"
        engine = create_engine(url, connect_args={"timeout": LOCKED_S}, hide_parameters=True, json_serializer=_json)
        check = _same_file(file)
        event.listen(engine, "connect", _prepare)
        LockWait(engine)
        for use in ("do_connect", "checkout"):
            event.listen(engine, use, check)
        with engine.begin() as db:  # a read-only file opens well and fails at the first write
            db.exec_driver_sql("BEGIN IMMEDIATE")  # of two servers starting at once, one makes the tables
            db.exec_driver_sql("PRAGMA user_version = 1")
            _update(db, str(file))
    except (OSError, OperationalError):
        raise DatabaseUnavailable(cannot) from None
    except DatabaseError:
        raise DatabaseUnavailable(
            f"{file} is not a SQLite database. Move it away, or set DATABASE_URL to another file."
        ) from None
    return engine


def _open_server(url: str) -> Engine:
    server = urlsplit(url)
    name = f"{server.hostname}{f':{server.port}' if server.port else ''}{server.path}"
    engine = create_engine(
        url,
        pool_size=5,
        max_overflow=10,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args=PATIENCE,
        json_serializer=_json,
    )
    breaker = Breaker(engine)
    try:
        with engine.begin() as db:
            db.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ONE_AT_A_TIME})
            _update(db, name)
        breaker.answer_s = ANSWER_S
    except DatabaseUnavailable:
        engine.dispose()
        raise
    except DatabaseError:  # its text may hold the whole URL
        engine.dispose()
        raise DatabaseUnavailable(
            f"The PostgreSQL database {name} cannot be used. Check that it runs, that it exists, and that user and "
            "password in DATABASE_URL are right and may make tables."
        ) from None
    return engine


def _json(value: Any) -> str:
    """JSON of which both databases can read every key: a NUL ends a text on SQLite, and is none on PostgreSQL."""
    written = json.dumps(value)
    return NUL.sub(r"\1", written) if "\\u0000" in written else written


def private_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing, for their owner only. An existing one stays as it is."""
    if not folder.is_dir():
        private_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def private_file(file: Path) -> None:
    """Make a file for its owner only; SQLite gives -wal and -shm the same mode. An existing one stays as it is."""
    # Never opened when it exists: closing it would drop the locks that this process holds on it.
    with contextlib.suppress(FileExistsError):
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _same_file(file: Path) -> Callable[..., None]:
    """A check for every use of a connection: SQLite itself would go on with a file that has no name any more."""

    at_start = identity(file)

    def check(*_: Any) -> None:
        if identity(file) != at_start:
            raise FileGone(file)

    return check


def identity(file: Path) -> tuple[int, int] | None:
    """What tells a file from another one that has taken its name, None while there is none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def check_there(engine: Engine) -> None:
    """Raises: FileGone; nothing for a database on a server."""
    if engine.dialect.name == "sqlite":
        engine.connect().close()


def _update(db: Connection, name: str) -> None:
    """Bring the tables to VERSION. Raises: StoreError for a database that a newer dashboard has made."""
    have = None
    if inspect(db).has_table("alembic_version"):
        have = db.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    if have == VERSION:
        return
    if have and have > VERSION:
        raise DatabaseUnavailable(
            f"The database {name} belongs to a newer version of the dashboard. Update the dashboard."
        )
    # Only now: it takes longer to import than everything else at a start.
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": db})
    config.set_main_option("script_location", "dashboard.db:migrations")
    command.upgrade(config, VERSION)


@contextlib.contextmanager
def lasting(engine: Engine) -> Iterator[Connection]:
    """A transaction that is on the disk when it ends, also if the power goes: before something leaves for LinkedIn."""
    if engine.dialect.name != "sqlite":  # PostgreSQL's transactions are all like that
        with engine.begin() as db:
            yield db
        return
    with engine.connect() as db:
        db.exec_driver_sql("PRAGMA synchronous=FULL")
        db.commit()
        try:
            with db.begin():
                yield db
        finally:
            db.exec_driver_sql("PRAGMA synchronous=NORMAL")


def upsert(db: Connection, table: Table, keys: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Insert a row, or change the one with the same keys."""
    dialect = sqlite if db.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table).values(**keys, **values)
    db.execute(statement.on_conflict_do_update(index_elements=list(keys), set_=dict(values)))


def _prepare(connection: Any, _record: Any) -> None:
    # WAL lets pages read while the worker writes. NORMAL loses nothing when a process dies; for a power cut there
    # is lasting().
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
