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
    found = {name: _page(name, title) for name, (title, _) in TITLES.items()}
    if not signed_in:
        found["login"] = _page("login", "Sign in")
    return found


def _page(name: str, title: str) -> session.Page:
    return st.Page(PAGES / f"{name}.py", title=title, url_path=name, default=name == session.HOME)


def draw(now_at: str) -> None:
    """Draw the bar at the top, which stays in sight, and the one at the bottom of a phone.

    now_at: the page that is shown; another one has a menu of its own, so that it is closed there.
    """
    services = session.get_services()
    sections = {section: [name for name in names if _is_here(name)] for section, names in SECTIONS.items()}
    with st.container(horizontal=True, vertical_alignment="center", key="top"):
        with st.container(horizontal=True, vertical_alignment="center", width="content", key="navigation"):
            _links(sections)
        _badge(services.settings.sandbox, leaves=services.zernio.leaves)
        with st.container(width="content", key="menu"), st.expander("Menu", icon=":material/menu:", key=f"at-{now_at}"):
            _links(sections)
    with st.container(horizontal=True, key="phone"):
        for label, name in PHONE.items():
            _link(name, label, f":material/{TITLES[name][1]}:")


def what_to_do() -> None:
    """Draw the ways on from a page that has nothing to show yet."""
    with st.container(horizontal=True):
        _link("composer", "Write a post", ":material/edit_square:")
        if _is_here("feed"):
            _link("feed", "Fill with demo data", ":material/auto_awesome:")


def _is_here(name: str) -> bool:
    return name != "feed" or session.get_services().settings.built_in_sandbox


def _links(sections: dict[str, list[str]]) -> None:
    for section, names in sections.items():
        if len(SECTIONS[section]) > 1:
            st.caption(section, width="content")
        for name in names:
            _link(name, section if len(SECTIONS[section]) == 1 else TITLES[name][0])


def _link(name: str, label: str, icon: str | None = None) -> None:
    st.page_link(session.page(name), label=label, icon=icon)


def _badge(sandbox: bool, *, leaves: bool) -> None:
    """leaves: the settings have a key of the real Zernio, which works beside the sandbox."""
    if sandbox and leaves:
        st.badge("Sandbox · posts through Zernio are real", icon=":material/alt_route:", color="blue")
    elif sandbox:
        st.badge("Sandbox · nothing leaves this machine", icon=":material/science:", color="green")
    else:
        st.badge("LinkedIn · posts are real", icon=":material/public:", color="blue")
