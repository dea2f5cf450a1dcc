"""The sign-in at LinkedIn: the links, its steps as they happen, and why it failed."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import streamlit as st

from dashboard.accounts.account import Account
from dashboard.accounts.encryption import digest
from dashboard.accounts.repository import StateRefused
from dashboard.accounts.sign_in import COMMUNITY_CLIENT, DEMO_APPS, EVERY_PRODUCT_CLIENT, SignIn, Step, steps_of
from dashboard.db.database import now
from dashboard.ui.account import browser
from dashboard.ui.common import errors, exchange, text
from dashboard.ui.state import session
from linkedin_api import LinkedInError

START_AGAIN = "Start again with the link below."
EVERY_PRODUCT = (
    "A convenience of the sandbox, with company pages, other people's comments, and figures: LinkedIn has no app with "
    "every product at once."
)
COMMUNITY = (
    "As an app that LinkedIn has reviewed: with company pages. It cannot have OpenID Connect, so /v2/me says who you "
    "are."
)
DEMOS = {
    EVERY_PRODUCT_CLIENT: ("Sign in with every product", EVERY_PRODUCT),
    COMMUNITY_CLIENT: ("Sign in with Community Management", COMMUNITY),
}
FRESH = timedelta(minutes=10)  # so long its steps are open to be read
LINK_LIFE_S = 300  # half a state's life: a sign-in link is made anew before its state could expire
SAME_MEMBER = (
    "LinkedIn has signed you in again, so nobody new was connected; only your own token is fresh. While this browser "
    "is signed in at linkedin.com, LinkedIn does not ask who it is. Sign out at linkedin.com in this browser, then "
    "connect again and log in there as the other member."
)
SAME_IN_SANDBOX = (
    "You have chosen yourself again, so nobody new was connected; only your own token is fresh. Connect again, and "
    "choose the other member on the sandbox's page."
)


# Leaving.


@errors.fragment(run_every=LINK_LIFE_S)
def sign_in_link(label: str, *, app: str | None = None, connect: bool = False, quiet: bool = False) -> None:
    """Draw the link to LinkedIn; it is renewed before its state expires.

    app: the client id of another app of the sandbox; None is the app of the settings.
    connect: for another member, as whom the one who is signed in wants to publish too.
    """
    if link := _link(app, connect):
        browser.same_tab_link(label, link, quiet=quiet)


def demo_links(*, told: bool = False) -> None:
    """Draw the links of the built-in sandbox's other apps; told: each with what it is."""
    for app, (label, about) in DEMOS.items():
        sign_in_link(label, app=app, quiet=True)
        if told:
            st.caption(about)


def leave_for(next_page: str) -> None:
    """Let the browser go to LinkedIn at once, and afterwards to `next_page`, see session.onward().

    The built-in sandbox is asked to leave out its consent page, as LinkedIn leaves out its own for a member who has
    agreed before; the sign-in is then finished on this page. What prevents a sign-in is what warnings() says.
    """
    if not possible():
        return
    given = session.get_services().settings
    # The same link in each run until the browser has left: a second state would be a second way out.
    link = _kept((next_page, False), lambda: _sign_in().link(session.redirect_uri(), given.scopes, next_page))
    if not given.built_in_sandbox:
        browser.go_to(link)
    elif (back := browser.fetch_answer(f"{link}&sandbox_consent=given")) is not None:
        # Before it is finished: a click meanwhile ends this run, and the browser fetches no address twice.
        session.mine().sign_in_links.clear()
        arrive(*(back.get(name, "") for name in session.CALLBACK_PARAMS))
        if session.account():
            st.rerun()
        session.lead_back_to(None)  # why is said; the next click begins anew


def possible() -> bool:
    """Whether a sign-in could be finished here: the app is known, and the browser keeps cookies."""
    return bool(session.get_services().settings.client_id and session.browser())


def _link(app: str | None, connect: bool) -> str | None:
    """LinkedIn's authorization page for this browser; None when a sign-in could not be finished here."""
    given = session.get_services().settings
    if not possible() or (app and not given.built_in_sandbox):
        return None

    def made() -> str:
        scopes = DEMO_APPS.get(app or "", given.scopes)
        owner_id = session.member().id if connect else None
        here = "profile" if session.account() else None  # a fresh sign-in leads back to Me
        after = None if connect else session.tab().next_page or here
        return _sign_in().link(session.redirect_uri(), scopes, after, app, owner_id)

    return _kept((app, connect), made)


def _kept(key: tuple[str | None, bool], make: Callable[[], str]) -> str:
    """A link that was made in this tab before, while its state lives; else a new one."""
    links = session.mine().sign_in_links
    made_at, link = links.get(key, (0.0, ""))
    if not link or time.monotonic() - made_at > 0.9 * LINK_LIFE_S:
        link = str(session.get_services().for_browser(make()))
        links[key] = (time.monotonic(), link)
    return link


