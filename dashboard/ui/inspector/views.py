"""The Inspector's views: the exchanges one by one, the posts that they belong to, and the figures of each endpoint."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboard.activity.har import har
from dashboard.activity.postman import postman
from dashboard.activity.statistics import NO_ANSWER, EndpointFigures, figures
from dashboard.db.repository import Whose
from dashboard.ui.common import exchange, text
from dashboard.ui.history import tables
from dashboard.ui.inspector import compare, waterfall
from dashboard.ui.state import dates, session

POST_CALLS_SHOWN = 1_000  # a film of 500 MB goes up in 125 parts
ENDPOINTS_SHOWN = 12  # in the chart; the table has all
SHOWN = 200
CHART = {
    "mark": "bar",
    "height": {"step": 24},
    "encoding": {
        "y": {"field": "Endpoint", "type": "nominal", "sort": None, "title": None, "axis": {"labelLimit": 190}},
        "x": {"field": "Calls", "type": "quantitative", "axis": {"tickMinStep": 1}},
        "color": {
            "field": "Answer",
            "type": "nominal",
            "scale": {
                "domain": ["accepted", "redirected", "refused", "fault of LinkedIn's", NO_ANSWER],
                "range": ["#378fe9", "#8aa4bd", "#e0672f", "#b03060", "#8c8b88"],
            },
            "legend": {"orient": "bottom", "title": None},
        },
        "tooltip": [{"field": name, "type": "nominal"} for name in ("Endpoint", "Status", "Calls")],
    },
}


def one_by_one(whose: Whose, wanted: dict[str, Any]) -> bool:
    """Draw the exchanges that fit, of a single post as a waterfall first, and the chosen one whole; False for none."""
    log = session.get_services().exchange_log
    entries = log.entries(whose, **wanted, limit=SHOWN)
    if not entries:
        st.info("No exchange fits. Sign in or publish something, and each request appears here with its answer.")
        return False
    if post_id := wanted.get("post_id"):
        waterfall.draw(log.entries(whose, post_id=post_id, limit=POST_CALLS_SHOWN), post_id)
    st.caption(f"The newest {len(entries)} that fit, times in {dates.zone_said()}. Choose a row to open it below.")
    opened = tables.exchanges(entries, str(hash((*wanted.values(), whose)))) or entries[0].id
    downloads(whose, wanted)
    if shown := log.exchange(whose, opened):
        tables.to_console(opened)
        exchange.exchange(shown)
        compare.draw(shown, opened, entries, whose)
    return True


def choose_post(whose: Whose) -> int | None:
    """Draw a line for each post with its exchanges; returns the chosen post, else the newest, None without any."""
    groups = session.get_services().exchange_log.by_post(whose)
    if not groups:
        st.info("No exchange belongs to a post yet. Publish something, and its requests appear here together.")
        return None
    st.caption(f"A line for each post, the newest first, times in {dates.zone_said()}. Choose one to see its calls.")
    return tables.post_groups(groups, f"groups-{hash(whose)}") or groups[0].post_id


def by_endpoint(whose: Whose, wanted: dict[str, Any]) -> bool:
    """Draw how many calls each endpoint answered, with which status, and how fast; False when there are none."""
    found = figures(session.get_services().exchange_log.timings(whose, **wanted))
    if not found:
        st.info("No exchange fits.")
        return False
    st.vega_lite_chart(_counts(found[:ENDPOINTS_SHOWN]), CHART, alt=_in_words(found))
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
        placeholder="",
        alt="Calls, statuses, p50 and p95 of each endpoint",
    )
    return True


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
    rows = [(each.endpoint, status, _class(status), n) for each in found for status, n in each.statuses.items()]
    return pd.DataFrame(rows, columns=["Endpoint", "Status", "Answer", "Calls"])


def _class(status: str) -> str:
    classes = {"2": "accepted", "3": "redirected", "4": "refused", "5": "fault of LinkedIn's"}
    return classes.get(status[:1], NO_ANSWER)


def _in_words(found: list[EndpointFigures]) -> str:
    told = "; ".join(f"{each.endpoint} {_statuses(each)}" for each in found[:ENDPOINTS_SHOWN])
    return f"{text.counted(sum(each.count for each in found), 'call')} by endpoint and status: {told}"


def _statuses(of: EndpointFigures) -> str:
    return ", ".join(f"{count:,} × {status}" for status, count in of.statuses.items())
