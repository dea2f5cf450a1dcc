"""The pages by their URL paths, the bar that leads to them, and the badge that says where posts go."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard.ui.state import session

PAGES = Path(__file__).resolve().parents[2] / "pages"
HOME = "home"
# Title and icon by URL path, which is the file's name; the front page alone has the address "/".
TITLES = {
    HOME: ("LinkedIn API Dashboard", "home"),
    "composer": ("Composer", "edit_square"),
    "queue": ("Queue", "calendar_month"),
    "drafts": ("Drafts", "draft"),
    "history": ("History", "table_rows"),
    "tour": ("Tour", "school"),
    "console": ("Console", "terminal"),
    "inspector": ("Inspector", "network_check"),
    "setup": ("Setup", "checklist"),
    "feed": ("Sandbox feed", "dynamic_feed"),
    "profile": ("Me", "account_circle"),
    "login": ("Me", "account_circle"),
}
# A section with one page is that page's link.
SECTIONS = {
    "Write": ("composer",),
    "Posts": ("queue", "drafts", "history"),
    "Learn": ("tour", "console", "inspector", "setup"),
    "Sandbox": ("feed",),
    "Me": ("profile",),
}
OPEN = {HOME, "login", "setup", "tour"}  # for everybody; the other pages ask for a sign-in first


def pages(*, signed_in: bool) -> dict[str, session.Page]:
    """Every page by its URL path, registered with Streamlit by `st.navigation`, which draws no menu of its own."""
    found = {name: _page(name, *look) for name, look in TITLES.items() if (PAGES / f"{name}.py").is_file()}
    if not signed_in:
        found["login"] = _page("login", "Sign in", "account_circle")
    return found


def _page(name: str, title: str, icon: str) -> session.Page:
    return st.Page(PAGES / f"{name}.py", title=title, icon=f":material/{icon}:", url_path=name, default=name == HOME)


def bar(*, feed: bool) -> None:
    """Draw the links to the pages by section; feed: whether there is a built-in sandbox to look into."""
    with st.container(horizontal=True, key="navigation"):
        st.page_link(session.page(HOME), label="Home")
        for section, names in SECTIONS.items():
            known = [name for name in names if name in session.tab().pages and (feed or name != "feed")]
            if len(names) > 1:
                st.caption(section, width="content")
            for name in known:
                label = TITLES[name][0] if len(names) > 1 else section
                st.page_link(session.page(name), label=label)


def badge(*, sandbox: bool) -> None:
    """Say where posts go."""
    with st.container(key="destination", width="content"):
        if sandbox:
            st.badge("Sandbox · nothing leaves this machine", icon=":material/science:", color="green")
        else:
            st.badge("LinkedIn · posts are real", icon=":material/public:", color="blue")
