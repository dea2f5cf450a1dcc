"""The posts that are being published, on top of the Queue page, which follows them without a click."""

from __future__ import annotations

import streamlit as st

from dashboard.posts.queue import QueueEntry
from dashboard.ui.common import errors
from dashboard.ui.common.progress import WORDS, progress
from dashboard.ui.common.text import either
from dashboard.ui.state import session
from dashboard.ui.state.clicks import clicked

LOOK_EVERY_S, REST_S = 0.5, 5.0  # while something moves, and otherwise
SHOWN = 5


def moving(account_ids: list[int]) -> None:
    """Draw them; a fragment asks for news every half second, or every five seconds while nothing moves."""
    pulse = session.mine().queue_pulse = session.get_services().queue.pulse(account_ids)
    some = any(pulse.get(state) for state in WORDS)
    errors.fragment(LOOK_EVERY_S if some else REST_S)(_follow)(account_ids)


def _follow(account_ids: list[int]) -> None:
    queue = session.get_services().queue
    if not set(account_ids) <= set(session.visible_ids()):  # somebody has left the list, or signed out
        st.rerun()
    if queue.pulse(account_ids) != session.mine().queue_pulse and not errors.busy():
        st.rerun()
    count, entries = queue.moving(account_ids, SHOWN)
    for entry in entries:
        _on_its_way(entry)
    if count > len(entries):
        left = count - len(entries)
        st.caption(f"{left:,} more {either(left, 'is on its', 'are on their')} way.")


def _on_its_way(entry: QueueEntry) -> None:
    with st.container(border=True, key=f"on-its-way-{entry.id}", gap="small"):
        st.text(entry.text or "A post without words")
        progress(entry)
        if entry.cancel_requested:
            st.caption("Cancelling…")
        elif entry.state != "sending" and clicked("Cancel", key=f"cancel-{entry.id}"):
            session.get_services().outbox.request_cancel(entry.id)
            st.rerun()


def whose(entry: QueueEntry) -> str:
    """The name of the author of a post."""
    return session.account_of(entry).name_of(entry.author)
