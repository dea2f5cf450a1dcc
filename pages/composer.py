"""Write a post, see how it will look and what will be sent, and publish it now or later."""

import streamlit as st

from dashboard import desk, session
from dashboard.draft import Draft
from dashboard.widgets import budget, cards, exchanges, fields, later, outcomes, trouble, words, writing
from linkedin_api import Problem


def publish_button(draft: Draft, problems: tuple[Problem, ...]) -> later.Due:
    """Draw the choice of the moment and the button that publishes; returns the moment."""
    fields.show(problems, "media", "alt_text", "visibility", "author", calm=draft.is_empty)
    due = later.choose(draft)
    stopped = desk.sign_in_stop(draft, due.at)
    if stopped:
        st.warning(stopped)
        st.page_link(session.page("login"), label="Sign in again", icon=":material/account_circle:")
    # A click counts for the draft that it was made on, and for what was said about the queue at that time.
    key = f"leave-{draft.draft_id}-{later.is_waiting()}"
    button, icon = label(draft, due)
    if st.button(button, type="primary", disabled=bool(problems or stopped or due.wrong), icon=icon, key=key):
        if due.at and due.zone:
            desk.schedule(draft, due.at, due.zone)
        else:
            desk.publish(draft)
        st.rerun()
    return due


def label(draft: Draft, due: later.Due) -> tuple[str, str]:
    """The words of the button, and its icon."""
    whose = f" as {session.voice(draft).name_of(draft.author)}" if draft.author or draft.member else ""
    if due == later.Due():
        return words.plain(f"Publish now{whose}"), ":material/send:"
    what = "Save in the queue" if later.is_waiting() else "Schedule"
    return words.plain(f"{what}{whose}"), ":material/schedule_send:"


@trouble.fragment()
def compose() -> None:
    """Form and preview in one fragment: typing redraws nothing else."""
    trouble.none_open()
    form, look = st.columns([48, 52], gap="medium")
    with form:
        outcomes.outcomes()
        may_leave = later.told_of_queue()
        draft, problems = writing.write(desk.draft())
        desk.keep_draft(draft)
        if not desk.draft_is_kept():
            st.warning(f"The draft is not saved. {trouble.unwritable()}")
        due = publish_button(draft, problems) if may_leave else later.Due()
        budget.shown(session.voice(draft), draft, due.at)
        writing.around()
    with look, st.container(key="look"):
        show(draft)


def show(draft: Draft) -> None:
    """Draw the preview of the post, and the requests that will be sent."""
    # The browser loads 1.5 MB of highlighter for the first piece of code.
    preview, request = st.tabs(["Preview", "Request"], on_change="rerun", key="look-at")
    with preview:
        cards.look_switch()
        cards.draft_card(draft, session.voice(draft))
    if request.open:
        with request:
            exchanges.planned(desk.planned(draft))


desk.look_at_queue()
compose()
