"""What History shows: the outbox read as a table, a page at a time."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from dashboard.db.repository import Repository, owned
from dashboard.db.tables import posts
from dashboard.files.spreadsheet_cells import inert

PAGE_ROWS = 50
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
Names = Mapping[int, str] | None  # of the accounts, by id: with them each row says in "member" whose it is


@dataclass(frozen=True)
class Wanted:
    """Which rows: of one account or several, of these states and kinds, containing a text."""

    account_ids: int | tuple[int, ...]
    states: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    search: str = ""

    @property
    def is_all(self) -> bool:
        """Whether no filter is set."""
        return not (self.states or self.kinds or self.search)

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same as conditions of a query on `posts`."""
        found: list[ColumnElement[bool]] = [owned(posts.c.account_id, self.account_ids)]
        if self.states:
            found.append(posts.c.state.in_(self.states))
        if self.kinds:
            found.append(posts.c.kind.in_(self.kinds))
        if self.search:
            fields = (posts.c.text, posts.c.urn, posts.c.error)
            found.append(or_(*(column.icontains(self.search, autoescape=True) for column in fields)))
        return found


class History(Repository):
    """The results of publishing, newest first."""

    def count(self, wanted: Wanted) -> int:
        """How many rows are wanted."""
        return self._count(*wanted.conditions())

    def page(self, wanted: Wanted, page: int = 1, names: Names = None) -> list[dict[str, Any]]:
        """The rows of one page (from 1), each with the keys of COLUMNS; times are aware UTC.

        Those whose address Zernio has told have it as "url".
        """
        return list(self._read(wanted, names, limit=PAGE_ROWS, offset=(page - 1) * PAGE_ROWS))

    def due(self, post_ids: list[int]) -> dict[int, datetime]:
        """The moments that were chosen for these posts, by id; of those that leave at once none."""
        query = select(posts.c.id, posts.c.due_at).where(posts.c.id.in_(post_ids), posts.c.due_at.is_not(None))
        return {row.id: row.due_at for row in self._rows(query)}

    def csv(self, wanted: Wanted, link: Callable[[str], str], names: Names = None) -> str:
        """All wanted rows as CSV (RFC 4180, UTF-8), with the link to each post."""
        out = io.StringIO()
        writer = csv.DictWriter(out, fieldnames=[*COLUMNS, *(["member"] if names else []), "link"])
        writer.writeheader()
        for row in self._linked(wanted, link, names):
            writer.writerow({k: inert(v) if isinstance(v, str) else v for k, v in row.items()})
        return out.getvalue()

    def json(self, wanted: Wanted, link: Callable[[str], str], names: Names = None) -> str:
        """All wanted rows as a JSON array."""
        return json.dumps(list(self._linked(wanted, link, names)), ensure_ascii=False, indent=1)

    def _linked(self, wanted: Wanted, link: Callable[[str], str], names: Names) -> Iterator[dict[str, Any]]:
        for row in self._read(wanted, names):
            url = row.pop("url", None) or (link(row["urn"]) if row["urn"] else None)
            yield {
                **row,
                "created_at": row["created_at"].isoformat(),
                "link": url if row["state"] == "published" else None,
            }

    def _read(
        self, wanted: Wanted, names: Names, limit: int | None = None, offset: int = 0
    ) -> Iterator[dict[str, Any]]:
        calls = (posts.c.calls - func.coalesce(posts.c.uploads, 0)).label("calls")
        columns = (calls if name == "calls" else posts.c[name] for name in COLUMNS)
        query = (
            select(*columns, posts.c.remote, posts.c.account_id)
            .where(*wanted.conditions())
            .order_by(posts.c.id.desc())
            .limit(limit)
            .offset(offset)
        )
        with self._engine.connect() as db:
            for row in db.execute(query):
                *values, remote, account_id = row
                found = dict(zip(COLUMNS, values, strict=True)) | ({"member": names[account_id]} if names else {})
                yield found | ({"url": remote["url"]} if remote and remote.get("url") else {})
