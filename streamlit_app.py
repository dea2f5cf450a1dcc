"""The server: `streamlit run streamlit_app.py`.

It carries the pages of dashboard/ui/app.py, and the routes that no page can be: LinkedIn's callback, the session
cookie, uploaded files and the sandbox.
"""

from pathlib import Path

import streamlit as st

from dashboard.config import logs, settings
from dashboard.web import server

try:
    secrets = settings.load().secrets
except settings.SettingsError:  # the pages say so
    secrets = ()
logs.to_terminal(secrets)
app = st.App(
    Path(__file__).parent / "dashboard" / "ui" / "app.py",
    routes=server.routes(),
    middleware=server.middleware,
    lifespan=server.lifespan,
)
