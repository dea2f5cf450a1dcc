"""The posts on their way, on top of the Queue page; the page follows what leaves and arrives without a click."""

from __future__ import annotations

import streamlit as st

from dashboard import session
from dashboard.agenda import Entry
from dashboard.row import Row
from dashboard.widgets import people, trouble
from dashboard.widgets.words import plain

LOOK_EVERY_S, REST_S = 0.5, 5.0  # while something moves, and otherwise
SHOWN = 5
PULSE = "queue_pulse"
WORDS = {"queued": "Waiting to be sent", "uploading": "Uploading", "sending": "Publishing"}


def moving(account_ids: list[int]) -> None:
    """Draw them, and keep looking."""
    pulse = st.session_state[PULSE] = session.house().agenda.pulse(account_ids)
    some = any(pulse.get(state) for state in WORDS)
    st.fragment(_follow, run_every=LOOK_EVERY_S if some else REST_S)(account_ids)


def _follow(account_ids: list[int]) -> None:
    session.look_again()
    with trouble.told():
        agenda = session.house().agenda
        if not set(account_ids) <= set(session.visible_ids()):  # somebody has left the list, or signed out
            st.rerun()
        if agenda.pulse(account_ids) != st.session_state[PULSE] and not trouble.busy():
            st.rerun()
        count, entries = agenda.moving(account_ids, SHOWN)
        for entry in entries:
            _on_its_way(entry)
        if count > len(entries):
            left = count - len(entries)
            st.caption(f"{left:,} more {'is' if left == 1 else 'are'} on {'its' if left == 1 else 'their'} way.")


def _on_its_way(entry: Entry) -> None:
    with st.container(border=True, key=f"on-its-way-{entry.id}", gap="small"):
        st.text(entry.text or "A post without words")
        progress(entry)
        if entry.cancel_requested:
            st.caption("Cancelling…")
        elif entry.state != "sending" and st.button("Cancel", key=f"cancel-{entry.id}"):
            session.house().outbox.request_cancel(entry.id)
            st.rerun()


def progress(post: Entry | Row) -> None:
    """How far a post on its way is, and what keeps it."""
    said = WORDS[post.state]
    if post.total_bytes:
        unit, size = ("MB", 1e6) if post.total_bytes >= 1e5 else ("kB", 1e3)
        share = min(1.0, post.sent_bytes / post.total_bytes)
        st.progress(share, f"{said} · {post.sent_bytes / size:,.1f} of {post.total_bytes / size:,.1f} {unit}")
    else:
        st.progress(0.5 if post.state == "sending" else 0.1, said)
    if post.error:
        st.caption(plain(post.error))


def whose(entry: Entry) -> str:
    """Who speaks in it."""
    return people.of(entry.account_id).name_of(entry.author)
