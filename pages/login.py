"""Sign in with LinkedIn: the links, and LinkedIn's answer in the query parameters; for a member the page Me."""

import streamlit as st

from dashboard.ui.account import browser, me, sign_in
from dashboard.ui.common import post_card, text
from dashboard.ui.state import session


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
            st.markdown("No LinkedIn account is needed: the sandbox has two members, and you sign in as one of them.")
        sign_in.sign_in_link("Sign in with LinkedIn")
        if session.get_services().settings.built_in_sandbox:
            st.caption("As an app that everybody gets at once: your profile, and posts in your own name.")
            sign_in.demo_links(told=True)
        st.markdown("**LinkedIn will ask you to let this dashboard**")
        st.markdown(text.permissions(session.get_services().settings.scopes))
        st.caption(
            "Your password stays with LinkedIn. The token is kept encrypted on this machine, and you can delete it."
        )


arrived = {name: st.query_params.get(name, "") for name in session.CALLBACK_PARAMS}
came_back = bool(arrived["code"] or arrived["error"])
arriving = came_back and sign_in.first_time(arrived)  # a rerun must not spend the code twice
if arriving:
    browser.tidy_address()
    sign_in.arrive(*arrived.values())
elif came_back:
    st.query_params.clear()  # the address is tidy by now; Streamlit has yet to learn it
if session.account():
    me.me(arriving=arriving)
else:
    invite()
