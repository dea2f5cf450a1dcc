"""The cells of one row of a file of planned posts, what is wrong with them, and the moment that they name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from difflib import get_close_matches
from functools import lru_cache
from zoneinfo import ZoneInfo

from dashboard.csv_import.columns import NAMES, SECOND
from dashboard.scheduling.clock import NoSuchTime, happens_twice, moment, said_with_zone, zone_of, zones

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{6}))?)?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True)
class RowProblem:
    """One thing to mend: the row as a spreadsheet counts (the header is 1), the column ("" for the row), what to do."""

    row: int
    column: str
    message: str


@dataclass
class Cells:
    """The cells of a row by column, and what was found wrong with them so far."""

    number: int
    cells: Mapping[str, str]
    found: list[RowProblem] = field(default_factory=list)

    def wrong(self, column: str, message: str) -> None:
        """Note a problem of one column, "" for the whole row."""
        self.found.append(RowProblem(self.number, column, message))

    def is_wrong(self, column: str) -> bool:
        """Whether a problem of this column was noted."""
        return any(problem.column == column for problem in self.found)

    @property
    def problems(self) -> tuple[RowProblem, ...]:
        """Everything that is wrong, in the order of the columns."""
        order = ("", *NAMES)
        return tuple(sorted(self.found, key=lambda problem: order.index(problem.column)))

    def written(self, column: str) -> str:
        """A text of the post, to the last character."""
        return self.cells.get(column, "")

    def said(self, column: str) -> str:
        """Any other cell: spaces around it mean nothing."""
        return self.written(column).strip()

    def choice(self, column: str, choices: Iterable[str], default: str) -> str:
        """One of a few words, in capitals or not; the default for an empty cell, and for a wrong one."""
        said, known = self.said(column), [str(choice) for choice in choices]
        found = next((choice for choice in known if choice.lower() == said.lower()), None)
        if said and found is None:
            self.wrong(column, f"{short(said)} is not known here; write one of {', '.join(known)}.")
        return found or default


def short(said: str) -> str:
    """What somebody wrote, to be quoted in a sentence."""
    line = " ".join("".join(each if each.isprintable() else " " for each in said[:200]).split())
    return f'"{line[:57]}…"' if len(line) > 58 or len(said) > 200 else f'"{line}"'


def due_at(row: Cells, own_zone: str, now: datetime) -> tuple[datetime | None, ZoneInfo]:
    """The moment (aware UTC) that a row names, and its zone; None when it names none. Its faults are in the row."""
    zone = _zone(row, own_zone)
    day, clock, second = _day(row), _clock(row), _is_second(row)
    if day is None or clock is None or row.is_wrong("time_zone"):
        return None, zone
    try:
        due = moment(day, clock, zone, second=second)
    except (NoSuchTime, OverflowError) as error:
        said = str(error) if isinstance(error, NoSuchTime) else f"{day} is outside the calendar; choose another day."
        row.wrong("time", said)
        return None, zone
    if second and not happens_twice(day, clock, zone):
        row.wrong("again", f"{clock:%H:%M} comes only once on {day} in {zone}; empty this cell.")
    if due <= now:
        row.wrong("date", f"{said_with_zone(due, zone)} is past; choose a later time.")
    return due, zone


def _zone(row: Cells, own: str) -> ZoneInfo:
    name = row.said("time_zone")
    zone = zone_of(name or own)
    if name and str(zone) != name:
        row.wrong("time_zone", f"{short(name)} is no time zone that is known here; write one such as {_near(name)}.")
    return zone


@lru_cache(maxsize=256)  # one mistake is made in many rows
def _near(name: str) -> str:
    return next(iter(get_close_matches(name[:60].title(), zones(), 1)), "Europe/Berlin")


def _day(row: Cells) -> date | None:
    said = row.said("date")
    if not _DAY.fullmatch(said):
        _unread(row, "date", "write year, month and day, such as 2026-12-31")
        return None
    try:
        return date.fromisoformat(said)
    except ValueError:
        row.wrong("date", f"{said} is not in the calendar; choose another day.")
        return None


def _clock(row: Cells) -> time | None:
    parts = _CLOCK.fullmatch(row.said("time"))
    if not parts:
        _unread(row, "time", "write hours and minutes, such as 09:00 or 17:30")
        return None
    try:
        hour, minute, second, microsecond = (int(part or 0) for part in parts.groups())
        return time(hour, minute, second, microsecond)
    except ValueError:
        row.wrong("time", f"{parts[0]} is no time of a day; write one from 00:00 to 23:59.")
        return None


def _unread(row: Cells, column: str, advice: str) -> None:
    said = row.said(column)
    if column in row.cells:  # a column that the file lacks is told once, for all rows
        what = f"{short(said)} is no {column} that can be read" if said else f"The {column} is missing"
        row.wrong(column, f"{what}; {advice}.")


def _is_second(row: Cells) -> bool:
    said = row.said("again").lower()
    if said not in ("", SECOND):
        row.wrong("again", f'{short(said)} is not known here; write "{SECOND}", or empty this cell.')
    return said == SECOND
