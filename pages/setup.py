"""Set up an app of your own at LinkedIn: what is done, what is to do, and what the app may do."""

import streamlit as st

from dashboard.ui.setup import checklist, credentials, mode_switch, probe, products

mode_switch.choose()
checklist.draw()
steps, tests = st.columns(2, gap="large")
with steps:
    credentials.form()
    credentials.redirect_url()
with tests:
    probe.section()
    checklist.newest_version()
products.table()
