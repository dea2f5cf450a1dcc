"""Days and times as people and spreadsheets write them: 2026-12-31, 31.12.2026, 12/31/2026 2:05 PM, 31-Dec-26.

Pure: text in, values out. Which of day and month comes first in 12/1/2026 is the file's to say, or the person's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import NamedTuple

from dashboard.scheduling.clock import MONTHS

_CLOCK = (
    r"(?P<hour>\d{1,2})(?:[:.hH](?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,6})\d*)?)?"
    r"(?:\s?(?P<half>[ap])\.?\s?m\.?|\s?uhr|\s?h)?|\s?(?P<whole>[ap])\.?\s?m\.?|\s?uhr|\s?h)"
)
_OFFSET = r"\s?(?:(?:UTC|GMT)?(?P<sign>[+-])(?P<hours>\d{2})(?::?(?P<minutes>\d{2}))?|(?P<utc>Z|UTC|GMT))"
_NAME = r"(?P<name>[^\W\d_]{3,10})"
_DAYS = (
    r"(?P<year>\d{4})(?P<sep>[-/.])\s?(?P<month>\d{1,2})(?P=sep)\s?(?P<day>\d{1,2})\.?",
    r"(?P<one>\d{1,2})(?P<sep>[-/.])\s?(?P<two>\d{1,2})(?P=sep)\s?(?P<year>\d{4}|(?<!-)\d{2})",
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?[ /-](?:de |of )?{_NAME}\.?,?[ /-](?:de )?(?P<year>\d{{4}}|\d{{2}})",
    rf"{_NAME}\.?[ -](?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,? |-)(?P<year>\d{{4}})",
    rf"(?P<year>\d{{4}})\.?[ -]{_NAME}\.?[ -](?P<day>\d{{1,2}})\.?",
)
_WHOLE = tuple(re.compile(rf"{day}(?:(?:T|,? (?:at |um |à )?){_CLOCK}(?:{_OFFSET})?)?", re.IGNORECASE) for day in _DAYS)
_TIME = re.compile(_CLOCK, re.IGNORECASE)
_WEEKDAY = re.compile(r"([^\W\d_]{2,11})[.,]{0,2} ")
_EAST_ASIAN = re.compile(r"(\d{4}) ?[年년] ?(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日일]")
_HYPHENS = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\N{MINUS SIGN}"), "-")
# In English, German, French, Spanish, Italian, Portuguese, Dutch and the Nordic languages, without accents.
_MONTH_NAMES = (
    *(
        "january januar janvier januari enero gennaio janeiro",
        "february februar fevrier februari febrero febbraio feve",
    ),
    *("march marz mrz mars marzo marco maart mrt marts", "april avril abril", "may mai mayo maggio maio mei maj"),
    *("june juni juin junio giugno junho", "july juli juillet julio luglio julho"),
    *("august aout agosto augustus augusti", "september septembre septiembre settembre setembro"),
    *("october oktober octobre octubre ottobre outubro", "november novembre noviembre novembro"),
    "december dezember decembre diciembre dicembre dezembro desember",
)
_WEEKDAY_NAMES = (
    "monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag "
    "sonnabend sonntag lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miercoles jueves viernes "
    "sabado domingo lunedi martedi mercoledi giovedi venerdi sabato domenica segunda terca quarta quinta sexta "
    "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag"
)


class Unread(ValueError):
    """No date, or no time, that can be read."""


class NotInCalendar(ValueError):
    """It has the form of a date or a time, and there is none like it. The message is what was written."""


class NotOnClock(NotInCalendar):
    """The same of a time."""


class TwoMeanings(ValueError):
    """A date that is another one with the month first. The message names both days."""


@dataclass(frozen=True)
class Written:
    """What one cell says: a day, perhaps a time of it, perhaps that time's offset from UTC."""

    day: date
    clock: time | None = None
    offset: timezone | None = None


class MonthFirst(NamedTuple):
    """Whether the month comes first in 12/1/2026 (None: nobody has said so yet), and in 12.1.2026 (None: the day)."""

    slashes: bool | None = None
    points: bool | None = None


def month_first(cells: Iterable[str]) -> MonthFirst:
    """What the dates of a file, none of which may contradict another, show; those with points tell only of points."""
    written = [found for cell in cells if (found := _matched(cell)) and "one" in found.groupdict()]

    def shown(points: bool) -> bool | None:
        pairs = [(int(found["one"]), int(found["two"])) for found in written if (found["sep"] == ".") == points]
        day_first, month = any(one > 12 for one, _ in pairs), any(two > 12 for _, two in pairs)
        return None if day_first == month else month

    return MonthFirst(shown(points=False), shown(points=True))


def is_moment(said: str) -> bool:
    """Whether a cell has the form of a date, with a time or without."""
    return _matched(said) is not None


