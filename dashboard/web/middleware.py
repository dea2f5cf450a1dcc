"""Around every request: security headers, the cookie of a new browser, and what is refused before anything reads it."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import logging
import re
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose
from streamlit import config

from dashboard.config import settings
from dashboard.config.settings import SANDBOX_PATH, Settings, SettingsError
from dashboard.services import get_services
from dashboard.web.body import bounded
from dashboard.web.cookies import BROWSER_COOKIE, browser_of, set_cookie
from dashboard.web.limiter import Overloaded
from dashboard.web.origin import foreign
from dashboard.web.upload_guard import UPLOADS
from dashboard.web.visitor import TROUBLE, who

BROWSER_LIFE_S = 365 * 86_400
SOCKETS_MAX = 800  # open pages of everybody; beyond them only members open one
CROWDED = "Too many pages of this dashboard are open. Try again in a minute."
METRICS = "/_stcore/metrics"  # Streamlit's: sessions, caches and memory, for everybody
HSTS = (b"strict-transport-security", b"max-age=31536000")
log = logging.getLogger(__name__)


class SessionMiddleware:
    """Gives browsers their cookie and answers their security headers; lets own pages open websockets, but so many."""

    def __init__(self, app: ASGIApp) -> None:
        self._app, self._told, self._sockets = app, False, 0
        given = None
        with contextlib.suppress(SettingsError):  # the pages say what is wrong
            given = settings.load()
        self._https = given is not None and given.https
        self._headers = _security_headers(given)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, refuse it, or dress its answer."""
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        elif scope["type"] != "http" or _is_under(scope["path"], SANDBOX_PATH):  # the sandbox sets its own headers
            await self._app(scope, receive, send)
        else:
            await self._page(scope, receive, send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        if why := foreign(HTTPConnection(scope)):
            if not self._told:  # once: a stranger must not fill the log
                log.warning("A websocket was refused, %s", why)
            self._told = True
            await WebSocketClose(1008, why[:120])(scope, receive, send)
        elif self._sockets >= SOCKETS_MAX and not await _is_member(HTTPConnection(scope)):
            await WebSocketClose(1013, CROWDED)(scope, receive, send)
        else:
            self._sockets += 1
            try:
                await self._app(scope, _binary(receive), send)
            finally:
                self._sockets -= 1

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("server") and get_services.opened:
            get_services.opened.served_at(*scope["server"])

        answered = False

        async def send_dressed(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = True
                extra = [*self._headers, *self._browser_cookie(scope, message)]
                message = {**message, "headers": [*message["headers"], *extra]}
            await send(message)

        if scope["path"].endswith(METRICS):
            await Response(status_code=404)(scope, receive, send_dressed)
        else:  # Streamlit's uploads have bounds of their own
            limited = receive if UPLOADS in scope["path"] else bounded(receive, lambda: answered)
            await self._app(scope, limited, send_dressed)

    def _browser_cookie(self, scope: Scope, message: Message) -> list[tuple[bytes, bytes]]:
        connection = HTTPConnection(scope)
        is_page = dict(message["headers"]).get(b"content-type", b"").startswith(b"text/html")
        # "Not modified" names no type: a browser may have lost its cookies and kept the page.
        is_page |= message["status"] == 304 and "text/html" in connection.headers.get("accept", "")
        if not is_page or browser_of(connection.cookies, https=self._https) is not None:
            return []
        answer, secret = Response(), secrets.token_urlsafe(32)
        set_cookie(answer, connection, BROWSER_COOKIE, secret, BROWSER_LIFE_S, https=self._https)
        return [header for header in answer.raw_headers if header[0] == b"set-cookie"]


async def _is_member(connection: HTTPConnection) -> bool:
    try:
        return await who(connection) is not None
    except (Overloaded, *TROUBLE):
        return False


def _binary(receive: Receive) -> Receive:
    """What a page sends. Streamlit reads no text, and writes a traceback when some comes: such a client is gone."""

    async def receive_binary() -> Message:
        message = await receive()
        is_text = message["type"] == "websocket.receive" and message.get("bytes") is None
        return {"type": "websocket.disconnect", "code": 1003} if is_text else message

    return receive_binary


def _security_headers(given: Settings | None) -> list[tuple[bytes, bytes]]:
    return [
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"same-origin"),
        (b"x-frame-options", b"DENY"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"content-security-policy", _policy(given).encode()),
        *([HSTS] if given and given.https else []),
    ]


def _policy(given: Settings | None) -> str:
    """The content security policy: our own things, and pictures from LinkedIn."""
    hosts = "https://media.licdn.com https://*.licdn.com"
    if given and not given.built_in_sandbox:
        others = {urlsplit(given.auth_url), urlsplit(given.api_url)}
        hosts += "".join(f" {url.scheme}://{url.netloc}" for url in others)
    return (
        f"default-src 'self'; script-src 'self' blob: {_inline_scripts()}; style-src 'self' 'unsafe-inline'; "
        f"img-src 'self' data: blob: {hosts}; media-src 'self' blob:; font-src 'self' data:; connect-src 'self'; "
        "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    )


def _inline_scripts() -> str:
    """The hashes of the scripts that Streamlit itself writes into its page."""
    page = (Path(config.__file__).parent / "static" / "index.html").read_bytes()
    found = re.findall(rb"<script>(.*?)</script>", page, re.DOTALL)
    return " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'" for script in found)


def _is_under(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith(prefix + "/")
