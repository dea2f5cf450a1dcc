"""The permissions of the member's sign-in, the products of the app that grant more, and the API version."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from dashboard.accounts.account import Account
from dashboard.accounts.sign_in import SCOPES
from dashboard.ui.common import text
from dashboard.ui.state import session
from linkedin_api import LinkedInError
from linkedin_api.reference import products, versions

ORGANIZATIONS = ("rw_organization_admin", "r_organization_admin")


def lacking(account: Account) -> None:
    """Draw the permissions that the sign-in lacks, each with the product that grants it."""
    missing = [scope for scope in SCOPES if scope not in account.scopes] if account.scopes else []
    if missing:
        with st.expander(f"{len(missing)} permissions that this sign-in lacks"):
            for scope in missing:
                st.markdown(f"**{SCOPES[scope][0].upper()}{SCOPES[scope][1:]}** `{scope}`")
                st.caption(text.plain(products.advice_for(scope)))


def version() -> None:
    """Draw the version of LinkedIn's API in use, and a warning before its sunset."""
    used, today = session.get_services().settings.version, datetime.now(UTC).date()
    st.markdown("**API version** of the rest dialect")
    end = versions.sunset(used)
    until = f"answers until {end.day} {end:%B %Y}" if end else "its last day is not known here"
    st.text(f"{used} · {until}")
    if warning := versions.warning(used, today):
        st.warning(text.plain(warning))


def company_pages(account: Account) -> None:
    """Draw the company pages that the member may publish as, and the button that looks for them."""
    st.markdown("**Company pages**")
    if account.scopes and not set(ORGANIZATIONS) & set(account.scopes):
        st.caption(text.plain(f"This sign-in may not look for them. {products.advice_for(ORGANIZATIONS[0])}"))
        return
    if account.organizations:
        for urn, name in account.organizations.items():
            given = st.text_input(urn, name, max_chars=100, key=f"name-{urn}", placeholder="A name, for your eyes only")
            if given is not None and given.strip() != name:
                session.get_services().accounts.name_organization(account.id, urn, given.strip())
                session.look_again()
                st.rerun()
        st.caption("LinkedIn tells their numbers only. The Composer offers them as the author.")
    elif account.organizations is not None:
        st.caption("LinkedIn names no page on which you may publish.")
    if st.button("Look for my company pages", icon=":material/apartment:"):
        try:
            session.get_services().engagement.find_organizations(account)
        except LinkedInError as error:
            st.error(text.told(error, error.advice))
            return
        session.look_again()
        st.rerun()
