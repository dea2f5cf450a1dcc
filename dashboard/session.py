"""The pages' door to the house: who is here, in which browser, and the rooms behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from dashboard.accounts import Account
from dashboard.cookies import BROWSER_COOKIE, SESSION_COOKIE, is_own_host
from dashboard.draft import Draft
from dashboard.house import House, house, sandbox
from dashboard.row import Row
from linkedin_api import LinkedInError

__all__ = ["House", "house", "sandbox"]
SandboxPost = Any  # pages know the sandbox only through this door
Page = Any  # what st.Page makes; Streamlit names no type for it
Place = Any  # where something is drawn, such as a column
IDS_END = 2**31  # PostgreSQL refuses to look for a larger one
# What a tab remembers of the member who is in it.
OF_A_MEMBER = (
    "comments_of",
    "draft",
    "draft_known",
    "draft_unsaved",
    "fetched",
    "figures_of",
    "insert",
    "later",
    "lost_files",
    "media_refused",
    "others",
    "queued",
    "reaction_refused",
    "scheduled",
    "sign_in_links",
    "taken",
    "text_before",
)


def browser() -> str | None:
    """This browser's own random secret, or None when it keeps no cookies."""
    found: str | None = st.context.cookies.get(BROWSER_COOKIE)
    return found


def look_again() -> None:
    """Forget who was here: each run of a page or a fragment asks once, as another tab may have signed out."""
    st.session_state.pop("account", None)
    st.session_state.pop("accounts_here", None)


def account() -> Account | None:
    """The member who is signed in."""
    if "account" not in st.session_state:
        here_now = _look_up()
        _another_member(here_now.id if here_now else None)
        st.session_state.account = here_now
    found: Account | None = st.session_state.account
    return found


def _another_member(account_id: int | None) -> None:
    """Nothing of one member stays in a tab in which another one is signed in now, such as by another tab."""
    before = st.session_state.get("of_member")
    if before is not None and before != account_id:
        for name in OF_A_MEMBER:
            st.session_state.pop(name, None)
    st.session_state.of_member = account_id


def _look_up() -> Account | None:
    accounts = house().accounts
    session_id = st.session_state.get("session_id")
    if session_id is None and (cookie := st.context.cookies.get(SESSION_COOKIE)):
        session_id = st.session_state.session_id = accounts.session(cookie)
    if session_id is None:
        return _given_account()
    found = accounts.session_account(session_id)
    if found is None:
        del st.session_state.session_id
    return found


def member() -> Account:
    """The member who is signed in, behind the sign-in gate."""
    found = account()
    if found is None:  # signed out in another tab since this run began
        st.rerun()
    return found


def accounts_here() -> list[Account]:
    """As whom the member may publish: oneself first, then the members who are connected."""
    me = member()
    if "accounts_here" not in st.session_state:
        st.session_state.accounts_here = [me, *house().connections.of(me.id)]
    found: list[Account] = st.session_state.accounts_here
    return found


def visible_ids() -> tuple[int, ...]:
    """The accounts whose posts the member may see."""
    return tuple(each.id for each in accounts_here())


def account_of(row: Row) -> Account:
    """Whose post it is. Raises: LookupError when the member may not see it."""
    return {each.id: each for each in accounts_here()}[row.account_id]


def voice(draft: Draft) -> Account:
    """The account that publishes this draft; oneself when the one that was chosen is not connected, see voice_lost."""
    return _speaker(draft) or member()


def _speaker(draft: Draft) -> Account | None:
    others = accounts_here()[1:]
    return member() if draft.member in ("", member().urn) else next((a for a in others if a.urn == draft.member), None)


def voice_lost(draft: Draft) -> str | None:
    """Why nobody here may publish this draft as its author, with the next step; else None."""
    if (speaker := _speaker(draft)) is None:
        return (
            "The member who was to publish this is not connected to you any more. Choose another author, or connect "
            "them again on the Account page."
        )
    if draft.author and draft.author not in speaker.pages:
        return (
            "The company page that was to publish this is none of yours with the present sign-in. Choose another "
            "author, or look for your company pages on the Profile page."
        )
    return None


def sign_in_trouble(of: Account) -> str | None:
    """One sentence when LinkedIn will not accept the token of an account: one's own, or a connected member's."""
    return of.sign_in_trouble("Your" if of.id == member().id else f"{of.name}'s")


def draft_of(row: Row) -> Draft:
    """The draft of a post for this member's desk: it names whose post it was, whoever wrote it."""
    known = {each.id: each.urn for each in accounts_here()[1:]} | {member().id: ""}
    return row.draft.changed(member=known.get(row.account_id, row.draft.member))


def uses_given_token() -> bool:
    """The account comes from LINKEDIN_ACCESS_TOKEN, not from a sign-in."""
    return bool(house().settings.access_token) and st.session_state.get("session_id") is None


def page(name: str) -> Page:
    """A page by its URL path, for links."""
    found: Page = st.session_state.pages[name]
    return found


def sign_out() -> None:
    """Forget this session; the token stays, encrypted, for posts that are on their way."""
    if (session_id := st.session_state.get("session_id")) is not None:
        house().accounts.close_session(session_id)
    _leave()


def disconnect() -> None:
    """Revoke the token at LinkedIn, delete it here, and sign every browser of this member out."""
    house().disconnect(member())
    _leave()


def _leave() -> None:
    for name in list(st.session_state):
        del st.session_state[name]


def _given_account() -> Account | None:
    rooms = house()
    if not (rooms.settings.access_token and is_own_host(st.context.headers.get("Host"))):
        return None
    if "given_account_id" not in st.session_state:
        try:
            st.session_state.given_account_id = rooms.given_account().id
        except LinkedInError as error:
            st.session_state.given_token_refused = error
            st.session_state.given_account_id = None
    found = st.session_state.given_account_id
    return rooms.accounts.get(found) if found else None


def here() -> str | None:
    """The origin that the browser shows, such as http://localhost:8501."""
    address = urlsplit(st.context.url or "")
    return f"{address.scheme}://{address.netloc}" if address.netloc else None


def redirect_uri() -> str:
    """Where LinkedIn sends the member back to. The built-in sandbox follows the browser, on any host."""
    given = house().settings
    if given.built_in_sandbox and not given.redirect_uri_is_set and (origin := here()):
        return origin + given.callback_path
    return given.redirect_uri


def timezone() -> ZoneInfo:
    """The time zone of the member's browser."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def absolute_links() -> Callable[[str], str]:
    """Makes the link to a post as it works outside this page; for downloads, which are made after the page."""
    origin, rooms = here() or "", house()

    def link(urn: str) -> str:
        found = rooms.link(urn)
        return origin + found if found.startswith("/") else found

    return link


def opened_post() -> int | None:
    """The post that the address asks for, such as /history?post=12; whoever looks it up asks who may see it."""
    asked = st.query_params.get("post", "")
    return int(asked) if asked.isdecimal() and len(asked) <= 10 and int(asked) < IDS_END else None


def where() -> str:
    """Where posts go, as a sentence says it."""
    return "the sandbox" if house().settings.sandbox else "LinkedIn"
