"""The buttons that fill the demo and reset it."""

from __future__ import annotations

import streamlit as st

from dashboard.demo.fill import fill
from dashboard.demo.reset import reset
from dashboard.ui.common import confirm, errors
from dashboard.ui.common.text import counted, either
from dashboard.ui.state import member_state, session
from dashboard.ui.state.clicks import clicked

WAYS_ON = {
    "composer": ("Write a post of your own", "edit_square"),
    "queue": ("What is planned for the week", "calendar_month"),
    "history": ("What became of each post", "table_rows"),
    "inspector": ("Every request and its answer", "network_check"),
}


def ways_on() -> None:
    """Draw what there is to see next, for whoever is shown the demo."""
    with st.container(gap="xxsmall", key="see-next"):
        st.markdown("**See next**")
        for name, (label, icon) in WAYS_ON.items():
            st.page_link(session.page(name), label=label, icon=f":material/{icon}:")


def buttons(*, filled: bool) -> None:
    """Draw both; the second one asks first. filled: there is something in the feed already."""
    look = "secondary" if filled else "primary"
    with st.container(horizontal=True, key="demo"):
        if clicked("Fill with demo data", type=look, icon=":material/auto_awesome:", help=HELP):
            new = fill(session.get_services(), session.member(), str(session.timezone()))
            member_state.renew()
            said = (
                f"{counted(new, 'post and draft', 'posts and drafts')} of yours are new; see Queue, Drafts and History."
            )
            confirm.done(said if new else "The demo is filled already; nothing was added.")
        if clicked("Reset the demo", icon=":material/restart_alt:"):
            _ask()


HELP = "Posts of every kind with comments and reactions, a planned week, drafts, and some history with each state"


@errors.dialog("Reset the demo?")
def _ask() -> None:
    st.write(
        "The sandbox is emptied: posts, comments, reactions and files of everybody, faults, and the time machine. So "
        "are your History, Queue, drafts (also the one in the composer) and the Inspector. What waits is cancelled."
    )
    st.caption("Sign-ins, templates and settings stay. Nothing on LinkedIn is touched.")
    if confirm.agreed("Yes, reset it", "Keep everything", key="reset-demo", no_key="keep-demo"):
        left = reset(session.get_services(), session.member(), session.visible_ids())
        member_state.renew()
        stays = f" {counted(left, 'post')} {either(left, 'is', 'are')} on the way and {either(left, 'stays', 'stay')}."
        confirm.done(f"The demo is reset.{stays if left else ''}")
