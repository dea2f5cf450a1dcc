"""The permissions of the member's sign-in, the products of the app that grant more, and the API version."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from dashboard.accounts.account import Account
from dashboard.accounts.sign_in import SCOPES
from dashboard.ui.common import post_card, text
from dashboard.ui.state import session
from dashboard.ui.state.clicks import clicked
from linkedin_api import LinkedInError
from linkedin_api.reference import products, versions

ABOUT_APPS = (
    f"“{products.COMMUNITY}”: {products.TWO_APPS}. “{products.ADVERTISING}” also grants scopes of company pages. "
    f"{products.AUTOMATION}, so look at each post before it is published or scheduled."
)
ORGANIZATIONS = ("rw_organization_admin", "r_organization_admin")


def lacking(account: Account) -> None:
    """Draw the permissions that the sign-in lacks, by the product that grants them."""
    missing = [scope for scope in SCOPES if scope not in account.scopes] if account.scopes else []
    # Who the member is comes either from OpenID Connect or from /v2/me; no app has both.
    other_way = ("r_basicprofile",) if "openid" in account.scopes else products.OPENID
    missing = [scope for scope in missing if scope not in other_way]
    if not missing:
        return
    with st.expander(f"{len(missing)} permissions that this sign-in lacks"):
        for product in dict.fromkeys(map(products.product_of, missing)):
            scopes = [scope for scope in missing if products.product_of(scope) == product]
            st.markdown(text.permissions(tuple(scopes)))
            st.caption(text.plain(products.advice_for(" ".join(scopes))))
        st.caption(text.plain(ABOUT_APPS))


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
        for urn in account.organizations:
            _company_page(account, urn)
        st.caption("The Composer offers them as the author.")
    elif account.organizations is not None:
        st.caption("LinkedIn names no page on which you may publish.")
    if clicked("Look for my company pages", icon=":material/apartment:"):
        try:
            session.get_services().engagement.find_organizations(account)
        except LinkedInError as error:
            st.error(text.told(error, error.advice))
            return
        session.look_again()
        st.rerun()


def _company_page(account: Account, urn: str) -> None:
    """Logo and name as LinkedIn tells them; the member may name a page of which it tells only the number."""
    if urn in (account.pages_read_at or {}):
        with st.container(horizontal=True, vertical_alignment="center"):
            post_card.avatar(account, urn)
            st.markdown(f"**{text.plain(account.name_of(urn))}**  \n{text.plain(urn)}")
        return
    name = (account.organizations or {})[urn]
    hint = "LinkedIn tells its number only"
    given = st.text_input(urn, name, max_chars=100, key=f"name-{urn}", placeholder="A name for your eyes", help=hint)
    if given is not None and given.strip() != name:
        session.get_services().accounts.name_organization(account.id, urn, given.strip())
        session.look_again()
        st.rerun()
