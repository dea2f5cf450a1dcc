"""The sandbox's own feed: what was published there; the demo, and everything that can go wrong."""

import streamlit as st

from dashboard.ui.common import errors, post_card
from dashboard.ui.feed import demo, stories, time_travel
from dashboard.ui.feed.answers import answers
from dashboard.ui.queue import in_progress
from dashboard.ui.state import session

CARD_PX = 555
POSTS_SHOWN = 50


def feed(posts: list[session.SandboxPost]) -> None:
    """Draw the newest posts of the sandbox."""
    if not posts:
        st.info("Nothing is published in the sandbox yet. Fill it with demo data, or write a post in the Composer.")
    for post in posts[:POSTS_SHOWN]:
        post_card.sandbox_card(post, answers(post))


if not session.get_services().settings.built_in_sandbox:
    st.info(
        "This page belongs to the sandbox of this dashboard, which is not in use: the settings name another LinkedIn."
    )
    st.stop()
errors.none_open()
posts = session.sandbox().feed()
left, right = st.columns([2, 3], gap="large")
with left:
    demo.buttons(filled=bool(posts))
    time_travel.ahead()
    stories.armed()
    in_progress.moving(list(session.visible_ids()))
    with st.expander("Faults", icon=":material/bolt:", key="faults"):
        stories.choose()
    with st.expander("Time machine", icon=":material/update:", key="time-machine"):
        time_travel.choose()
    if posts:
        demo.ways_on()
with right, st.container(width=CARD_PX):
    feed(posts)
