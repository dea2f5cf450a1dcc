"""What needs a decision, on top of the Queue page: unconfirmed and held posts, sign-ins that end, LinkedIn's limit."""

from __future__ import annotations

import streamlit as st

from dashboard.accounts.account import Account
from dashboard.db.database import now
from dashboard.posts.queue import QueueEntry
from dashboard.ui.common import members, unconfirmed
from dashboard.ui.common.text import counted, either, plain
from dashboard.ui.queue import actions, in_progress
from dashboard.ui.state import dates, session

SHOWN = 5
HELD_ACTIONS = (actions.PUBLISH, actions.RESCHEDULE, actions.CANCEL)


def attention(who: list[Account]) -> None:
    """Draw everything that needs a decision."""
    ids = members.ids(who)
    for account in who:
        _sign_in(account)
        _parked(account)
    count, open_ones = session.get_services().queue.unconfirmed(ids, SHOWN)
    for post_id in open_ones:
        if row := session.get_services().outbox.get(post_id, tuple(ids)):
            unconfirmed.unconfirmed(row)
    _more(count, "not confirmed; what follows here comes when these are decided")
    count, entries = session.get_services().queue.held(ids, SHOWN)
    for entry in entries:
        _held(entry)
    _more(count, "held; the list of what waits begins with what is overdue")


def _more(count: int, what: str) -> None:
    if count > SHOWN:
        st.caption(f"{count - SHOWN:,} more {either(count - SHOWN, 'is', 'are')} {what}.")


def _sign_in(account: Account) -> None:
    """Warn of posts that will have no valid sign-in when they are due."""
    queue, name = session.get_services().queue, account.name
    if why := session.sign_in_trouble(account):
        if count := queue.count([account.id]):
            said = f"{counted(count, 'post')} of {name} cannot leave. {why}"
            _warn_of_sign_in(account, f"{said} Sign in again before they are due.")
    elif (ends := account.token_expires_at) and (count := queue.due_from(account.id, ends)):
        said = f"{counted(count, 'post is', 'posts are')} due after {name}'s sign-in ends on {dates.day(ends)}."
        _warn_of_sign_in(account, f"{said} Sign in again before then.")
    elif account.token_expires_at is None and queue.count([account.id]):
        st.caption(plain(f"LinkedIn did not say when {name}'s sign-in ends. What is due later is held, and not lost."))


def _warn_of_sign_in(account: Account, said: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"sign-in-{account.id}"):
        st.warning(plain(said), icon=":material/key:")
        st.page_link(session.page("profile"), label="Me", icon=":material/account_circle:")


def _parked(account: Account) -> None:
    until = account.parked_until
    if until is None or until <= now():
        return
    with st.container(horizontal=True, vertical_alignment="center", key=f"parked-{account.id}"):
        said = f"LinkedIn's limit for the day is reached for {account.name}. Posts that are due wait"
        st.warning(plain(f"{said} until {until:%H:%M} UTC ({dates.clock(until)} here)."), icon=":material/hourglass:")
        if st.button("Try now", key=f"try-{account.id}", help="Lets what is due leave at once; LinkedIn may refuse it"):
            count = session.get_services().schedule.try_now(account.id)
            session.get_services().start()
            st.toast(f"{counted(count, 'post leaves', 'posts leave')} now." if count else "Nothing is due yet.")
            st.rerun()


def _held(entry: QueueEntry) -> None:
    with st.container(border=True, key=f"held-{entry.id}", gap="small"):
        st.markdown(f":material/pause_circle: **Held.** {plain(in_progress.whose(entry))}: {plain(entry.held or '')}")
        st.text(entry.text or "A post without words")
        with st.container(horizontal=True):
            for action in HELD_ACTIONS:
                icon = f":material/{actions.ICONS[action]}:"
                if st.button(action, key=f"held-{action}-{entry.id}", icon=icon):
                    actions.do(action, entry.id)
