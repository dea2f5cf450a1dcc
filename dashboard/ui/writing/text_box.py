"""What a key draws anew: the text box, what is to say about its text, the preview and the requests.

Each element that Streamlit draws costs time, and the rest of the composer has twenty. It is drawn anew when a key has
changed what it shows.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.accounts.account import ZERNIO
from dashboard.drafts.draft import Draft
from dashboard.ui.common import errors, exchange, post_card
from dashboard.ui.compare import side_by_side, where_others_cut
from dashboard.ui.state import editor, session
from dashboard.ui.writing import field_problems
from dashboard.ui.writing.live_text import live_text
from linkedin_api import Problem, little_text, shown, utf16_length


def draw(draft: Draft, problems: Sequence[Problem], *tabs: session.Place) -> None:
    """Draw the text box here, and what it makes in the tabs: preview, request, and how others would send it.

    The rest of the composer shows this draft.
    """
    session.mine().around = _around(draft, problems)
    _typed(*tabs)


def _around(draft: Draft, problems: Sequence[Problem]) -> tuple[object, ...]:
    """What the rest of the composer shows, as far as a key or another tab may change it."""
    elsewhere = tuple(problem for problem in problems if problem.field != "text")
    may_leave = not problems
    here = session.mine()
    return draft.draft_id, draft.is_empty, may_leave, elsewhere, here.draft_unsaved, here.news, session.accounts_here()


@errors.fragment()
def _typed(preview: session.Place, request: session.Place, others: session.Place) -> None:
    draft = editor.draft()
    text = live_text(
        "Post",
        draft.text,
        of=draft.draft_id,
        before=before("text"),
        keep=editor.keep_text,
        placeholder="What do you want to talk about?",
        rows=6,
        insert=session.mine().insert,
        formats=True,
        key="post_text",
    )
    draft = draft.changed(text=text)
    editor.keep_draft(draft)
    problems = editor.problems(draft)
    if _around(draft, problems) != session.mine().around:
        st.rerun()
    _say(draft, problems)
    with preview:
        post_card.draft_card(draft, session.voice(draft))
    if request.open:
        with request:
            exchange.planned(editor.planned(draft))
            if draft.speaks == ZERNIO:
                st.caption("Zernio then makes its own request to LinkedIn, which it does not show.")
            else:
                side_by_side.expander(draft)
    if others.open:
        with others:
            where_others_cut.draw(draft)


def _say(draft: Draft, problems: Sequence[Problem]) -> None:
    """What is to say about the text: its lengths, problems and warnings."""
    if draft.speaks == "rest":
        seen, sent = utf16_length(shown(draft.text)), utf16_length(little_text(draft.text))
        if seen != sent:
            st.caption(f"{seen:,} characters as shown, {sent:,} as sent")
    field_problems.show(problems, "text", calm=draft.is_empty)
    field_problems.warn(editor.warnings(draft))


def before(field: str) -> tuple[str, str]:
    """The id of the draft that was in the composer before, and what its field holds."""
    old = session.mine().draft_before
    return (old.draft_id, getattr(old, field)) if old else ("", "")
