"""Undo: a post that leaves some seconds after Publish, and the way back into the composer until then."""

from __future__ import annotations

import math

import streamlit as st

from dashboard.db.database import now
from dashboard.posts.post import PostRow
from dashboard.posts.queue import words_of
from dashboard.ui.common import errors
from dashboard.ui.common.text import plain
from dashboard.ui.state import editor, session

WORDS = 40  # characters of the post that name it
TOO_LATE = "Undo came too late: the post was on its way already. What became of it is said here."


def show_draft(in_composer: str) -> None:
    """Draw the page anew once Undo has put another draft into the composer than the one that it has drawn."""
    if editor.draft().draft_id != in_composer and not errors.busy():
        st.rerun()


def held_back(row: PostRow) -> None:
    """Draw how many seconds are left until the post leaves, and Undo; to be called again and again."""
    leaves_at = row.due_at or now()
    whole_s, left_s = (leaves_at - row.created_at).total_seconds(), (leaves_at - now()).total_seconds()
    name = plain(words_of(row.text, most=WORDS) or "Your post")
    said = f"in {math.ceil(left_s)} s" if left_s > 0 else "now"
    with st.container(horizontal=True, vertical_alignment="center", key=f"held-back-{row.id}"):
        share = min(1.0, max(0.0, left_s / whole_s)) if whole_s > 0 else 0.0
        st.progress(share, f"“{name}” leaves {said}, also when you close this page.")
        st.button(
            "Undo",
            key=f"undo-post-{row.id}",
            icon=":material/undo:",
            help="Put it back into the composer, as you wrote it; nothing is sent",
            on_click=errors.guarded(_undo),
            args=(row,),
        )


def _undo(row: PostRow) -> None:
    if not take_back(row):
        st.toast(TOO_LATE, icon=":material/info:")


def take_back(row: PostRow) -> bool:
    """Put a post that is held back into the composer again, as it was written; False when it is on its way."""
    session.look_again()
    if row.account_id not in session.visible_ids() or not session.get_services().outbox.take_back(row):
        return False
    editor.use_again(row)
    session.get_services().outbox.set_seen(row.id)  # last: until then its outcome offers the way back
    return True
