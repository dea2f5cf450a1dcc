"""The pages by their URL paths, the bar that leads to them, and the badge that says where posts go."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard.ui.state import session

PAGES = Path(__file__).resolve().parents[2] / "pages"
# Title and icon by URL path, which is the file's name; the front page alone has the address "/".
TITLES = {
    session.HOME: ("LinkedIn API Dashboard", "home"),
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
    "Home": (session.HOME,),
    "Write": ("composer",),
    "Posts": ("queue", "drafts", "history"),
    "Learn": ("tour", "console", "inspector", "setup"),
    "Sandbox": ("feed",),
    "Me": ("profile",),
}
PHONE = {"Write": "composer", "History": "history", "Learn": "tour", "Me": "profile"}
OPEN = {session.HOME, "login", "setup", "tour"}  # for everybody; the other pages ask for a sign-in first


def pages(*, signed_in: bool) -> dict[str, session.Page]:
    """Every page by its URL path, registered with Streamlit by `st.navigation`, which draws no menu of its own."""
    found = {name: _page(name, title) for name, (title, _) in TITLES.items() if (PAGES / f"{name}.py").is_file()}
    if not signed_in:
        found["login"] = _page("login", "Sign in")
    return found


def _page(name: str, title: str) -> session.Page:
    return st.Page(PAGES / f"{name}.py", title=title, url_path=name, default=name == session.HOME)


def draw(*, feed: bool, sandbox: bool) -> None:
    """Draw the bar at the top, which stays in sight, and the one at the bottom of a phone.

    feed: whether there is a built-in sandbox to look into; sandbox: whether posts go to a sandbox.
    """
    sections = {section: [name for name in names if _is_here(name, feed)] for section, names in SECTIONS.items()}
    with st.container(horizontal=True, vertical_alignment="center", key="top"):
        with st.container(horizontal=True, vertical_alignment="center", width="content", key="navigation"):
            _links(sections)
        _badge(sandbox)
        with st.container(width="content", key="menu"), st.expander("Menu", icon=":material/menu:"):
            _links(sections)
    with st.container(horizontal=True, key="phone"):
        for label, name in PHONE.items():
            if _is_here(name, feed):
                _link(name, label, f":material/{TITLES[name][1]}:")


def _is_here(name: str, feed: bool) -> bool:
    return name in session.tab().pages and (feed or name != "feed")


def _links(sections: dict[str, list[str]]) -> None:
    for section, names in sections.items():
        if len(SECTIONS[section]) > 1:
            st.caption(section, width="content")
        for name in names:
            _link(name, section if len(SECTIONS[section]) == 1 else TITLES[name][0])


def _link(name: str, label: str, icon: str | None = None) -> None:
    st.page_link(session.page(name), label=label, icon=icon)


def _badge(sandbox: bool) -> None:
    if sandbox:
        st.badge("Sandbox · nothing leaves this machine", icon=":material/science:", color="green")
    else:
        st.badge("LinkedIn · posts are real", icon=":material/public:", color="blue")
