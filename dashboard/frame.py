"""The Streamlit script: the menu, the sign-in gate, then the page."""

from __future__ import annotations

import gc
from pathlib import Path

import streamlit as st

from dashboard import session
from dashboard.settings import SettingsError
from dashboard.store import StoreError
from dashboard.widgets import cards, trouble

PAGES = Path(__file__).resolve().parent.parent / "pages"
ICON = Path(__file__).with_name("icon.png")


@st.cache_resource(show_spinner=False)
def _warm() -> bool:
    """Import what pages need and keep it from the garbage collector: a rerun takes a fifth of the time."""
    import pandas  # noqa: F401
    import pyarrow  # noqa: F401

    gc.collect()
    gc.freeze()
    return True


def _page(name: str, title: str, icon: str, *, visible: bool = True) -> st.Page:
    return st.Page(
        PAGES / f"{name}.py",
        title=title,
        icon=f":material/{icon}:",
        url_path=name,
        visibility="visible" if visible else "hidden",
    )


def run() -> None:
    st.set_page_config(page_title="LinkedIn API Dashboard", page_icon=str(ICON), layout="wide")
    _warm()
    try:
        given, signed_in = session.house().settings, session.account() is not None
    except (SettingsError, StoreError) as error:
        st.navigation([st.Page(lambda: None, title="Setup", url_path="")], position="hidden")
        st.error(str(error), title="The dashboard cannot start yet", icon=":material/build:")
        st.caption("Mend it in .env (see .env.example) or in the environment, then start the dashboard again.")
        return
    cards.style()
    home = st.Page(lambda: None, title="Home", default=True, visibility="hidden")
    login = _page("login", "Account" if signed_in else "Sign in", "account_circle")
    composer = _page("composer", "Composer", "edit_square", visible=signed_in)
    others = [
        _page("history", "History", "table_rows", visible=signed_in),
        _page("inspector", "Inspector", "network_check", visible=signed_in),
        _page("profile", "Profile", "badge", visible=signed_in),
        _page("feed", "Sandbox feed", "dynamic_feed", visible=signed_in and given.built_in_sandbox),
    ]
    page = st.navigation([home, composer, *others, login], position="top")
    if not signed_in and page != login:
        if page != home:
            st.session_state.next_page = page.url_path
        st.switch_page(login, query_params=dict(st.query_params))
    if page == home:
        st.switch_page(composer)
    st.session_state.pages = {p.url_path: p for p in (composer, *others, login)}
    _head("LinkedIn API Dashboard" if page == login and not signed_in else page.title, given.sandbox)
    with trouble.told():
        page.run()


def _head(title: str, sandbox: bool) -> None:
    """The page's name, and on every page where posts go."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.title(title, anchor=False, width="content")
        if sandbox:
            st.badge("Sandbox · nothing leaves this machine", icon=":material/science:", color="green")
        else:
            st.badge("LinkedIn · posts are real", icon=":material/public:", color="blue")


run()
