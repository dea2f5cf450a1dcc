"""A text box whose value follows the typing within 0.2 s."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from dashboard.ui.common import errors
from dashboard.ui.common.text import whole
from linkedin_api.content.text import LINK, URN
from linkedin_api.reference import limits

HERE = Path(__file__).parent
BUTTONS = "".join(
    f'<button type="button" class="{value}" value="{value}" title="{title}" aria-label="{label}">{sign}</button>'
    for value, sign, label, title in (
        ("bold", "B", "Bold", "Bold, Ctrl+B. Screen readers may spell these letters out."),
        ("italic", "I", "Italic", "Italic, Ctrl+I. Screen readers may spell these letters out."),
        ("bullet", "•", "Bulleted list", "Bulleted list"),
        ("number", "1.", "Numbered list", "Numbered list"),
    )
)
MARKUP = f"""
<div class="box"><div class="head"><label for="text"></label>
<span class="bar" role="group" aria-label="Letters and lists">{BUTTONS}</span>
<span class="count" aria-live="off"></span></div>
<textarea id="text" spellcheck="true" dir="auto"></textarea>
<div class="readers"></div>
<div class="said" role="status"></div></div>
"""
_mount = st.components.v2.component(
    "live_text",
    html=MARKUP,
    css=(HERE / "live_text.css").read_text(),
    js="\n".join((HERE / name).read_text() for name in ("letters.js", "live_text.js")),
)


def live_text(
    label: str,
    text: str,
    *,
    of: str,
    before: tuple[str, str],
    keep: Callable[[str, str], None],
    placeholder: str = "",
    rows: int,
    most: int = limits.TEXT_MAX_UTF16,
    insert: tuple[str, str] | None = None,
    formats: bool = False,
    key: str,
) -> str:
    """Draw the box; returns its present text.

    `before` is what the box was last known to hold for the draft that was in it until now, and its `of`.
    `keep(of, text)` is called with what was typed even when the member has already gone to another page.
    `of` names what the text belongs to. When it changes, `text` replaces what is in the box; until then the
    box is the truth, so that nothing overwrites what somebody is typing.
    `rows` lines are its least height: it grows with its text.
    `most` is how many UTF-16 units the counter allows.
    `formats` adds buttons for bold, italic and lists; mentions, addresses and hashtags keep their letters.
    `insert` is an id of its own and a text that goes to where the member is writing, once.
    """
    data = {
        "label": label,
        "text": text,
        "of": of,
        "before": {"of": before[0], "text": before[1]},
        "max": most,
        "placeholder": placeholder,
        "rows": rows,
        "urn": URN,
        "link": LINK.pattern,
        "formats": formats,
        "insert": {"id": insert[0], "text": insert[1]} if insert else None,
    }
    typed = _mount(key=key, data=data, on_typed_change=errors.guarded(lambda: keep(*_typed(key)))).typed
    # What was typed for an earlier draft may arrive late: it is not this one's.
    return whole(typed["text"]) if typed and typed["of"] == of else text


def _typed(key: str) -> tuple[str, str]:
    typed = st.session_state[key]["typed"]
    return str(typed["of"]), whole(typed["text"])
