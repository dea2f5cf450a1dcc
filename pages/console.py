"""Any call to LinkedIn: begun from a documented one, from the Inspector or by hand, its answer explained."""

import streamlit as st

from dashboard.ui.common import members
from dashboard.ui.console import answer, form, sandbox_token
from dashboard.ui.state import console_fields, session

console_fields.prepare()
me = members.choose("Member")
if trouble := session.sign_in_trouble(me):
    st.warning(f"{trouble} Calls with its token are refused until you sign in again.")
typed, told = st.columns(2, gap="large")
with typed:
    form.draw(me)
    sandbox_token.draw(me)
with told:
    answer.draw()
answer.history(me)
