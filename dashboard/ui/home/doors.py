"""The three doors of the front page, and what opening one does; by way of the sign-in while nobody is signed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from dashboard.posts.history import Wanted
from dashboard.ui.account import sign_in
from dashboard.ui.common import errors
from dashboard.ui.state import editor, session

# Numbered, as LinkedIn refuses a text that was published a moment ago.
EXAMPLE = """Day {day} of automating our LinkedIn posts.

This one was written in a form, checked in a preview and published by one request to LinkedIn's API. \
No copy and paste, no tab left open.

What would you automate first?

#automation #linkedinapi"""


def _write() -> str:
    """The composer; in the sandbox with a text in it, so that only the publishing is left to do."""
    services, draft = session.get_services(), editor.draft()
    if services.settings.sandbox and draft.is_empty:
        day = services.history.count(Wanted(session.visible_ids())) + 1
        editor.take(services.drafts.fresh(draft).changed(text=EXAMPLE.format(day=day)), keep=False)
    return "composer"


@dataclass(frozen=True)
class Door:
    """One way into the dashboard: what its button says, and what to do for a member before the page is shown.

    `go` returns the page's URL path.
    """

    label: str
    icon: str
    about: str
    go: Callable[[], str]

    @property
    def name(self) -> str:
        """By which a sign-in remembers it; no page's URL path has a colon."""
        return f"door:{self.label}"


DOORS = (
    Door("Show it", "play_circle", "A feed full of posts, comments and reactions, in one click.", lambda: "feed"),
    Door("Write a post", "edit_square", "A form, a preview you can trust, and the request that will be sent.", _write),
    Door("Learn the API", "school", "Twelve steps from the app to the published post. Each one runs.", lambda: "tour"),
)


def draw() -> None:
    """Draw the doors side by side."""
    for column, door in zip(st.columns(len(DOORS)), DOORS, strict=True):
        with column, st.container(border=True, height="stretch", key=door.name.replace(" ", "-")):
            st.button(
                door.label,
                key=door.name,
                icon=f":material/{door.icon}:",
                type="primary",
                width="stretch",
                on_click=errors.guarded(session.lead_back_to),
                args=(door.name,),
            )
            st.markdown(door.about)


def enter() -> None:
    """Go through the door that was opened, here or before the sign-in; what is asked for else leads back here."""
    asked = session.tab().next_page
    session.lead_back_to(None)
    for door in DOORS:
        if asked == door.name and session.account():
            st.switch_page(session.page(door.go()))
        if asked == door.name:
            sign_in.leave_for(door.name)
