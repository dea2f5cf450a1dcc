"""Locks that show which workers run: each holds the lock of its name until its process ends."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from dashboard.db.database import PATIENCE, FileGone, check_there, identity, private_file

ROOM = 7_130_002  # of our advisory locks: any number that no other program uses
# The server notices within 11 s that a machine is gone, and releases its lock.
VANISHED = ("tcp_keepalives_idle = 5", "tcp_keepalives_interval = 2", "tcp_keepalives_count = 3")


class Lock(Protocol):
    """A lock that is held. The operating system, or the database server, releases it when its process ends."""

    def is_held(self) -> bool:
        """Whether it is still held, so that nobody else can have it. Asks the database server, if there is one."""

    def close(self) -> None:
        """Release the lock."""


def hold(engine: Engine, name: str) -> Lock | None:
    """The lock of this name, or None while another has it.

    Raises: sqlite3.DatabaseError (a file that cannot be a lock), sqlalchemy.exc.DBAPIError (the server is away).
    """
    if engine.dialect.name == "sqlite":
        return _FileLock.of(Path(str(engine.url.database)).with_suffix(f".{name}"))
    return _ServerLock.of(engine, name)


class CannotHold(RuntimeError):
    """The lock cannot even be tried; the message says what is wrong and what to do."""


def hold_there(engine: Engine, name: str) -> Lock | None:
    """hold(), after a look whether the database can be used. Raises: CannotHold."""
    try:
        check_there(engine)
        return hold(engine, name)
    except FileGone as error:
        raise CannotHold(str(error)) from None
    except sqlite3.DatabaseError as error:
        wrong = f"the lock of {engine.url} cannot be used ({error}). Mend or delete it."
        raise CannotHold(f"Nothing is published: {wrong}") from None
    except SQLAlchemyError as error:
        why = error.orig if isinstance(error, DBAPIError) else error
        wrong = f"the database {engine.url} cannot be used ({why})"
        raise CannotHold(f"Nothing is published: {wrong}. If it is damaged, restore a backup.") from None


class _FileLock:
    """A locked SQLite file beside the database."""

    def __init__(self, connection: sqlite3.Connection, file: Path, at_start: tuple[int, int] | None) -> None:
        self._connection, self._file, self._at_start = connection, file, at_start

    @classmethod
    def of(cls, file: Path) -> _FileLock | None:
        with contextlib.suppress(OSError):  # SQLite says what is wrong with it
            private_file(file)
            if file.is_file():
                file.chmod(0o600)  # one of an earlier version was for everybody to read
        at_start = identity(file)
        lock = sqlite3.connect(file, timeout=0, isolation_level=None, check_same_thread=False)
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as error:
            lock.close()
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:  # the upper bits say what kind of busy
                raise
            return None
        return cls(lock, file, at_start)

    def is_held(self) -> bool:
        # A file without a name stays locked, and the next one is free.
        return self._at_start is not None and identity(self._file) == self._at_start

    def close(self) -> None:
        self._at_start = None  # the number of a deleted file is given to the next one
        self._connection.close()


class _ServerLock:
    """An advisory lock of PostgreSQL, which belongs to one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @classmethod
    def of(cls, engine: Engine, name: str) -> _ServerLock | None:
        # Not a connection of the pool, which would go back there with the lock.
        own = create_engine(
            engine.url,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            hide_parameters=True,
            connect_args=PATIENCE,
        )
        connection = own.connect()
        try:
            for setting in VANISHED:
                connection.execute(text(f"SET {setting}"))
            asked = text("SELECT pg_try_advisory_lock(:room, hashtext(:name))")
            if connection.execute(asked, {"room": ROOM, "name": name}).scalar_one():
                return cls(connection)
        except DBAPIError:
            connection.close()
            raise
        connection.close()
        return None

    def is_held(self) -> bool:
        if self._connection.closed or self._connection.invalidated:  # it would connect anew, without the lock
            return False
        try:
            self._connection.execute(text("SELECT 1"))
        except DBAPIError:
            return False
        return True

    def close(self) -> None:
        self._connection.close()
