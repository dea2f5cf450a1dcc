"""When a post is due: a member's wall clock and the one moment it means, also where clocks change.

Pure. Moments are aware and in UTC; wall times belong to a zone; what "now" is, the caller says.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

# English whatever the machine speaks: strftime would follow its locale.
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
AREAS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
UNITS = ((86400, " day"), (3600, " h"), (60, " min"), (1, " s"))
MINUS = "\N{MINUS SIGN}"
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


class NoSuchTime(ValueError):
    """A wall time that never comes: the clocks jump over it. The message is one sentence and a next step."""


# Zones.


@cache
def _known() -> frozenset[str]:
    # "localtime" and "Factory" name whatever this machine is set to: elsewhere they would mean another time.
    return frozenset(available_timezones() - {"localtime", "Factory"})


@cache
def zones() -> tuple[str, ...]:
    """The names worth offering, sorted: places and UTC, without old abbreviations (EST, US/Pacific, Etc/GMT+5)."""
    return tuple(sorted(name for name in _known() if name == "UTC" or name.partition("/")[0] in AREAS))


def zone_of(name: str | None) -> ZoneInfo:
    """The zone of that IANA name, UTC for every other name. Never raises."""
    # Asking for known names only keeps paths such as "../x" away from the disk.
    return ZoneInfo(name if name in _known() else "UTC")


# Wall time and moment.


def _offset(local: datetime) -> timedelta:
    return local.utcoffset() or timedelta()


def _both(day: date, clock: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The wall time, read by the offset before a clock change and by the one after: the same on nearly all days."""
    local = datetime.combine(day, clock, tzinfo=zone)
    return local.replace(fold=0), local.replace(fold=1)


def is_skipped(day: date, clock: time, zone: ZoneInfo) -> bool:
    """Whether the clocks jump over that wall time."""
    before, after = _both(day, clock, zone)
    return _offset(before) < _offset(after)


def happens_twice(day: date, clock: time, zone: ZoneInfo) -> bool:
    """Whether the clocks go back over that wall time."""
    before, after = _both(day, clock, zone)
    return _offset(before) > _offset(after)


def twice_labels(day: date, clock: time, zone: ZoneInfo) -> tuple[str, str]:
    """The first and the second of a wall time that happens twice: "02:30 CEST (UTC+2)", "02:30 CET (UTC+1)"."""
    before, after = _both(day, clock, zone)
    first, second = (" ".join(filter(None, (f"{local:%H:%M}", _letters(local)))) for local in (before, after))
    return f"{first} ({utc_offset(before)})", f"{second} ({utc_offset(after)})"


def wall_time(local: datetime) -> str:
    """The time of an aware clock: "02:30"; with the zone's letters where it happens twice: "02:30 CEST"."""
    zone = local.tzinfo
    twice = isinstance(zone, ZoneInfo) and happens_twice(local.date(), local.time(), zone)
    return f"{local:%H:%M} {_letters(local) or utc_offset(local)}" if twice else f"{local:%H:%M}"


def _letters(local: datetime) -> str:
    name = local.tzname() or ""
    return name if name.isalpha() else ""  # many zones have only their offset, "+03"


def moment(day: date, clock: time, zone: ZoneInfo, *, second: bool = False) -> datetime:
    """The moment of a wall time; `second` chooses the second of two. Raises: NoSuchTime."""
    if is_skipped(day, clock, zone):
        raise NoSuchTime(_why_skipped(day, clock, zone))
    try:
        return _both(day, clock, zone)[second].astimezone(UTC)
    except OverflowError as error:
        raise NoSuchTime(f"{clock:%H:%M} on {_date(day)} is outside the calendar. Choose another time.") from error


def _why_skipped(day: date, clock: time, zone: ZoneInfo) -> str:
    late, early = (local.astimezone(UTC) for local in _both(day, clock, zone))
    ends, begins = _change(early, late, zone)
    # Some clocks jump over midnight, and Samoa's once over a whole day.
    walls = [f"{wall:%H:%M}" + ("" if wall.date() == day else f" on {_date(wall)}") for wall in (ends, begins)]
    return (
        f"{clock:%H:%M} does not exist on {_date(day)} in {zone}: "
        f"the clocks go from {walls[0]} to {walls[1]}. Choose another time."
    )


def _change(early: datetime, late: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """What the clocks show at the change between two moments, to the second: by the old offset and by the new one."""
    early, late = early.replace(microsecond=0), late.replace(microsecond=0)
    new = _offset(late.astimezone(zone))
    while late - early > SECOND:
        middle = early + (late - early) // (2 * SECOND) * SECOND
        early, late = (early, middle) if _offset(middle.astimezone(zone)) == new else (middle, late)
    return early.astimezone(zone).replace(tzinfo=None) + SECOND, late.astimezone(zone).replace(tzinfo=None)


def minute_of(when: datetime) -> datetime:
    """The minute in which a moment lies, in UTC."""
    return when.astimezone(UTC).replace(second=0, microsecond=0)


def minutes(moments: Iterable[datetime]) -> set[datetime]:
    """The minutes in which these moments lie: what next_free() takes as `taken`."""
    return {minute_of(each) for each in moments}


# In words.


def utc_offset(local: datetime) -> str:
    """How far an aware clock is from UTC: "UTC+1", "UTC+5:45", "UTC−3:30", "UTC+0"."""
    offset = _offset(local)
    minutes, seconds = divmod(int(abs(offset).total_seconds()), 60)
    rest = [minutes % 60, seconds] if seconds else [minutes % 60] if minutes % 60 else []
    sign = MINUS if offset < timedelta() else "+"
    return f"UTC{sign}{minutes // 60}" + "".join(f":{part:02}" for part in rest)


def offset_note(due: datetime, zone: ZoneInfo, now: datetime) -> str | None:
    """A sentence when the clocks change between now and then so that they differ, with the last change before then."""
    then, here = due.astimezone(zone), now.astimezone(zone)
    if due <= now or _offset(then) == _offset(here):
        return None
    early = late = due.astimezone(UTC)
    while _offset(early.astimezone(zone)) == _offset(then):
        early, late = max(early - DAY, now.astimezone(UTC)), early
    changed, _ = _change(early, late, zone)
    return (
        f"The clocks in {zone} change on {_date(changed)}: "
        f"{then:%H:%M} then is {utc_offset(then)}, now it is {utc_offset(here)}."
    )


def _date(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def said(due: datetime, zone: ZoneInfo) -> str:
    """A moment by that zone's clocks: "Tue 1 Dec 2026, 09:00"."""
    local = due.astimezone(zone)
    return f"{DAYS[local.weekday()]} {_date(local)}, {local:%H:%M}"


def said_with_zone(due: datetime, zone: ZoneInfo) -> str:
    """The same with whose clocks: "Tue 1 Dec 2026, 09:00 (Europe/Berlin, UTC+1)"."""
    where = "UTC" if str(zone) == "UTC" else f"{zone}, {utc_offset(due.astimezone(zone))}"
    return f"{said(due, zone)} ({where})"


def late_by(seconds: float) -> str:
    """The two largest units, rounded down: "2 days 4 h", "3 h 12 min", "45 s"; "0 s" for what is not late."""
    left = max(0, int(seconds))
    biggest = next((place for place, (size, _) in enumerate(UNITS) if left >= size), len(UNITS) - 1)
    parts: list[str] = []
    for size, unit in UNITS[biggest : biggest + 2]:
        count, left = divmod(left, size)
        if count or not parts:
            parts.append(f"{count}{unit}" + ("s" if unit == " day" and count > 1 else ""))
    return " ".join(parts)
