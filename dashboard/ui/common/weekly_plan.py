"""A member's time zone, weekly plan, and what happens to posts that are late."""

from __future__ import annotations

import re
from datetime import datetime, time

import streamlit as st

from dashboard.accounts.account import Account
from dashboard.db.database import now
from dashboard.scheduling import clock as times
from dashboard.scheduling.weekly_plan import WeeklyPlan, WeeklySlot, upcoming
from dashboard.ui.common import errors
from dashboard.ui.common.text import plain
from dashboard.ui.state import dates, session
from dashboard.ui.state.clicks import clicked

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
OFFERED = [f"{hour:02}:{minute:02}" for hour in range(6, 23) for minute in (0, 30)]  # any other one may be typed
WHEN_LATE = {"publish": "Publish it late, with a note", "hold": "Hold it until I decide"}


def plan(account: Account) -> WeeklyPlan:
    """The weekly plan; an empty one when what is kept cannot be read."""
    try:
        return WeeklyPlan.parse(account.plan)
    except ValueError:
        return WeeklyPlan()


def zone_field(chosen: str, key: str) -> str:
    """Draw the choice of a time zone; returns its IANA name."""
    offered = times.zones()
    names = list(offered) if chosen in offered else [chosen, *offered]
    return st.selectbox("Time zone", names, names.index(chosen), key=key, format_func=_readable)


def _readable(zone: str) -> str:
    return zone.replace("_", " ")


def edit_button(label: str = "Weekly plan", *, key: str = "weekly-plan") -> None:
    """Draw the button that opens the dialog of the weekly plan."""
    if clicked(label, key=key, icon=":material/calendar_month:"):
        _edit()


@errors.dialog("Weekly plan", width="medium")
def _edit() -> None:
    me = session.member()
    st.caption("The times at which you usually post. “Next free slot” in the Composer takes the next one.")
    zone = zone_field(dates.zone_name(me), "habits-zone")
    slots, wrong = _week(plan(me))
    for each in wrong:
        st.markdown(f":orange[:material/error: {plain(each)} is not a time of day. Write it such as 09:00.]")
    coming(WeeklyPlan(tuple(slots)), zone, now())
    when_late = st.radio(
        "When the dashboard was not running at the time of a post",
        list(WHEN_LATE),
        index=list(WHEN_LATE).index(me.when_late),
        format_func=WHEN_LATE.__getitem__,
        key="habits-late",
    )
    if clicked("Save", type="primary", disabled=bool(wrong), key="habits-save"):
        written = WeeklyPlan(tuple(slots)).written()
        session.get_services().accounts.keep_habits(me.id, time_zone=zone, plan=written, when_late=when_late)
        st.toast("Your weekly plan is saved.")
        st.rerun()


def _week(before: WeeklyPlan) -> tuple[list[WeeklySlot], list[str]]:
    """A field for each weekday: the slots that stand there, and what is no time."""
    slots, wrong = [], []
    first, second = st.columns(2)
    for weekday, name in enumerate(DAYS):
        has = [f"{slot.clock:%H:%M}" for slot in before.slots if slot.weekday == weekday]
        typed = (first if weekday < 4 else second).multiselect(
            name,
            sorted({*OFFERED, *has}),
            has,
            accept_new_options=True,
            select_all=False,
            placeholder="Choose or type times",
            key=f"habits-{weekday}",
        )
        clocks = {text: clock_of(text) for text in typed}
        slots += [WeeklySlot(weekday, clock) for clock in clocks.values() if clock]
        wrong += [text for text, clock in clocks.items() if clock is None]
    return slots, wrong


def clock_of(text: str) -> time | None:
    """The time of day that somebody has typed: "9:05", "09:05", "9.05" or "0905"; None for anything else."""
    found = re.fullmatch(r"([01]?[0-9]|2[0-3])[:.]?([0-5][0-9])", text.strip(), re.ASCII)
    return time(int(found[1]), int(found[2])) if found else None


def coming(slots: WeeklyPlan, zone: str, after: datetime) -> None:
    """Draw the next three slots in that zone."""
    if slots.is_empty:
        st.caption("No slot yet.")
        return
    there = times.zone_of(zone)
    said = " · ".join(times.said(each, there) for each in upcoming(slots, there, after, 3))
    st.caption(f":material/event: Next: {plain(said)}")
