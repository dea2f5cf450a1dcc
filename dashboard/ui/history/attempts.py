"""Calls that a click makes at once, and what is said about their outcome."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard.posts.post import PostRow
from dashboard.publishing.engagement import Unrecorded
from dashboard.ui.common import errors
from dashboard.ui.state import session


def is_first(what: str, turn: int) -> bool:
    """Whether this callback is called for the first time: Streamlit repeats it when reruns overtake each other.

    Callbacks, because a click that the page itself looks for is lost when another one ends the run before.
    """
    here = session.mine()
    if here.turns[what] != turn:
        return False
    here.turns[what] += 1
    return True


def tried(what: str, row: PostRow, call: Callable[[], object]) -> bool:
    """Do it; what went wrong is said where refused() stands. True when LinkedIn has taken it."""
    session.look_again()
    if session.account() is None or row.account_id not in session.visible_ids():  # since, in another tab
        return False
    taken, said = _outcome(call)
    session.mine().refused[what] = (row.id, said)
    return taken


def refused(what: str, row: PostRow) -> None:
    """Draw what went wrong with tried()."""
    of, said = session.mine().refused.get(what, (0, ""))
    if of == row.id and said:
        st.error(said)


def told(call: Callable[[], object]) -> bool:
    """Do it, and say what went wrong; True when LinkedIn has taken it."""
    taken, said = _outcome(call)
    if said and taken:  # a toast outlives the rerun that follows
        st.toast(said, icon=":material/warning:", duration="long")
    elif said:
        st.error(said)
    return taken


def _outcome(call: Callable[[], object]) -> tuple[bool, str]:
    """Whether LinkedIn has taken it, and what to say about it, as Markdown."""
    try:
        call()
    except Exception as error:
        return isinstance(error, Unrecorded), errors.sentence(error)
    return True, ""
