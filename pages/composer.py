"""Write a post, see how it will look and what will be sent, and publish it."""

import streamlit as st

from dashboard import desk, session
from dashboard.draft import Draft
from dashboard.widgets import cards, exchanges, fields, outcomes, trouble, words, writing
from linkedin_api import Problem


def publish_button(draft: Draft, problems: tuple[Problem, ...]) -> None:
    """Publish now, once nothing stands in the way."""
    fields.show(problems, "media", "alt_text", "visibility", "author", calm=draft.is_empty)
    stopped = desk.sign_in_stop(draft)
    if stopped:
        st.warning(stopped)
        st.page_link(session.page("login"), label="Sign in again", icon=":material/account_circle:")
    label = f"Publish now as {session.member().name_of(draft.author)}" if draft.author else "Publish now"
    if st.button(words.plain(label), type="primary", disabled=bool(problems or stopped), icon=":material/send:"):
        desk.publish(draft)
        st.rerun()


@st.fragment
def compose() -> None:
    """Form and preview in one fragment: typing redraws nothing else."""
    session.look_again()
    with trouble.told():
        form, look = st.columns([48, 52], gap="medium")
        with form:
            outcomes.outcomes()
            draft, problems = writing.write(desk.draft())
            desk.keep_draft(draft)
            if not desk.draft_is_kept():
                st.warning(f"The draft is not saved. {trouble.unwritable()}")
            publish_button(draft, problems)
            writing.around()
        with look, st.container(key="look"):
            show(draft)


def show(draft: Draft) -> None:
    """How the post will look, and what will be sent."""
    preview, request = st.tabs(["Preview", "Request"])
    with preview:
        cards.look_switch()
        cards.draft_card(draft, session.member())
    with request:
        exchanges.planned(desk.planned(draft))


compose()
