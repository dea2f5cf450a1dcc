"""The connected members: who they are, how long their tokens last, and how to end it; and signing out."""

from __future__ import annotations

import streamlit as st

from dashboard.accounts.account import WARN_DAYS, Account
from dashboard.ui.account import sign_in, zernio
from dashboard.ui.common import confirm, errors, post_card, text
from dashboard.ui.common.members import labels
from dashboard.ui.state import session
from dashboard.ui.state.clicks import clicked

ABOUT = (
    "Connect a colleague, or another account of your own: they sign in at LinkedIn in this browser, and you stay "
    "signed in here. From then on you see their posts and may publish as them. They do not see yours."
)


def way_out() -> None:
    """Draw the buttons to sign out, to disconnect, and to download a backup."""
    with st.container(horizontal=True):
        st.button(
            "Sign out",
            on_click=errors.guarded(session.sign_out),
            help="Forget this browser. Your draft and history stay.",
        )
        st.button(
            "Disconnect",
            on_click=errors.guarded(session.disconnect),
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
    if others or sign_in.possible():
        st.header("Members you publish as", anchor=False)
    names = labels([me, *others])
    if others:
        _person(me, f"{names[me.id]} (you)")
    for other in others:
        _person(other, names[other.id])
    if sign_in.possible():
        st.caption(ABOUT)
        sign_in.sign_in_link("Connect another member", app=me.client_id, connect=True, quiet=True)
    _holders(me)


def _person(account: Account, name: str) -> None:
    """One line: who it is, the days left, and what can be done about it."""
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"member-{account.id}"):
        post_card.avatar(account)
        st.markdown(f"**{text.plain(name)}**", width="content")
        if account.is_zernio:
            zernio.person(account)
        else:
            days_left(account)
        if account.id == session.member().id:
            return
        if not account.is_zernio:
            sign_in.sign_in_link("Sign in again", app=account.client_id, connect=True, quiet=True)
        if clicked("Take off the list", key=f"off-{account.id}", icon=":material/person_remove:"):
            _take_off(account)


def days_left(account: Account) -> None:
    """A badge with the days that the token lasts; red or orange once a new sign-in is needed."""
    days = account.token_days_left
    if why := account.sign_in_trouble():
        st.badge(f"{why} Sign in again.", icon=":material/error:", color="red")
    elif days is None:
        st.badge("LinkedIn did not say when this sign-in ends", icon=":material/help:", color="gray")
    else:
        soon = days <= WARN_DAYS
        left = f"{days:.1f}" if soon else f"{days:.0f}"
        icon = ":material/schedule:" if soon else ":material/check:"
        st.badge(f"{left} days left", icon=icon, color="orange" if soon else "green")


@errors.dialog("Take this member off your list?")
def _take_off(other: Account) -> None:
    services = session.get_services()
    waiting = services.queue.count([other.id])
    st.write(
        f"You will no longer see the posts of {text.plain(other.name)} or publish as them. "
        "Their token, posts and history stay, and nothing changes at LinkedIn."
    )
    if waiting:
        planned = text.counted(waiting, "post of theirs stays", "posts of theirs stay")
        st.warning(f"{planned} planned and will be published. Cancel on the Queue page first what should not be.")
    if confirm.agreed("Take them off", "Keep them", key=f"really-off-{other.id}", no_key=f"keep-{other.id}"):
        services.connections.remove(session.member().id, other.id)
        confirm.done(f"{other.name} is off your list.")


def _holders(me: Account) -> None:
    """Draw who may publish as the member, each with a button to end it."""
    holders = session.get_services().connections.holders(me.id)
    if not holders:
        return
    st.header("Members who publish as you", anchor=False)
    st.caption("You signed in for them once. They see your posts here and may publish as you with your token.")
    names = labels(holders)
    for each in holders:
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"holder-{each.id}"):
            post_card.avatar(each)
            st.markdown(f"**{text.plain(names[each.id])}**", width="content")
            if clicked("End this", key=f"end-{each.id}", icon=":material/block:"):
                _end(each)


@errors.dialog("End that this member publishes as you?")
def _end(holder: Account) -> None:
    st.write(
        f"{text.plain(holder.name)} will no longer see your posts here or publish as you. What they have planned "
        "as you is in your queue, and stays there until you cancel it."
    )
    if confirm.agreed("End it", "Leave it as it is", key=f"really-end-{holder.id}", no_key=f"leave-{holder.id}"):
        session.get_services().connections.remove(holder.id, session.member().id)
        confirm.done(f"{holder.name} may no longer publish as you.")
