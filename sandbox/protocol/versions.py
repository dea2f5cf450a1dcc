"""Tells which versions of /rest are active, by LinkedIn's table and the date."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

with Path(__file__).with_suffix(".toml").open("rb") as _file:
    SUNSET: dict[str, date] = tomllib.load(_file)  # [D]
START_DAY = 15  # [I] versions go live in the middle of their month: 202609 not on the 13th, but on the 19th


def is_active(version: str, now_s: float) -> bool:
    """Whether LinkedIn answers this version ("YYYYMM") at this time (epoch seconds, days in UTC)."""
    sunset = SUNSET.get(version)
    today = datetime.fromtimestamp(now_s, UTC).date()
    if sunset is None:
        return False
    return date(int(version[:4]), int(version[4:]), START_DAY) <= today < sunset
