"""The queue as a list by days, in pages, each post with its actions."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from html import escape
from itertools import groupby

import streamlit as st

from dashboard.db.database import now
from dashboard.posts.post import waits_until
from dashboard.posts.queue import ROWS, QueueEntry
from dashboard.scheduling.clock import DAYS, wall_time
from dashboard.ui.common.labels import KINDS
from dashboard.ui.common.text import counted, plain
from dashboard.ui.queue import actions, in_progress
from dashboard.ui.state import dates, session
from linkedin_api import Kind

SHORT, SHORT_WIDE = 60, 100  # characters of a text that two lines hold, on a phone and in a wide window
ACTIONS = (actions.OPEN, actions.RESCHEDULE, actions.EDIT, actions.PUBLISH, actions.DUPLICATE, actions.CANCEL)


def waiting(account_ids: list[int]) -> None:
    """Draw one page of the scheduled posts."""
    count = session.get_services().queue.count(account_ids)
    pages = max(1, math.ceil(count / ROWS))
    page = min(session.mine().queue_page, pages)  # the queue may have become shorter
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        waits = counted(count, "post waits", "posts wait")
        st.caption(f"{waits}, the next one first, times in {dates.zone_said()}.")
        if pages > 1:
            turn = session.mine().turns["queue"]
            page = st.pagination(pages, default=page, key=f"queue-page-{pages}-{turn}")
    session.mine().queue_page = page
    entries = session.get_services().queue.planned(account_ids, page)
    texts = session.get_services().queue.texts([entry.id for entry in entries])
    for day, of_day in groupby(entries, key=lambda entry: dates.here(entry.due_at or entry.created_at).date()):
        st.html(f'<h2 class="lq-day">{escape(day_name(day))}</h2>')
        for entry in of_day:
            _line(entry, texts.get(entry.id) or entry.text)


def go_to(account_ids: list[int], moment: datetime) -> None:
    """Turn to the page with the first post from a moment on."""
    here = session.mine()
    here.queue_page = session.get_services().queue.count(account_ids, before=moment) // ROWS + 1
    here.turns["queue"] += 1  # another widget: the old one has its own page


def day_name(day: date) -> str:
    """ "Today, Tue 1 Dec"."""
    today = dates.here(now()).date()
    near = {today: "Today, ", today + timedelta(days=1): "Tomorrow, ", today - timedelta(days=1): "Yesterday, "}
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=dates.zone())
    return f"{near.get(day, '')}{DAYS[day.weekday()]} {dates.day(noon)}"


def _line(entry: QueueEntry, text: str) -> None:
    local = dates.here(entry.due_at or entry.created_at)
    with st.container(horizontal=True, vertical_alignment="center", key=f"due-{entry.id}", wrap=False):
        st.html(_words(entry, text, wall_time(local)))
        chosen = st.menu_button(
            plain(f"Actions for {local:%H:%M} on {dates.day(local)}: {entry.text or 'no words'}"),
            ACTIONS,
            format_func=actions.labelled,
            icon=":material/more_horiz:",
            type="tertiary",
            key=f"menu-{entry.id}",
        )
    if chosen:
        actions.do(chosen, entry.id)


def _words(entry: QueueEntry, text: str, clock: str) -> str:
    about = escape(f"{KINDS[Kind(entry.kind)]} · {in_progress.whose(entry)}")
    mark = '<span class="lq-mark">held</span>' if entry.held else ""
    why = waits_until(entry.delayed_by, entry.delayed_until, entry.dialect)
    note = f'<div class="lq-about">{escape(why)}</div>' if why and not entry.held else ""
    words = escape(text) or '<span class="lq-about">No words</span>'
    if len(text) > SHORT:  # two lines of it, and all when it is opened
        fits = ' class="lq-fits"' if len(text) <= SHORT_WIDE else ""
        words = f"<details{fits}><summary><span>{words}</span></summary></details>"
    return (
        f'<div class="lq-line"><time>{clock}</time><div><div class="lq-text" dir="auto">{words}</div>'
        f'<div class="lq-about">{about}{mark}</div>{note}</div></div>'
    )
