"""The card of the draft as a picture, made by the browser, for somebody to approve before anything is sent."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard.ui.common import errors

HERE = Path(__file__).parent
LOOKS = {
    "desk light": "Desk, light",
    "desk dark": "Desk, dark",
    "phone light": "Phone, light",
    "phone dark": "Phone, dark",
}
_mount = st.components.v2.component(
    "card_picture",
    html='<div role="group" aria-label="Download the card as a picture">'
    + "".join(f'<button type="button" value="{value}">{name}</button>' for value, name in LOOKS.items())
    + '</div><div role="status"></div>',
    css=(HERE / "card_picture.css").read_text(),
    js="\n".join((HERE / name).read_text() for name in ("modern-screenshot.js", "card_picture.js")),
)


@errors.fragment()
def download() -> None:
    """Draw the button that opens the choice of width and colours; the browser gets the library with it."""
    with st.popover("Download the card", icon=":material/image:", on_change="rerun", key="card-picture") as chooser:
        if chooser.open:
            st.caption("A picture of the whole card, for somebody to approve. Your browser makes it; nothing is sent.")
            _mount(key="card-picture-of")
