"""Choosing a moment by a wall clock: a date, a time and a zone, and what the clocks do on that day."""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard.db.database import now
from dashboard.scheduling.clock import (
    NoSuchTime,
    happens_twice,
    late_by,
    moment,
    offset_note,
    said,
    said_with_zone,
    twice_labels,
    zone_of,
)
from dashboard.ui.common import weekly_plan
from dashboard.ui.common.text import plain

STEP = timedelta(minutes=5)
AHEAD = timedelta(hours=1)
FAR = timedelta(days=365)


def when(key: str, start: datetime | None, zone_name: str, taken: Set[datetime]) -> tuple[datetime | None, str]:
    """Draw the fields; returns the chosen moment (aware UTC; None while it is not valid) and its zone.

    start is what they show at first; without one, or when it is past, the next full hour. taken: other posts' minutes.
    """
    zone = zone_of(zone_name)
    first = start if start and start > now() else now() + AHEAD
    shown = first.astimezone(zone)
    if first is not start:
        shown = shown.replace(minute=0, second=0, microsecond=0)
    today = now().astimezone(zone).date()
    left, right = st.columns(2)
    day: Any = left.date_input(
        "Date", max(shown.date(), today), min_value=today - timedelta(days=1), format="YYYY-MM-DD", key=f"{key}-day"
    )
    clock = right.time_input("Time", shown.time().replace(tzinfo=None), step=STEP, key=f"{key}-clock")
    chosen = weekly_plan.zone_field(str(zone), f"{key}-zone")
    if not day or clock is None:
        st.error("Choose a date and a time.")
        return None, chosen
    zone = zone_of(chosen)
    second = False
    if happens_twice(day, clock, zone):
        labels = twice_labels(day, clock, zone)
        which: Literal[0, 1] | None = st.radio(
            f"{clock:%H:%M} happens twice on that day, as the clocks go back. Which one?",
            (0, 1),
            shown.fold,
            format_func=labels.__getitem__,
            key=f"{key}-twice",
        )
        second = which == 1
    try:
        due = moment(day, clock, zone, second=second)
    except NoSuchTime as error:
        st.error(plain(str(error)), icon=":material/schedule:")
        return None, chosen
    return _checked(due, chosen, taken), chosen


def _checked(due: datetime, zone_name: str, taken: Set[datetime]) -> datetime | None:
    zone, moment_now = zone_of(zone_name), now()
    if due <= moment_now:
        st.error(plain(f"{said(due, zone)} has passed. Choose a later time."), icon=":material/schedule:")
        return None
    st.markdown(f":material/schedule: {plain(in_words(due, zone, moment_now))}")
    for caution in cautions(due, zone, moment_now, taken):
        st.caption(f":material/info: {plain(caution)}")
    return due


def in_words(due_at: datetime, zone: ZoneInfo, at: datetime) -> str:
    """When exactly: "Tue 1 Dec 2026, 09:00 (Europe/Berlin, UTC+1), in 8 days"."""
    return f"{said_with_zone(due_at, zone)}, in {late_by((due_at - at).total_seconds())}"


def cautions(due_at: datetime, zone: ZoneInfo, at: datetime, others: Set[datetime]) -> list[str]:
    """Sentences about a valid moment that may be a mistake; others: the minutes of other posts."""
    found = [offset_note(due_at, zone, at)]
    if due_at - at > FAR:
        found.append("That is more than a year ahead. Check the year.")
    if due_at in others:
        found.append("Another post is planned for the same minute. Both will be published.")
    return [each for each in found if each]
