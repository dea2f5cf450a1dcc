"""The cells of one row of a file of planned posts, what is wrong with them, and the moment that they name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from difflib import get_close_matches
from functools import lru_cache
from zoneinfo import ZoneInfo

from dashboard.csv_import.columns import NAMES, SECOND
from dashboard.csv_import.moments import (
    MonthFirst,
    NotInCalendar,
    NotOnClock,
    TwoMeanings,
    Unread,
    Written,
    at_offset,
    read_clock,
    read_moment,
)
from dashboard.scheduling.clock import (
    NoSuchTime,
    happens_twice,
    moment,
    said_with_zone,
    twice_labels,
    zone_of,
    zones,
)

MIDNIGHT = time(0)
_BARE_NUMBER = re.compile(r"\d{5}(\.\d+)?|[01]?[.,]\d+")  # how spreadsheets keep days and times


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
    cells: dict[str, str]
    found: list[RowProblem] = field(default_factory=list)
    two_meanings: bool = False  # whether its date is another one with the month first
    twice: tuple[str, str] | None = None  # what its time may mean, when the clocks go back over it and nobody says
    notes: list[str] = field(default_factory=list)  # what was decided for it, a sentence each
    addresses: list[str] = field(default_factory=list)  # web addresses of files that are not here yet

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


def due_at(
    row: Cells, own_zone: str, now: datetime, order: MonthFirst, second: bool | None
) -> tuple[datetime | None, ZoneInfo]:
    """The moment (aware UTC) that a row names, and its zone; None when it names none. Its faults are in the row.

    order tells what 12/1/2026 means: 1 December … as Americans write, 12 January, or that it is asked.
    second tells the same of a time that happens twice, for a table without the column "again".
    """
    zone = _zone(row, own_zone)
    written = _day(row, order)
    clock, again = _clock(row, written), _is_second(row)
    if written is None or clock is None or row.is_wrong("time_zone"):
        return None, zone
    if happens_twice(written.day, clock, zone) and not written.offset:
        again = _which(row, twice_labels(written.day, clock, zone), again, second)
    due = _moment(row, written, clock, zone, again)
    if due and due <= now:
        row.wrong("date", f"{said_with_zone(due, zone)} is past; choose a later time.")
    return due, zone


def _which(row: Cells, labels: tuple[str, str], again: bool, second: bool | None) -> bool:
    """Whether the second of two moments is meant. A table with the column "again" says it itself."""
    if "again" in row.cells:
        if not again:
            row.notes.append(f'{labels[0]} is meant; for {labels[1]} write "{SECOND}" in the column again.')
        return again
    row.twice = labels
    if second is None:
        row.wrong("time", f"The clocks go back: this is {labels[0]} or {labels[1]}; say below the file which is meant.")
    return bool(second)


def _moment(row: Cells, written: Written, clock: time, zone: ZoneInfo, second: bool) -> datetime | None:
    day = written.day
    try:
        due = at_offset(written, clock).astimezone(UTC) if written.offset else moment(day, clock, zone, second=second)
    except (NoSuchTime, OverflowError) as error:
        said = str(error) if isinstance(error, NoSuchTime) else f"{day} is outside the calendar; choose another day."
        row.wrong("time", said)
        return None
    if second and not happens_twice(day, clock, zone):
        row.wrong("again", f"{clock:%H:%M} comes only once on {day} in {zone}; empty this cell.")
    return due


def _zone(row: Cells, own: str) -> ZoneInfo:
    name = row.said("time_zone")
    zone = zone_of(name or own)
    if name and str(zone) != name:
        row.wrong("time_zone", f"{short(name)} is no time zone that is known here; write one such as {_near(name)}.")
    return zone


@lru_cache(maxsize=256)  # one mistake is made in many rows
def _near(name: str) -> str:
    return next(iter(get_close_matches(name[:60].title(), zones(), 1)), "Europe/Berlin")


def _day(row: Cells, order: MonthFirst) -> Written | None:
    try:
        return read_moment(row.said("date"), order)
    except Unread:
        _unread(row, "date", "write year, month and day, such as 2026-12-31")
    except NotOnClock as error:
        row.wrong("date", f"{error} has no time of a day; write one from 00:00 to 23:59.")
    except NotInCalendar as error:
        row.wrong("date", f"{error} is not in the calendar; choose another day.")
    except TwoMeanings as error:
        row.two_meanings = True
        row.wrong("date", f"{short(row.said('date'))} means {error}; say below the file which comes first in it.")
    return None


def _clock(row: Cells, written: Written | None) -> time | None:
    """The time beside the day, or the one that the day's own cell names; spreadsheets add 00:00 to a bare day."""
    beside = written.clock if written else None
    if not row.said("time") and beside is not None and (beside != MIDNIGHT or "time" not in row.cells):
        return beside
    if not row.said("time") and row.is_wrong("date"):
        return None  # it may name its time, too
    try:
        clock = read_clock(row.said("time"))
    except Unread:
        _unread(row, "time", "write hours and minutes, such as 09:00 or 17:30")
        return None
    except NotInCalendar as error:
        row.wrong("time", f"{error} is no time of a day; write one from 00:00 to 23:59.")
        return None
    if beside not in (None, MIDNIGHT, clock):
        row.wrong("time", f"The date names {beside:%H:%M} and this cell {clock:%H:%M}; keep one of them.")
    return clock


def _unread(row: Cells, column: str, advice: str) -> None:
    said = row.said(column)
    if column in row.cells and not row.is_wrong(column):  # a column that the file lacks is told once, for all rows
        if _BARE_NUMBER.fullmatch(said):
            advice = f"give the column the format of a {column} in the spreadsheet, and save it anew"
        what = f"{short(said)} is no {column} that can be read" if said else f"The {column} is missing"
        row.wrong(column, f"{what}; {advice}.")


def _is_second(row: Cells) -> bool:
    said = row.said("again").lower()
    if said not in ("", SECOND):
        row.wrong("again", f'{short(said)} is not known here; write "{SECOND}", or empty this cell.')
    return said == SECOND
