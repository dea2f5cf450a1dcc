"""Every result of publishing: filter it, open one beside the list, delete or use a post again, download it all."""

import streamlit as st

from dashboard.posts.history import Wanted
from dashboard.posts.post import STATES
from dashboard.ui import navigation
from dashboard.ui.common import members
from dashboard.ui.common.labels import KINDS, state_sign
from dashboard.ui.history import details, results
from dashboard.ui.state import session


def filters() -> Wanted:
    """Draw the filters; returns what they ask for."""
    with st.container(key="filters"):
        search, states, kinds, *member = st.columns(4 if NAMES else 3)
    return Wanted(
        members.whose(NAMES, *member),
        states=tuple(states.multiselect("State", STATES, format_func=state_sign, placeholder="All states")),
        kinds=tuple(
            kinds.multiselect("Kind", [str(k) for k in KINDS], format_func=KINDS.__getitem__, placeholder="All kinds")
        ),
        search=(
            search.text_input("Search", placeholder="Text, URN or error", live=True, icon=":material/search:") or ""
        ).strip(),
    )


def downloads(wanted: Wanted) -> None:
    """Draw the downloads of all filtered rows; a file is made when its button is pressed."""
    found, link, names = session.get_services().history, session.absolute_links(), NAMES
    with st.container(horizontal=True):
        st.download_button(
            "Download CSV",
            lambda: found.csv(wanted, link, names),
            "linkedin-posts.csv",
            "text/csv",
            on_click="ignore",
            help="A cell that a spreadsheet would run as a formula starts with an apostrophe. JSON has it all as is.",
        )
        st.download_button(
            "Download JSON",
            lambda: found.json(wanted, link, names),
            "linkedin-posts.json",
            "application/json",
            on_click="ignore",
        )


NAMES = members.names()
opened = session.opened_post()
row = session.get_services().outbox.get(opened, session.visible_ids()) if opened else None
if row is None:
    chosen = filters()
    if not results.results(chosen, NAMES):
        navigation.what_to_do()
    downloads(chosen)
else:
    master, beside = st.columns([5, 7], gap="medium")
    with master, st.container(key="history-list"):
        chosen = filters()
        results.results(chosen, NAMES)
        downloads(chosen)
    with beside, st.container(key="history-post"):
        results.close_button()
        details.details(row)
