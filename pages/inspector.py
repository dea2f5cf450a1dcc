"""Every exchange with LinkedIn, redacted when it was made: learn the API, or find out what went wrong."""

import streamlit as st

from dashboard.ui.common import errors, exchange, members
from dashboard.ui.history import tables
from dashboard.ui.state import session

OUTCOMES = {"ok": "Accepted (below 400)", "error": "Refused (400 and up)", "none": "No answer"}
SHOWN = 200

st.caption("Tokens, codes and the client secret were taken out before anything was kept.")
me, exchange_log = session.member(), session.get_services().exchange_log
names = members.names()
search, method, outcome, post, *member = st.columns([3, 2, 2, 2, *([2] if names else [])])
given_post = st.query_params.get("post", "")
wanted = {
    "search": (
        search.text_input("Search", placeholder="Part of the URL, or a request id", live=True, icon=":material/search:")
        or ""
    ).strip(),
    "method": method.selectbox("Method", ["GET", "POST", "PUT", "DELETE"], index=None, placeholder="All"),
    "outcome": outcome.selectbox(
        "Answer", list(OUTCOMES), index=None, format_func=OUTCOMES.__getitem__, placeholder="All"
    ),
    "post_id": post.number_input(
        "Post",
        min_value=1,
        value=int(given_post) if given_post.isdecimal() and 0 < int(given_post) < 2**53 else None,
        placeholder="All",
    ),
}
whose = members.whose(names, *member)
entries = exchange_log.entries(whose, **wanted, limit=SHOWN)
if not entries:
    st.info("No exchange fits. Sign in or publish something, and each request appears here with its answer.")
else:
    st.caption(f"The newest {len(entries)} that fit. Click a row to open another one.")
    opened = tables.exchanges(entries, str(hash((*wanted.values(), whose))))
    if shown := exchange_log.exchange(whose, opened or entries[0].id):
        exchange.exchange(shown)
    st.button(
        "Clear the journal",
        on_click=errors.guarded(exchange_log.clear),
        args=(me.id,),
        help="Forget your exchanges; those of people members stay, and History keeps its results."
        if names
        else "Forget these exchanges; History keeps its results.",
    )
