"""The comments below a published post: a box for a new one, and the thread with a box for each reply."""

from __future__ import annotations

import streamlit as st

from dashboard.posts.interactions import FIRST_COMMENT, Interaction
from dashboard.posts.post import PostRow
from dashboard.posts.thread import ThreadEntry, thread
from dashboard.ui.common import errors
from dashboard.ui.common.text import counted, plain
from dashboard.ui.history.attempts import is_first, refused, told, tried
from dashboard.ui.state import dates, session
from dashboard.ui.state.clicks import clicked
from linkedin_api import Urn, shown

# What lets an app read the comments below a post, by whose post it is; the first one is what LinkedIn's pages name.
READ_COMMENTS = {
    "person": ("r_member_social_feed", "r_member_social"),
    "organization": ("r_organization_social_feed", "r_organization_social"),
}


def write(row: PostRow, actor: Urn) -> None:
    """Draw the box for a comment of the post's author."""
    _box(row, actor, "comment", "Your comment", "Comment", "Plain text; it arrives as it is")


def _box(row: PostRow, actor: Urn, what: str, label: str, button: str, hint: str, parent: str = "") -> None:
    turn = session.mine().turns[what]
    st.text_area(label, key=f"{what}-{row.id}-{turn}", height=80, placeholder=hint)
    st.button(
        button,
        key=f"send-{what}-{row.id}-{turn}",
        icon=":material/chat:",
        on_click=errors.guarded(_send),
        args=(row, actor, what, turn, parent),
    )
    refused(what, row)


def _send(row: PostRow, actor: Urn, what: str, turn: int, parent: str) -> None:
    if not is_first(what, turn):
        return
    text = (st.session_state.get(f"{what}-{row.id}-{turn}") or "").strip()
    engagement, to = session.get_services().engagement, Urn(parent) if parent else None
    if not tried(what, row, lambda: engagement.comment(row, actor, text, to)):
        st.session_state[f"{what}-{row.id}-{turn + 1}"] = text  # the next box is not empty then


def draw(row: PostRow, done: list[Interaction], actor: Urn) -> None:
    """Draw the comments, each with the replies to it: those of this dashboard, and all others once they were read."""
    read, counts = session.mine().comments_of.get(row.id, ([], {}))
    names = _names()
    for number, entry in enumerate(thread(done, read, counts)):
        place = "reply" if entry.is_reply else "comment"
        own = f"deed-{entry.own.id}" if entry.own else f"said-{number}"
        with st.container(border=True, key=f"thread-{place}-{own}", gap="xsmall"):
            st.markdown(_head(entry, names))
            st.text(shown(entry.text))
            _below(row, entry, actor)


def _head(entry: ThreadEntry, names: dict[str, str]) -> str:
    who = names.get(entry.actor) or (f"Somebody ({entry.actor})" if entry.actor else "Somebody")
    first = "First comment, " if entry.own and entry.own.kind == FIRST_COMMENT else ""
    at = dates.date_and_clock(entry.at) if entry.at else ""
    return f"**{plain(who)}** :small[{first}{at}]"


def _below(row: PostRow, entry: ThreadEntry, actor: Urn) -> None:
    """The reactions to a comment, and what can be done with it."""
    given = [f"{kind.label} {count:,}" for kind, count in entry.reactions.items()]
    if given:
        st.caption(f":material/thumb_up: {' · '.join(given)}")
    if entry.own and entry.own.undone:
        st.caption("deleted")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if entry.urn and not entry.is_reply:  # [D] a reply names the comment by its URN
            with st.popover("Reply", icon=":material/reply:", key=f"replies-{entry.urn}"):
                _box(row, actor, f"reply-{entry.urn}", "Your reply", "Send the reply", "Plain text", entry.urn)
        # One that a person has found below the post has no id here.
        if (
            (own := entry.own)
            and own.given_id
            and clicked("Delete the comment", key=f"undo-{own.id}", icon=":material/delete:")
        ):
            _take_back(row, own)


def _take_back(row: PostRow, own: Interaction) -> None:
    if told(lambda: session.get_services().engagement.undo(row, own)):
        st.rerun()


def read_all(row: PostRow, author: Urn) -> None:
    """Draw the button that reads the comments of everybody, where the sign-in may; they stay until another is read."""
    here, granted = session.mine(), session.account_of(row).scopes
    scopes = READ_COMMENTS[author.kind]
    if granted and not set(scopes) & set(granted):
        below = f"[below the post]({session.get_services().link(str(row.urn))})"
        st.caption(f"This app may write comments but not read them (`{scopes[0]}`): read what others say {below}.")
        return
    if clicked("Show all comments", key=f"comments-{row.id}", icon=":material/forum:"):
        engagement = session.get_services().engagement
        if told(lambda: here.comments_of.update({row.id: engagement.thread(row)})):
            here.comments_of = {row.id: here.comments_of[row.id]}
            st.rerun()
    if row.id in here.comments_of:
        count = len(here.comments_of[row.id][0])
        st.caption(f"{counted(count, 'comment')} on LinkedIn." if count else "Nobody has commented yet.")


def _names() -> dict[str, str]:
    """The names of all members and pages that the member may act as, by URN."""
    speakers = [(each, urn) for each in session.accounts_here() for urn in (each.urn, *(each.organizations or ()))]
    return {urn: each.name_of(urn) for each, urn in speakers}
