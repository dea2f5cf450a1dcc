"""Errors that a page did not expect: a sentence for the member, a log line for the terminal."""

from __future__ import annotations

import contextlib
import functools
import logging
from collections.abc import Callable, Iterator
from typing import Any, Literal

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from dashboard import session
from dashboard.widgets import words
from linkedin_api import LinkedInError

Draw = Callable[..., None]
BUSY = "dialog_open"
log = logging.getLogger(__name__)


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Around a page, and around what a page redraws by itself: a fragment's rerun does not pass the page again."""
    try:
        yield
    except LinkedInError as error:
        st.error(words.told(error, error.advice))
    except SQLAlchemyError:
        log.exception("The database failed")
        st.error(words.plain(unwritable()))
    except Exception:
        log.exception("A page failed")
        st.error("This page failed; the terminal says why. Reload it, and if that does not help, please report it.")


def dialog(title: str, width: Literal["small", "medium", "large"] = "small") -> Callable[[Draw], Draw]:
    """A dialog whose own reruns look again who is here, and say what went wrong."""

    def with_care(draw: Draw) -> Draw:
        @functools.wraps(draw)
        def drawn(*arguments: Any) -> None:
            st.session_state[BUSY] = True
            session.look_again()
            with told():
                draw(*arguments)

        opened: Draw = st.dialog(title, width=width, on_dismiss="rerun")(drawn)
        return opened

    return with_care


def none_open() -> None:
    """At the start of a page, and of a fragment that may open a dialog: by now none is open."""
    st.session_state.pop(BUSY, None)


def busy() -> bool:
    """Whether a dialog is open: the page must not be drawn anew under somebody's hands."""
    return BUSY in st.session_state


def unwritable() -> str:
    """What to do when the database fails while the dashboard runs."""
    return (
        f"The database {session.house().settings.database_name} cannot be read or written. "
        "Check that it runs and has space, then try again. What you typed is still here."
    )
