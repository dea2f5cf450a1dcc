"""Stores JSON documents by kind and key, and counters, in one SQLite file."""

from __future__ import annotations

import json
import sqlite3
import threading
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Document = dict[str, Any]

SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    number INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
    UNIQUE (kind, key));
CREATE TABLE IF NOT EXISTS counters (key TEXT PRIMARY KEY, count INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS by_post ON documents
    (kind, json_extract(value, '$.post'), json_extract(value, '$.parent'), number);
CREATE INDEX IF NOT EXISTS by_entity ON documents (kind, json_extract(value, '$.entity'), number);
"""
INDEXED = ("post", "parent", "entity")  # `parent` only together with `post`
EVERY: Mapping[str, str] = {}


class Prefix(str):
    """The beginning of a field's value, where having() would look for the whole one."""


class Store:
    """Documents and counters, safe to use from any thread."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        weakref.finalize(self, self._db.close)
        path.chmod(0o600)
        # A crash of the machine may lose the last writes; a crash of the process may not.
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.executescript(SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A transaction: commits everything inside, or nothing; may be nested."""
        with self._lock:
            outermost = not self._db.in_transaction
            if outermost:
                self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if outermost:
                    self._db.execute("ROLLBACK")
                raise
            if outermost:
                self._db.execute("COMMIT")

    def get(self, kind: str, key: str) -> Document | None:
        """The document, or None."""
        rows = self._rows("SELECT value FROM documents WHERE kind = ? AND key = ?", kind, key)
        return json.loads(rows[0][0]) if rows else None

    def put(self, kind: str, key: str, value: Document) -> None:
        """Store a document; an existing one is replaced and keeps its place in the order."""
        self._rows(
            "INSERT INTO documents (kind, key, value) VALUES (?, ?, ?)"
            " ON CONFLICT (kind, key) DO UPDATE SET value = excluded.value",
            *(kind, key, json.dumps(value, ensure_ascii=False)),
        )

    def pop(self, kind: str, key: str) -> Document | None:
        """Delete a document and return it, or None."""
        rows = self._rows("DELETE FROM documents WHERE kind = ? AND key = ? RETURNING value", kind, key)
        return json.loads(rows[0][0]) if rows else None

    def all(self, kind: str) -> list[tuple[str, Document]]:
        """Keys and documents of one kind, newest first."""
        sql = "SELECT key, value FROM documents WHERE kind = ? ORDER BY number DESC"
        return [(key, json.loads(value)) for key, value in self._rows(sql, kind)]

    def latest(self, kind: str, limit: int) -> list[tuple[str, Document]]:
        """The same by `created_at`, for what was stored late may be older; at most `limit` unless it is negative."""
        sql = "SELECT key, value FROM documents WHERE kind = ?"
        sql += " ORDER BY json_extract(value, '$.created_at') DESC, number DESC LIMIT ?"
        return [(key, json.loads(value)) for key, value in self._rows(sql, kind, limit)]

    def having(
        self, kind: str, fields: Mapping[str, str], start: int = 0, limit: int = -1
    ) -> list[tuple[str, Document]]:
        """Keys and documents of one kind whose fields have these values, oldest first, found by an index of INDEXED.

        A Prefix stands for every value that begins so. `start` are passed over; at most `limit` are given unless it
        is negative.
        """
        where, values = _where(kind, fields)
        sql = f"SELECT key, value FROM documents WHERE {where} ORDER BY number LIMIT ? OFFSET ?"  # noqa: S608
        return [(key, json.loads(value)) for key, value in self._rows(sql, *values, limit, start)]

    def count(self, kind: str, fields: Mapping[str, str] = EVERY) -> int:
        """The number of documents of one kind, or of those that having() would find."""
        where, values = _where(kind, fields)
        return int(self._rows(f"SELECT count(*) FROM documents WHERE {where}", *values)[0][0])  # noqa: S608

    def clear(self, *kinds: str) -> None:
        """Delete every document of these kinds."""
        for kind in kinds:
            self._rows("DELETE FROM documents WHERE kind = ?", kind)

    def count_up(self, key: str) -> int:
        """Add one to a counter and return the new count."""
        sql = "INSERT INTO counters VALUES (?, 1) ON CONFLICT (key) DO UPDATE SET count = count + 1 RETURNING count"
        return int(self._rows(sql, key)[0][0])

    def clear_counters(self) -> None:
        """Reset every counter to zero."""
        self._rows("DELETE FROM counters")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def _rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()


def _where(kind: str, fields: Mapping[str, str]) -> tuple[str, list[str]]:
    """The condition in SQL, in the words of the indexes, and its values."""
    conditions, values = ["kind = ?"], [kind]
    for name, value in fields.items():
        assert name in INDEXED, name  # noqa: S101 - the name becomes SQL
        expression = f"json_extract(value, '$.{name}')"
        if isinstance(value, Prefix):
            conditions.append(f"{expression} >= ? AND {expression} < ?")
            values += [value, value[:-1] + chr(ord(value[-1]) + 1)]
        else:
            conditions.append(f"{expression} = ?")
            values.append(value)
    return " AND ".join(conditions), values
