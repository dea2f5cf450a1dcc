"""The end of a dialog that asks first: its two buttons, and what is said when it is done."""

from __future__ import annotations

import streamlit as st

from dashboard.ui.common.text import plain
from dashboard.ui.state.clicks import clicked


def agreed(yes: str, no: str, *, key: str, no_key: str, disabled: bool = False) -> bool:
    """Draw the two buttons; True when `yes` was pressed. `no` closes the dialog."""
    with st.container(horizontal=True):
        pressed = clicked(yes, type="primary", disabled=disabled, key=key)
        if clicked(no, key=no_key):
            st.rerun()
    return pressed


def done(said: str, *, icon: str = "check") -> None:
    """Close the dialog, draw the page anew, and say in a toast what has happened."""
    st.toast(plain(said), icon=f":material/{icon}:")
    st.rerun()


def done_or(late: str, said: str, *, in_time: bool) -> None:
    """The same; `late` is said when the post had changed in the meantime."""
    done(said if in_time else late, icon="check" if in_time else "info")
