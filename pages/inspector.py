"""Every exchange with LinkedIn, redacted when it was made: learn the API, or find out what went wrong."""

from typing import Any

import streamlit as st

from dashboard.ui.common import errors, exchange, members
from dashboard.ui.history import tables
from dashboard.ui.inspector import compare, views
from dashboard.ui.state import session

OUTCOMES = {"ok": "Accepted (below 400)", "error": "Refused (400 and up)", "none": "No answer"}
SHOWN = 200


def filters() -> dict[str, Any]:
    """Draw the filters; returns what they ask for."""
    search, method, outcome, post, *member = st.columns([3, 2, 2, 2, *([2] if NAMES else [])])
    asked = st.query_params.get("post", "")
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
            value=int(asked) if asked.isdecimal() and 0 < int(asked) < 2**53 else None,
            placeholder="All",
        ),
        "whose": members.whose(NAMES, *member),
    }


def one_by_one(whose: Any, wanted: dict[str, Any]) -> None:
    """Draw the exchanges, and the chosen one whole."""
    entries = LOG.entries(whose, **wanted, limit=SHOWN)
    if not entries:
        st.info("No exchange fits. Sign in or publish something, and each request appears here with its answer.")
        return
    if wanted["post_id"]:
        views.of_post(whose, wanted["post_id"])
    st.caption(f"The newest {len(entries)} that fit. Click a row to open another one.")
    opened = tables.exchanges(entries, str(hash((*wanted.values(), whose)))) or entries[0].id
    views.downloads(whose, wanted)
    if shown := LOG.exchange(whose, opened):
        tables.to_console(opened)
        exchange.exchange(shown)
        compare.draw(shown, opened, entries, whose)
    st.button(
        "Clear the journal",
        on_click=errors.guarded(LOG.clear),
        args=(session.member().id,),
        help="Forget your exchanges; those of people members stay, and History keeps its results."
        if NAMES
        else "Forget these exchanges; History keeps its results.",
    )


NAMES, LOG = members.names(), session.get_services().exchange_log
st.caption("Tokens, codes and the client secret were taken out before anything was kept.")
view = st.segmented_control("View", ["Exchanges", "By post", "Figures"], default="Exchanges", required=True)
chosen = filters()
of = chosen.pop("whose")
if view == "By post":
    views.by_post(of)
elif view == "Figures":
    views.by_endpoint(of, chosen)
else:
    one_by_one(of, chosen)
