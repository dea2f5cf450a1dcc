"""The front page: three doors, the sign-in, and the way to an app of one's own."""

import streamlit as st

from dashboard.ui.account import sign_in
from dashboard.ui.common import text
from dashboard.ui.home import doors
from dashboard.ui.state import session

doors.enter()
st.markdown("Publish to LinkedIn with a preview you can trust, and see every request and answer on the way.")
doors.draw()
if account := session.account():
    st.markdown(f"You are signed in as **{text.plain(account.name)}**.")
else:
    for warning in sign_in.warnings():
        st.warning(warning)
    with st.container(horizontal=True):
        sign_in.sign_in_link("Sign in with LinkedIn")
        sign_in.demo_links()
