"""What History shows: the outbox read as a table, a page at a time."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Engine, func, or_, select

from dashboard.store import posts

PAGE_ROWS = 50
_UNSEEN = re.compile(r"^[\s\u200b\u2060\ufeff]+")
COLUMNS = (
    "id",
    "created_at",
    "kind",
    "text",
    "visibility",
    "state",
    "urn",
    "calls",
    "duration_ms",
    "error",
)


@dataclass(frozen=True)
class Wanted:
    """Which rows: a member's, of these states and kinds, containing a text."""

    account_id: int
    states: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    search: str = ""

    @property
    def is_all(self) -> bool:
        return not (self.states or self.kinds or self.search)

    def conditions(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = [posts.c.account_id == self.account_id]
        if self.states:
            found.append(posts.c.state.in_(self.states))
        if self.kinds:
            found.append(posts.c.kind.in_(self.kinds))
        if self.search:
            fields = (posts.c.text, posts.c.urn, posts.c.error)
            found.append(or_(*(column.contains(self.search, autoescape=True) for column in fields)))
        return found


class Results:
    """The results of publishing, newest first."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def count(self, wanted: Wanted) -> int:
        query = select(func.count()).select_from(posts).where(*wanted.conditions())
        with self._engine.connect() as db:
            return int(db.execute(query).scalar_one())

    def page(self, wanted: Wanted, page: int = 1) -> list[dict[str, Any]]:
        """The rows of one page (from 1), each with the keys of COLUMNS; times are aware UTC."""
        return list(self._rows(wanted, limit=PAGE_ROWS, offset=(page - 1) * PAGE_ROWS))

    def csv(self, wanted: Wanted, link: Callable[[str], str]) -> str:
        """All wanted rows as CSV (RFC 4180, UTF-8), with the link to each post."""
        out = io.StringIO()
        writer = csv.DictWriter(out, fieldnames=[*COLUMNS, "link"])
        writer.writeheader()
        for row in self._linked(wanted, link):
            writer.writerow({k: _inert(v) for k, v in row.items()})
        return out.getvalue()

    def json(self, wanted: Wanted, link: Callable[[str], str]) -> str:
        """All wanted rows as a JSON array."""
        return json.dumps(list(self._linked(wanted, link)), ensure_ascii=False, indent=1)

    def _linked(self, wanted: Wanted, link: Callable[[str], str]) -> Iterator[dict[str, Any]]:
        for row in self._rows(wanted):
            linked = row["urn"] and row["state"] == "published"
            yield {
                **row,
                "created_at": row["created_at"].isoformat(),
                "link": link(row["urn"]) if linked else None,
            }

    def _rows(self, wanted: Wanted, limit: int | None = None, offset: int = 0) -> Iterator[dict[str, Any]]:
        query = (
            select(*(posts.c[name] for name in COLUMNS))
            .where(*wanted.conditions())
            .order_by(posts.c.id.desc())
            .limit(limit)
            .offset(offset)
        )
        with self._engine.connect() as db:
            for row in db.execute(query):
                yield dict(row._mapping)


def _inert(value: Any) -> Any:
    """A spreadsheet runs a cell that starts like a formula; an apostrophe makes it text."""
    if not isinstance(value, str):
        return value
    # Some spreadsheets trim a cell before they look at it.
    bare = _UNSEEN.sub("", value)
    runs = bare.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")) or value.startswith(("\t", "\r"))
    return f"'{value}" if runs else value
