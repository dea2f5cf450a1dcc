"""The front page: three doors, the sign-in, and the way to an app of one's own."""

import streamlit as st

from dashboard.ui.account import sign_in
from dashboard.ui.common import text
from dashboard.ui.home import doors
from dashboard.ui.state import session

given = session.get_services().settings
doors.enter()
st.markdown("Publish to LinkedIn with a preview you can trust, and see every request and answer on the way.")
doors.draw()
if account := session.account():
    st.markdown(f"You are signed in as **{text.plain(account.name)}**.")
else:
    for warning in sign_in.warnings():
        st.warning(warning)
    with st.container(horizontal=True, vertical_alignment="center"):
        sign_in.sign_in_link("Sign in with LinkedIn", quiet=True)
        sign_in.demo_links()
    if given.sandbox:
        more = " The two other links sign in as an app with company pages." if given.built_in_sandbox else ""
        st.caption(f"No LinkedIn account is needed: the sandbox has two members, and you sign in as one of them.{more}")
with st.expander("Use my own LinkedIn app", icon=":material/key:"):
    st.markdown(
        "1. Create an app at LinkedIn's developer portal, and request its two self-serve products.\n"
        "2. Register this dashboard's redirect URL there, letter by letter.\n"
        "3. Enter the client ID and secret here; they stay on this machine."
    )
    st.page_link(session.page("setup"), label="Set it up step by step", icon=":material/checklist:")
