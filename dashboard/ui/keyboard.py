"""The keys that work on every page, and the table that tells them."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

# The letter after "g", by URL path; "" is the front page.
PAGES = {
    "": "h",
    "composer": "w",
    "queue": "q",
    "drafts": "d",
    "history": "y",
    "tour": "t",
    "console": "c",
    "inspector": "i",
    "setup": "s",
    "feed": "f",
    "profile": "m",
}
KEYS = {
    "Ctrl+Enter": "Publish or schedule, in the Composer; on a Mac ⌘+Enter",
    "Ctrl+B": "Bold letters, in the text of a post; Ctrl+I makes them italic",
    "/": "Search, in History and in the Inspector",
    "n": "The next step, in the Tour; `b` goes back",
    "?": "This list",
}
_listen = st.components.v2.component("keyboard", js=Path(__file__).with_suffix(".js").read_text())


def listen() -> None:
    """Let the browser act on the keys; draws nothing."""
    # No dict within it: for one Streamlit would load pandas, half a second, into the first click on the front page.
    _listen(key="keyboard", data={letter: page for page, letter in PAGES.items()})


def table() -> None:
    """Draw what each key does."""
    pages = ", ".join(f"`{letter}` {page or 'front page'}" for page, letter in PAGES.items())
    rows = [*(f"| `{key}` | {what} |" for key, what in KEYS.items()), f"| `g`, then a letter | Go to: {pages} |"]
    st.markdown("\n".join(["| Key | What it does |", "| --- | --- |", *rows]))
