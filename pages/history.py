"""Every result of publishing, in a table: filter it, open a row, delete or use a post again, download it all."""

import math

import streamlit as st

from dashboard.posts.history import PAGE_ROWS, Wanted
from dashboard.posts.post import STATES
from dashboard.ui import navigation
from dashboard.ui.common import members, text
from dashboard.ui.common.labels import KINDS
from dashboard.ui.history import details, tables
from dashboard.ui.state import session


def filters() -> Wanted:
    """Draw the filters; returns what they ask for."""
    search, states, kinds, *member = st.columns(4 if NAMES else 3)
    return Wanted(
        members.whose(NAMES, *member),
        states=tuple(states.multiselect("State", STATES, placeholder="All states")),
        kinds=tuple(
            kinds.multiselect("Kind", [str(k) for k in KINDS], format_func=KINDS.__getitem__, placeholder="All kinds")
        ),
        search=(
            search.text_input("Search", placeholder="Text, URN or error", live=True, icon=":material/search:") or ""
        ).strip(),
    )


def downloads(wanted: Wanted) -> None:
    """Draw the downloads of all filtered rows; a file is made when its button is pressed."""
    results, link, names = session.get_services().history, session.absolute_links(), NAMES
    with st.container(horizontal=True):
        st.download_button(
            "Download CSV",
            lambda: results.csv(wanted, link, names),
            "linkedin-posts.csv",
            "text/csv",
            on_click="ignore",
            help="A cell that a spreadsheet would run as a formula starts with an apostrophe. JSON has it all as is.",
        )
        st.download_button(
            "Download JSON",
            lambda: results.json(wanted, link, names),
            "linkedin-posts.json",
            "application/json",
            on_click="ignore",
        )


def table(wanted: Wanted) -> int | None:
    """Draw one page of results, newest first; returns the id of the open post."""
    results = session.get_services().history
    count = results.count(wanted)
    if not count:
        st.info(
            "Nothing here yet. What you publish in the Composer appears in this table."
            if wanted.is_all
            else "No post fits these filters."
        )
        if wanted.is_all:
            navigation.what_to_do()
        return None
    pages = math.ceil(count / PAGE_ROWS)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.caption(f"{text.counted(count, 'post')}, newest first. Click a row to open it.")
        page = st.pagination(pages, key=f"page-{hash(wanted)}") if pages > 1 else 1
    rows = results.page(wanted, page, NAMES)
    picked = tables.results(rows, f"{hash(wanted)}-{page}")
    return picked if picked is not None else session.opened_post()


NAMES = members.names()
chosen = filters()
opened = table(chosen)
downloads(chosen)
if opened and (row := session.get_services().outbox.get(opened, session.visible_ids())):
    details.details(row)
