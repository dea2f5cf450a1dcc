"""Whose posts the queue shows beside the member's own, and by whose clocks."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from dashboard import session
from dashboard.accounts import Account
from dashboard.store import now
from dashboard.times import MONTHS, zone_of
from dashboard.widgets import habits


def ids(people: list[Account]) -> list[int]:
    return [account.id for account in people]


def of(account_id: int) -> Account:
    """One of those as whom the member may publish. Raises: LookupError for anybody else."""
    return {account.id: account for account in session.accounts_here()}[account_id]


def by_urn(urn: str) -> Account:
    """One of them by URN; "" is the member who is here."""
    return next((account for account in session.accounts_here() if account.urn == urn), session.member())


def zone() -> ZoneInfo:
    """The zone in which this member reads the clock: the chosen one, or the browser's."""
    return zone_for(session.member())


def zone_for(account: Account) -> ZoneInfo:
    """The zone of an account's weekly plan."""
    return zone_of(habits.zone_name(account))


def here(moment: datetime) -> datetime:
    """The moment by this member's clocks."""
    return moment.astimezone(zone())


def day(moment: datetime) -> str:
    """The date by this member's clocks: "3 Dec"; with the year when it is another one."""
    local = here(moment)
    year = "" if local.year == here(now()).year else f" {local.year}"
    return f"{local.day} {MONTHS[local.month - 1]}{year}"
