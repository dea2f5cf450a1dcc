"""What becomes of the posts on their way: progress, Cancel, and the outcome, until the member has seen it."""

from __future__ import annotations

import streamlit as st

from dashboard import desk, session
from dashboard.outbox import MEANING, Row
from dashboard.widgets.words import plain, told
from linkedin_api import shown

LOOK_EVERY_S = 0.25
WORDS = 40  # characters of a post that name it
ENDED = {
    "published": "Your post is out.",
    "failed": "Your post did not get out. The composer says why.",
    "unconfirmed": "Nobody knows whether your post is out. The composer says more.",
    "cancelled": "Your post was stopped.",
}


def outcomes() -> None:
    """Draw the posts whose outcome was not dismissed yet; follows them without a click."""
    rows = session.house().outbox.unseen(session.member().id)
    if rows:
        waiting = any(row.waiting for row in rows)
        st.fragment(_follow, run_every=LOOK_EVERY_S if waiting else None)(waiting)


def _follow(was_waiting: bool) -> None:
    session.look_again()
    rows = session.house().outbox.unseen(session.member().id)
    for row in rows:
        _on_its_way(row) if row.waiting else _ended(row)
    came_back = desk.bring_back([row for row in rows if row.state == "failed"])
    # Once, for the whole page: the looking stops, and a failed post comes back to an empty composer.
    if came_back or (was_waiting and not any(row.waiting for row in rows)):
        if rows:
            st.toast(ENDED.get(rows[0].state, "The post is done."))
        st.rerun()


def _on_its_way(row: Row) -> None:
    with st.container(border=True, key=f"on-its-way-{row.id}"):
        words = {"queued": "Waiting to be sent", "uploading": "Uploading", "sending": "Publishing"}[row.state]
        if row.total_bytes:
            share = min(1.0, row.sent_bytes / row.total_bytes)
            unit, size = ("MB", 1e6) if row.total_bytes >= 1e5 else ("kB", 1e3)
            st.progress(share, f"{words} · {row.sent_bytes / size:,.1f} of {row.total_bytes / size:,.1f} {unit}")
        else:
            st.progress(0.5 if row.state == "sending" else 0.1, words)
        if row.error:
            st.caption(row.error)
        if row.cancel_requested:
            st.caption("Cancelling…")
        elif row.can_cancel:
            st.button(
                "Cancel",
                key=f"cancel-{row.id}",
                on_click=session.house().outbox.request_cancel,
                args=(row.id,),
            )


def _ended(row: Row) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"ended-{row.id}"):
        if row.state == "published" and row.urn:
            calls = f"{row.calls} {'call' if row.calls == 1 else 'calls'} · {row.duration_ms / 1000:.1f} s"
            link = session.house().link(row.urn)
            where = f"[See it on {_where()}]({link}) · `{row.urn}` · {calls}"
            st.success(f"**Published.** {_which(row)}{where}", icon=":material/check_circle:")
            if row.note:
                st.caption(f":material/info: {plain(row.note)}")
        elif row.state == "unconfirmed":
            st.warning(f"**Not confirmed.** {told(row.error, row.advice)}", icon=":material/help:")
        elif row.state == "failed":
            st.error(f"**Not published.** {told(row.error, row.advice)}", icon=":material/error:")
        else:
            st.info(f"{row.state.capitalize()}. {MEANING[row.state]}", icon=":material/info:")
        if row.brought_back:
            st.caption("It is back in the composer.")
        elif row.state in ("failed", "cancelled") and st.button("Put it back in the composer", key=f"back-{row.id}"):
            _restore(row)
            st.rerun()
        st.button("Dismiss", key=f"dismiss-{row.id}", on_click=session.house().outbox.set_seen, args=(row.id,))


def _which(row: Row) -> str:
    """The first words of the post: another one may be in the composer by now."""
    text = " ".join(shown(row.text).split())
    return f"“{plain(text[:WORDS])}{'…' if len(text) > WORDS else ''}” " if text else ""


def _where() -> str:
    return "the sandbox" if session.house().settings.sandbox else "LinkedIn"


def _restore(row: Row) -> None:
    session.house().outbox.set_seen(row.id)
    desk.use_again(row)
