"""Set up an app of your own at LinkedIn: what is done, what is to do, and what the app may do."""

import streamlit as st

from dashboard.ui.account import zernio
from dashboard.ui.setup import checklist, credentials, mode_switch, probe, products

mode_switch.choose()
checklist.draw()
app, compared = st.columns(2, gap="large")
with app:
    credentials.form()
    checklist.newest_version()
with compared:
    credentials.redirect_url()
zernio.door()
probe.section()
products.table()
