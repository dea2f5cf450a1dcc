"""The Streamlit script: the menu, the sign-in gate, then the page."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from dashboard.config.settings import SettingsError
from dashboard.db.database import DatabaseUnavailable
from dashboard.ui import keyboard, navigation
from dashboard.ui.account import browser, sign_in
from dashboard.ui.common import errors, post_card, text
from dashboard.ui.state import clicks, session

ICON = Path(__file__).with_name("icon.png")


def run() -> None:
    """Draw the menu and the chosen page, or the sign-in page while nobody is signed in."""
    st.set_page_config(page_icon=str(ICON), layout="wide")
    post_card.style()
    session.look_again()
    try:
        signed_in = session.account() is not None
    except (SettingsError, DatabaseUnavailable) as error:
        st.navigation(list(navigation.pages(signed_in=False).values()), position="hidden")
        st.error(text.plain(str(error)), title="The dashboard cannot work now", icon=":material/build:")
        st.caption("Mend it in .env (see .env.example) or in the environment, then start the dashboard again.")
        return
    except SQLAlchemyError as error:
        st.navigation(list(navigation.pages(signed_in=False).values()), position="hidden")
        st.error(errors.sentence(error))
        return
    pages = navigation.pages(signed_in=signed_in)
    session.tab().pages = pages
    page = st.navigation(list(pages.values()), position="hidden")
    name = page.url_path or session.HOME
    came_back = "state" in st.query_params and name == session.HOME  # where the redirect URI is the front page
    if came_back or not (signed_in or name in navigation.OPEN):
        session.lead_back_to(session.wanted(name, st.query_params.to_dict()))
        st.switch_page(pages["login"], query_params=dict(st.query_params))
    st.set_page_config(page_title=f"{page.title} · LinkedIn API Dashboard")
    navigation.draw(name)
    browser.accessible_names()  # for visitors too: a component's code is loaded before their first click needs it
    if signed_in:
        keyboard.listen()
    st.title(page.title, anchor=False)
    with errors.told():
        errors.said()
        page.run()
    if session.tab().ticket:  # below the page, which is read meanwhile
        sign_in.keep_cookie(name)
    clicks.forget_clicks()


run()
