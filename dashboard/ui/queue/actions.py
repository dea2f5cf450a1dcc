"""The actions on one scheduled post: open, reschedule, edit, publish now, duplicate, cancel."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard.posts.post import PostRow
from dashboard.scheduling.clock import minutes, said_with_zone, zone_of
from dashboard.ui.common import confirm, errors, post_card, text
from dashboard.ui.common.datetime_picker import when
from dashboard.ui.common.labels import KINDS, VISIBILITIES
from dashboard.ui.state import dates, editor, session
from dashboard.ui.state.clicks import clicked
from linkedin_api import Kind

OPEN, RESCHEDULE, EDIT, PUBLISH, DUPLICATE, CANCEL = (
    "Open",
    "Reschedule",
    "Edit",
    "Publish now",
    "Duplicate",
    "Cancel the post",
)
ICONS = {
    OPEN: "visibility",
    RESCHEDULE: "event",
    EDIT: "edit_square",
    PUBLISH: "send",
    DUPLICATE: "content_copy",
    CANCEL: "event_busy",
}
LEFT = "It has left in the meantime."


def labelled(action: str) -> str:
    """The action with its icon, as Markdown."""
    return f":material/{ICONS[action]}: {action}"


def do(action: str, post_id: int) -> None:
    """Start an action, with a dialog where it asks first; says so when the post has left the queue."""
    row = session.get_services().outbox.get(post_id)
    if row is None or row.account_id not in session.visible_ids():
        too_late()
    elif action == OPEN:
        _show(row)
    elif action == DUPLICATE:
        editor.use_again(row)
        st.switch_page(session.page("composer"))
    elif row.state != "scheduled":
        too_late()
    elif action in ASKING:
        ASKING[action](row)
    elif editor.edit_waiting(row):
        st.switch_page(session.page("composer"))
    else:
        too_late()


def next_dialog() -> None:
    """Open the dialog that another dialog asked for: Streamlit lets none open another one."""
    here = session.mine()
    found, here.queue_next = here.queue_next, None
    if found:
        do(*found)


def too_late() -> None:
    """Say that the post has left the queue, and draw the page anew."""
    st.toast(LEFT, icon=":material/info:")
    st.rerun()


def line(row: PostRow) -> str:
    """The first words of the post that a dialog is about."""
    if row.account_id not in session.visible_ids():  # its member has left the list since this was drawn
        st.rerun()
    return text.first_words(row.draft)


@errors.dialog("Planned post", width="medium")
def _show(row: PostRow) -> None:
    account = session.account_of(row)
    look, facts = st.columns(2, gap="medium")
    with look:
        moment = row.due_at or row.created_at
        post_card.draft_card(row.draft, account, when=dates.date_and_clock(moment))
    with facts:
        st.markdown(f"**{row.state.capitalize()}.** {row.meaning}")
        if row.held:
            st.warning(text.plain(row.held), icon=":material/pause_circle:")
        if row.due_at:
            st.text(said_with_zone(row.due_at, zone_of(row.time_zone)))
        about = (KINDS[Kind(row.kind)], VISIBILITIES[row.visibility], account.name_of(row.draft.author))
        st.caption(text.plain(" · ".join(about)))
        if row.error:
            st.error(text.told(row.error, row.advice))
        if row.remarks:
            st.info(text.plain(row.remarks))
        _buttons(row)


def _buttons(row: PostRow) -> None:
    with st.container(horizontal=True):
        for action in (RESCHEDULE, EDIT, PUBLISH, DUPLICATE, CANCEL) if row.state == "scheduled" else (DUPLICATE,):
            if clicked(action, icon=f":material/{ICONS[action]}:", key=f"from-open-{action}-{row.id}"):
                session.mine().queue_next = (action, row.id)
                st.rerun()
    if row.state == "unconfirmed":
        st.info("Nobody knows whether it is out. Say so at the top of the Queue page.")
    if row.state not in ("scheduled", "unconfirmed"):
        st.page_link(
            session.page("history"),
            label="See it in History",
            icon=":material/table_rows:",
            query_params={"post": str(row.id)},
        )


@errors.dialog("Reschedule the post")
def _reschedule(row: PostRow) -> None:
    st.text(line(row))
    others = minutes(session.get_services().schedule.taken(row.account_id) - {row.due_at})
    due, zone_name = when(f"move-{row.id}-{row.job}", row.due_at, row.time_zone or str(dates.zone()), others)
    if _agreed("Reschedule", row, key="moved", disabled=due is None) and due:
        done = session.get_services().schedule.reschedule(row, due, zone_name)
        _end(done, f"It leaves on {said_with_zone(due, zone_of(zone_name))}.")


@errors.dialog("Publish it now?")
def _publish(row: PostRow) -> None:
    st.text(line(row))
    account = session.account_of(row)
    who = account.name_of(row.draft.author)
    st.write(text.plain(f"It goes to {session.where(account)} at once, as {who}, and no longer waits for its time."))
    if trouble_now := session.sign_in_trouble(account):
        st.warning(text.plain(f"{trouble_now} {account.renewal} on the page Me first; the post is kept."))
        st.page_link(session.page("profile"), label="Me", icon=":material/account_circle:")
    if _agreed("Publish now", row, key="now", disabled=bool(trouble_now)):
        done = session.get_services().schedule.publish_now(row)
        session.get_services().start()
        _end(done, "It is on its way.")


@errors.dialog("Cancel the post?")
def _cancel(row: PostRow) -> None:
    st.text(line(row))
    st.write("It leaves the queue and is not published. It stays in History, where “Use again” brings it back.")
    if _agreed("Cancel the post", row, key="stop"):
        outbox = session.get_services().outbox
        outbox.request_cancel(row.id)
        found = outbox.get(row.id)
        stops = bool(found and found.cancel_requested and found.waiting)
        _end(
            stops or bool(found and found.state == "cancelled"),
            "It is being stopped." if stops else "The post is cancelled.",
        )


def _agreed(yes: str, row: PostRow, *, key: str, disabled: bool = False) -> bool:
    return confirm.agreed(yes, "Keep it as it is", key=f"{key}-{row.id}", no_key=f"keep-{row.id}", disabled=disabled)


def _end(done: bool, said: str) -> None:
    confirm.done_or(LEFT, said, in_time=done)


ASKING: dict[str, Callable[[PostRow], None]] = {RESCHEDULE: _reschedule, PUBLISH: _publish, CANCEL: _cancel}
