"""The queue as a list, day by day: a page of it, and what can be done with each post."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from html import escape
from itertools import groupby

import streamlit as st

from dashboard import session
from dashboard.agenda import ROWS, Entry
from dashboard.row import waits_until
from dashboard.store import now
from dashboard.times import DAYS
from dashboard.widgets import moving, people, planned
from dashboard.widgets.fields import KINDS
from dashboard.widgets.words import plain
from linkedin_api import Kind

PAGE, TURN = "queue_page", "queue_turn"
ACTIONS = (planned.OPEN, planned.RESCHEDULE, planned.EDIT, planned.PUBLISH, planned.DUPLICATE, planned.CANCEL)


def waiting(account_ids: list[int]) -> None:
    """One page of the posts that wait for their time."""
    count = session.house().agenda.count(account_ids)
    pages = max(1, math.ceil(count / ROWS))
    page = min(st.session_state.get(PAGE, 1), pages)  # the queue may have become shorter
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        many = "post waits" if count == 1 else "posts wait"
        st.caption(f"{count:,} {many}, the next one first, by the clocks of {plain(str(people.zone()))}.")
        if pages > 1:
            page = st.pagination(pages, default=page, key=f"queue-page-{pages}-{st.session_state.get(TURN, 0)}")
    st.session_state[PAGE] = page
    entries = session.house().agenda.planned(account_ids, page)
    for day, of_day in groupby(entries, key=lambda entry: people.here(entry.due_at or entry.created_at).date()):
        st.html(f'<h2 class="lq-day">{escape(day_name(day))}</h2>')
        for entry in of_day:
            _line(entry)


def go_to(account_ids: list[int], moment: datetime) -> None:
    """Turn to the page with the first post from a moment on."""
    st.session_state[PAGE] = session.house().agenda.count(account_ids, before=moment) // ROWS + 1
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1  # another widget: the old one has its own page


def day_name(day: date) -> str:
    """ "Today, Tue 1 Dec"."""
    today = people.here(now()).date()
    near = {today: "Today, ", today + timedelta(days=1): "Tomorrow, ", today - timedelta(days=1): "Yesterday, "}
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=people.zone())
    return f"{near.get(day, '')}{DAYS[day.weekday()]} {people.day(noon)}"


def _line(entry: Entry) -> None:
    local = people.here(entry.due_at or entry.created_at)
    with st.container(horizontal=True, vertical_alignment="center", key=f"due-{entry.id}", wrap=False):
        st.html(_words(entry, f"{local:%H:%M}"))
        chosen = st.menu_button(
            plain(f"Actions for {local:%H:%M} on {people.day(local)}: {entry.text or 'no words'}"),
            ACTIONS,
            format_func=planned.labelled,
            icon=":material/more_horiz:",
            type="tertiary",
            key=f"menu-{entry.id}",
        )
    if chosen:
        planned.do(chosen, entry.id)


def _words(entry: Entry, clock: str) -> str:
    about = escape(f"{KINDS[Kind(entry.kind)]} · {moving.whose(entry)}")
    mark = '<span class="lq-mark">held</span>' if entry.held else ""
    why = waits_until(entry.delayed_by, entry.delayed_until)
    note = f'<div class="lq-about">{escape(why)}</div>' if why and not entry.held else ""
    text = escape(entry.text) or '<span class="lq-about">No words</span>'
    return (
        f'<div class="lq-line"><time>{clock}</time><div><div class="lq-text" dir="auto">{text}</div>'
        f'<div class="lq-about">{about}{mark}</div>{note}</div></div>'
    )
