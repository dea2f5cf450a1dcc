"""What needs a decision, on top of the Queue page: unconfirmed and held posts, sign-ins that end, LinkedIn's limit."""

from __future__ import annotations

import streamlit as st

from dashboard import dates, session
from dashboard.accounts import Account
from dashboard.agenda import Entry
from dashboard.store import now
from dashboard.widgets import decide, moving, people, planned
from dashboard.widgets.words import counted, either, plain

SHOWN = 5
HELD_ACTIONS = (planned.PUBLISH, planned.RESCHEDULE, planned.CANCEL)


def attention(who: list[Account]) -> None:
    """Draw everything that needs a decision."""
    ids = people.ids(who)
    for account in who:
        _sign_in(account)
        _parked(account)
    count, open_ones = session.house().agenda.unconfirmed(ids, SHOWN)
    for post_id in open_ones:
        if row := session.house().outbox.get(post_id, tuple(ids)):
            decide.unconfirmed(row)
    _more(count, "not confirmed; what follows here comes when these are decided")
    count, entries = session.house().agenda.held(ids, SHOWN)
    for entry in entries:
        _held(entry)
    _more(count, "held; the list of what waits begins with what is overdue")


def _more(count: int, what: str) -> None:
    if count > SHOWN:
        st.caption(f"{count - SHOWN:,} more {either(count - SHOWN, 'is', 'are')} {what}.")


def _sign_in(account: Account) -> None:
    """Warn of posts that will have no valid sign-in when they are due."""
    agenda, name = session.house().agenda, account.name
    if why := session.sign_in_trouble(account):
        if count := agenda.count([account.id]):
            said = f"{counted(count, 'post')} of {name} cannot leave. {why}"
            _warn_of_sign_in(account, f"{said} Sign in again before they are due.")
    elif (ends := account.token_expires_at) and (count := agenda.due_from(account.id, ends)):
        said = f"{counted(count, 'post is', 'posts are')} due after {name}'s sign-in ends on {dates.day(ends)}."
        _warn_of_sign_in(account, f"{said} Sign in again before then.")


def _warn_of_sign_in(account: Account, said: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"sign-in-{account.id}"):
        st.warning(plain(said), icon=":material/key:")
        st.page_link(session.page("login"), label="Account", icon=":material/account_circle:")


def _parked(account: Account) -> None:
    until = account.parked_until
    if until is None or until <= now():
        return
    with st.container(horizontal=True, vertical_alignment="center", key=f"parked-{account.id}"):
        said = f"LinkedIn's limit for the day is reached for {account.name}. Posts that are due wait"
        st.warning(plain(f"{said} until {until:%H:%M} UTC ({dates.clock(until)} here)."), icon=":material/hourglass:")
        if st.button("Try now", key=f"try-{account.id}", help="Lets what is due leave at once; LinkedIn may refuse it"):
            count = session.house().timetable.try_now(account.id)
            session.house().start()
            st.toast(f"{counted(count, 'post leaves', 'posts leave')} now." if count else "Nothing is due yet.")
            st.rerun()


def _held(entry: Entry) -> None:
    with st.container(border=True, key=f"held-{entry.id}", gap="small"):
        st.markdown(f":material/pause_circle: **Held.** {plain(moving.whose(entry))}: {plain(entry.held or '')}")
        st.text(entry.text or "A post without words")
        with st.container(horizontal=True):
            for action in HELD_ACTIONS:
                icon = f":material/{planned.ICONS[action]}:"
                if st.button(action, key=f"held-{action}-{entry.id}", icon=icon):
                    planned.do(action, entry.id)
