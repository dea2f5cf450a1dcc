"""Errors that nobody expected: a sentence for the member in the page, a log line for the terminal."""

from __future__ import annotations

import contextlib
import functools
import logging
from collections.abc import Callable, Iterator
from typing import Any, Literal, ParamSpec

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from dashboard import member_state, session
from dashboard.widgets import words
from linkedin_api import LinkedInError

P = ParamSpec("P")
FAILED = "This page failed; the terminal says why. Reload it, and if that does not help, please report it."
log = logging.getLogger(__name__)


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Around what draws: an exception becomes one sentence in the page."""
    try:
        yield
    except Exception as error:
        st.error(sentence(error))


def sentence(error: Exception) -> str:
    """What the member is told about an exception, as Markdown; the log keeps one that nobody expected."""
    if isinstance(error, LinkedInError):
        return words.told(error, error.advice)
    log.error("A page failed", exc_info=error)
    return words.plain(unwritable()) if isinstance(error, SQLAlchemyError) else FAILED


def guarded(act: Callable[..., object]) -> Callable[..., None]:
    """Wrap a widget's callback, which Streamlit calls before the page: what it could not do, the page says."""

    @functools.wraps(act)
    def acted(*arguments: Any, **named: Any) -> None:
        try:
            act(*arguments, **named)
        except Exception as error:
            # Not of session.mine(): asking who is here may be what has failed.
            member_state.in_tab().failed = sentence(error)

    return acted


def said() -> None:
    """Draw what a callback could not do, once: at the top of the page, or of the part of it that is drawn anew."""
    here = member_state.in_tab()
    failed, here.failed = here.failed, ""
    if failed:
        st.error(failed)


def fragment(run_every: float | None = None) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """A part of a page that is drawn anew by itself: looks again who is here, and says what went wrong.

    run_every: in seconds; None for only after its own widgets were touched.
    """
    return lambda draw: st.fragment(_watched(draw), run_every=run_every)


def dialog(
    title: str, width: Literal["small", "medium", "large"] = "small"
) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """The same for a dialog; the page knows that it is open."""

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
        session.look_again()
        with told():
            said()
            draw(*arguments, **named)

    return drawn


def none_open() -> None:
    """At the start of a page, and of a fragment that may open a dialog: by now none is open."""
    session.tab().dialog_open = False


def busy() -> bool:
    """Whether a dialog is open: the page must not be drawn anew under somebody's hands."""
    return session.tab().dialog_open


def unwritable() -> str:
    """What to do when the database fails while the dashboard runs."""
    return (
        f"The database {session.house().settings.database_name} cannot be read or written. "
        "Check that it runs and has space, then try again. What you typed is still here."
    )
