"""The faults of the sandbox as stories: what makes each fire, what happens then, and how it ends."""

from __future__ import annotations

import streamlit as st

from dashboard.demo import faults
from dashboard.ui.common.text import counted, plain
from dashboard.ui.state import dates, session
from dashboard.ui.state.clicks import clicked

TIMES = {"Once": 1, "Three times": 3, "Until switched off": None}
UNTIL_OFF = -1


def armed() -> None:
    """Draw what is armed and how often it will still occur, each with its switch; and a limit that is over."""
    for fault in faults.known():
        if fault.armed:
            left = "until it is switched off" if fault.armed == UNTIL_OFF else f"{counted(fault.armed, 'time')} more"
            with st.container(horizontal=True, vertical_alignment="center", key=f"armed-{fault.name}"):
                st.warning(f"**{fault.label}** is armed: {left}.", icon=":material/bolt:")
                if clicked("Switch off", key=f"off-{fault.name}", help=f"Switch off {fault.label}"):
                    _said(faults.disarm(session.get_services(), fault.name))
    if until := faults.parked_until(session.get_services()):
        with st.container(horizontal=True, vertical_alignment="center", key="parked"):
            said = f"LinkedIn asked to wait until {until:%H:%M} UTC ({dates.clock(until)} here). What is due waits."
            st.info(plain(said), icon=":material/hourglass:")
            if not faults.limit_is_armed() and clicked("Lift the limit", help="Let what waits leave now"):
                _said(faults.lift(session.get_services()))


def choose() -> None:
    """Draw the stories by group, and arm the one that is chosen."""
    found = faults.known()
    groups = list(dict.fromkeys(fault.group for fault in found))
    group = st.segmented_control("Group", groups, default=groups[0], required=True, key="fault-group")
    stories = {fault.label: fault for fault in found if fault.group == group}
    fault = stories[st.selectbox("Story", list(stories), key=f"story-{group}")]
    with st.container(border=True, key="story", gap="small"):
        st.markdown(f"**{plain(fault.label)}.** {plain(fault.explanation)}")
        for name, words in (("Fires", fault.fires), ("Then", fault.follows), ("Ends", fault.ends)):
            st.markdown(f":material/{ICONS[name]}: **{name}** · {plain(words)}")
    times = st.segmented_control("How often", list(TIMES), default="Once", required=True, key="fault-times")
    if clicked("Arm it", type="primary", icon=":material/bolt:"):
        faults.arm(fault.name, TIMES[times])
        st.toast(f"{plain(fault.label)} is armed.", icon=":material/bolt:")
        st.rerun()


ICONS = {"Fires": "play_arrow", "Then": "east", "Ends": "flag"}


def _said(leaving: int) -> None:
    st.toast(f"Switched off. {counted(leaving, 'post leaves', 'posts leave')} now." if leaving else "Switched off.")
    st.rerun()
