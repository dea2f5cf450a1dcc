"""Who is signed in in this tab, whose posts they may see, and the services that the pages use."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard import services as process
from dashboard.accounts.account import Account
from dashboard.drafts.draft import Draft
from dashboard.posts.news import news_of
from dashboard.posts.post import PostRow
from dashboard.posts.queue import QueueEntry
from dashboard.services import Services, sandbox
from dashboard.setup.choices import LIVE, SANDBOX
from dashboard.ui.state import member_state
from dashboard.ui.state.member_state import MemberState, tab
from dashboard.web import cookies
from dashboard.web.own_host import is_own_host
from linkedin_api import LinkedInError

__all__ = ["Services", "get_services", "sandbox", "tab"]
SandboxPost = Any  # pages know the sandbox only through this door
Page = Any  # what st.Page makes; Streamlit names no type for it
Place = Any  # where something is drawn, such as a column
HOME = "home"  # the front page, whose address is "/"
CALLBACK_PARAMS = ("code", "state", "error", "error_description")  # of LinkedIn's answer to a sign-in
NEXT_PAGE_LENGTH = 64  # of the column that keeps it
IDS_END = 2**31  # PostgreSQL refuses to look for a larger one


def get_services() -> Services:
    """The services of the LinkedIn that this tab works with: of the settings, or of the sandbox beside it."""
    found, here = process.get_services(), tab()
    if not here.mode:
        try:
            chosen = found.chosen(browser(), on_this_machine=on_this_machine())
        except SQLAlchemyError:  # the page says so when it reads something itself
            return found
        here.mode = SANDBOX if chosen is found.in_sandbox else LIVE
    return found.in_sandbox if here.mode == SANDBOX else found


def switch(mode: str) -> None:
    """Let this browser work with the sandbox or with LinkedIn; who was here is signed out of this tab only."""
    if secret := browser():
        process.get_services().choices.choose(secret, mode)
    member_state.forget()
    tab().mode = mode


def on_this_machine() -> bool:
    """Whether the browser is on this machine, and no proxy stands between: whoever sits here may change settings."""
    return is_own_host(st.context.headers, st.context.ip_address, allowed_too=False)


def browser() -> str | None:
    """This browser's own random secret, or None when it keeps no cookies."""
    return cookies.browser_of(st.context.cookies, https=process.get_services().settings.https)


def look_again_alone() -> None:
    """The same in a fragment that runs without its page, which has looked when both run."""
    run = get_script_run_ctx()
    if run and run.fragment_ids_this_run:
        look_again()


def look_again() -> None:
    """Forget who was here: each run of a page or a fragment asks once, as another tab may have signed out."""
    here = tab()
    here.looked = False
    beside = here.mode == SANDBOX and not process.get_services().settings.built_in_sandbox
    if beside and not on_this_machine():  # its tab was open before the dashboard had LinkedIn
        here.mode = LIVE


def account() -> Account | None:
    """Return the member who is signed in, None for nobody. Asks the database once a run."""
    return mine().account


def mine() -> MemberState:
    """What this tab remembers of the member who is here now, and of no other one."""
    here = tab()
    if not here.looked:
        found, news = _look_up()
        state = member_state.enter(found[0] if found else None)
        state.accounts_here, state.news = found, news
        here.looked = True
        return state
    return member_state.in_tab()


def _look_up() -> tuple[list[Account] | None, str]:
    """The accounts of accounts_here(), None for nobody; and news_of() the member."""
    accounts, here = get_services().accounts, tab()
    if here.session_id is None:
        kept = cookies.sessions_of(st.context.cookies, https=get_services().settings.https)
        here.session_id = next(filter(None, map(accounts.session, kept)), None)
    if here.session_id is None:
        given = _given_account()
        if given is None:
            return None, ""
        others = get_services().open_to(get_services().connections.of(given.id), is_this_machine)
        return [given, *others], get_services().outbox.news(given.id)
    found, news = accounts.in_session(here.session_id, news_of)
    if not found:
        here.session_id = None
    return get_services().open_to(found, is_this_machine), news


def member() -> Account:
    """Return the member who is signed in; without one the run starts anew, at the sign-in page."""
    found = account()
    if found is None:  # signed out in another tab since this run began
        st.rerun()
    return found


def accounts_here() -> list[Account]:
    """The accounts that the member may publish as: their own first, then those of connected members."""
    found = mine().accounts_here
    if found is None:
        me, services = member(), get_services()
        found = mine().accounts_here = [me, *services.open_to(services.connections.of(me.id), is_this_machine)]
    return found


def visible_ids() -> tuple[int, ...]:
    """The ids of the accounts whose posts the member may see."""
    return tuple(each.id for each in accounts_here())


def account_of(row: PostRow | QueueEntry) -> Account:
    """The account of a post. Raises: LookupError when the member may not see it."""
    return {each.id: each for each in accounts_here()}[row.account_id]


def voice(draft: Draft) -> Account:
    """The account that publishes this draft; oneself when the one that was chosen is not connected, see voice_lost."""
    return _speaker(draft) or member()


