"""Every exchange with LinkedIn, redacted when it was made: learn the API, or find out what went wrong."""

from typing import Any

import streamlit as st

from dashboard.ui import navigation
from dashboard.ui.common import errors, members
from dashboard.ui.inspector import views
from dashboard.ui.state import session

OUTCOMES = {"ok": "Accepted (below 400)", "error": "Refused (400 and up)", "none": "No answer"}


def filters() -> dict[str, Any]:
    """Draw the filters; returns what they ask for."""
    with st.container(key="filters"):
        search, method, outcome, post, *member = st.columns([3, 2, 2, 2, *([2] if NAMES else [])])
    return {
        "search": (
            search.text_input(
                "Search", placeholder="Part of the URL, or a request id", live=True, icon=":material/search:"
            )
            or ""
        ).strip(),
        "method": method.selectbox("Method", ["GET", "POST", "PUT", "DELETE"], index=None, placeholder="All"),
        "outcome": outcome.selectbox(
            "Answer", list(OUTCOMES), index=None, format_func=OUTCOMES.__getitem__, placeholder="All"
        ),
        "post_id": post.number_input(
            "Post",
            min_value=1,
            max_value=session.IDS_END - 1,
            value=session.opened_post() or None,
            placeholder="All",
        ),
        "whose": members.whose(NAMES, *member),
    }


NAMES, LOG = members.names(), session.get_services().exchange_log
st.caption("Tokens, codes and the client secret were taken out before anything was kept.")
view = st.segmented_control("View", ["Exchanges", "By post", "Figures"], default="Exchanges", required=True)
if view == "By post":
    of = members.whose(NAMES, *([st] if NAMES else []))
    if post := views.choose_post(of):
        views.one_by_one(of, {"post_id": post})
else:
    wanted = filters()
    of = wanted.pop("whose")
    draw = views.by_endpoint if view == "Figures" else views.one_by_one
    if not draw(of, wanted) and not any(wanted.values()):
        navigation.what_to_do()
st.button(
    "Clear the journal",
    on_click=errors.guarded(LOG.clear),
    args=(session.member().id,),
    help="Forget your exchanges; those of people members stay, and History keeps its results."
    if NAMES
    else "Forget these exchanges; History keeps its results.",
)
