"""The times of a week at which a member posts, and the moments that they name. Pure; the caller says what "now" is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from datetime import datetime, time
from itertools import islice
from zoneinfo import ZoneInfo

from dashboard.scheduling.clock import DAY, is_skipped, minute_of, moment

CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")  # as iCalendar writes weekdays (RFC 5545)


@dataclass(frozen=True, order=True)
class WeeklySlot:
    """A time of every week: weekday 0 (Monday) to 6, and a wall time in whole minutes. Raises: ValueError."""

    weekday: int
    clock: time

    def __post_init__(self) -> None:
        if not 0 <= self.weekday <= 6 or self.clock != time(self.clock.hour, self.clock.minute):
            raise ValueError(
                "A slot is a weekday from 0 (Monday) to 6 and a time in whole minutes. Choose another one."
            )

    def __str__(self) -> str:
        return f"{CODES[self.weekday]} {self.clock:%H:%M}"


@dataclass(frozen=True)
class WeeklyPlan:
    """The times of a week at which a member posts, from Monday to Sunday, each once."""

    slots: tuple[WeeklySlot, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "slots", tuple(sorted(set(self.slots))))

    @classmethod
    def parse(cls, written: Iterable[str]) -> WeeklyPlan:
        """From what `written` gave: ["MO 09:00", "TH 17:30"]. Raises: ValueError, which names the wrong entry."""
        return cls(tuple(_slot(entry) for entry in written))

    def written(self) -> list[str]:
        """As it is kept: ["MO 09:00", "TH 17:30"]."""
        return [str(slot) for slot in self.slots]

    @property
    def is_empty(self) -> bool:
        """Whether it has no slot."""
        return not self.slots


def _slot(entry: str) -> WeeklySlot:
    # A kept plan is JSON: an entry may be of any kind.
    found = re.fullmatch(r"([A-Z]{2}) ([01][0-9]|2[0-3]):([0-5][0-9])", entry) if isinstance(entry, str) else None
    if not found or found[1] not in CODES:
        raise ValueError(f"{entry!r} is not a slot of a weekly plan. Write a weekday and a time, such as 'MO 09:00'.")
    return WeeklySlot(CODES.index(found[1]), time(int(found[2]), int(found[3])))


def _coming(plan: WeeklyPlan, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    """Every slot strictly after that moment, in order, for ever; a skipped one never, a repeated one the first time."""
    day = after.astimezone(zone).date()
    while plan.slots:
        clocks = [slot.clock for slot in plan.slots if slot.weekday == day.weekday()]
        moments = [moment(day, clock, zone) for clock in clocks if not is_skipped(day, clock, zone)]
        yield from (each for each in moments if each > after)
        day += DAY


def next_free(plan: WeeklyPlan, zone: ZoneInfo, after: datetime, taken: Set[datetime]) -> datetime | None:
    """The first slot strictly after that moment that is not taken, see minutes(); None only for an empty plan."""
    return next((each for each in _coming(plan, zone, after) if minute_of(each) not in taken), None)


def upcoming(plan: WeeklyPlan, zone: ZoneInfo, after: datetime, count: int) -> list[datetime]:
    """The next `count` slots strictly after that moment, taken or not; none for an empty plan."""
    return list(islice(_coming(plan, zone, after), count))
