"""“Where others cut”: the draft as other clients would send it, beside what is sent from here."""

from __future__ import annotations

from html import escape
from pathlib import Path

import streamlit as st

from dashboard.accounts.account import ZERNIO
from dashboard.drafts.draft import Draft
from dashboard.preview.card import linked
from dashboard.preview.other_clients import OtherClient, other_clients
from dashboard.ui.common.text import counted
from linkedin_api import spans
from linkedin_api.content.blank import is_blank

TITLE = "Where others cut"
WHOLE = '<p class="lc-whole">Arrives whole</p>'
_CSS = Path(__file__).with_suffix(".css")


def draw(draft: Draft) -> None:
    """Draw the text of a draft four times: as three habits of other clients bring it to its readers, and as we do."""
    if is_blank(draft.text):
        st.caption("Write something, and see here what other clients would make of it.")
        return
    st.caption(
        "The versioned API takes a text with a reserved character that is not escaped, answers 201, and drops all that "
        "follows. What readers would see:"
    )
    theirs = "".join(map(_theirs, other_clients(draft.text)))
    habit, outcome = "Sent from here, in either dialect", WHOLE
    if draft.speaks == ZERNIO:  # [?] how it escapes the text for LinkedIn
        habit, outcome = "Sent from here through Zernio", '<p class="lc-whole">Reaches Zernio whole</p>'
    ours = f'<p class="lc-habit">{habit}</p>{outcome}{_text(draft)}'
    st.html(_CSS)
    st.html(f'<div class="lc-both"><div>{theirs}</div><section class="lc-text lc-ours">{ours}</section></div>')


def _text(draft: Draft) -> str:
    return f'<div class="lc-body" dir="auto">{linked(spans(draft.text))}</div>'


def _theirs(client: OtherClient) -> str:
    cut = f'<span class="lc-cut">cut here</span><del>{escape(client.lost)}</del>' if client.lost else ""
    told = [f"loses {', '.join(client.losses)}"] if client.losses else []
    told += [f"shows {counted(client.backslashes, 'backslash', 'backslashes')}"] if client.backslashes else []
    outcome = f'<p class="lc-loses">{escape("; ".join(told).capitalize())}</p>' if told else WHOLE
    return (
        f'<section class="lc-text"><p class="lc-habit">{escape(client.habit)}</p>{outcome}'
        f'<div class="lc-body" dir="auto">{linked(client.seen)}{cut}</div></section>'
    )
