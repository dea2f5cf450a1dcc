"""What three of the steps tell in tables: errors and limits, the way through Zernio, and what lies beyond the API."""

from __future__ import annotations

import streamlit as st

from dashboard.tour import facts
from dashboard.tour.steps import TourStep
from dashboard.ui.common import exchange


def draw(step: TourStep) -> None:
    """Draw the tables of a step, if it has some."""
    with st.container(key="tour-facts"):
        _tables(step)


def _tables(step: TourStep) -> None:
    if step.name == "errors":
        st.markdown("**Refusals to know**")
        exchange.table(("Status", "Code", "What it means", "The way out"), facts.refusals())
        st.markdown("**Limits to know**")
        exchange.table(("What", "How much", "To remember"), facts.LIMITS)
    elif step.name == "zernio":
        st.markdown("**Which way**")
        exchange.table(("What", "Straight", "Through Zernio"), facts.BESIDE)
        st.markdown("**Zernio**, in place of an app of your own")
        exchange.table(("Question", "Answer"), facts.ZERNIO)
        st.caption(
            f"From Zernio's specification, SDK and pages of {facts.ZERNIO_READ_ON}. The service itself was not tried. "
            f"[What it costs today]({facts.ZERNIO_PRICES}). [D] documented by the company itself."
        )
    elif step.name == "beyond":
        st.markdown("**WaLead**, for invitations and messages")
        st.markdown(facts.WALEAD)
        st.caption("[D] documented by the company itself, [I] concluded from that, [?] not proven.")
