"""What two of the steps tell in tables: errors and limits, and what lies beyond the API."""

from __future__ import annotations

import streamlit as st

from dashboard.tour import facts
from dashboard.tour.steps import TourStep
from dashboard.ui.common import exchange


def draw(step: TourStep) -> None:
    """Draw the tables of a step, if it has some."""
    if step.name == "errors":
        st.markdown("**Refusals to know**")
        exchange.table(("Status", "Code", "What it means", "The way out"), facts.refusals())
        st.markdown("**Limits to know**")
        exchange.table(("What", "How much", "To remember"), facts.LIMITS)
    elif step.name == "beyond":
        st.markdown("**Zernio**, instead of an app of your own")
        exchange.table(("Question", "Answer"), facts.ZERNIO)
        st.caption(
            f"As Zernio's specification and SDK stood in {facts.ZERNIO_READ_ON}; [D] they say so. Nothing was tried "
            "against the service."
        )
        st.markdown("**WaLead**, for invitations and messages")
        st.markdown(facts.WALEAD)
