"""The posts that left the composer: progress, Cancel, and the outcome until it is dismissed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import streamlit as st

from dashboard.posts.interactions import Interaction
from dashboard.posts.post import PostRow
from dashboard.posts.queue import words_of
from dashboard.ui.common import errors, progress
from dashboard.ui.common.text import either, plain, told
from dashboard.ui.composer import undo
from dashboard.ui.state import editor, session
from dashboard.ui.state.clicks import clicked

LOOK_EVERY_S = 0.25
SHOWN = 3  # outcomes
WRONG = ("failed", "unconfirmed")
WORDS = 40  # characters of a post that name it


def outcomes() -> None:
    """Draw what became of the posts that left: the newest in a line, the others folded.

    A fragment follows them without a click until their outcome is dismissed.
    """
    rows = _rows()
    if rows or session.mine().scheduled:
        waiting = [row.id for row in rows if row.waiting or row.can_undo]
        comment = any(each.on_its_way for each in _first_comments(_news(rows)).values())
        follow = errors.fragment(LOOK_EVERY_S if waiting or comment else None)(_follow)
        follow(waiting, comment, editor.draft().draft_id)


def _rows() -> list[PostRow]:
    """The undismissed posts that this member wrote, except of members who are not connected any more."""
    if not session.mine().news:
        return []
    ids = session.visible_ids()
    return [row for row in session.get_services().outbox.unseen(session.member().id) if row.account_id in ids]


def _news(rows: list[PostRow]) -> list[PostRow]:
    """The posts that are drawn one by one."""
    return [row for row in rows if row.state != "scheduled"][:SHOWN]


def _first_comments(shown: list[PostRow]) -> dict[int, Interaction]:
    """The first comments of these posts, by the post; the database is asked only if one of them has any."""
    wanted = [row.id for row in shown if row.urn and row.content.get("first_comment")]
    return session.get_services().interactions.first_comments(wanted)


def _follow(waited: list[int], comment_waited: bool, in_composer: str) -> None:
    rows = _rows()
    undo.show_draft(in_composer)
    news = _news(rows)
    comments = _first_comments(news)
    lines: list[Callable[[], None]] = [
        *(partial(undo.held_back, row) for row in rows if row.can_undo),
        *([_scheduled] if session.mine().scheduled else []),
        *(partial(_outcome, row, comments.get(row.id)) for row in news),
        *_parked([row for row in rows if row.state == "scheduled" and not row.held and not row.can_undo]),
        *_held([row for row in rows if row.state == "scheduled" and row.held]),
    ]
    _draw(lines, sum(row.state != "scheduled" for row in rows) - len(news), news)
    if errors.busy():
        return
    came_back = editor.bring_back([row for row in rows if row.state == "failed"])
    ended = waited and not any(row.waiting or row.can_undo for row in rows)
    comment_ended = comment_waited and not any(each.on_its_way for each in comments.values())
    # Once, for the whole page: the looking stops, and a failed post comes back to an empty composer.
    if came_back or ended or comment_ended:
        st.rerun()


def _draw(lines: list[Callable[[], None]], more: int, news: list[PostRow]) -> None:
    """The first line, and the others below a click, which what went wrong does not need."""
    for draw in lines[:1]:
        draw()
    if count := len(lines[1:]) + more:
        wrong = any(row.state in WRONG for row in news[1:])
        with st.expander(f"{count:,} more", expanded=wrong, key="more-outcomes"):
            for draw in lines[1:]:
                draw()
            if more:
                _more(more)


def _outcome(row: PostRow, comment: Interaction | None) -> None:
    _on_its_way(row) if row.waiting else _ended(row)
    if comment:
        _comment(comment)


def _comment(of: Interaction) -> None:
    """The outcome of a first comment."""
    if of.state is None:
        st.caption(":material/chat: Its first comment is out.")
    elif not of.undone:
        progress.interaction(of)


def _more(count: int) -> None:
    """Outcomes beyond those that are drawn, such as of a file of posts: each button would cost time at every key."""
    with st.container(horizontal=True, vertical_alignment="center", key="many-outcomes"):
        st.page_link(session.page("history"), label=f"{count:,} more in History", icon=":material/table_rows:")
        see_ended = session.get_services().outbox.see_ended
        st.button("Dismiss all", key="dismiss-all", on_click=errors.guarded(see_ended), args=(session.member().id,))


def _on_its_way(row: PostRow) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"on-its-way-{row.id}"):
        progress.progress(row)
        if row.cancel_requested:
            st.caption("Cancelling…")
        elif row.can_cancel:
            st.button(
                "Cancel",
                key=f"cancel-{row.id}",
                on_click=errors.guarded(session.get_services().outbox.request_cancel),
                args=(row.id,),
            )


def _ended(row: PostRow) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"ended-{row.id}"):
        if row.state == "published" and (link := session.get_services().link_of(row)):
            speaker = session.account_of(row)
            as_whom = "" if speaker.id == session.member().id else f"As {plain(speaker.name)}. "
            said = f"{as_whom}[See it {session.there(speaker)}]({link}) {_which(row)}"
            st.success(f"**Published.** {said}", icon=":material/check_circle:")
            if row.remarks:
                st.caption(f":material/info: {plain(row.remarks)}")
        elif row.state == "unconfirmed":
            st.warning(f"**Not confirmed.** {_which(row)}{told(row.error, row.advice)}", icon=":material/help:")
            progress.queue_link()
        elif row.state == "failed":
            st.error(
                f"**Not published.** {_which(row) if row.due_at else ''}{told(row.error, row.advice)}",
                icon=":material/error:",
            )
        else:
            st.info(f"{row.state.capitalize()}. {row.meaning}", icon=":material/info:")
        if row.brought_back:
            st.caption("It is back in the composer.")
        elif row.state in ("failed", "cancelled") and clicked("Put it back in the composer", key=f"back-{row.id}"):
            _restore(row)
            st.rerun()
        st.button(
            "Dismiss",
            key=f"dismiss-{row.id}",
            type="tertiary",
            on_click=errors.guarded(session.get_services().outbox.set_seen),
            args=(row.id,),
        )


def _scheduled() -> None:
    """A line about the post that was scheduled a moment ago."""
    with st.container(horizontal=True, vertical_alignment="center", key="scheduled-line"):
        st.success(plain(session.mine().scheduled), icon=":material/schedule:")
        progress.queue_link()
        st.button("Dismiss", key="dismiss-scheduled", type="tertiary", on_click=errors.guarded(_forget_scheduled))


def _forget_scheduled() -> None:
    session.mine().scheduled = ""


def _held(rows: list[PostRow]) -> Iterator[Callable[[], None]]:
    """The line of posts that wait for a decision: the queue is the place for it."""
    if rows:
        yield partial(_held_line, rows[-1], len(rows) - 1)


def _held_line(row: PostRow, more: int) -> None:
    many = f" {more} more {either(more, 'is', 'are')} held." if more else ""
    with st.container(horizontal=True, vertical_alignment="center", key="held"):
        st.warning(f"**Held.** {_which(row)}{plain((row.held or '') + many)}", icon=":material/pause_circle:")
        progress.queue_link()


def _parked(rows: list[PostRow]) -> Iterator[Callable[[], None]]:
    """The lines of posts that LinkedIn's limit for the day holds back, account by account."""
    for account_id in dict.fromkeys(row.account_id for row in rows):
        mine = [row for row in rows if row.account_id == account_id]
        yield partial(_parked_line, mine[-1], len(mine) - 1)


def _parked_line(row: PostRow, more: int) -> None:
    many = f" {more} more {either(more, 'waits', 'wait')} for the same." if more else ""
    with st.container(horizontal=True, vertical_alignment="center", key=f"parked-{row.account_id}"):
        said = plain(row.remarks + many)
        st.warning(f"**Not published yet.** {_which(row)}{said}", icon=":material/hourglass_top:")
        if clicked("Try now", key=f"try-{row.account_id}"):
            session.get_services().schedule.try_now(row.account_id)
            session.get_services().start()
            st.rerun()
        progress.queue_link()


def _which(row: PostRow) -> str:
    """The first words of the post: another one may be in the composer by now."""
    text = words_of(row.text, most=WORDS)
    return f"“{plain(text)}” " if text else ""


def _restore(row: PostRow) -> None:
    session.get_services().outbox.set_seen(row.id)
    editor.use_again(row)
