"""Databases that have all tables of today and no row: made once in a process, copied for every test.

Statements are compiled once in a process, too: every test has engines of its own, each of which would compile anew.
"""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, util
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from dashboard.db.database import open_database, private_file, private_folder
from dashboard.posts.jobs import Jobs

_compiled: util.LRUCache[Any, Any] = util.LRUCache(2000)
_of_types: dict[object, WeakKeyDictionary[Any, Any]] = {}


class Shared:
    """Two dialects with the same settings are equal: what one has compiled serves the other's engine."""

    def __init__(self, **given: Any) -> None:
        self._given = (type(self), *sorted(given.items(), key=lambda each: each[0]))
        self._type_memos = _of_types.setdefault(self._given, WeakKeyDictionary())
        super().__init__(**given)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Shared) and self._given == other._given

    def __hash__(self) -> int:
        return hash(self._given)

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        """SQLAlchemy calls it for each new engine."""
        engine._compiled_cache = _compiled


class SharedSqlite(Shared, SQLiteDialect_pysqlite):
    """Every SQLite database of the tests."""

    supports_statement_cache = True


class SharedPostgres(Shared, PGDialect_psycopg):
    """Every PostgreSQL database of the tests."""

    supports_statement_cache = True


for name, dialect in (
    ("sqlite", SharedSqlite),
    ("sqlite.pysqlite", SharedSqlite),
    ("postgresql.psycopg", SharedPostgres),
):
    registry.register(name, __name__, dialect.__name__)


def make_tables(where: Path | str) -> None:
    """Make all tables in an empty database, those of the jobs too."""
    engine = open_database(where)
    Jobs(engine).prepare()
    engine.dispose()


@cache
def _file_with_tables() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "dashboard.db"
        make_tables(file)
        return file.read_bytes()


def with_tables(file: Path) -> Path:
    """Make a SQLite database with all tables, unless the file exists; its path again."""
    if not file.exists():
        private_folder(file.parent)
        private_file(file)
        file.write_bytes(_file_with_tables())
    return file
