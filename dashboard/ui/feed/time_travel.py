"""The time machine: buttons to other days of the sandbox, what was moved, and the way back."""

from __future__ import annotations

import streamlit as st

from dashboard.demo import time_machine
from dashboard.ui.common.text import plain
from dashboard.ui.state import session
from dashboard.ui.state.clicks import clicked


def ahead() -> None:
    """Say what is ahead, and draw the way back; nothing at the true time."""
    if where := time_machine.where():
        with st.container(horizontal=True, vertical_alignment="center", key="time-ahead"):
            st.warning(f"**Time machine:** {plain(where)}.", icon=":material/update:")
            if clicked("Back to now"):
                time_machine.back(session.get_services())
                st.rerun()


def choose() -> None:
    """Draw the destinations, each with its story."""
    st.caption(
        "Moves one of the sandbox's calendars: the age of tokens, the day of the limits, or the table of versions. "
        "Posts keep their times, and nothing planned leaves early: this dashboard's own clock is never moved."
    )
    for jump in time_machine.jumps(session.get_services(), session.member()):
        if clicked(jump.label, key=f"jump-{jump.label}", icon=":material/fast_forward:"):
            time_machine.go(session.get_services(), jump)
            st.toast(f"{plain(jump.label)}.", icon=":material/update:")
            st.rerun()
        st.caption(plain(jump.story))
