"""The switch between the sandbox and LinkedIn, for this browser."""

from __future__ import annotations

import streamlit as st

from dashboard.services import get_services
from dashboard.setup.choices import LIVE, SANDBOX
from dashboard.ui.common import errors
from dashboard.ui.state import session

NAMES = {SANDBOX: "Sandbox", LIVE: "LinkedIn"}
NOT_SET_UP = "LinkedIn is not set up yet: the list below leads there. Until then everything stays in the sandbox."
APART = (
    "Members, drafts, posts, the queue and the Inspector of the one are never seen in the other. What is scheduled in "
    "either leaves on time, whichever you look at."
)


def choose() -> None:
    """Draw the switch, or why there is none."""
    live = get_services()
    if live.settings.built_in_sandbox:
        st.info(NOT_SET_UP, icon=":material/science:")
        return
    if not session.on_this_machine():
        st.caption("The sandbox beside LinkedIn is for a browser of this dashboard's own machine.")
        return
    st.segmented_control(
        "This browser works with",
        [SANDBOX, LIVE],
        default=SANDBOX if session.get_services() is live.in_sandbox else LIVE,
        required=True,
        format_func=NAMES.__getitem__,
        key="mode",
        on_change=errors.guarded(_switch),
    )
    st.caption(APART)


def _switch() -> None:
    if session.on_this_machine():
        session.switch(st.session_state["mode"])
