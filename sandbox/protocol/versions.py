"""Tells which versions of /rest are active, by LinkedIn's table and the date."""

from __future__ import annotations

from datetime import UTC, date, datetime

# [D] Marketing versioning table, read 2026-11-23; it has no 202512, and not yet 202610 and 202611. [?]
SUNSET = {
    "202508": date(2026, 8, 17),
    "202509": date(2026, 9, 15),
    "202510": date(2026, 10, 15),
    "202511": date(2026, 11, 16),
    "202601": date(2027, 1, 15),
    "202602": date(2027, 2, 15),
    "202603": date(2027, 3, 16),
    "202604": date(2027, 4, 15),
    "202605": date(2027, 5, 15),
    "202606": date(2027, 6, 15),
    "202607": date(2027, 7, 15),
    "202608": date(2027, 8, 17),
    "202609": date(2027, 9, 15),
}

START_DAY = 15  # [I] versions go live in the middle of their month: 202609 not on the 13th, but on the 19th


def is_active(version: str, now_s: float) -> bool:
    """Whether LinkedIn answers this version ("YYYYMM") at this time (epoch seconds, days in UTC)."""
    sunset = SUNSET.get(version)
    today = datetime.fromtimestamp(now_s, UTC).date()
    if sunset is None:
        return False
    return date(int(version[:4]), int(version[4:]), START_DAY) <= today < sunset
