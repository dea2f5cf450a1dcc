"""The three doors of the front page, and what opening one does; by way of the sign-in while nobody is signed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from dashboard.demo.fill import fill
from dashboard.posts.history import Wanted
from dashboard.ui.account import sign_in
from dashboard.ui.common import errors
from dashboard.ui.home import samples
from dashboard.ui.state import editor, member_state, session

# Numbered, as LinkedIn refuses a text that was published a moment ago.
EXAMPLE = """Day {day} of automating our LinkedIn posts.

This one was written in a form, checked in a preview and published by one request to LinkedIn's API. \
No copy and paste, no tab left open.

What would you automate first?

#automation #linkedinapi"""


def _show() -> str:
    """The feed, filled; of another LinkedIn the member's own results."""
    services = session.get_services()
    if not services.settings.built_in_sandbox:
        return "history"
    fill(services, session.member(), str(session.timezone()))
    member_state.renew()
    return "feed"


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

    `go` returns the page's URL path, `sample` HTML that shows what is there.
    """

    label: str
    icon: str
    about: str
    go: Callable[[], str]
    sample: Callable[[], str]
    for_everybody: bool = False  # no sign-in on the way

    @property
    def name(self) -> str:
        """By which a sign-in remembers it; no page's URL path has a colon."""
        return f"door:{self.label}"


DOORS = (
    Door(
        "Show it",
        "play_circle",
        "A feed full of posts, comments and reactions, in one click.",
        _show,
        samples.post_with_comment,
    ),
    Door(
        "Write a post",
        "edit_square",
        "A form, a preview you can trust, and the request that will be sent.",
        _write,
        lambda: samples.written(EXAMPLE.format(day=1)),
    ),
    Door(
        "Learn the API",
        "school",
        "From the app to the published post, in steps that run.",
        lambda: "tour",
        samples.exchange,
        for_everybody=True,
    ),
)


OWN_POSTS = "Your posts, with what became of each of them."  # where there is no feed of a sandbox


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
            live = not session.get_services().settings.built_in_sandbox
            st.markdown(OWN_POSTS if live and door.go is _show else door.about)
            st.html(f'<div class="lq-sample" aria-hidden="true">{door.sample()}</div>')


def enter() -> None:
    """Go through the door that was opened, here or before the sign-in; what is asked for else leads back here.

    The door stays open until the browser has left: a run may be ended early by the next one.
    """
    asked = session.tab().next_page
    door = next((each for each in DOORS if each.name == asked), None)
    if door and (door.for_everybody or session.account()):
        page = session.page(door.go())
        session.lead_back_to(None)
        st.switch_page(page)
    if door:
        sign_in.leave_for(door.name)
    else:
        session.lead_back_to(None)
