"""What came back to the Console, and what was sent from it before."""

from __future__ import annotations

import streamlit as st

from dashboard.accounts.account import Account
from dashboard.ui.common import exchange, text
from dashboard.ui.history import tables
from dashboard.ui.state import session


def draw() -> None:
    """Draw the answer to what was sent last."""
    answer = session.mine().console_answer
    if answer is None:
        st.info("The answer appears here, with each of its fields explained.")
        return
    if answer.exchange:
        exchange.exchange(answer.exchange, error=answer.error, as_code=False)
    elif answer.error:
        st.error(text.told(answer.error, answer.error.advice))


def history(of: Account) -> None:
    """Draw what was sent from the Console; a row puts its call back into the fields."""
    sent = session.get_services().exchange_log.of_console(of.id)
    if not sent:
        return
    st.header("Sent from here", anchor=False)
    st.caption("Kept with all other exchanges, without tokens and secrets. Click a row to take it up again.")
    opened = tables.exchanges(sent, f"console-{of.id}-{sent[0].id}")
    if opened is not None:
        tables.to_console(opened)
        if kept := session.get_services().exchange_log.exchange(of.id, opened):
            exchange.exchange(kept)
