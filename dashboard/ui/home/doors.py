"""The three doors of the front page, and where each leads: through the sign-in while nobody is signed in."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from dashboard.ui.account import sign_in
from dashboard.ui.common import errors
from dashboard.ui.state import session


@dataclass(frozen=True)
class Door:
    """One way into the dashboard: what its button says, and the page behind it."""

    label: str
    page: str
    icon: str
    about: str

    @property
    def name(self) -> str:
        """Under which a sign-in remembers it: no page's URL path has a colon."""
        return f"door:{self.page}"


DOORS = (
    Door("Show it", "feed", "play_circle", "See a feed full of posts, comments and reactions, as your readers would."),
    Door("Write a post", "composer", "edit_square", "Write beside a preview, see the exact request, and publish."),
    Door("Learn the API", "tour", "school", "LinkedIn's API in about twelve steps, each of which runs."),
)


def draw() -> None:
    """Draw the doors side by side."""
    for column, door in zip(st.columns(len(DOORS)), DOORS, strict=True):
        with column, st.container(border=True, height="stretch"):
            st.button(
                door.label,
                key=door.name,
                icon=f":material/{door.icon}:",
                type="primary",
                width="stretch",
                on_click=errors.guarded(_open),
                args=(door,),
            )
            st.markdown(door.about)


def _open(door: Door) -> None:
    session.tab().next_page = door.name


def enter() -> None:
    """Go through the door that was opened; by way of the sign-in while nobody is signed in."""
    opened = next((door for door in DOORS if door.name == session.tab().next_page), None)
    if opened is None:
        return
    session.tab().next_page = None
    if session.account() is None:
        sign_in.leave_for(opened.name)
    elif opened.page in session.tab().pages:
        st.switch_page(session.page(opened.page))
