"""The bar that stays in sight: what became of the last post, when the next one leaves, and the button that sends it."""

from __future__ import annotations

import streamlit as st

from dashboard.drafts.draft import Draft
from dashboard.ui.common import errors
from dashboard.ui.common.text import plain
from dashboard.ui.composer import calls_left, outcomes, schedule
from dashboard.ui.state import editor, session
from dashboard.ui.state.clicks import clicked
from linkedin_api import Problem


def draw(draft: Draft, problems: tuple[Problem, ...], options: session.Place) -> None:
    """Draw the bar. options: where what is for developers goes."""
    with st.container(key="outcome"):  # the focus goes there after publishing, see keyboard.js
        outcomes.outcomes()
    with st.container(gap="xsmall", key="notes"):
        may_leave = schedule.told_of_queue()
        if not editor.draft_is_kept():
            st.warning(f"The draft is not saved. {errors.unwritable()}")
    due = schedule.Due()
    if may_leave:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="leaving"):
            due = schedule.choose(draft)
            _button(draft, due, ready=not problems)
    calls_left.shown(session.voice(draft), draft, due.at, options)


def _button(draft: Draft, due: schedule.Due, *, ready: bool) -> None:
    """The button, and what stands in its way."""
    stopped = editor.sign_in_stop(draft, due.at)
    if stopped:
        st.warning(stopped)
        st.page_link(session.page("profile"), label=session.voice(draft).renewal, icon=":material/account_circle:")
    # A click counts for the draft that it was made on, and for what was said about the queue at that time.
    key = f"leave-{draft.draft_id}-{schedule.is_waiting()}"
    label, icon = name(draft, due)
    may_leave = ready and not (stopped or due.wrong)
    with st.container(horizontal=True, vertical_alignment="center", width="content", gap="small", key="send"):
        if may_leave:
            st.caption("Ctrl+Enter", width="content")
        elif not (ready or draft.is_empty):
            st.caption("Not ready: see the form", width="content")
        if clicked(label, type="primary", disabled=not may_leave, icon=icon, key=key):
            if due.at and due.zone:
                editor.schedule(draft, due.at, due.zone)
            else:
                editor.publish(draft)
            st.rerun()


def name(draft: Draft, due: schedule.Due) -> tuple[str, str]:
    """What the button is called, after where the post goes and as whom; and its icon."""
    speaker = session.voice(draft)
    whose = f" as {speaker.name_of(draft.author)}" if draft.author or draft.member else ""
    if due == schedule.Due():
        return plain(f"Publish {session.there(speaker)}{whose}"), ":material/send:"
    what = "Save in the queue" if schedule.is_waiting() else f"Schedule {session.there(speaker)}"
    return plain(f"{what}{whose}"), ":material/schedule_send:"
