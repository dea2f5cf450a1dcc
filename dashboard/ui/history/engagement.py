"""A published post: changing its text, comments, reactions and figures, as far as the sign-in allows."""

from __future__ import annotations

import streamlit as st

from dashboard.accounts.account import ZERNIO
from dashboard.posts.interactions import Interaction
from dashboard.posts.post import PostRow
from dashboard.ui.common import errors, progress
from dashboard.ui.common.text import plain
from dashboard.ui.history import comments
from dashboard.ui.history.attempts import is_first, refused, told, tried
from dashboard.ui.state import dates, session
from dashboard.ui.state.clicks import clicked
from dashboard.zernio.way import NOT_THROUGH_ZERNIO
from linkedin_api import Urn, shown, utf16_length
from linkedin_api.community.social_models import Reaction
from linkedin_api.reference import limits, products

LOOK_EVERY_S = 1.0


def conversation(row: PostRow, done: list[Interaction]) -> None:
    """Draw reactions, comments and figures of a published post."""
    if row.dialect == ZERNIO:
        st.caption(f"{NOT_THROUGH_ZERNIO} Look at the post itself.")
        return
    st.subheader("Below the post", anchor=False)
    actor = _actor(row)
    given = [each for each in done if each.kind == "reaction" and each.actor == actor and not each.undone]
    _react(row, actor, [each for each in given if each.state is None or each.on_its_way])
    comments.write(row, actor)
    if any(each.on_its_way for each in done):
        errors.fragment(LOOK_EVERY_S)(_follow)(row)
    else:
        _all_done(row, done)
    comments.read_all(row, actor)
    _figures(row)


def _follow(row: PostRow) -> None:
    """What was done here, looked at again and again while something of it is on its way."""
    done = session.get_services().interactions.of(row.id)
    _all_done(row, done)
    if not errors.busy() and not any(each.on_its_way for each in done):
        st.rerun()


def _all_done(row: PostRow, done: list[Interaction]) -> None:
    for interaction in done:
        _done(interaction)
    comments.draw(row, done, _actor(row))


def edit_button(row: PostRow) -> None:
    """Draw the button that opens the dialog to change the text."""
    if clicked("Edit", key=f"edit-{row.id}", icon=":material/edit:"):
        _edit(row)


@errors.dialog("Edit the text", width="medium")
def _edit(row: PostRow) -> None:
    if row.dialect == "v2":
        st.caption("v2 cannot change a post; the versioned API does it, if your app may use it.")
    written = st.text_area("Text", row.text, height=240, key=f"text-{row.id}")
    length = utf16_length(shown(written or ""))
    st.caption(f"{length:,} of {limits.TEXT_MAX_UTF16:,} characters. The rest of the post stays.")
    # Never disabled: a text box tells what is in it when it is left, which may be by this very click.
    if clicked("Save the text", type="primary", key=f"save-{row.id}") and told(
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
    refused("reaction", row)


def _reacted(row: PostRow, actor: Urn, given: list[Interaction], turn: int) -> None:
    # A new widget after every try: one that was refused shows again what LinkedIn has.
    if not is_first("reaction", turn):
        return
    chosen = st.session_state.get(f"react-{row.id}-{turn}")
    engagement = session.get_services().engagement
    if chosen:
        tried("reaction", row, lambda: engagement.react(row, actor, Reaction(chosen)))
    elif given:
        tried("reaction", row, lambda: engagement.undo(row, given[-1]))


def _done(interaction: Interaction) -> None:
    """Draw an edit, or a comment or reaction that LinkedIn does not have yet."""
    if interaction.kind == "edit":
        with st.expander(f"Edited {dates.date_and_clock(interaction.at)}; the text before"):
            st.text(interaction.text)
    elif interaction.state and not interaction.undone:
        progress.interaction(interaction)


def _figures(row: PostRow) -> None:
    """What LinkedIn has counted; it stays until another post is opened."""
    here = session.mine()
    if row.draft.author:
        st.caption("Figures are shown of members' own posts only; for those of a company page the Console has a call.")
        return
    if not _may(row, ("r_member_postAnalytics",), "Figures"):
        return
    if clicked("Show its figures", key=f"figures-{row.id}", icon=":material/bar_chart:"):
        found: dict[str, int] = {}
        if told(lambda: found.update(session.get_services().engagement.figures(row))):
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
