"""The progress of a post that is being published, and the link to the queue."""

from __future__ import annotations

import streamlit as st

from dashboard.posts.post import PostRow
from dashboard.posts.queue import QueueEntry
from dashboard.ui.common.text import plain
from dashboard.ui.state import session

WORDS = {"queued": "Waiting to be sent", "uploading": "Uploading", "sending": "Publishing"}


def progress(post: QueueEntry | PostRow) -> None:
    """Draw how far a post is, and what delays it."""
    said = WORDS[post.state]
    if post.total_bytes:
        unit, size = ("MB", 1e6) if post.total_bytes >= 1e5 else ("kB", 1e3)
        share = min(1.0, post.sent_bytes / post.total_bytes)
        st.progress(share, f"{said} · {post.sent_bytes / size:,.1f} of {post.total_bytes / size:,.1f} {unit}")
    else:
        st.progress(0.5 if post.state == "sending" else 0.1, said)
    if post.error:
        st.caption(plain(post.error))


def queue_link() -> None:
    """Draw the link to the Queue page."""
    st.page_link(session.page("queue"), label="See the queue", icon=":material/calendar_month:")