def is_clock(said: str) -> bool:
    """Whether a cell has the form of a time alone."""
    return _TIME.fullmatch(_line(said)) is not None


def holds_clock(said: str) -> bool:
    """Whether a cell of dates names a time of that day, too."""
    found = _matched(said)
    return bool(found and found["hour"])


def read_moment(said: str, order: MonthFirst) -> Written:
    """What a cell of dates says. Raises: Unread, NotInCalendar, NotOnClock, TwoMeanings."""
    found = _matched(said)
    if found is None:
        raise Unread
    parts = found.groupdict()
    clock = _clock(parts, found[0]) if parts["hour"] else None
    return Written(_day(found, order), clock, _offset(parts, found[0]))


def read_clock(said: str) -> time:
    """What a cell of times says; spreadsheets write some with a day, which means nothing. Raises: as read_moment."""
    line = _line(said)
    if found := _TIME.fullmatch(line):
        return _clock(found.groupdict(), line)
    whole = _matched(line)
    if whole is None or not whole["hour"]:
        raise Unread
    return _clock(whole.groupdict(), line)


def _line(said: str) -> str:
    """With plain spaces, hyphens and digits and without marks of direction: programs write each in several ways.

    Nothing longer than this is a date.
    """
    seen = (each for each in said[:100].translate(_HYPHENS) if unicodedata.category(each) != "Cf")
    return " ".join("".join(str(unicodedata.decimal(each, each)) for each in seen).split())


def _matched(said: str) -> re.Match[str] | None:
    line = _EAST_ASIAN.sub(r"\1-\2-\3", _line(said))
    if found := next((found for form in _WHOLE if (found := form.fullmatch(line))), None):
        return found
    weekday = _WEEKDAY.match(line)
    if weekday is None or not _begins(weekday[1], _WEEKDAY_NAMES):
        return None
    return next((found for form in _WHOLE if (found := form.fullmatch(line, weekday.end()))), None)


def _begins(name: str, names: str) -> bool:
    """Whether one of the names begins so, whatever its case and accents."""
    bare = unicodedata.normalize("NFD", name.casefold())
    return f" {''.join(filter(str.isalpha, bare))}" in f" {names}"


def _day(found: re.Match[str], order: MonthFirst) -> date:
    parts, said = found.groupdict(), found[0]
    year = int(parts["year"]) + (2000 if len(parts["year"]) == 2 else 0)
    if "one" in parts:
        return _either_way(year, int(parts["one"]), int(parts["two"]), found, order)
    month = _month(parts["name"]) if "name" in parts else int(parts["month"])
    return _dated(year, month, int(parts["day"]), said)


def _either_way(year: int, one: int, two: int, found: re.Match[str], order: MonthFirst) -> date:
    """With points between them the day is first, unless other such dates of the file show otherwise."""
    if two > 12 >= one:
        return _dated(year, one, two, found[0])
    asked = one != two and max(one, two) <= 12 and min(one, two) > 0
    month_before_day = bool(order.points) if found["sep"] == "." else order.slashes
    if asked and month_before_day is None:
        raise TwoMeanings(f"{one} {MONTHS[two - 1]} or {two} {MONTHS[one - 1]} {year}")
    return _dated(year, one, two, found[0]) if asked and month_before_day else _dated(year, two, one, found[0])


def _month(name: str) -> int:
    near = [number for number, names in enumerate(_MONTH_NAMES, 1) if _begins(name, names)]
    if len(near) != 1:
        raise Unread
    return near[0]


def _dated(year: int, month: int, day: int, said: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise NotInCalendar(said) from None


def _clock(parts: dict[str, str | None], said: str) -> time:
    hour, half = int(parts["hour"] or 0), (parts["half"] or parts["whole"] or "").lower()
    if half and not 1 <= hour <= 12:
        raise NotOnClock(said)
    hour = hour % 12 + (12 if half == "p" else 0) if half else hour
    try:
        fraction = int((parts["fraction"] or "").ljust(6, "0"))
        return time(hour, int(parts["minute"] or 0), int(parts["second"] or 0), fraction)
    except ValueError:
        raise NotOnClock(said) from None


def _offset(parts: dict[str, str | None], said: str) -> timezone | None:
    if parts["utc"]:
        return UTC
    if not parts["sign"]:
        return None
    ahead = timedelta(hours=int(parts["hours"] or 0), minutes=int(parts["minutes"] or 0))
    try:
        return timezone(-ahead if parts["sign"] == "-" else ahead)
    except ValueError:
        raise NotOnClock(said) from None


def at_offset(written: Written, clock: time) -> datetime:
    """The moment of a date that names its offset from UTC. Raises: OverflowError."""
    return datetime.combine(written.day, clock, tzinfo=written.offset)
