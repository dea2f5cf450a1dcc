"""Who asks: the member of a request's session cookie, looked up in a thread."""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import HTTPConnection

from dashboard.accounts.account import Account
from dashboard.config.settings import SettingsError
from dashboard.db.database import DatabaseUnavailable
from dashboard.services import get_services
from dashboard.web import cookies
from dashboard.web.limiter import Limiter
from dashboard.web.own_host import is_own_host

GIVEN = "LINKEDIN_ACCESS_TOKEN"  # who asks without a session, where this token signs everybody in
TROUBLE = (SettingsError, DatabaseUnavailable, SQLAlchemyError)  # settings or a database that cannot be used
DATABASE = Limiter(
    8,
    in_all=200,
    wait_s=12,
    answer_s=15,
    sentence="The database does not answer, or answers too slowly. Try again in a few seconds.",
)


async def who(connection: HTTPConnection) -> int | str | None:
    """The account id of the member, GIVEN, or None for a stranger. Raises: Overloaded, and what services raise."""

    def look() -> int | str | None:
        if found := member(connection):
            return found.id
        return GIVEN if may_use_given_token(connection) else None

    return await DATABASE.run(look)


def member(connection: HTTPConnection) -> Account | None:
    """Who is signed in in the browser that asks, at the LinkedIn that it has chosen if it has two; in a thread."""
    services = get_services()
    https = services.settings.https
    kept = cookies.sessions_of(connection.cookies, https=https)
    if not kept:  # a stranger costs the database nothing
        return None
    browser = cookies.browser_of(connection.cookies, https=https)
    near = is_this_machine(connection)
    first = services.chosen(browser, on_this_machine=near)
    others = [services, services.in_sandbox] if near else [services]
    for each in dict.fromkeys([first, *others]):  # another tab may be at the other one still
        for cookie in kept:
            if (session_id := each.accounts.session(cookie)) and (found := each.accounts.session_account(session_id)):
                return found
    return None


def is_this_machine(connection: HTTPConnection, *, allowed_too: bool = False) -> bool:
    """Whether this machine's own browser asks, through no proxy; see is_own_host()."""
    peer = connection.client.host if connection.client else "unknown"
    if connection.scope.get("http_version") == "1.0":  # of no browser; nginx asks so unless it is told otherwise
        return False
    return is_own_host(connection.headers, peer, allowed_too=allowed_too)


def may_use_given_token(connection: HTTPConnection) -> bool:
    """Whether LINKEDIN_ACCESS_TOKEN is lent to this browser; in a thread."""
    return bool(get_services().settings.access_token) and is_this_machine(connection, allowed_too=True)
