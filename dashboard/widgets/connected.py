"""The connected members: who they are, how long their tokens last, and how to end it; and signing out."""

from __future__ import annotations

import streamlit as st

from dashboard import session
from dashboard.account import WARN_DAYS, Account
from dashboard.signin import COMMUNITY_CLIENT
from dashboard.widgets import arrival, cards, confirm, people, trouble, words

ABOUT = (
    "Connect a colleague, or another account of your own: they sign in at LinkedIn in this browser, and you stay "
    "signed in here. From then on you see their posts and may publish as them. They do not see yours."
)


def way_out() -> None:
    """Draw the buttons to sign out, to disconnect, and to download a backup."""
    with st.container(horizontal=True):
        st.button(
            "Sign out",
            on_click=trouble.guarded(session.sign_out),
            help="Forget this browser. Your draft and history stay.",
        )
        st.button(
            "Disconnect",
            on_click=trouble.guarded(session.disconnect),
            help="Sign out everywhere, revoke the token and delete it here, and end who may publish as whom.",
        )
        st.link_button(
            "Download a backup",
            "/backup.zip",
            icon=":material/download:",
            help="Drafts, posts and files, yours and those of the members you publish for; no tokens.",
        )


def members() -> None:
    """Draw whom the member may publish as, the link to connect another one, and who may publish as the member."""
    me, *others = session.accounts_here()
    if others or arrival.possible():
        st.subheader("Members you publish as", anchor=False)
    names = people.labels([me, *others])
    if others:
        _person(me, f"{names[me.id]} (you)")
    for other in others:
        _person(other, names[other.id])
    if arrival.possible():
        st.caption(ABOUT)
        arrival.sign_in_link("Connect another member", every_product=_all(me), connect=True, quiet=True)
    _holders(me)


def _person(account: Account, name: str) -> None:
    """One line: who it is, the days left, and what can be done about it."""
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"member-{account.id}"):
        cards.avatar(account)
        st.markdown(f"**{words.plain(name)}**", width="content")
        _days_left(account)
        if account.id == session.member().id:
            return
        arrival.sign_in_link("Sign in again", every_product=_all(account), connect=True, quiet=True)
        if st.button("Take off the list", key=f"off-{account.id}", icon=":material/person_remove:"):
            _take_off(account)


def _days_left(account: Account) -> None:
    """A badge with the days that the token lasts; red or orange once a new sign-in is needed."""
    days = account.token_days_left
    if why := account.sign_in_trouble():
        st.badge(f"{why} Sign in again.", icon=":material/error:", color="red")
    elif days is None:
        st.badge("Nobody has told when the token ends", color="gray")
    else:
        soon = days <= WARN_DAYS
        left = f"{days:.1f}" if soon else f"{days:.0f}"
        icon = ":material/schedule:" if soon else ":material/check:"
        st.badge(f"{left} days left", icon=icon, color="orange" if soon else "green")


def _all(account: Account) -> bool:
    """Whether their sign-in was through the sandbox's second app: the next one is too, or it would allow less."""
    return account.client_id == COMMUNITY_CLIENT


@trouble.dialog("Take this member off your list?")
def _take_off(other: Account) -> None:
    rooms = session.house()
    waiting = rooms.agenda.count([other.id])
    st.write(
        f"You will no longer see the posts of {words.plain(other.name)} or publish as them. "
        "Their token, posts and history stay, and nothing changes at LinkedIn."
    )
    if waiting:
        planned = words.counted(waiting, "post of theirs stays", "posts of theirs stay")
        st.warning(f"{planned} planned and will be published. Cancel on the Queue page first what should not be.")
    if confirm.agreed("Take them off", "Keep them", key=f"really-off-{other.id}", no_key=f"keep-{other.id}"):
        rooms.connections.remove(session.member().id, other.id)
        confirm.done(f"{other.name} is off your list.")


def _holders(me: Account) -> None:
    """Draw who may publish as the member, each with a button to end it."""
    holders = session.house().connections.holders(me.id)
    if not holders:
        return
    st.subheader("Members who publish as you", anchor=False)
    st.caption("You signed in for them once. They see your posts here and may publish as you with your token.")
    names = people.labels(holders)
    for each in holders:
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"holder-{each.id}"):
            cards.avatar(each)
            st.markdown(f"**{words.plain(names[each.id])}**", width="content")
            if st.button("End this", key=f"end-{each.id}", icon=":material/block:"):
                _end(each)


@trouble.dialog("End that this member publishes as you?")
def _end(holder: Account) -> None:
    st.write(
        f"{words.plain(holder.name)} will no longer see your posts here or publish as you. What they have planned "
        "as you is in your queue, and stays there until you cancel it."
    )
    if confirm.agreed("End it", "Leave it as it is", key=f"really-end-{holder.id}", no_key=f"leave-{holder.id}"):
        session.house().connections.remove(holder.id, session.member().id)
        confirm.done(f"{holder.name} may no longer publish as you.")
