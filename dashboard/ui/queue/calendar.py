"""The queue as a calendar of a week or a month; one component draws it, as hundreds of widgets would be slow."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.accounts.account import Account
from dashboard.db.database import now
from dashboard.posts.queue import Day, QueueEntry
from dashboard.scheduling.clock import DAYS, MONTHS, minutes, utc_offset, wall_time
from dashboard.scheduling.weekly_plan import upcoming
from dashboard.ui.common import errors, members, weekly_plan
from dashboard.ui.common.labels import KINDS
from dashboard.ui.common.text import plain
from dashboard.ui.queue import actions, calendar_moves, in_progress, scheduled_list
from dashboard.ui.state import dates, session
from dashboard.ui.state.clicks import triggered
from linkedin_api import Kind

HERE = Path(__file__).parent
WEEK, MONTH = "Week", "Month"
VIEW, LIST = "queue-view", "List"
EACH = {WEEK: 30, MONTH: 3}  # posts of a day; the list has the others
SLOTS = 200  # of a weekly plan within a month
_mount = st.components.v2.component(
    "queue_calendar",
    html='<div class="calendar" role="list"></div><div class="said" role="status"></div>',
    css=(HERE / "calendar.css").read_text(),
    js=(HERE / "calendar.js").read_text(),
)


def calendar(view: str, who: list[Account]) -> None:
    """Draw the chosen week or month; a click on a post opens it."""
    first, last = _span(view, _at())
    _turn(view, first, last)
    ids, begin, end = members.ids(who), _midnight(first), _midnight(last)
    found = session.get_services().queue.days(ids, begin, end, dates.zone(), EACH[view])
    free = _free(who, begin, end)
    days = [first + timedelta(days=each) for each in range((last - first).days)]
    data = {
        "label": f"{view} of {_title(view, first, last)}",
        "heads": list(DAYS),
        "month": view == MONTH,
        "several": len(who) > 1,
        "days": [_day(day, found.get(day), free.get(day, []), view) for day in days],
        "said": _told(),
    }
    key = f"calendar-{view}"
    opened, write = triggered(
        _mount,
        key,
        "opened",
        "write",
        data=data,
        on_day_change=errors.guarded(lambda: _show_day(key, ids)),
        on_moved_change=errors.guarded(lambda: _move(key, view)),
    )
    if opened:
        actions.do(actions.OPEN, int(opened))
    if write:
        _write(write, who)


def _told() -> str:
    """What became of the post that was moved, also for those who see it."""
    here = session.mine()
    (said, moved), here.calendar_said = here.calendar_said, ("", False)
    if said and moved:
        st.toast(plain(said), icon=":material/check:")
    elif said:
        st.warning(plain(said), icon=":material/event_busy:")
    return said


def _move(key: str, view: str) -> None:
    """Move a post to a day, and turn to that day."""
    wanted = st.session_state[key]["moved"]
    day = date.fromisoformat(wanted["day"])
    said, moved = calendar_moves.to_day(int(wanted["post"]), day)
    session.mine().calendar_said = (said, moved)
    first, last = _span(view, _at())
    if moved and not first <= day < last:
        _go(day)


def _write(wanted: dict[str, str], who: list[Account]) -> None:
    if why := calendar_moves.write_for(wanted, who):
        st.warning(plain(why), icon=":material/event_busy:")
    else:
        st.switch_page(session.page("composer"))


# Which days.


def _at() -> date:
    return session.mine().queue_at or dates.here(now()).date()


def _span(view: str, at: date) -> tuple[date, date]:
    """The first day of the view and the one after its last; a month has whole weeks."""
    monday = at - timedelta(days=at.weekday())
    if view == WEEK:
        return monday, monday + timedelta(days=7)
    first = at.replace(day=1)
    first -= timedelta(days=first.weekday())
    after = _next_month(at)
    return first, after + timedelta(days=-after.weekday() % 7)


def _next_month(at: date) -> date:
    return (at.replace(day=1) + timedelta(days=32)).replace(day=1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=dates.zone()).astimezone(UTC)


def _title(view: str, first: date, last: date) -> str:
    if view == MONTH:
        return f"{MONTHS[_at().month - 1]} {_at().year}"
    end = last - timedelta(days=1)
    begin = f"{first.day}" if first.month == end.month else f"{first.day} {MONTHS[first.month - 1]}"
    return f"{begin} – {end.day} {MONTHS[end.month - 1]} {end.year}"


def _turn(view: str, first: date, last: date) -> None:
    """The name of what is shown, and the buttons that turn to what is before and after it."""
    if view == WEEK:
        before, after = first - timedelta(days=7), last
    else:
        before, after = (_at().replace(day=1) - timedelta(days=1)).replace(day=1), _next_month(_at())
    unit = view.lower()
    with st.container(horizontal=True, vertical_alignment="center", key="turn"):
        # Their words are for those who hear the page, see dashboard.css.
        back, on = f"The {unit} before", f"The {unit} after"
        st.button(back, icon=":material/chevron_left:", key="turn-back", on_click=errors.guarded(_go), args=(before,))
        st.button(on, icon=":material/chevron_right:", key="turn-on", on_click=errors.guarded(_go), args=(after,))
        st.button("Today", key="turn-today", on_click=errors.guarded(_go), args=(None,))
        st.markdown(f"**{_title(view, first, last)}**", width="content")
        zone = str(dates.zone()).replace("_", " ")
        zone = zone if zone == "UTC" else f"{zone}, {utc_offset(dates.here(now()))}"
        st.badge(plain(zone), icon=":material/public:", color="gray")


def _go(at: date | None) -> None:
    session.mine().queue_at = at


# What is on a day.


def _day(day: date, found: Day | None, free: list[str], view: str) -> dict[str, Any]:
    entries = found.entries if found else ()
    today = dates.here(now()).date()
    return {
        "key": day.isoformat(),
        "number": f"{day.day} {MONTHS[day.month - 1]}" if day.day == 1 else str(day.day),
        "name": scheduled_list.day_name(day),
        "today": day == today,
        "past": day < today,
        "outside": view == MONTH and day.month != _at().month,
        "posts": [_post(entry) for entry in entries],
        "more": found.count - len(entries) if found else 0,
        "free": free,
    }


def _post(entry: QueueEntry) -> dict[str, Any]:
    local = dates.here(entry.due_at or entry.created_at)
    return {
        "id": entry.id,
        "time": wall_time(local),
        "at": f"{local:%H:%M}",
        "text": entry.text or KINDS[Kind(entry.kind)],
        "kind": KINDS[Kind(entry.kind)],
        "who": in_progress.whose(entry),
        "state": "held" if entry.held else entry.state,
        "movable": entry.state == "scheduled",
    }


def _free(who: list[Account], begin: datetime, end: datetime) -> dict[date, list[str]]:
    """The slots of the weekly plan that are still free, by day; of several members nobody could tell whose they are."""
    found: dict[date, list[str]] = {}
    for account in who if len(who) == 1 else ():
        taken = minutes(_taken(account, begin, end))
        for moment in upcoming(weekly_plan.plan(account), dates.zone_for(account), max(begin, now()), SLOTS):
            local = dates.here(moment)
            if moment < end and moment not in taken and f"{local:%H:%M}" not in found.get(local.date(), []):
                found.setdefault(local.date(), []).append(f"{local:%H:%M}")
    return found


def _taken(account: Account, begin: datetime, end: datetime) -> set[datetime]:
    return session.get_services().queue.moments(account.id, begin, end) if account.plan else set()


def _show_day(key: str, ids: list[int]) -> None:
    """Everything of a day that has more posts than the calendar has room for: the list, from that day on."""
    day = date.fromisoformat(st.session_state[key]["day"])
    scheduled_list.go_to(ids, _midnight(day))
    st.session_state[VIEW] = LIST
