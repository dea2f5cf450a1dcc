"""The queue: what needs a decision, what is being published, the list, the calendar, and many at once."""

import streamlit as st

from dashboard.accounts.account import Account
from dashboard.ui import navigation
from dashboard.ui.common import errors, members, weekly_plan
from dashboard.ui.queue import actions, attention, calendar, csv_import, in_progress, scheduled_list
from dashboard.ui.state import session

VIEWS = (calendar.LIST, calendar.WEEK, calendar.MONTH)


def head() -> tuple[str, list[Account]]:
    """Draw the choice of the view and of the member; returns both."""
    everyone = session.accounts_here()
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        view = st.segmented_control(
            "View",
            VIEWS,
            default=calendar.LIST,
            required=True,
            key=calendar.VIEW,
            label_visibility="collapsed",
            persist_state="session",
        )
        weekly_plan.edit_button()
        if len(everyone) == 1:
            return view, everyone
        names = members.labels(everyone)
        whose = st.selectbox(
            "Whose posts", [0, *names], format_func=lambda each: names.get(each, "Everybody's"), key="queue-whose"
        )
    return view, [each for each in everyone if whose in (0, each.id)]


def empty() -> None:
    """Say how to plan a first post."""
    st.info("Nothing is planned yet. Write a post in the Composer and choose “Later”, or plan many at once below.")
    navigation.what_to_do()


errors.none_open()
queue, below = st.container(), st.container()
with below.expander("Many at once", icon=":material/upload_file:", key="many-at-once"):
    csv_import.many()  # before the queue, whose dialogs it would take for closed
with queue:
    actions.next_dialog()
    everybody = session.accounts_here()
    attention.attention(everybody)
    in_progress.moving(members.ids(everybody))
    chosen, who = head()
    if chosen != calendar.LIST:
        calendar.calendar(chosen, who)
    elif session.get_services().queue.count(members.ids(who)):
        scheduled_list.waiting(members.ids(who))
    else:
        empty()
