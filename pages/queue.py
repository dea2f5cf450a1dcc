"""What waits to be published: what needs a person, what is on its way, the list, the calendar, and many at once."""

import streamlit as st

from dashboard import session
from dashboard.accounts import Account
from dashboard.widgets import (
    attention,
    calendar,
    connected,
    habits,
    import_csv,
    moving,
    people,
    planned,
    trouble,
    waiting,
)

VIEWS = (calendar.LIST, calendar.WEEK, calendar.MONTH)


def head() -> tuple[str, list[Account]]:
    """Which view, and whose posts."""
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
        habits.edit_button()
        if len(everyone) == 1:
            return view, everyone
        names = connected.labels(everyone)
        whose = st.selectbox(
            "Whose posts", [0, *names], format_func=lambda each: names.get(each, "Everybody's"), key="queue-whose"
        )
    return view, [each for each in everyone if whose in (0, each.id)]


def empty() -> None:
    """The way in."""
    st.info("Nothing is planned yet. Write a post in the Composer and choose “Later”, or plan many at once below.")
    st.page_link(session.page("composer"), label="Write a post", icon=":material/edit_square:")


trouble.none_open()
queue, below = st.container(), st.container()
with below.expander("Many at once", icon=":material/upload_file:", key="many-at-once"):
    import_csv.many()  # before the queue, whose dialogs it would take for closed
with queue:
    planned.next_dialog()
    everybody = session.accounts_here()
    attention.attention(everybody)
    moving.moving(people.ids(everybody))
    chosen, who = head()
    if chosen != calendar.LIST:
        calendar.calendar(chosen, who)
    elif session.house().agenda.count(people.ids(who)):
        waiting.waiting(people.ids(who))
    else:
        empty()
