"""The queue as its page shows it: a few words of each post and never its content, also of ten thousand."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, select

from dashboard.db.database import now
from dashboard.db.repository import Repository
from dashboard.db.tables import posts
from dashboard.posts.post import LIMIT, TRIED_AGAIN, WAITING, Posting
from linkedin_api import shown

ROWS = 25  # posts of a page
WORDS = 80  # characters of a post that name it
_READ = 400  # a mention is longer as it is written than as it is shown
_IN_CALENDAR = ("scheduled", *WAITING, "published", "unconfirmed", "failed")


@dataclass(frozen=True)
class QueueEntry:
    """One post of the queue, without what it holds."""

    id: int
    account_id: int
    state: str
    kind: str
    dialect: str
    text: str  # the first words, or what else names it
    author: str  # the URN of a company page; "" for the member
    created_at: datetime
    due_at: datetime | None
    held: str | None
    delayed_by: str | None
    delayed_until: datetime | None
    error: str | None
    sent_bytes: int
    total_bytes: int
    cancel_requested: bool


@dataclass(frozen=True)
class Day:
    """One day of the calendar: how many posts, and the first of them."""

    count: int
    entries: tuple[QueueEntry, ...]


def _said(name: str) -> ColumnElement[Any]:
    found: ColumnElement[Any] = posts.c.content[name].as_string()
    return found


_COLUMNS = (
    *(posts.c[name] for name in QueueEntry.__dataclass_fields__ if name not in ("text", "author")),
    func.substr(posts.c.text, 1, _READ).label("text"),
    _said("author").label("author"),
    func.coalesce(func.nullif(_said("title"), ""), func.nullif(_said("question"), ""), _said("url")).label("title"),
)


def words_of(text: str, title: str | None = None, most: int = WORDS) -> str:
    """The first words of a post on one line, as a reader sees them; its title when it has none."""
    line = " ".join(shown(text).split()) or " ".join((title or "").split())
    return line[: most - 1].rstrip() + "…" if len(line) > most else line


class Queue(Repository):
    """What the Queue page asks the database."""

    def planned(self, account_ids: Collection[int], page: int = 1, rows: int = ROWS) -> list[QueueEntry]:
        """One page of what waits for its time, the next one first."""
        query = self._entries(_of(account_ids), posts.c.state == "scheduled").order_by(posts.c.due_at, posts.c.id)
        return self._read(query.limit(rows).offset((page - 1) * rows))

    def texts(self, post_ids: Collection[int]) -> dict[int, str]:
        """The whole texts of these posts by id, as a reader sees them."""
        query = select(posts.c.id, posts.c.text).where(posts.c.id.in_(list(post_ids)))
        return {post_id: shown(text).strip() for post_id, text in self._rows(query)}

    def count(self, account_ids: Collection[int], *, before: datetime | None = None) -> int:
        """How many wait for their time: all of them, or those that are due before a moment."""
        due = posts.c.due_at < before if before else posts.c.id > 0
        return self._count(_of(account_ids), posts.c.state == "scheduled", due)

    def due_from(self, account_id: int, moment: datetime) -> int:
        """How many of an account's posts are due at a moment or later, such as when a sign-in has ended."""
        mine = posts.c.account_id == account_id
        return self._count(mine, posts.c.state == "scheduled", posts.c.due_at >= moment)

    def held(self, account_ids: Collection[int], limit: int) -> tuple[int, list[QueueEntry]]:
        """How many posts wait for a person's decision, and the first of them."""
        which = (_of(account_ids), *_held())
        return self._count(*which), self._read(self._entries(*which).order_by(posts.c.due_at, posts.c.id).limit(limit))

    def held_up(self, account_ids: Collection[int]) -> list[QueueEntry]:
        """Every post whose moment has come and that did not leave: held, at LinkedIn's limit or tried again later."""
        delayed = posts.c.delayed_by.in_((LIMIT, *TRIED_AGAIN))
        due, held = posts.c.due_at < now() + timedelta(minutes=1), posts.c.held.is_not(None)
        query = self._entries(_of(account_ids), posts.c.state == "scheduled", delayed | (due & held))
        return self._read(query.order_by(posts.c.due_at, posts.c.id))

    def unconfirmed(self, account_ids: Collection[int], limit: int) -> tuple[int, list[int]]:
        """Of how many posts nobody knows whether they are out, and the ids of the first of them."""
        which = (_of(account_ids), posts.c.state == "unconfirmed")
        query = select(posts.c.id).where(*which).order_by(posts.c.id).limit(limit)
        return self._count(*which), self._values(query)

    def moving(self, account_ids: Collection[int], limit: int) -> tuple[int, list[QueueEntry]]:
        """How many posts are on their way, and the first of them."""
        which = (_of(account_ids), posts.c.state.in_(WAITING))
        return self._count(*which), self._read(self._entries(*which).order_by(posts.c.id).limit(limit))

    def pulse(self, account_ids: Collection[int]) -> dict[str, int]:
        """How many posts of each state there are and are held, and until when the last one is delayed (UNIX time).

        It changes when the page should.
        """
        states = posts.c.state.in_(("scheduled", *WAITING, "unconfirmed"))
        query = select(posts.c.state, func.count()).where(_of(account_ids), states).group_by(posts.c.state)
        counts = {str(state): int(count) for state, count in self._rows(query)}
        late = posts.c.delayed_by.is_not(None) & (posts.c.state == "scheduled") & (posts.c.due_at < now())
        until = self._value(select(func.max(posts.c.delayed_until)).where(_of(account_ids), late))
        held = self._count(_of(account_ids), *_held())
        return counts | {"held": held, "delayed": int(until.timestamp()) if until else 0}

    def days(
        self, account_ids: Collection[int], first: datetime, last: datetime, zone: ZoneInfo, each: int
    ) -> dict[date, Day]:
        """The days of a zone from `first` until before `last` that have posts, with the first `each` of every day.

        A post that was for at once stands where it was begun.
        """
        planned = (posts.c.due_at >= first) & (posts.c.due_at < last)
        at_once = posts.c.due_at.is_(None) & (posts.c.created_at >= first) & (posts.c.created_at < last)
        query = select(posts.c.id, posts.c.due_at, posts.c.created_at).where(
            _of(account_ids), posts.c.state.in_(_IN_CALENDAR), planned | at_once
        )
        ids: dict[date, list[int]] = {}
        for post_id, moment in sorted(
            ((row[0], row[1] or row[2]) for row in self._rows(query)), key=lambda row: row[::-1]
        ):
            ids.setdefault(moment.astimezone(zone).date(), []).append(post_id)
        wanted = [post_id for day in ids.values() for post_id in day[:each]]
        found = {entry.id: entry for entry in self._read(self._entries(posts.c.id.in_(wanted)))}
        return {
            day: Day(len(of), tuple(found[post_id] for post_id in of[:each] if post_id in found))
            for day, of in ids.items()
        }

    def moments(self, account_id: int, first: datetime, last: datetime) -> set[datetime]:
        """The moments between two others for which a post of this account is or was planned."""
        mine = (posts.c.account_id == account_id) & posts.c.state.in_(_IN_CALENDAR)
        return set(self._values(select(posts.c.due_at).where(mine, posts.c.due_at.between(first, last))))

    def planned_already(self, postings: Iterable[Posting]) -> int:
        """How many of these are planned already: the same text for the same moment and account."""
        asked = {(each.account_id, each.due_at, each.draft.text) for each in postings}
        moments = {due_at for _, due_at, _ in asked if due_at}
        if not moments:
            return 0
        within = posts.c.due_at.in_(moments) & (posts.c.state == "scheduled")
        query = select(posts.c.account_id, posts.c.due_at, posts.c.text)
        there = {tuple(row) for row in self._rows(query.where(_of({of for of, _, _ in asked}), within))}
        return len(asked & there)

    def _entries(self, *conditions: ColumnElement[bool]) -> Select[Any]:
        return select(*_COLUMNS).where(*conditions)

    def _read(self, query: Select[Any]) -> list[QueueEntry]:
        rows = [dict(row._mapping) for row in self._rows(query)]
        titles = [row.pop("title") for row in rows]
        known = zip(rows, titles, strict=True)
        return [
            QueueEntry(**{**row, "text": words_of(row["text"], title), "author": row["author"] or ""})
            for row, title in known
        ]


def _of(account_ids: Collection[int]) -> ColumnElement[bool]:
    return posts.c.account_id.in_(list(account_ids))


def _held() -> tuple[ColumnElement[bool], ...]:
    # A post is held when its time has come, never before: an index finds those few among thousands.
    due = posts.c.due_at < now() + timedelta(minutes=1)
    return posts.c.state == "scheduled", due, posts.c.held.is_not(None)
