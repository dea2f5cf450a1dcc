"""What is done once, and acted on by the page itself where it is drawn: a click on a button, a component's trigger.

Streamlit forgets both when a newer run of the page ends their own before they are drawn. Their callbacks have been
called by then: they are kept for the run that draws them.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard.ui.state.member_state import tab


def clicked(label: str, *, key: str = "", disabled: bool = False, **look: Any) -> bool:
    """Draw a button; True once for each click. The label is its key unless another is given."""
    key, kept = key or label, tab().clicks
    st.button(label, key=key, disabled=disabled, on_click=kept.setdefault, args=(key, True), **look)
    return bool(kept.pop(key, False)) and not disabled


def triggered(mount: Any, key: str, *names: str, **more: Any) -> tuple[Any, ...]:
    """Mount a component; the value of each of its triggers once, None for one that was not pulled."""
    kept = tab().clicks

    def keep(name: str) -> None:
        if (state := st.session_state.get(key)) is not None:  # whoever was here has not signed out in the same run
            kept[f"{key}.{name}"] = state[name]

    mount(key=key, **{f"on_{name}_change": lambda name=name: keep(name) for name in names}, **more)
    return tuple(kept.pop(f"{key}.{name}", None) for name in names)


def forget_clicks() -> None:
    """Drop what nothing has taken: the whole page was drawn without it."""
    tab().clicks.clear()
