"""Zernio's pages for people: the choice of a member or page to connect, and the keys."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sandbox.directory.authors import BY_URN
from sandbox.directory.members import MEMBERS, Member
from sandbox.directory.organizations import POSTING
from sandbox.http.origins import is_foreign_page
from sandbox.http.request import base_url
from sandbox.protocol.evidence import told
from sandbox.web import pages
from sandbox.zernio.gateway import ZernioCall, route
from sandbox.zernio.refusals import Refusal, invalid
from sandbox.zernio.state import Document, Zernio, author_of

PAGE = "/zernio/connect/linkedin"
# The last rows are ignored: what the SDK sends for other networks, and its name for redirect_url. [I] that it is
# forgiven; without redirect_url the browser stays at Zernio.
PARAMETERS = (
    *("profileId", "redirect_url", "headless", "reconnectAccountId", "expectedPlatformUserId", "expectedUsername"),
    *("forceReauth", "loginMethod", "handoff", "scopes", "onboarding", "signup", "brandName", "primaryColor"),
    *("welcome", "welcomeTheme", "logoUrl", "language", "redirectUrl"),
)
OVER = "This connection was used already, or it took longer than ten minutes. Start again in the program."


def connect(call: ZernioCall) -> Document:
    """Tell where the browser goes to connect a LinkedIn account, in standard mode."""
    given = call.query(*PARAMETERS)
    if call.zernio.sandbox.faults.take("zernio_paid", ["zernio_payment"]):
        raise _payment(call.zernio)
    if "profileId" not in given:
        raise invalid("profileId", "profileId is required")
    profile = call.zernio.profile(given["profileId"])
    if given.get("headless", "false").lower() != "false":
        raise invalid("headless", "This sandbox has the standard mode only")
    redirect_url = given.get("redirect_url", "")
    if redirect_url and not _is_absolute(redirect_url):
        raise invalid("redirect_url", "redirect_url must be an absolute http(s) address")
    reconnect = given.get("reconnectAccountId", "")
    if reconnect:
        call.zernio.account(reconnect, "reconnectAccountId")
    elif len(call.zernio.accounts()) >= call.zernio.settings()["accounts"]:
        raise _payment(call.zernio)
    state = call.zernio.begin_connect(redirect_url, profile["_id"], reconnect)
    return {"authUrl": f"{call.base_url}{PAGE}?{urlencode({'state': state})}", "state": state}


def ask(request: Request) -> Response:
    """Answer with the page on which somebody chooses what Zernio may post as."""
    state = request.query_params.get("state", "")
    asked = Zernio(request.app.state.sandbox).asked_connect(state)
    if asked is None:
        return pages.oops(base_url(request), OVER)
    return pages.zernio_connect(base_url(request), state, urlsplit(asked["redirect_url"]).netloc)


async def decide(request: Request) -> Response:
    """Connect what was chosen, and send the browser back to the program; or say that it was cancelled."""
    async with request.form() as form:
        given = {name: value for name, value in form.items() if isinstance(value, str)}
    return await run_in_threadpool(_decide, request, given)


def _decide(request: Request, given: dict[str, str]) -> Response:
    zernio, state = Zernio(request.app.state.sandbox), given.get("state", "")
    if is_foreign_page(request):  # which would decide for the member
        return pages.oops(base_url(request), "Please choose on the sandbox's own page.")
    asked = zernio.asked_connect(state, take=True)
    if asked is None:
        return pages.oops(base_url(request), OVER)
    author = BY_URN.get(given.get("author", ""))
    member = MEMBERS.get(given.get("author", "").rpartition(":")[2]) or _administrator(zernio, given.get("author", ""))
    if given.get("choice") != "allow" or author is None or member is None:
        return _back(asked, error="oauth_denied", platform="linkedin", is_user_fixable="true")
    reconnect = asked["reconnect"]
    if reconnect and author_of(zernio.account(reconnect)).urn != author.urn:
        return _back(asked, error="reconnect_account_mismatch", platform="linkedin", is_user_fixable="true")
    try:
        account_id = zernio.connect(author, member, asked["profile"])
    except Refusal:
        return _back(asked, error="account_limit_exceeded", platform="linkedin")
    facts = {"connected": "linkedin", "profileId": asked["profile"], "accountId": account_id}
    username = zernio.shown_account(zernio.account(account_id), "")["username"]
    return _back(asked, **facts, username=username, stage="callback")


def keys(request: Request) -> Response:
    """Answer with the page on which a key is made."""
    return pages.zernio_keys(base_url(request), "")


def make_key(request: Request) -> Response:
    """Make a key and show it, once."""
    if is_foreign_page(request):
        return pages.oops(base_url(request), "Please make a key on the sandbox's own page.")
    return pages.zernio_keys(base_url(request), Zernio(request.app.state.sandbox).new_key())


def _administrator(zernio: Zernio, urn: str) -> Member | None:
    roles = zernio.sandbox.organizations.roles_at(urn)
    return next((role.member for role in roles if role.name in POSTING), None)


def _payment(zernio: Zernio) -> Refusal:
    details = {"free_tier_account_limit": 2, "current_account_count": len(zernio.accounts())}
    reason = {"reason": "free_tier_exceeded", "dashboard_url": "https://zernio.com/dashboard/billing"}
    return Refusal(
        402, "Add a payment method to connect more accounts", code="PAYMENT_REQUIRED", details=details, **reason
    )


def _is_absolute(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and "#" not in url


def _back(asked: Document, **params: str) -> Response:
    """A redirect to the program; its own query is kept [S]."""
    parts = urlsplit(asked["redirect_url"] or "https://zernio.com/dashboard")
    query = urlencode(parse_qsl(parts.query, keep_blank_values=True) + list(params.items()))
    return RedirectResponse(urlunsplit(parts._replace(query=query)), 302, {"cache-control": "no-store"})


ROUTES = [
    route("GET", "/connect/linkedin", connect, group="connect"),
    Route(PAGE, told("I", ask, "zernio.connect_page"), methods=["GET"]),
    Route(PAGE, told("I", decide, "zernio.connect_choice"), methods=["POST"]),
    Route("/zernio/dashboard/api-keys", told("I", keys, "zernio.keys"), methods=["GET"]),
    Route("/zernio/dashboard/api-keys", told("I", make_key, "zernio.new_key"), methods=["POST"]),
]
