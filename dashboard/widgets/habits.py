"""A member's posting habits: the time zone, the weekly plan, and what becomes of posts that are late."""

from __future__ import annotations

import re
from datetime import datetime, time

import streamlit as st

from dashboard import session, times
from dashboard.accounts import Account
from dashboard.store import now
from dashboard.weekly_plan import Plan, Slot, upcoming
from dashboard.widgets import trouble
from dashboard.widgets.words import plain

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
OFFERED = [f"{hour:02}:{minute:02}" for hour in range(6, 23) for minute in (0, 30)]  # any other one may be typed
WHEN_LATE = {"publish": "Publish it late, with a note", "hold": "Hold it until I decide"}


def zone_name(account: Account) -> str:
    """The zone in which this member plans: the chosen one, or the browser's."""
    return account.time_zone or str(session.timezone())


def plan(account: Account) -> Plan:
    """The weekly plan; an empty one when what is kept cannot be read."""
    try:
        return Plan.parse(account.plan)
    except ValueError:
        return Plan()


def zone_field(chosen: str, key: str) -> str:
    """A time zone by its name."""
    offered = times.zones()
    names = list(offered) if chosen in offered else [chosen, *offered]
    return st.selectbox("Time zone", names, names.index(chosen), key=key, format_func=_readable)


def _readable(zone: str) -> str:
    return zone.replace("_", " ")


def edit_button(label: str = "Weekly plan", *, key: str = "weekly-plan") -> None:
    """Open the dialog in which the member's own habits are changed."""
    if st.button(label, key=key, icon=":material/calendar_month:"):
        _edit()


@trouble.dialog("Weekly plan", width="medium")
def _edit() -> None:
    me = session.member()
    st.caption("The times at which you usually post. “Next free slot” in the Composer takes the next one.")
    zone = zone_field(zone_name(me), "habits-zone")
    slots, wrong = _week(plan(me))
    for each in wrong:
        st.markdown(f":orange[:material/error: {plain(each)} is not a time of day. Write it such as 09:00.]")
    coming(Plan(tuple(slots)), zone, now())
    when_late = st.radio(
        "When the dashboard was not running at the time of a post",
        list(WHEN_LATE),
        index=list(WHEN_LATE).index(me.when_late),
        format_func=WHEN_LATE.__getitem__,
        key="habits-late",
    )
    if st.button("Save", type="primary", disabled=bool(wrong), key="habits-save"):
        written = Plan(tuple(slots)).written()
        session.house().accounts.keep_habits(me.id, time_zone=zone, plan=written, when_late=when_late)
        st.toast("Your weekly plan is saved.")
        st.rerun()


def _week(before: Plan) -> tuple[list[Slot], list[str]]:
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
        slots += [Slot(weekday, clock) for clock in clocks.values() if clock]
        wrong += [text for text, clock in clocks.items() if clock is None]
    return slots, wrong


def clock_of(text: str) -> time | None:
    """The time of day that somebody has typed: "9:05", "09:05", "9.05" or "0905"; None for anything else."""
    found = re.fullmatch(r"([01]?[0-9]|2[0-3])[:.]?([0-5][0-9])", text.strip(), re.ASCII)
    return time(int(found[1]), int(found[2])) if found else None


def coming(slots: Plan, zone: str, after: datetime) -> None:
    """The next slots by that zone's clocks, so that one sees what the plan means."""
    if slots.is_empty:
        st.caption("No slot yet.")
        return
    there = times.zone_of(zone)
    said = " · ".join(times.said(each, there) for each in upcoming(slots, there, after, 3))
    st.caption(f":material/event: Next: {plain(said)}")
