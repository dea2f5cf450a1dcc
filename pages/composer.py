"""Write a post, see how it will look and what will be sent, and publish it."""

import streamlit as st

from dashboard import desk, session
from dashboard.drafts import Draft
from dashboard.widgets import cards, exchanges, fields, outcomes, trouble
from dashboard.widgets.attachments import attachments
from dashboard.widgets.live_text import live_text
from linkedin_api import Kind, Problem


def write(draft: Draft) -> tuple[Draft, tuple[Problem, ...]]:
    """The form; the draft as it is filled in now, and what must still be mended."""
    draft = draft.changed(kind=fields.kind(draft))
    text = live_text(
        "Post",
        draft.text,
        of=draft.draft_id,
        before=desk.text_before(),
        keep=desk.keep_text,
        placeholder="What do you want to talk about?",
        key="post_text",
    )
    draft = draft.changed(text=text)
    below_text = st.container()
    if draft.kind == Kind.ARTICLE:
        draft = fields.article(draft)
    below_article = st.container()
    if draft.kind in (Kind.IMAGE, Kind.VIDEO):
        draft = attachments(draft)
    draft = fields.options(draft)
    problems = desk.problems(draft)
    with below_text:
        fields.show(problems, "text", calm=draft.is_empty)
    with below_article:
        fields.show(problems, "url", "title", "description")
    return draft, problems


def publish_button(draft: Draft, problems: tuple[Problem, ...]) -> None:
    """Publish now, once nothing stands in the way."""
    fields.show(problems, "media", "alt_text", "visibility", calm=draft.is_empty)
    stopped = desk.sign_in_stop()
    if stopped:
        st.warning(stopped)
        st.page_link(session.page("login"), label="Sign in again", icon=":material/account_circle:")
    if st.button("Publish now", type="primary", disabled=bool(problems or stopped), icon=":material/send:"):
        desk.publish(draft)
        st.rerun()


@st.fragment
def compose() -> None:
    """Form and preview in one fragment: typing redraws nothing else."""
    session.look_again()
    with trouble.told():
        form, look = st.columns(2, gap="large")
        with form:
            draft, problems = write(desk.draft())
            desk.keep_draft(draft)
            if not desk.draft_is_kept():
                st.warning(f"The draft is not saved. {trouble.unwritable()}")
            publish_button(draft, problems)
            fields.around(desk.set_aside(), desk.lost_files(), desk.next_aside)
            outcomes.outcomes()
        with look, st.container(key="look"):
            show(draft)


def show(draft: Draft) -> None:
    """How the post will look, and what will be sent."""
    preview, request = st.tabs(["Preview", "Request"])
    with preview:
        cards.draft_card(draft, session.member())
    with request:
        exchanges.planned(desk.planned(draft))


compose()
