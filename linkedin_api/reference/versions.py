"""The versions of LinkedIn's versioned API and the day on which each is switched off. Read on 2026-11-23 (§5.1).

A version is a month, as YYYYMM. It is switched off on the day of its sunset. The versions that LinkedIn
will add are unknown, so none is computed from the date: a version that this table lacks may work nevertheless.
"""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

with Path(__file__).with_suffix(".toml").open("rb") as _file:
    SUNSETS: dict[str, date] = tomllib.load(_file)  # [D]
NEWEST = max(SUNSETS)  # the newest that was seen to work; later ones are likely and not proven
WARN_DAYS = 60


def sunset(version: str) -> date | None:
    """The day on which LinkedIn switches this version off; None for a version that the table lacks."""
    return SUNSETS.get(version)


def days_left(version: str, today: date) -> int | None:
    """Days until the sunset, 0 or less when it is over; None for a version that the table lacks."""
    end = sunset(version)
    return None if end is None else (end - today).days


def active(today: date) -> tuple[str, ...]:
    """The versions that are active today by this table, the newest first; () once the table is too old."""
    return tuple(sorted((version for version, end in SUNSETS.items() if end > today), reverse=True))


def candidates(today: date) -> tuple[str, ...]:
    """The months that may be active today, the newest first: those of the table, and those that it cannot know."""
    months = (today.year * 12 + today.month - 1 - ago for ago in range(6))
    later = [version for each in months if (version := f"{each // 12}{each % 12 + 1:02d}") > NEWEST]
    return (*later, *active(today))


def warning(version: str, today: date) -> str | None:
    """A sentence when this version is switched off, or will be within WARN_DAYS; otherwise None."""
    end = sunset(version)
    if end is None or (end - today).days > WARN_DAYS:
        return None
    left, on = (end - today).days, f"{end.day} {end:%B %Y}"
    if left <= 0:
        return f"LinkedIn switched version {version} off on {on}. {advice(today)}"
    days = "tomorrow" if left == 1 else f"in {left} days"
    return f"LinkedIn switches version {version} off on {on}, {days}. {advice(today)}"


def advice(today: date) -> str:
    """The next step when a version is switched off."""
    best = next(iter(active(today)), None)
    if best is None:
        return "Set LINKEDIN_VERSION to a month from the last year, as YYYYMM."
    end = SUNSETS[best]
    return f"Set LINKEDIN_VERSION={best}, which answers until {end.day} {end:%B %Y}."