def _speaker(draft: Draft) -> Account | None:
    me, *others = accounts_here()
    return me if draft.member in ("", me.urn) else next((a for a in others if a.urn == draft.member), None)


def voice_lost(draft: Draft) -> str | None:
    """Why nobody here may publish this draft as its author, with the next step; else None."""
    if (speaker := _speaker(draft)) is None:
        return (
            "The member who was to publish this is not connected to you any more. Choose another author, or connect "
            "them again on the page Me."
        )
    if draft.author and draft.author not in speaker.pages:
        return (
            "The company page that was to publish this is none of yours with the present sign-in. Choose another "
            "author, or look for your company pages on the page Me."
        )
    return None


def sign_in_trouble(of: Account) -> str | None:
    """One sentence when LinkedIn will not accept the token of an account: one's own, or a connected member's."""
    return of.sign_in_trouble("Your" if of.id == member().id else f"{of.name}'s")


def draft_of(row: PostRow) -> Draft:
    """The draft of a post for this member to edit: it names the account of the post, whoever wrote it."""
    known = {each.id: each.urn for each in accounts_here()[1:]} | {member().id: ""}
    return row.draft.changed(member=known.get(row.account_id, row.draft.member))


def uses_given_token() -> bool:
    """Whether the account comes from LINKEDIN_ACCESS_TOKEN and not from a sign-in."""
    return bool(get_services().settings.access_token) and tab().session_id is None


def page(name: str) -> Page:
    """A page by its URL path, for links."""
    return tab().pages[name]


def wanted(name: str, query: Mapping[str, str]) -> str | None:
    """Where a sign-in is to lead back to: a page's URL path and its query; None for the front page."""
    asked = urlencode({key: value for key, value in query.items() if key not in CALLBACK_PARAMS})
    address = f"{name}?{asked}" if asked else name
    return None if name == HOME else address if len(address) <= NEXT_PAGE_LENGTH else name


def lead_back_to(address: str | None) -> None:
    """Let the sign-in links that are drawn from now on lead to this address, see wanted()."""
    if tab().next_page != address:
        tab().next_page = address
        mine().sign_in_links.clear()


def destination(address: str | None, pages: Collection[str]) -> tuple[str, dict[str, str]]:
    """The page and the query of where a sign-in leads: what is no page of ours becomes the front page."""
    name, _, query = (address or "").partition("?")
    return (name, dict(parse_qsl(query))) if name in pages else (HOME, {})


def onward() -> None:
    """Go where the member wanted to go before the sign-in. What a door asked for is the front page's to read."""
    name, query = destination(tab().next_page, tab().pages)
    if name != HOME:
        tab().next_page = None
    st.switch_page(page(name), query_params=query)


def sign_out() -> None:
    """Forget this session; the token stays, encrypted, for posts that are on their way."""
    if (session_id := tab().session_id) is not None:
        get_services().accounts.close_session(session_id)
    member_state.forget()


def disconnect() -> None:
    """Revoke the token at LinkedIn, delete it here, and sign every browser of this member out."""
    get_services().disconnect(member())
    member_state.forget()


def is_this_machine() -> bool:
    """Whether the browser is on this machine, or comes under a name that LINKEDIN_ACCESS_TOKEN is allowed for."""
    return is_own_host(st.context.headers, st.context.ip_address)


def _given_account() -> Account | None:
    services, here = get_services(), tab()
    if not (services.settings.access_token and is_this_machine()):
        return None
    if here.given_account_id is None and here.given_token_refused is None:
        try:
            here.given_account_id = services.given_token.account().id
        except LinkedInError as error:
            here.given_token_refused = error
    return services.accounts.get(here.given_account_id) if here.given_account_id else None


def here() -> str | None:
    """The origin that the browser shows, such as http://localhost:8501."""
    try:
        address = urlsplit(st.context.url or "")
    except ValueError:  # of no browser
        return None
    return f"{address.scheme}://{address.netloc}" if address.netloc else None


def redirect_uri() -> str:
    """Where LinkedIn sends the member back to. The built-in sandbox follows the browser, on any host."""
    given = get_services().settings
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
    """Return a function from URN to absolute link. A download calls it after the page, without its context."""
    origin, services = here() or "", get_services()

    def link(urn: str) -> str:
        found = services.link(urn)
        return origin + found if found.startswith("/") else found

    return link


def opened_post() -> int | None:
    """The post id in the address, such as 12 of /history?post=12. The caller checks whether the member may see it."""
    asked = st.query_params.get("post", "")
    return int(asked) if asked.isdecimal() and len(asked) <= 10 and int(asked) < IDS_END else None


def where(of: Account) -> str:
    """Where the posts of an account go, in the words of a sentence: "the sandbox" or "LinkedIn"."""
    return "the sandbox" if get_services().stays_here(of) else "LinkedIn"


def there(of: Account) -> str:
    """The same with its preposition: "in the sandbox" or "on LinkedIn"."""
    return f"{'in' if get_services().stays_here(of) else 'on'} {where(of)}"
