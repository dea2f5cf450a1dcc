"""The page Me: profile and sign-in of the member, the calls of today, the connected members, and the way out."""

from __future__ import annotations

import json

import streamlit as st

from dashboard.accounts.account import WARN_DAYS, Account
from dashboard.setup.choices import HOLDS_S
from dashboard.ui import keyboard
from dashboard.ui.account import calls, connected_members, products, sign_in, zernio
from dashboard.ui.common import file_intake, members, post_card, text, weekly_plan
from dashboard.ui.state import session


def me(*, arriving: bool = False) -> None:
    """Draw the page, of oneself or of a connected member; arriving: the steps of a sign-in stand above it."""
    sign_in.cookie_warning()
    mine = session.member()
    st.markdown(f"You are signed in as **{text.plain(mine.name)}**.")
    _sign_in_again(mine)
    shown = members.choose("Member")
    about, grant = st.columns(2, gap="large")
    with about:
        _who(shown)
        products.company_pages(shown)
        products.version()
    with grant:
        _token(shown)
        calls.figures(shown)
        if shown.id == mine.id:
            weekly_plan.edit_button()
            _undo(mine)
            file_intake.clean_switch()
    if not arriving:
        sign_in.steps(shown)
    with st.expander(f"Raw {'userinfo' if shown.profile.has_claims else '/v2/me'}, as LinkedIn answered"):
        st.code(json.dumps(dict(shown.profile.raw), ensure_ascii=False, indent=2), language="json")
    connected_members.members()
    zernio.section()
    st.header("Keyboard", anchor=False)
    keyboard.table()


def _sign_in_again(mine: Account) -> None:
    """Draw the ways to a fresh sign-in, and the way out."""
    if why := mine.sign_in_needed:
        st.warning(f"{why} Sign in again to publish; your draft is kept.")
        sign_in.sign_in_link("Sign in with LinkedIn", app=mine.client_id)
    else:
        connected_members.days_left(mine)
    if session.uses_given_token():
        st.caption("This dashboard uses the token in LINKEDIN_ACCESS_TOKEN; take it out of the settings to sign out.")
        return
    with st.container(horizontal=True):
        if not mine.sign_in_needed:
            sign_in.sign_in_link("Sign in again", app=mine.client_id, quiet=True)
        if mine.client_id:
            sign_in.sign_in_link("Sign in as an app that everybody gets", quiet=True)
        sign_in.demo_links()
    connected_members.way_out()


def _undo(account: Account) -> None:
    """Draw the choice of how long a post is held back after Publish."""
    choices = session.get_services().choices
    kept = choices.hold_s(account.id)
    chosen = st.segmented_control(
        "Undo after Publish",
        HOLDS_S,
        default=kept,
        required=True,
        format_func=lambda seconds: f"{seconds} s" if seconds else "Off",
        key="undo-hold",
        help="Holds each post back for so many seconds, in which Undo puts it into the composer again. Then it leaves "
        "by itself, also after a restart. What you schedule leaves at its moment.",
    )
    if chosen != kept:
        choices.hold(account.id, chosen)


def _who(account: Account) -> None:
    """Draw picture, name, email and locale; every claim but the id may be missing."""
    profile = account.profile
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        post_card.avatar(account)
        with st.container(gap="xxsmall"):
            st.header(text.plain(profile.name or "No name given"), anchor=False)
            verified = " (verified)" if profile.email_verified else ""
            none = "not granted, or none verified" if profile.has_claims else "/v2/me tells none"
            st.text(f"{profile.email}{verified}" if profile.email else f"No email address: {none}")
            if profile.headline:
                st.text(profile.headline)
            if profile.vanity_name:
                st.text(f"linkedin.com/in/{profile.vanity_name}")
            st.text(f"Locale {profile.locale}" if profile.locale else "No locale given")
    st.markdown("**Member URN**, the author of your posts")
    st.code(account.urn, language=None)


def _token(account: Account) -> None:
    """Draw the age of the token, its days left, and its permissions."""
    if why := session.sign_in_trouble(account):
        st.error(f"{why} Sign in again on the page Me; your draft is kept.")
        st.page_link(session.page("login"), label="Sign in again", icon=":material/account_circle:")
    days = account.token_days_left
    if days is not None and 0 < days <= WARN_DAYS:
        whose = "Your" if account.id == session.member().id else "This"
        st.warning(
            f"{whose} LinkedIn sign-in ends in {days:.1f} days. Sign in again on the page Me before then: "
            "LinkedIn renews the token for another 60 days."
        )
        st.page_link(session.page("login"), label="Sign in again", icon=":material/account_circle:")
    age, left, refreshed = st.columns(3)
    since = account.token_age_days
    age.metric("Token age", "unknown" if since is None else f"{since:.0f} days")
    left.metric("Days left", "unknown" if days is None else f"{max(0.0, days):.0f}")
    refreshed.metric("Granted scopes", len(account.scopes) or "unknown")
    st.markdown(text.permissions(account.scopes))
    products.lacking(account)
