"""Which column of a table means what: by its name, by what stands in it, or as a person has said.

Pure. Meanings are the names of columns.py; "" is a column that is not used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from dashboard.csv_import.columns import is_address, kind_by_name
from dashboard.csv_import.moments import MonthFirst, holds_clock, is_clock, is_moment
from dashboard.csv_import.other_tools import is_ours, means
from dashboard.csv_import.tables import ABOVE, COLUMNS_MAX, Table
from dashboard.scheduling.clock import zone_of

LOOKED_AT, SHOWN = 50, 3  # rows by which a meaning is guessed, and values that the page shows
JOINED = ("files",)  # meanings that more than one column may have
OF_A_KIND = ("url", "files")  # a table that names the kind of each post names its files and links, too
A_TABLE = 2  # known names make a row the one of names, wherever it stands

_AREA = re.compile(r"[A-Za-z]+/[\w/+-]+")
_OFFSET = re.compile(r"\b(?:UTC|GMT)\b(?:\s?([+\u2212\u2013-])\s?(\d{1,2})(?::?(\d\d))?)?")
_ABBREVIATED = re.compile(r"\([A-Z]{2,4}T\)")  # EST, which some mean as "in New York"
_ORDER = re.compile(r"\b(?:mm?[-/. ]{1,2}dd?|dd?[-/. ]{1,2}mm?)[-/. ]{1,2}y", re.IGNORECASE)


@dataclass(frozen=True)
class Headings:
    """The columns of a table: what each is called and means, and some of its values.

    number is the row of the names, 0 for a table without; first is the place of the row below it in Table.rows.
    guessed holds the places whose meaning is seen by their values only; chosen tells that a person has said them all.
    """

    names: tuple[str, ...]
    meanings: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]
    number: int = 1
    first: int = 1
    guessed: frozenset[int] = frozenset()
    chosen: bool = False

    @property
    def key(self) -> str:
        """The same for every table with these columns, 32 hex digits."""
        return sha256("\0".join(self.names).encode("utf-8", "replace")).hexdigest()[:32]

    @property
    def order(self) -> MonthFirst:
        """What the name of the dates' column says of day and month: "Date (mm/dd/yyyy)"."""
        found = next(filter(None, (_ORDER.search(self.names[place]) for place in self.places("date"))), None)
        if found is None:
            return MonthFirst()
        first = found[0][0] in "mM"
        return MonthFirst(first, first if "." in found[0] else None)

    @property
    def time_zone(self) -> str | None:
        """The IANA name of the zone in the names of the columns of dates and times: "Date (GMT)".

        "" without a word of one, None for a word that does not tell which.
        """
        said = " ".join(self.names[place] for meaning in ("date", "time") for place in self.places(meaning))
        if area := next((word for word in _AREA.findall(said) if str(zone_of(word)) == word), ""):
            return area
        offset = _OFFSET.search(said)
        if not offset:
            return None if _ABBREVIATED.search(said) else ""
        sign, hours, minutes = offset[1], int(offset[2] or 0), int(offset[3] or 0)
        if minutes or hours > 12:
            return None
        return f"Etc/GMT{'-' if sign == '+' else '+'}{hours}" if hours else "UTC"  # those names have the other sign

    @property
    def are_ours(self) -> bool:
        """Whether every column has a name of this project."""
        return self.number > 0 and all(map(is_ours, self.names))

    def places(self, meaning: str) -> list[int]:
        """The places of the columns with a meaning."""
        return [place for place, each in enumerate(self.meanings) if each == meaning]


