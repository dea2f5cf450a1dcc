"""Write a post, see how it will look and what will be sent, and publish it now or later."""

import streamlit as st

from dashboard.drafts.draft import Draft
from dashboard.ui.common import errors, post_card, text
from dashboard.ui.compare import card_picture, where_others_cut
from dashboard.ui.composer import calls_left, outcomes, schedule
from dashboard.ui.composer.form import around, write
from dashboard.ui.state import editor, session
from dashboard.ui.writing import field_problems
from linkedin_api import Problem


def publish_button(draft: Draft, problems: tuple[Problem, ...]) -> schedule.Due:
    """Draw the choice of the moment and the button that publishes; returns the moment."""
    field_problems.show(problems, "media", "alt_text", "visibility", "author", calm=draft.is_empty)
    due = schedule.choose(draft)
    stopped = editor.sign_in_stop(draft, due.at)
    if stopped:
        st.warning(stopped)
        st.page_link(session.page("profile"), label="Sign in again", icon=":material/account_circle:")
    # A click counts for the draft that it was made on, and for what was said about the queue at that time.
    key = f"leave-{draft.draft_id}-{schedule.is_waiting()}"
    button, icon = label(draft, due)
    if st.button(button, type="primary", disabled=bool(problems or stopped or due.wrong), icon=icon, key=key):
        if due.at and due.zone:
            editor.schedule(draft, due.at, due.zone)
        else:
            editor.publish(draft)
        st.rerun()
    return due


def label(draft: Draft, due: schedule.Due) -> tuple[str, str]:
    """The words of the button, and its icon."""
    whose = f" as {session.voice(draft).name_of(draft.author)}" if draft.author or draft.member else ""
    if due == schedule.Due():
        return text.plain(f"Publish now{whose}"), ":material/send:"
    what = "Save in the queue" if schedule.is_waiting() else "Schedule"
    return text.plain(f"{what}{whose}"), ":material/schedule_send:"


@errors.fragment()
def compose() -> None:
    """Form and preview in one fragment; typing in the text redraws only what writing.text_box says."""
    errors.none_open()
    form, look = st.columns([48, 52], gap="medium")
    with look, st.container(key="look"):
        # The requests are drawn when they are open: the first piece of code makes the browser load 1.5 MB.
        tabs = st.tabs(["Preview", "Request", where_others_cut.TITLE], on_change="rerun", key="look-at")
    with tabs[0], post_card.look_switch():
        card_picture.download()
    with form:
        with st.container():  # always there: what comes and goes in it does not make the browser draw the box anew
            outcomes.outcomes()
            may_leave = schedule.told_of_queue()
        draft, problems = write(editor.draft(), *tabs)
        if not editor.draft_is_kept():
            st.warning(f"The draft is not saved. {errors.unwritable()}")
        due = publish_button(draft, problems) if may_leave else schedule.Due()
        calls_left.shown(session.voice(draft), draft, due.at)
        around()


editor.look_at_queue()
compose()
