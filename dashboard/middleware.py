"""Around every answer: its security headers, and the cookie of a new browser."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import re
import secrets
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config

from dashboard.cookies import BROWSER_COOKIE, set_cookie
from dashboard.house import house
from dashboard.settings import SANDBOX_PATH, SettingsError
from dashboard.store import StoreError

BROWSER_LIFE_S = 365 * 86_400
TROUBLE = (SettingsError, StoreError, SQLAlchemyError)


class Visitor:
    """Gives every browser its cookie and every answer its security headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _is_under(scope["path"], SANDBOX_PATH):  # the sandbox sets its own headers
            await self._app(scope, receive, send)
            return
        if scope.get("server"):
            with contextlib.suppress(*TROUBLE):
                house().served_at(*scope["server"])

        async def send_dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *_extra_headers(scope, message)]}
            await send(message)

        await self._app(scope, receive, send_dressed)


def _extra_headers(scope: Scope, message: Message) -> list[tuple[bytes, bytes]]:
    extra = [
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"same-origin"),
        (b"x-frame-options", b"DENY"),
        (b"content-security-policy", _policy().encode()),
    ]
    connection = HTTPConnection(scope)
    is_page = dict(message["headers"]).get(b"content-type", b"").startswith(b"text/html")
    if is_page and BROWSER_COOKIE not in connection.cookies:
        answer = Response()
        set_cookie(answer, connection, BROWSER_COOKIE, secrets.token_urlsafe(32), BROWSER_LIFE_S)
        extra += [header for header in answer.raw_headers if header[0] == b"set-cookie"]
    return extra


@cache
def _policy() -> str:
    """The content security policy: our own things, and pictures from LinkedIn."""
    hosts = "https://media.licdn.com https://*.licdn.com"
    with contextlib.suppress(*TROUBLE):
        found = house().settings
        others = set() if found.built_in_sandbox else {urlsplit(found.auth_url), urlsplit(found.api_url)}
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