def headings(table: Table, chosen: Sequence[str] | None = None) -> Headings:
    """The columns of a table that has rows. chosen: what a person has said, for each place."""
    at = _row_of_names(table)
    number, cells = table.rows[at] if at is not None else (0, table.rows[0][1])
    first = 0 if at is None else at + 1
    width = len(cells)
    while width and not cells[width - 1].strip():
        width -= 1
    if width > COLUMNS_MAX:
        return Headings(tuple(cells[:width]), ("",) * width, ((),) * width, number, first)
    below = [row for _, row in table.rows[first : first + LOOKED_AT]]
    values = [[row[place] for row in below if place < len(row) and row[place].strip()] for place in range(width)]
    names = tuple((cells[place].strip() if number else "") or f"Column {_letter(place)}" for place in range(width))
    if chosen is not None and len(chosen) == width:
        known, guessed = list(chosen), frozenset[int]()
    else:
        known = _named(names, values) if number else [""] * width
        guessed = _guess(known, values)
    shown = tuple(tuple(each[:SHOWN]) for each in values)
    return Headings(names, tuple(known), shown, number, first, guessed, chosen is not None and len(chosen) == width)


def _row_of_names(table: Table) -> int | None:
    """The place of the row of names: titles may stand above it. None for a table that begins with a post."""
    for place, (_, cells) in enumerate(table.rows[:ABOVE]):
        if len({means(cell) for cell in cells[:COLUMNS_MAX]} - {""}) >= A_TABLE:
            return place
    dated = next((at for at, (_, cells) in enumerate(table.rows[:ABOVE]) if any(map(is_moment, cells))), 1)
    if not dated:
        return 0 if any(map(means, table.rows[0][1][:COLUMNS_MAX])) else None
    above = (at for at, (_, cells) in enumerate(table.rows[:dated]) if sum(bool(cell.strip()) for cell in cells) > 1)
    return next(above, 0)  # a title has one cell


def _letter(place: int) -> str:
    """As spreadsheets call a column: A … Z, AA …"""
    before, last = divmod(place, 26)
    return (_letter(before - 1) if before else "") + chr(ord("A") + last)


def _named(names: Sequence[str], values: Sequence[Sequence[str]]) -> list[str]:
    """What the names mean; of several with one meaning the one that is called as here, else the first, has it."""
    said = [means(name) for name in names]
    for place, meaning in enumerate(said):
        if meaning in ("time", "date time"):
            dated = "date" in said or any(each == "date time" for each in said[:place])
            said[place] = "date" if not dated and (meaning != "time" or _all(is_moment, values[place])) else "time"
    for place, meaning in enumerate(said):
        others = [other for other, each in enumerate(said) if each == meaning and other != place]
        if not meaning or meaning in JOINED or is_ours(names[place]):
            continue
        if any(is_ours(names[other]) or other < place for other in others):
            said[place] = ""
    return said


def _guess(known: list[str], values: Sequence[Sequence[str]]) -> frozenset[int]:
    """Give what is missing to columns that mean nothing yet and hold such values; returns their places."""
    guessed: set[int] = set()
    for meaning, fits in _FITS.items():
        if (meaning in known and meaning not in JOINED) or (meaning == "time" and _has_clock(known, values)):
            continue
        if not any(known) and meaning != "date":  # nothing shows that these are posts
            break
        if meaning in OF_A_KIND and "kind" in known:
            continue
        fit = [at for at, each in enumerate(known) if not each and values[at] and fits(values[at])]
        best = max(fit, key=lambda at: sum(map(len, values[at]))) if fit and meaning == "text" else None
        for place in fit if meaning in JOINED else fit[:1] if best is None else [best]:
            known[place] = meaning
            guessed.add(place)
    return frozenset(guessed)


def _has_clock(known: Sequence[str], values: Sequence[Sequence[str]]) -> bool:
    """Whether the dates name a time, too."""
    return any(any(map(holds_clock, values[at])) for at, each in enumerate(known) if each == "date")


def _all(test: Callable[[str], object], values: Sequence[str]) -> bool:
    return bool(values) and all(map(test, values))


def _is_media(value: str) -> bool:
    return is_address(value) and bool(kind_by_name(value))


_FITS: dict[str, Callable[[Sequence[str]], bool]] = {
    "date": lambda values: _all(is_moment, values),
    "time": lambda values: _all(is_clock, values),
    "text": lambda values: not any(map(is_address, values)) and not _all(is_clock, values),
    "url": lambda values: _all(is_address, values) and not _all(_is_media, values),
    "files": lambda values: _all(_is_media, values),
}
