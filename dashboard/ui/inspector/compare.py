"""Two exchanges, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import unified_diff

import streamlit as st

from dashboard.activity.exchange_log import LoggedExchange
from dashboard.activity.statistics import endpoint_name
from dashboard.db.repository import Whose
from dashboard.ui.state import dates, session
from dashboard.ui.state.console_fields import pretty
from linkedin_api import Exchange

LINES_MAX = 2_000  # of each exchange: comparing takes time with the square of them


def draw(shown: Exchange, shown_id: int, entries: Sequence[LoggedExchange], whose: Whose) -> None:
    """Draw the choice of another exchange, and what differs in it."""
    others = {each.id: each for each in entries if each.id != shown_id}
    chosen = st.selectbox(
        "Compare with",
        list(others),
        index=None,
        format_func=lambda each: _name(others[each]),
        placeholder="Another exchange of the list",
    )
    other = session.get_services().exchange_log.exchange(whose, chosen) if chosen in others else None
    if other is None or chosen is None:
        return
    names = (_name(others[chosen]), "the exchange above")
    found = list(unified_diff(_lines(other), _lines(shown), *names, n=2, lineterm=""))
    if found:
        st.caption("Lines with − are of the chosen exchange only, lines with + of the one above.")
        st.code("\n".join(found), language="diff", wrap_lines=True)
    else:
        st.success("Both are the same, but for their time.")


def _name(entry: LoggedExchange) -> str:
    at = entry.at.astimezone(dates.zone())
    return f"{at:%H:%M:%S} {endpoint_name(entry.method, entry.url)} → {entry.status or 'no answer'} ({entry.id})"


def _lines(exchange: Exchange) -> list[str]:
    parts = [
        f"{exchange.method} {exchange.url}",
        *(f"{name}: {value}" for name, value in exchange.request_headers.items()),
        "",
        *pretty(exchange.request_body).splitlines(),
        "",
        f"Answer {exchange.status or exchange.error}",
        *(f"{name}: {value}" for name, value in exchange.response_headers.items()),
        "",
        *pretty(exchange.response_body).splitlines(),
    ]
    return parts[:LINES_MAX]
