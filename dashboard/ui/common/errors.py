"""Unexpected errors: one sentence in the page, and the traceback in the log."""

from __future__ import annotations

import contextlib
import functools
import logging
from collections.abc import Callable, Iterator
from typing import Any, Literal, ParamSpec

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from dashboard.db.database import DatabaseUnavailable
from dashboard.ui.common import text
from dashboard.ui.state import member_state, session
from linkedin_api import InvalidPost, LinkedInError

P = ParamSpec("P")
FAILED = "This page failed; the terminal says why. Reload it, and if that does not help, please report it."
log = logging.getLogger(__name__)


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Draw an exception of the block as one sentence in the page."""
    try:
        yield
    except Exception as error:
        st.error(sentence(error))


def sentence(error: Exception) -> str:
    """One sentence about an exception, as Markdown; an unexpected one is logged."""
    if isinstance(error, LinkedInError):
        return text.told(error, error.advice)
    if isinstance(error, InvalidPost | DatabaseUnavailable):
        return text.plain(str(error))
    log.error("A page failed", exc_info=error)
    return text.plain(unwritable()) if isinstance(error, SQLAlchemyError) else FAILED


def guarded(act: Callable[..., object]) -> Callable[..., None]:
    """Wrap a widget's callback. Streamlit calls it before the page, which then draws its exception; see said()."""

    @functools.wraps(act)
    def acted(*arguments: Any, **named: Any) -> None:
        try:
            act(*arguments, **named)
        except Exception as error:
            # Not of session.mine(): asking who is here may be what has failed.
            member_state.in_tab().failed = sentence(error)

    return acted


def said() -> None:
    """Draw the exception of a callback, once, at the top of the page or of the fragment that runs."""
    here = member_state.in_tab()
    failed, here.failed = here.failed, ""
    if failed:
        st.error(failed)


def fragment(run_every: float | None = None) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Like st.fragment; each run looks again who is signed in, and draws its exception as a sentence.

    run_every: seconds; None for only when one of its widgets was used.
    """
    return lambda draw: st.fragment(_watched(draw), run_every=run_every)


def dialog(
    title: str, width: Literal["small", "medium", "large"] = "small"
) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Like st.dialog, with the same care as fragment(); see busy()."""

    def with_care(draw: Callable[P, None]) -> Callable[P, None]:
        @functools.wraps(draw)
        def drawn(*arguments: P.args, **named: P.kwargs) -> None:
            session.tab().dialog_open = True
            draw(*arguments, **named)

        return st.dialog(title, width=width, on_dismiss="rerun")(_watched(drawn))

    return with_care


def _watched(draw: Callable[P, None]) -> Callable[P, None]:
    @functools.wraps(draw)
    def drawn(*arguments: P.args, **named: P.kwargs) -> None:
        session.look_again_alone()
        with told():
            said()
            draw(*arguments, **named)

    return drawn


def none_open() -> None:
    """Note that no dialog is open: at the start of a page, and of a fragment that may open one."""
    session.tab().dialog_open = False


def busy() -> bool:
    """Whether a dialog is open: drawing the page anew would close it."""
    return session.tab().dialog_open


def unwritable() -> str:
    """What to do when the database fails while the dashboard runs."""
    return (
        f"The database {session.get_services().settings.database_name} cannot be read or written. "
        "Check that it runs and has space, then try again. What you typed is still here."
    )
