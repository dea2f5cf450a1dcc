"""The Streamlit script: the menu, the sign-in gate, then the page."""

from __future__ import annotations

import gc
from pathlib import Path

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from dashboard.config.settings import SettingsError
from dashboard.db.database import DatabaseUnavailable
from dashboard.ui.common import errors, post_card, text
from dashboard.ui.state import session

PAGES = Path(__file__).resolve().parents[2] / "pages"
HOME = "home"
OPEN = {"login", "setup"}  # for everybody; the other pages ask for a sign-in first
ICON = Path(__file__).with_name("icon.png")


@st.cache_resource(show_spinner=False)
def _settle(page: str) -> None:
    """Exclude what a page has imported from garbage collection, which stops all tabs for 0.1 s when it is full."""
    gc.collect()
    gc.freeze()


def _page(name: str, title: str, icon: str, *, visible: bool = True) -> st.Page:
    return st.Page(
        PAGES / f"{name}.py",
        title=title,
        icon=f":material/{icon}:",
        url_path=name,
        visibility="visible" if visible else "hidden",
    )


def run() -> None:
    """Draw the menu and the chosen page, or the sign-in page while nobody is signed in."""
    st.set_page_config(page_icon=str(ICON), layout="wide")
    post_card.style()
    session.look_again()
    try:
        given, signed_in = session.get_services().settings, session.account() is not None
    except (SettingsError, DatabaseUnavailable) as error:
        st.navigation(list(_pages(signed_in=False, feed=False).values()), position="hidden")
        st.error(text.plain(str(error)), title="The dashboard cannot work now", icon=":material/build:")
        st.caption("Mend it in .env (see .env.example) or in the environment, then start the dashboard again.")
        return
    except SQLAlchemyError as error:
        st.navigation(list(_pages(signed_in=False, feed=False).values()), position="hidden")
        st.error(errors.sentence(error))
        return
    pages = _pages(signed_in=signed_in, feed=given.built_in_sandbox)
    session.tab().pages = pages
    page = st.navigation(list(pages.values()), position="top")
    name = page.url_path or HOME
    if name == HOME and signed_in:
        st.switch_page(pages["composer"])
    if name not in OPEN and not signed_in:
        session.mine().sign_in_links.clear()  # the next one leads back to this page
        post = st.query_params.get("post", "")[:20]
        session.tab().next_page = None if name == HOME else f"{name}?post={post}" if post else name
        st.switch_page(pages["login"], query_params=dict(st.query_params))
    st.set_page_config(page_title=f"{page.title} · LinkedIn API Dashboard")
    _head(page.title if signed_in or name != "login" else "LinkedIn API Dashboard", given.sandbox)
    with errors.told():
        errors.said()
        page.run()
    _settle(page.url_path)


def _pages(*, signed_in: bool, feed: bool) -> dict[str, st.Page]:
    """Every page by its URL path. All are registered always: one that is not in the menu still has its address."""
    return {
        HOME: st.Page(lambda: None, title="Home", default=True, visibility="hidden"),
        "composer": _page("composer", "Composer", "edit_square", visible=signed_in),
        "drafts": _page("drafts", "Drafts", "draft", visible=signed_in),
        "queue": _page("queue", "Queue", "calendar_month", visible=signed_in),
        "history": _page("history", "History", "table_rows", visible=signed_in),
        "inspector": _page("inspector", "Inspector", "network_check", visible=signed_in),
        "setup": _page("setup", "Setup", "checklist"),
        "profile": _page("profile", "Profile", "badge", visible=signed_in),
        "feed": _page("feed", "Sandbox feed", "dynamic_feed", visible=signed_in and feed),
        "login": _page("login", "Account" if signed_in else "Sign in", "account_circle"),
    }


def _head(title: str, sandbox: bool) -> None:
    """The name of the page, and a badge that says where posts go."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.title(title, anchor=False, width="content")
        if sandbox:
            st.badge("Sandbox · nothing leaves this machine", icon=":material/science:", color="green")
        else:
            st.badge("LinkedIn · posts are real", icon=":material/public:", color="blue")


run()
