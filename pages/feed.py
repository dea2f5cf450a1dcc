"""The sandbox's own feed: what was published there, and switches for everything that can go wrong."""

import streamlit as st

from dashboard.config.settings import SANDBOX_PATH
from dashboard.ui.common import post_card, text
from dashboard.ui.state import session

CARD_PX = 555
COMMENTS_SHOWN = 20
TIMES = {1: "Next call only", None: "Until switched off"}


def switches() -> None:
    """Draw a switch for each fault that the sandbox can imitate."""
    faults = session.sandbox().faults
    times = st.radio("A fault that is switched on hits", list(TIMES), format_func=TIMES.__getitem__)
    for fault in faults.all():
        on = fault.armed is not None
        if st.toggle(fault.label, value=on, key=f"fault-{fault.name}-{on}", help=fault.explanation) != on:
            faults.disarm(fault.name) if on else faults.arm(fault.name, times=times)
            st.rerun()


def feed() -> None:
    """Draw the newest posts of the sandbox."""
    posts = session.sandbox().feed()
    if not posts:
        st.info("Nothing is published in the sandbox yet. Write a post in the Composer and look here again.")
    for post in posts[:50]:
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
        for reaction in reactions:
            st.text(f"{reaction.author.name}: {reaction.type}")
        for comment in social.comments(post.urn, limit=COMMENTS_SHOWN):
            st.text(f"{comment.author.name}: {comment.text}")
        if count > COMMENTS_SHOWN:
            st.caption(f"[All {count:,} comments]({SANDBOX_PATH}/feed/update/{post.urn}/)")


if not session.get_services().settings.built_in_sandbox:
    st.info(
        "This page belongs to the sandbox of this dashboard, which is not in use: the settings name another LinkedIn."
    )
    st.stop()
left, right = st.columns([3, 2], gap="large")
with left, st.container(width=CARD_PX):
    feed()
with right:
    st.header("Faults", anchor=False)
    st.caption("Make the sandbox behave as LinkedIn does on a bad day, and see what the dashboard does.")
    switches()
    if st.button("Empty the sandbox", help="Its posts, files, counters and faults go; members and sign-ins stay."):
        session.sandbox().reset()
        st.rerun()
