"""The posts on their way, on top of the Queue page; the page follows what leaves and arrives without a click."""

from __future__ import annotations

import streamlit as st

from dashboard import session
from dashboard.agenda import Entry
from dashboard.widgets import people, trouble
from dashboard.widgets.words import plain

LOOK_EVERY_S, REST_S = 0.5, 5.0  # while something moves, and otherwise
SHOWN = 5
BUSY, PULSE = "queue_busy", "queue_pulse"
WORDS = {"queued": "Waiting to be sent", "uploading": "Uploading", "sending": "Publishing"}


def busy(*, now: bool = True) -> None:
    """Remember whether a dialog is open: the page must not be drawn anew under somebody's hands."""
    st.session_state[BUSY] = now


def moving(account_ids: list[int]) -> None:
    """Draw them, and keep looking."""
    pulse = st.session_state[PULSE] = session.house().agenda.pulse(account_ids)
    some = any(pulse.get(state) for state in WORDS)
    st.fragment(_follow, run_every=LOOK_EVERY_S if some else REST_S)(account_ids)


def _follow(account_ids: list[int]) -> None:
    session.look_again()
    with trouble.told():
        agenda = session.house().agenda
        if agenda.pulse(account_ids) != st.session_state[PULSE] and not st.session_state.get(BUSY):
            st.rerun()
        count, entries = agenda.moving(account_ids, SHOWN)
        for entry in entries:
            _on_its_way(entry)
        if count > len(entries):
            st.caption(f"{count - len(entries):,} more are on their way.")


def _on_its_way(entry: Entry) -> None:
    with st.container(border=True, key=f"on-its-way-{entry.id}", gap="small"):
        st.text(entry.text or "A post without words")
        said = WORDS[entry.state]
        if entry.total_bytes:
            share = min(1.0, entry.sent_bytes / entry.total_bytes)
            st.progress(share, f"{said} · {entry.sent_bytes / 1e6:,.1f} of {entry.total_bytes / 1e6:,.1f} MB")
        else:
            st.progress(0.5 if entry.state == "sending" else 0.1, said)
        if entry.error:
            st.caption(plain(entry.error))
        if entry.cancel_requested:
            st.caption("Cancelling…")
        elif entry.state != "sending" and st.button("Cancel", key=f"cancel-{entry.id}"):
            session.house().outbox.request_cancel(entry.id)
            st.rerun()


def whose(entry: Entry) -> str:
    """Who speaks in it."""
    return people.of(entry.account_id).name_of(entry.author)
