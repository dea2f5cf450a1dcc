"""The progress of a post that is being published and of a comment or reaction that waits, and the link to the queue."""

from __future__ import annotations

import math

import streamlit as st

from dashboard.db.database import now
from dashboard.posts.interactions import FIRST_COMMENT, MOVED_ON, Interaction
from dashboard.posts.post import UNDO, PostRow
from dashboard.posts.queue import QueueEntry, words_of
from dashboard.ui.common import confirm, errors
from dashboard.ui.common.text import plain, told
from dashboard.ui.state import session
from dashboard.ui.state.clicks import clicked
from linkedin_api import shown
from linkedin_api.community.social_models import Reaction

WORDS = {"queued": "Waiting to be sent", "uploading": "Uploading", "sending": "Publishing"}

COMMENT_WORDS = 60  # characters of a comment that name it


def progress(post: QueueEntry | PostRow) -> None:
    """Draw how far a post is, and what delays it."""
    said = WORDS[post.state]
    if post.total_bytes:
        unit, size = ("MB", 1e6) if post.total_bytes >= 1e5 else ("kB", 1e3)
        share = min(1.0, post.sent_bytes / post.total_bytes)
        st.progress(share, f"{said} · {post.sent_bytes / size:,.1f} of {post.total_bytes / size:,.1f} {unit}")
    else:
        st.progress(0.5 if post.state == "sending" else 0.1, said)
    if post.error:
        st.caption(plain(f"{post.error} {_goes_on(post)}"))


def _goes_on(post: QueueEntry | PostRow) -> str:
    """When a post whose answer was lost leaves once more; "" for every other one."""
    if post.state != "sending" or post.delayed_by not in (None, UNDO) or not post.delayed_until:
        return ""
    left_s = math.ceil((post.delayed_until - now()).total_seconds())
    moment = f"in {left_s} s" if left_s > 0 else "now"
    return f"It leaves once more {moment}, inside LinkedIn's duplicate window of 10 minutes."


def queue_link() -> None:
    """Draw the link to the Queue page."""
    st.page_link(session.page("queue"), label="See the queue", icon=":material/calendar_month:")


def interaction(of: Interaction) -> None:
    """Draw how far a comment or reaction is that LinkedIn does not have yet, and what can be done about it."""
    what = _name(of)
    with st.container(horizontal=True, vertical_alignment="center", key=f"interaction-{of.id}"):
        if of.on_its_way:
            st.info(f"**{what} is on its way.** {plain(of.error or '')}", icon=":material/hourglass_top:")
            if of.state == "waiting" and clicked("Do not send it", key=f"drop-{of.id}"):
                _end(session.get_services().interactions.undo(of), "It is not sent.")
        elif of.state == "unconfirmed":
            st.warning(f"**{what} is not confirmed.** {told(of.error or '', of.advice)}", icon=":material/help:")
            if clicked("It is there", key=f"there-{of.id}", icon=":material/check:"):
                _end(session.get_services().interactions.found(of), "It counts as sent.")
            if clicked("Send it again", key=f"resend-{of.id}", icon=":material/replay:"):
                _ask(of)
        else:
            st.error(f"**{what} was not sent.** {told(of.error or '', of.advice)}", icon=":material/error:")
            if clicked("Send it again", key=f"resend-{of.id}", icon=":material/replay:"):
                _send_again(of)
            if clicked("Give it up", key=f"drop-{of.id}", icon=":material/close:"):
                _end(session.get_services().interactions.undo(of), "It is not sent.")


def _name(of: Interaction) -> str:
    if of.kind == "reaction":
        return f"The reaction “{Reaction(of.text).label}”"
    which = "first comment" if of.kind == FIRST_COMMENT else "comment"
    return f"The {which} “{plain(words_of(of.text, most=COMMENT_WORDS))}”"


@errors.dialog("Send it again?")
def _ask(of: Interaction) -> None:
    st.write(
        "LinkedIn does not refuse the same comment twice. Look below the post first: send it only if it is missing."
    )
    st.text(shown(of.text))
    if confirm.agreed("It is missing: send it", "Decide later", key=f"missing-{of.id}", no_key=f"later-{of.id}"):
        _send_again(of)


def _send_again(of: Interaction) -> None:
    done = session.get_services().interactions.send_again(of)
    session.get_services().start()
    _end(done, "It is sent again.")


def _end(done: bool, said: str) -> None:
    confirm.done_or(MOVED_ON, said, in_time=done)
