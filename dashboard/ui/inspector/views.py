"""The Inspector's other views: the exchanges of each post, and the figures of each endpoint."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboard.activity.har import har
from dashboard.activity.postman import postman
from dashboard.activity.statistics import EndpointFigures, figures
from dashboard.db.repository import Whose
from dashboard.ui.common import text
from dashboard.ui.history import tables
from dashboard.ui.inspector import waterfall
from dashboard.ui.state import session

POST_CALLS_SHOWN = 1_000  # a film of 500 MB goes up in 125 parts
ENDPOINTS_SHOWN = 12  # in the chart; the table has all


def of_post(whose: Whose, post_id: int) -> None:
    """Draw how a post was published."""
    log = session.get_services().exchange_log
    waterfall.draw(log.entries(whose, post_id=post_id, limit=POST_CALLS_SHOWN), post_id)


def by_post(whose: Whose) -> None:
    """Draw a line for each post with its exchanges; the chosen one, else the newest, opens."""
    log = session.get_services().exchange_log
    groups = log.by_post(whose)
    if not groups:
        st.info("No exchange belongs to a post yet. Publish something, and its requests appear here together.")
        return
    st.caption("One line for each post, the newest first. Click one to see how it was published.")
    chosen = tables.post_groups(groups, f"groups-{hash(whose)}")
    post_id = chosen or groups[0].post_id
    of_post(whose, post_id)
    st.page_link(
        session.page("inspector"),
        label=f"The exchanges of post {post_id}",
        icon=":material/list:",
        query_params={"post": str(post_id)},
    )


def by_endpoint(whose: Whose, wanted: dict[str, Any]) -> None:
    """Draw how many calls each endpoint answered, with which status, and how fast."""
    found = figures(session.get_services().exchange_log.timings(whose, **wanted))
    if not found:
        st.info("No exchange fits.")
        return
    st.bar_chart(
        _counts(found[:ENDPOINTS_SHOWN]),
        x="Endpoint",
        y="Calls",
        color="Status",
        horizontal=True,
        sort=False,
        y_label="",
        alt=_in_words(found),
    )
    st.dataframe(
        pd.DataFrame(
            {
                "Endpoint": [each.endpoint for each in found],
                "Calls": [each.count for each in found],
                "Statuses": [_statuses(each) for each in found],
                "p50": [each.p50_ms for each in found],
                "p95": [each.p95_ms for each in found],
            }
        ),
        column_config={
            "p50": st.column_config.NumberColumn("p50", format="%.0f ms", help="Half of the calls were not slower"),
            "p95": st.column_config.NumberColumn("p95", format="%.0f ms", help="95 % of the calls were not slower"),
        },
        hide_index=True,
        alt="Calls, statuses, p50 and p95 of each endpoint",
    )


def downloads(whose: Whose, wanted: dict[str, Any]) -> None:
    """Draw the downloads of all exchanges that fit; a file is made when its button is pressed."""
    whole = session.get_services().exchange_log.whole
    with st.container(horizontal=True):
        st.download_button(
            "Download HAR",
            lambda: har(whole(whose, **wanted)),
            "linkedin.har",
            "application/json",
            on_click="ignore",
            help="For the network panel of a browser, and other tools. Without tokens, codes and secrets.",
        )
        st.download_button(
            "Download Postman collection",
            lambda: postman(whole(whose, **wanted)),
            "linkedin.postman_collection.json",
            "application/json",
            on_click="ignore",
            help="Each request with its answer as an example; tokens and secrets are variables to be filled in.",
        )


def _counts(found: list[EndpointFigures]) -> pd.DataFrame:
    rows = [(each.endpoint, status, count) for each in found for status, count in each.statuses.items()]
    return pd.DataFrame(rows, columns=["Endpoint", "Status", "Calls"])


def _in_words(found: list[EndpointFigures]) -> str:
    told = "; ".join(f"{each.endpoint} {_statuses(each)}" for each in found[:ENDPOINTS_SHOWN])
    return f"{text.counted(sum(each.count for each in found), 'call')} by endpoint and status: {told}"


def _statuses(of: EndpointFigures) -> str:
    return ", ".join(f"{count:,} × {status}" for status, count in of.statuses.items())
