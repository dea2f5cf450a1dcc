"""Sign in with LinkedIn: the links, LinkedIn's answer in the query parameters, and the sign-out."""

import streamlit as st

from dashboard.accounts.account import Account
from dashboard.ui.account import browser, connected_members, sign_in
from dashboard.ui.common import post_card, text
from dashboard.ui.state import session

EVERY_PRODUCT = (
    "A convenience of the sandbox, with company pages, other people's comments, and figures: "
    "LinkedIn has no app with every product at once."
)


def invite() -> None:
    """Draw the sign-in link, and which permissions it asks for."""
    for warning in sign_in.warnings():
        st.warning(warning)
    pitch, sample = st.columns(2, gap="large")
    with sample:
        post_card.sample()
    with pitch:
        st.markdown("Publish to LinkedIn with a preview you can trust, and see every request and answer on the way.")
        if session.get_services().settings.sandbox:
            st.markdown("No LinkedIn account is needed: the sandbox has two members who lend you theirs.")
        sign_in.sign_in_link("Sign in with LinkedIn")
        if session.get_services().settings.built_in_sandbox:
            st.caption("As an app that everybody gets at once: your profile, and posts in your own name.")
            sign_in.sign_in_link("Sign in with every product", every_product=True)
            st.caption(EVERY_PRODUCT)
        st.markdown("**LinkedIn will ask you to let this dashboard**")
        st.markdown(text.permissions(session.get_services().settings.scopes))
        st.caption(
            "Your password stays with LinkedIn. The token is kept encrypted on this machine, and you can delete it."
        )


def welcome(account: Account) -> None:
    """Draw who is signed in, links to the pages, and the sign-out."""
    sign_in.keep_cookie()
    st.markdown(f"You are signed in as **{text.plain(account.name)}**.")
    if why := account.sign_in_needed:
        st.warning(f"{why} Sign in again to publish; your draft is kept.")
        sign_in.sign_in_link("Sign in with LinkedIn")
    with st.container(horizontal=True):
        st.page_link(session.page("composer"), label="Write a post", icon=":material/edit_square:")
        st.page_link(session.page("profile"), label="See your profile", icon=":material/badge:")
    if session.uses_given_token():
        st.caption("This dashboard uses the token in LINKEDIN_ACCESS_TOKEN; take it out of the settings to sign out.")
        return
    if not account.sign_in_needed:
        sign_in.sign_in_link("Sign in again", quiet=True)
        sign_in.sign_in_link("Sign in with every product", every_product=True)
    connected_members.way_out()


arrived = {name: st.query_params.get(name, "") for name in ("code", "state", "error", "error_description")}
came_back = bool(arrived["code"] or arrived["error"])
if came_back and sign_in.first_time(arrived):  # a rerun must not spend the code twice
    browser.tidy_address()
    sign_in.arrive(*arrived.values())
else:
    if came_back:
        st.query_params.clear()  # the address is tidy by now; Streamlit has yet to learn it
    sign_in.steps()
if signed_in := session.account():
    welcome(signed_in)
    connected_members.members()
else:
    invite()
