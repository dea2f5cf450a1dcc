"""Moments as the member who is here reads them: by their clocks, in the one way that the pages write a date."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from dashboard.accounts.account import Account
from dashboard.db.database import now
from dashboard.scheduling.clock import MONTHS, zone_of
from dashboard.ui.state import session


def zone_name(account: Account) -> str:
    """The zone in which an account plans: the chosen one, or the browser's."""
    return account.time_zone or str(session.timezone())


def zone_for(account: Account) -> ZoneInfo:
    """The same as a zone, UTC for an unknown name."""
    return zone_of(zone_name(account))


def zone() -> ZoneInfo:
    """The zone in which the member who is here reads the clock."""
    return zone_for(session.member())


def zone_said() -> str:
    """The name of that zone, as a page may show it."""
    return str(zone()).replace("_", " ")


def here(moment: datetime) -> datetime:
    """The moment by this member's clocks."""
    return moment.astimezone(zone())


def day(moment: datetime) -> str:
    """ "3 Dec"; with the year when it is another one."""
    local = here(moment)
    year = "" if local.year == here(now()).year else f" {local.year}"
    return f"{local.day} {MONTHS[local.month - 1]}{year}"


def date(moment: datetime) -> str:
    """ "03 Dec 2026"."""
    local = here(moment)
    return f"{local.day:02} {MONTHS[local.month - 1]} {local.year}"


def clock(moment: datetime) -> str:
    """ "09:00"."""
    return f"{here(moment):%H:%M}"


def date_and_clock(moment: datetime) -> str:
    """ "03 Dec 2026, 09:00"."""
    return f"{date(moment)}, {clock(moment)}"


def utc_clock(moment: datetime) -> str:
    """ "00:00 UTC (01:00 here)"; the second only where it differs."""
    return f"{moment:%H:%M} UTC" + (f" ({clock(moment)} here)" if here(moment).utcoffset() else "")
