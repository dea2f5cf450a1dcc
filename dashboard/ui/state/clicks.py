"""Buttons whose click is acted on by the page itself, where st.button stands in an if."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard.ui.state.member_state import tab


def clicked(label: str, *, key: str = "", disabled: bool = False, **look: Any) -> bool:
    """Draw a button; True once for each click. The label is its key unless another is given.

    Streamlit forgets a click when a newer run of the page ends the click's own before the button is drawn. The button's
    callback has been called by then: the click is kept for the run that draws it.
    """
    key, kept = key or label, tab().clicks
    st.button(label, key=key, disabled=disabled, on_click=kept.add, args=(key,), **look)
    if key not in kept:
        return False
    kept.remove(key)
    return not disabled


def forget_clicks() -> None:
    """Drop what no button has taken: the whole page was drawn without it."""
    tab().clicks.clear()
