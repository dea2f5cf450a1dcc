"""The sandbox's own feed: what was published there; the demo, and everything that can go wrong."""

import streamlit as st

from dashboard.config.settings import SANDBOX_PATH
from dashboard.ui.common import errors, post_card, text
from dashboard.ui.feed import demo, stories, time_travel
from dashboard.ui.queue import in_progress
from dashboard.ui.state import session
from linkedin_api import Reaction

CARD_PX = 555
POSTS_SHOWN = 50
COMMENTS_SHOWN = 20


def feed() -> None:
    """Draw the newest posts of the sandbox."""
    posts = session.sandbox().feed()
    if not posts:
        st.info("Nothing is published in the sandbox yet. Fill it with demo data, or write a post in the Composer.")
    for post in posts[:POSTS_SHOWN]:
        post_card.sandbox_card(post)
        answers(post)


def answers(post: session.SandboxPost) -> None:
    """Draw the comments and reactions of a post."""
    social = session.sandbox().social
    count, reactions = social.count_comments(post.urn), social.reactions(post.urn)
    if not (count or reactions):
        return
    told = [text.counted(len(reactions), "reaction"), text.counted(count, "comment")]
    with st.expander(" · ".join(told)):
        for kind in dict.fromkeys(reaction.type for reaction in reactions):
            names = [text.plain(reaction.author.name) for reaction in reactions if reaction.type == kind]
            st.markdown(f"**{Reaction(kind).label}** · {', '.join(names)}")
        for comment in social.comments(post.urn, limit=COMMENTS_SHOWN):
            answer = ":material/subdirectory_arrow_right: " if comment.parent else ""
            st.markdown(f"{answer}**{text.plain(comment.author.name)}**  \n{text.plain(comment.text)}")
        if count > COMMENTS_SHOWN:
            st.caption(f"[All {count:,} comments]({SANDBOX_PATH}/feed/update/{post.urn}/)")


if not session.get_services().settings.built_in_sandbox:
    st.info(
        "This page belongs to the sandbox of this dashboard, which is not in use: the settings name another LinkedIn."
    )
    st.stop()
errors.none_open()
left, right = st.columns([2, 3], gap="large")
with left:
    demo.buttons()
    time_travel.ahead()
    stories.armed()
    in_progress.moving(list(session.visible_ids()))
    with st.expander("Faults", icon=":material/bolt:", key="faults"):
        stories.choose()
    with st.expander("Time machine", icon=":material/update:", key="time-machine"):
        time_travel.choose()
with right, st.container(width=CARD_PX):
    feed()
