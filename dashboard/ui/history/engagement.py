"""A published post: changing its text, comments, reactions and figures, as far as the sign-in allows."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard.posts.interactions import COMMENTS, FIRST_COMMENT, Interaction
from dashboard.posts.post import PostRow
from dashboard.publishing.engagement import Unrecorded
from dashboard.ui.common import errors, progress
from dashboard.ui.common.text import plain
from dashboard.ui.state import dates, session
from linkedin_api import Urn, shown, utf16_length
from linkedin_api.community.social_models import Comment, Reaction
from linkedin_api.reference import limits, products

LOOK_EVERY_S = 1.0
# What lets an app read the comments below a post, by whose post it is; the first one is what LinkedIn's pages name.
READ_COMMENTS = {
    "person": ("r_member_social_feed", "r_member_social"),
    "organization": ("r_organization_social_feed", "r_organization_social"),
}


def conversation(row: PostRow, done: list[Interaction]) -> None:
    """Draw reactions, comments and figures of a published post."""
    st.markdown("**Below the post**")
    actor = _actor(row)
    given = [each for each in done if each.kind == "reaction" and each.actor == actor and not each.undone]
    _react(row, actor, [each for each in given if each.state is None or each.on_its_way])
    _comment(row, actor)
    if any(each.on_its_way for each in done):
        errors.fragment(LOOK_EVERY_S)(_follow)(row)
    else:
        _all_done(row, done)
    _others(row, actor)
    _figures(row)


def _follow(row: PostRow) -> None:
    """What was done here, looked at again and again while something of it is on its way."""
    done = session.get_services().interactions.of(row.id)
    _all_done(row, done)
    if not errors.busy() and not any(each.on_its_way for each in done):
        st.rerun()


def _all_done(row: PostRow, done: list[Interaction]) -> None:
    for interaction in done:
        _done(row, interaction)


def edit_button(row: PostRow) -> None:
    """Draw the button that opens the dialog to change the text."""
    if st.button("Edit", key=f"edit-{row.id}", icon=":material/edit:"):
        _edit(row)


@errors.dialog("Edit the text", width="medium")
def _edit(row: PostRow) -> None:
    if row.dialect == "v2":
        st.caption("v2 cannot change a post; the versioned API does it, if your app may use it.")
    written = st.text_area("Text", row.text, height=240, key=f"text-{row.id}")
    length = utf16_length(shown(written or ""))
    st.caption(f"{length:,} of {limits.TEXT_MAX_UTF16:,} characters. The rest of the post stays.")
    # Never disabled: a text box tells what is in it when it is left, which may be by this very click.
    if st.button("Save the text", type="primary", key=f"save-{row.id}") and _told(
        lambda: session.get_services().engagement.edit(row, written or "")
    ):
        st.toast("The text is changed.", icon=":material/edit:")
        st.rerun()


def _actor(row: PostRow) -> Urn:
    """The URN that acts: the company page that published the post, or the member."""
    return Urn(row.draft.author) if row.draft.author else session.account_of(row).urn


def _react(row: PostRow, actor: Urn, given: list[Interaction]) -> None:
    turn = session.mine().turns["reaction"]
    st.pills(
        "Your reaction",
        list(Reaction),
        default=Reaction(given[-1].text) if given else None,
        format_func=lambda reaction: reaction.label,
        key=f"react-{row.id}-{turn}",
        on_change=errors.guarded(_reacted),
        args=(row, actor, given, turn),
    )
    _refused("reaction", row)


def _reacted(row: PostRow, actor: Urn, given: list[Interaction], turn: int) -> None:
    # A new widget after every try: one that was refused shows again what LinkedIn has.
    if not _is_first("reaction", turn):
        return
    chosen = st.session_state.get(f"react-{row.id}-{turn}")
    engagement = session.get_services().engagement
    if chosen:
        _tried("reaction", row, lambda: engagement.react(row, actor, Reaction(chosen)))
    elif given:
        _tried("reaction", row, lambda: engagement.undo(row, given[-1]))


def _comment(row: PostRow, actor: Urn) -> None:
    turn = session.mine().turns["comment"]
    st.text_area(
        "Your comment", key=f"comment-{row.id}-{turn}", height=80, placeholder="Plain text; it arrives as it is"
    )
    st.button(
        "Comment",
        key=f"send-{row.id}-{turn}",
        icon=":material/chat:",
        on_click=errors.guarded(_send),
        args=(row, actor, turn),
    )
    _refused("comment", row)


def _send(row: PostRow, actor: Urn, turn: int) -> None:
    if not _is_first("comment", turn):
        return
    text = (st.session_state.get(f"comment-{row.id}-{turn}") or "").strip()
    if not _tried("comment", row, lambda: session.get_services().engagement.comment(row, actor, text)):
        st.session_state[f"comment-{row.id}-{turn + 1}"] = text  # the next box is not empty then


def _is_first(what: str, turn: int) -> bool:
    """Whether this callback is called for the first time: Streamlit repeats it when reruns overtake each other.

    Callbacks, because a click that the page itself looks for is lost when another one ends the run before.
    """
    here = session.mine()
    if here.turns[what] != turn:
        return False
    here.turns[what] += 1
    return True


def _tried(what: str, row: PostRow, call: Callable[[], object]) -> bool:
    """Do it; what went wrong is said below its widget. True when LinkedIn has taken it."""
    session.look_again()
    if session.account() is None or row.account_id not in session.visible_ids():  # since, in another tab
        return False
    taken, said = _outcome(call)
    session.mine().refused[what] = (row.id, said)
    return taken


def _refused(what: str, row: PostRow) -> None:
    of, said = session.mine().refused.get(what, (0, ""))
    if of == row.id and said:
        st.error(said)


def _done(row: PostRow, interaction: Interaction) -> None:
    """Draw one interaction that was made here; a comment with a button to delete it."""
    if interaction.kind == "edit":
        with st.expander(f"Edited {dates.date_and_clock(interaction.at)}; the text before"):
            st.text(interaction.text)
    elif interaction.state:
        if not interaction.undone:
            progress.interaction(interaction)
    elif interaction.kind in COMMENTS:
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"deed-{interaction.id}"):
            st.text(shown(interaction.text))
            first = "First comment, " if interaction.kind == FIRST_COMMENT else ""
            st.caption("deleted" if interaction.undone else f"{first}{dates.date_and_clock(interaction.at)}")
            # One that a person has found below the post has no id here.
            if interaction.given_id and not interaction.undone:
                _delete_button(row, interaction)


def _delete_button(row: PostRow, interaction: Interaction) -> None:
    if st.button("Delete the comment", key=f"undo-{interaction.id}", icon=":material/delete:"):
        _take_back(row, interaction)


def _take_back(row: PostRow, interaction: Interaction) -> None:
    if _told(lambda: session.get_services().engagement.undo(row, interaction)):
        st.rerun()


def _others(row: PostRow, author: Urn) -> None:
    """The comments of everybody, where the sign-in may read them; they stay until another post is opened."""
    here, granted = session.mine(), session.account_of(row).scopes
    scopes = READ_COMMENTS[author.kind]
    if granted and not set(scopes) & set(granted):
        below = f"[below the post]({session.get_services().link(str(row.urn))})"
        st.caption(f"This app may write comments but not read them (`{scopes[0]}`): read what others say {below}.")
        return
    if st.button("Show all comments", key=f"comments-{row.id}", icon=":material/forum:"):
        found: list[Comment] = []
        if _told(lambda: found.extend(session.get_services().engagement.comments(row))):
            here.comments_of = {row.id: found}
    if here.comments_of.get(row.id) == []:
        st.caption("Nobody has commented yet.")
    us = _us()
    for comment in here.comments_of.get(row.id, ()):
        who = us.get(str(comment.actor), comment.actor)
        st.text(f"{who}: {comment.text}")


def _us() -> dict[str, str]:
    """The names of all members and pages that the member may act as, by URN."""
    speakers = [(each, urn) for each in session.accounts_here() for urn in (each.urn, *(each.organizations or ()))]
    return {urn: each.name_of(urn) for each, urn in speakers}


def _figures(row: PostRow) -> None:
    """What LinkedIn has counted; it stays until another post is opened."""
    here = session.mine()
    if row.draft.author:
        st.caption("Figures are shown of members' own posts only; for those of a company page the Console has a call.")
        return
    if not _may(row, ("r_member_postAnalytics",), "Figures"):
        return
    if st.button("Show its figures", key=f"figures-{row.id}", icon=":material/bar_chart:"):
        found: dict[str, int] = {}
        if _told(lambda: found.update(session.get_services().engagement.figures(row))):
            here.figures_of = {row.id: found}
    if figures := here.figures_of.get(row.id):
        with st.container(horizontal=True, gap="large"):
            for name, count in figures.items():
                st.metric(name, f"{count:,}", width="content")


def _may(row: PostRow, scopes: tuple[str, ...], what: str) -> bool:
    """Whether one of the scopes was granted to the post's account; if not, say what would grant it."""
    granted = session.account_of(row).scopes
    if not granted or set(scopes) & set(granted):
        return True
    st.caption(plain(f"{what} needs {scopes[0]}. {products.advice_for(scopes[0])}"))
    return False


def _told(call: Callable[[], object]) -> bool:
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
