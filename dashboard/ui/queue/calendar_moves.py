"""What is done in the calendar: a post moved to another day, and a post begun for a day or a free slot."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from dashboard.accounts.account import Account
from dashboard.db.database import now
from dashboard.scheduling.clock import NoSuchTime, minute_of, minutes, moment, said_with_zone, zone_of
from dashboard.ui.queue import actions
from dashboard.ui.state import dates, editor, session
from dashboard.ui.state.member_state import Choice

USUAL = time(9)  # for a day that was chosen without a time


def to_day(post_id: int, day: date) -> tuple[str, bool]:
    """Move a post that waits to another day of this member's calendar, at its own time of day.

    Returns one sentence about it, and whether it was moved.
    """
    services = session.get_services()
    row = services.outbox.get(post_id)
    if row is None or row.account_id not in session.visible_ids() or row.state != "scheduled" or row.due_at is None:
        return actions.LEFT, False
    zone = zone_of(row.time_zone)  # its time of day is that of the zone for which it was planned
    local = row.due_at.astimezone(zone)
    try:
        wanted = local.date() + (day - dates.here(row.due_at).date())
        due = moment(wanted, local.time(), zone)
    except (NoSuchTime, OverflowError) as error:
        return f"It was not moved. {error}", False
    if due <= now():
        return f"It was not moved: {said_with_zone(due, zone)} has passed. Choose a later day.", False
    taken = minutes(services.schedule.taken(row.account_id) - {row.due_at})
    if not services.schedule.reschedule(row, due, str(zone)):
        return actions.LEFT, False
    also = " Another post is planned for the same minute." if minute_of(due) in taken else ""
    return f"It leaves on {said_with_zone(due, zone)}.{also}", True


def write_for(wanted: dict[str, Any], who: list[Account]) -> str:
    """Put an empty draft that is to leave at a chosen moment into the composer; why not, or "" when it is there.

    wanted: "day" (ISO), and "time" (HH:MM by this member's clocks, "" for the usual one). What is in the composer goes
    to the list of drafts.
    """
    zone = dates.zone()
    try:
        at = _moment(date.fromisoformat(wanted["day"]), wanted["time"])
    except NoSuchTime as error:
        return str(error)
    if at <= now():
        return f"{said_with_zone(at, zone)} has passed. Choose a later day."
    if not editor.draft().is_empty:
        editor.start_new()
    if len(who) == 1:
        me = who[0].id == session.member().id
        editor.keep_draft(editor.draft().changed(member="" if me else str(who[0].urn)))
    here, of = session.mine(), editor.draft().draft_id
    turn = here.later.turn + 1 if here.later and here.later.of == of else 0
    here.later = Choice(of, True, at, str(zone), turn=turn)
    editor.keep_when(of, here.later.written())
    return ""


def _moment(day: date, clock: str) -> datetime:
    """Raises: NoSuchTime."""
    zone = dates.zone()
    if clock:
        return moment(day, time.fromisoformat(clock), zone)
    at = moment(day, USUAL, zone)
    next_hour = now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return next_hour if at <= now() and dates.here(next_hour).date() == day else at