def _sign_in() -> SignIn:
    """A sign-in of this browser; one without cookies has no state to redeem."""

    def here() -> int | None:
        session.look_again()  # another tab may have signed out since
        found = session.account()
        return found.id if found else None

    return session.get_services().sign_in(session.browser() or secrets.token_urlsafe(), here)


def warnings() -> list[str]:
    """What would prevent a sign-in, each with its next step."""
    found = []
    address = urlsplit(session.redirect_uri())
    wanted = f"{address.scheme}://{address.netloc}"
    if session.here() not in (None, wanted):  # its cookies are another host's
        found.append(
            f"LinkedIn will send you back to {wanted}. Open the dashboard there, or set LINKEDIN_REDIRECT_URI to this "
            "address; otherwise the sign-in cannot be finished."
        )
    if refused := session.tab().given_token_refused:
        found.append(f"LINKEDIN_ACCESS_TOKEN was not accepted. {refused} Next: {refused.advice}")
    if session.get_services().settings.access_token and not session.is_this_machine():
        found.append(
            "LINKEDIN_ACCESS_TOKEN is used on this machine only. To use it under this name too, add the name to "
            "server.allowedHosts in .streamlit/config.toml; through a proxy it is never used."
        )
    if not session.browser():
        found.append("This browser keeps no cookies. Allow cookies for this address, then reload the page to sign in.")
    return found


# Coming back.


def first_time(arrived: dict[str, str]) -> bool:
    """Whether this tab sees this callback for the first time."""
    seen = digest("|".join(arrived.values()))
    before, session.tab().callback_seen = session.tab().callback_seen, seen
    return before != seen


def arrive(code: str, state: str, error: str, description: str) -> None:
    """Finish the sign-in with the parameters of LinkedIn's callback, and say what happened."""
    sign_in = _sign_in()
    try:
        if error:
            raise sign_in.refused(error, description, state)
        _follow(sign_in, code, state)
        _connected(sign_in) if sign_in.owner_id else _enter(sign_in)
    except StateRefused as refused:
        st.error(f"{refused} {START_AGAIN}", icon=":material/gpp_maybe:")
    except LinkedInError as refused:
        st.error(text.told(refused, refused.advice), icon=":material/block:")
    if sign_in.exchanges and sign_in.account is None:
        with st.expander("What was sent and answered"):
            exchange.exchange(sign_in.exchanges[-1])


def _follow(sign_in: SignIn, code: str, state: str) -> None:
    """Show each step of the sign-in as it happens."""
    with st.status("Signing in with LinkedIn", expanded=True) as status:
        try:
            for step in sign_in.finish(code, state):
                _draw(step)
        except (StateRefused, LinkedInError):
            status.update(label="The sign-in stopped here", state="error")
            raise
        status.update(label="Connected" if sign_in.owner_id else "Signed in", state="complete")


def _draw(step: Step) -> None:
    st.markdown(f":material/check: **{step.title}** – {text.plain(step.detail)}")


def steps(of: Account) -> None:
    """Draw the steps of this member's last sign-in again; open while it is fresh."""
    if of.token_at is not None and not session.uses_given_token():
        with st.expander("Steps of the sign-in", expanded=now() - of.token_at < FRESH):
            for step in steps_of(of):
                _draw(step)


def _claim(finished: SignIn) -> None:
    """Assign the exchanges to the member who signed in, and forget the links, whose states are spent."""
    session.look_again()
    session.mine().sign_in_links.clear()
    if finished.account:
        session.get_services().exchange_log.record(finished.account.id, finished.exchanges)


def _enter(finished: SignIn) -> None:
    """Sign this tab in; the browser fetches its cookie with a one-time ticket."""
    if finished.account is None:
        return
    _claim(finished)
    tab, open_session = session.tab(), session.get_services().accounts.open_session
    tab.cookie_refused = ""
    tab.session_id, tab.ticket = open_session(finished.account.id, instead_of=tab.session_id)
    tab.next_page = finished.next_page
    session.look_again()


def _connected(finished: SignIn) -> None:
    """Say which member was connected; the session stays the same."""
    _claim(finished)
    if finished.is_same_member:
        st.warning(
            SAME_IN_SANDBOX if session.get_services().settings.sandbox else SAME_MEMBER, icon=":material/person:"
        )
    elif finished.account:
        name = text.plain(finished.account.name)
        st.success(f"**{name}** is connected. Choose who publishes in the Composer, under “Author”.")


@errors.fragment()
def keep_cookie(page: str) -> None:
    """Let the browser swap the ticket of a sign-in for its cookie; the sign-in page then leads on.

    page: the one that is shown.
    """
    tab = session.tab()
    refused = browser.swap_ticket(tab.ticket) if tab.ticket else None
    if refused is None:
        return
    tab.ticket, tab.cookie_refused = None, refused
    if refused:
        st.rerun()
    elif page == "login":
        session.onward()


def cookie_warning() -> None:
    """Say why the browser has no cookie; nothing when it has one."""
    if refused := session.tab().cookie_refused:
        st.warning(f"You will be asked to sign in again after a reload. {text.plain(refused)}")
