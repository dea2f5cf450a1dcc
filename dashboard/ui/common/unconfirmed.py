"""Unconfirmed posts: the member looks whether a post was published, and decides."""

from __future__ import annotations

import streamlit as st

from dashboard.accounts.account import ZERNIO
from dashboard.drafts.post_links import NoPost, post_urn
from dashboard.posts.post import PostRow
from dashboard.ui.common import confirm, errors
from dashboard.ui.common.text import first_words, plain, told
from dashboard.ui.state import dates, session
from dashboard.ui.state.clicks import clicked

# [?] The site leads whoever is signed in there to their own posts; the API names no address of a profile.
OWN_POSTS = "https://www.linkedin.com/in/me/recent-activity/all/"
DECIDED = "It was decided in the meantime."
ONLY_ACTIVITY = (
    "This names the activity, not the post itself. It opens the post, but LinkedIn may refuse what you do with it from "
    "here later, such as deleting it."  # [?]
)
LINKEDIN_REFUSES = (
    "For about 10 minutes after a post LinkedIn refuses an identical one, and this dashboard then knows that the "
    "first one is out. Later it would be published a second time if the first one is there after all. Look first."
)
ZERNIO_IS_ASKED = (
    "Zernio is asked first what became of the post, and what it says is published is not sent again. If it has no "
    "record of the post any more, it would be published a second time if the first one is there after all. Look first."
)


def unconfirmed(row: PostRow) -> None:
    """Draw one such post on the Queue page: what is known, and the three decisions."""
    with st.container(border=True, key=f"unconfirmed-{row.id}", gap="small"):
        sent = f"{dates.here(row.create_sent_at):%d %b, %H:%M}" if row.create_sent_at else "at an unknown time"
        who = plain(session.account_of(row).name_of(row.draft.author))
        st.markdown(f":material/help: **Is it out?** Sent as {who}, {sent}.  \n{told(row.error or '', row.advice)}")
        _line(row)
        decide(row)


def decide(row: PostRow) -> None:
    """Draw the buttons of the three decisions; each opens a dialog. A decision draws the whole page anew."""
    with st.container(horizontal=True):
        for label, icon, ask in (
            ("It is there", "check", _there),
            ("Send again", "replay", _send_again),
            ("Give up", "close", _give_up),
        ):
            if clicked(label, key=f"{icon}-{row.id}", icon=f":material/{icon}:"):
                ask(row)


def _line(row: PostRow) -> None:
    if row.account_id not in session.visible_ids():  # its member has left the list since this was drawn
        st.rerun()
    if text := first_words(row.draft):
        st.text(text)


@errors.dialog("Where is the post?")
def _there(row: PostRow) -> None:
    _line(row)
    _link_to_own_posts(row)
    pasted = st.text_input(
        "Link or URN of the post",
        key=f"found-{row.id}",
        live=True,
        placeholder="https://www.linkedin.com/feed/update/urn:li:share:…",
    )
    urn = None
    if (pasted or "").strip():
        try:
            urn = post_urn(pasted or "")
        except NoPost as error:
            st.error(plain(str(error)), icon=":material/link_off:")
    if urn:
        st.code(urn, language=None)
        if urn.kind == "activity":
            st.caption(ONLY_ACTIVITY)
    if _agreed("It is this post", row, key="confirmed", disabled=urn is None) and urn:
        _end(session.get_services().schedule.confirm(row, urn), "The post counts as published.")


def _link_to_own_posts(row: PostRow) -> None:
    stays = session.get_services().stays_here(session.account_of(row))
    if stays and session.get_services().settings.built_in_sandbox:
        st.page_link(session.page("feed"), label="Look for it in the sandbox feed", icon=":material/dynamic_feed:")
    elif stays:
        st.caption("Look for it in the sandbox, then paste its link here.")
    else:
        st.markdown(f"[Look for it among your posts on LinkedIn]({OWN_POSTS})")


@errors.dialog("Send it again?")
def _send_again(row: PostRow) -> None:
    _line(row)
    st.write(ZERNIO_IS_ASKED if row.dialect == ZERNIO else LINKEDIN_REFUSES)
    _link_to_own_posts(row)
    if _agreed("Send it again", row, key="really-resend"):
        done = session.get_services().schedule.send_again(row)
        session.get_services().start()
        _end(done, "It is sent again.")


@errors.dialog("Give this post up?")
def _give_up(row: PostRow) -> None:
    _line(row)
    st.write("It counts as failed and nothing more is sent. If it is on LinkedIn after all, it stays there.")
    if _agreed("Give it up", row, key="really-give-up"):
        _end(session.get_services().schedule.give_up(row), "It counts as failed; History keeps it.")


def _agreed(yes: str, row: PostRow, *, key: str, disabled: bool = False) -> bool:
    return confirm.agreed(yes, "Decide later", key=f"{key}-{row.id}", no_key=f"later-{row.id}", disabled=disabled)


def _end(done: bool, said: str) -> None:
    confirm.done_or(DECIDED, said, in_time=done)
