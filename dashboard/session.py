"""The pages' door to the house: who is here, in which browser, and the rooms behind."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from dashboard import server
from dashboard.accounts import Account
from dashboard.house import House, house
from dashboard.server import BROWSER_COOKIE, SESSION_COOKIE, is_own_host
from dashboard.signin import COMMUNITY_CLIENT, COMMUNITY_SCOPES, SignIn
from dashboard.vault import digest
from dashboard.widgets.browser import swap_ticket
from linkedin_api import Exchange, LinkedInError

__all__ = ["House", "house"]
Sandbox = Any  # pages know the sandbox only through this door
SandboxPost = Any
Page = Any  # what st.Page makes; Streamlit names no type for it
# What a tab remembers of the member who is in it.
OF_A_MEMBER = (
    "comments_of",
    "draft",
    "draft_known",
    "draft_unsaved",
    "fetched",
    "figures_of",
    "insert",
    "lost_files",
    "media_refused",
    "others",
    "reaction_refused",
    "sign_in_links",
    "text_before",
)
LINK_LIFE_S = 300  # half a state's life: a sign-in link is made anew before its state could expire


def browser() -> str | None:
    """This browser's own random secret, or None when it keeps no cookies."""
    found: str | None = st.context.cookies.get(BROWSER_COOKIE)
    return found


def look_again() -> None:
    """Forget who was here: each run of a page or a fragment asks once, as another tab may have signed out."""
    st.session_state.pop("account", None)


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


def uses_given_token() -> bool:
    """The account comes from LINKEDIN_ACCESS_TOKEN, not from a sign-in."""
    return bool(house().settings.access_token) and st.session_state.get("session_id") is None


def sign_in(also: Callable[[Exchange], None] = lambda _: None) -> SignIn:
    """A sign-in of this browser; one without cookies has no state to redeem."""
    return house().sign_in(browser() or secrets.token_urlsafe(), also)


def first_time(arrived: dict[str, str]) -> bool:
    """Whether this tab sees this callback for the first time."""
    seen = digest("|".join(arrived.values()))
    before, st.session_state.arrived = st.session_state.get("arrived"), seen
    return bool(before != seen)


def sign_in_link(*, every_product: bool = False) -> str | None:
    """LinkedIn's authorization page for this browser; None when a sign-in could not be finished here.

    every_product: for the sandbox's second app, which may do what LinkedIn allows only after a review.
    """
    given = house().settings
    if not (given.client_id and browser()) or (every_product and not given.built_in_sandbox):
        return None
    links: dict[bool, tuple[float, str]] = st.session_state.setdefault("sign_in_links", {})
    made_at, link = links.get(every_product, (0.0, ""))
    if not link or time.monotonic() - made_at > 0.9 * LINK_LIFE_S:
        client_id, scopes = (COMMUNITY_CLIENT, COMMUNITY_SCOPES) if every_product else (None, given.scopes)
        made = sign_in().link(redirect_uri(), scopes, st.session_state.get("next_page"), client_id)
        link = str(house().for_browser(made))
        links[every_product] = (time.monotonic(), link)
    return link


def sign_in_warnings() -> list[str]:
    """What would stand in the way of a sign-in, each with its next step."""
    found = []
    address = urlsplit(redirect_uri())
    wanted = f"{address.scheme}://{address.netloc}"
    if here() not in (None, wanted):  # its cookies are another host's
        found.append(
            f"LinkedIn will send you back to {wanted}. Open the dashboard there, or set LINKEDIN_REDIRECT_URI to this "
            "address; otherwise the sign-in cannot be finished."
        )
    if refused := st.session_state.get("given_token_refused"):
        found.append(f"LINKEDIN_ACCESS_TOKEN was not accepted. {refused} Next: {refused.advice}")
    if house().settings.access_token and not is_own_host(st.context.headers.get("Host")):
        found.append(
            "LINKEDIN_ACCESS_TOKEN is used on this machine only. To use it under this name, add the name to "
            "server.allowedHosts in .streamlit/config.toml."
        )
    if not browser():
        found.append("This browser keeps no cookies. Allow cookies for this address, then reload the page to sign in.")
    return found


def enter(finished: SignIn) -> None:
    """Sign this tab in; the browser fetches its cookie with a one-time ticket."""
    if finished.account is None:
        return
    look_again()
    st.session_state.pop("sign_in_links", None)  # their states are used up
    st.session_state.session_id, st.session_state.ticket = house().accounts.open_session(finished.account.id)
    st.session_state.next_page = finished.next_page
    house().claim_sign_in(finished.browser, finished.account.id)


def keep_cookie() -> None:
    """Let the browser fetch its cookie after a sign-in, then go on to the page that was asked for first."""
    if (ticket := st.session_state.get("ticket")) is None:
        return
    kept = swap_ticket(ticket)
    if kept is False:
        st.warning("This browser did not keep the sign-in; you will be asked again after a reload.")
    if kept is not None:
        del st.session_state.ticket
        name, _, post = (st.session_state.pop("next_page", None) or "").partition("?post=")
        if name in st.session_state.pages:
            st.switch_page(page(name), query_params={"post": post} if post else None)


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


def opened_post(shown: list[int]) -> int | None:
    """The post that the address asks for, such as /history?post=12."""
    asked = st.query_params.get("post", "")
    return int(asked) if asked.isdecimal() and int(asked) in shown else None


def sandbox() -> Sandbox:
    """The sandbox of this dashboard, for its own page."""
    return server.sandbox()
