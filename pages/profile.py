"""Your profile: what LinkedIn tells about you, what you allowed, and how long the token lasts."""

import json

import streamlit as st

from dashboard.accounts.account import WARN_DAYS, Account
from dashboard.ui.account import calls, products
from dashboard.ui.common import members, post_card, text, weekly_plan
from dashboard.ui.state import session


def who(account: Account) -> None:
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


def token(account: Account) -> None:
    """Draw the age of the token, its days left, and its permissions."""
    if why := session.sign_in_trouble(account):
        st.error(f"{why} Sign in again on the Account page; your draft is kept.")
        st.page_link(session.page("login"), label="Sign in again", icon=":material/account_circle:")
    days = account.token_days_left
    if days is not None and 0 < days <= WARN_DAYS:
        whose = "Your" if account.id == session.member().id else "This"
        st.warning(
            f"{whose} LinkedIn sign-in ends in {days:.1f} days. Sign in again on the Account page before then: "
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


me = members.choose("Member")
about, grant = st.columns(2, gap="large")
with about:
    who(me)
    products.company_pages(me)
    products.version()
with grant:
    token(me)
    calls.figures(me)
    if me.id == session.member().id:
        weekly_plan.edit_button()
with st.expander(f"Raw {'userinfo' if me.profile.has_claims else '/v2/me'}, as LinkedIn answered"):
    st.code(json.dumps(dict(me.profile.raw), ensure_ascii=False, indent=2), language="json")
