"""The two cookies of a browser: their names, and how they are set."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import Response
from streamlit import config

from dashboard.settings import LOOPBACK

BROWSER_COOKIE = "linkedin_dashboard_browser"  # random, binds a sign-in to the browser that started it
SESSION_COOKIE = "linkedin_dashboard_session"  # fresh at every sign-in


def is_own_host(host: str | None) -> bool:
    """Whether a Host header names this machine, or a name that its owner has allowed.

    A session has a cookie, which belongs to one host. LINKEDIN_ACCESS_TOKEN has none: without this check a page of
    another host could use it by DNS rebinding.
    """
    name = urlsplit(f"//{host}").hostname if host else None
    return host is None or name in LOOPBACK or name in config.get_option("server.allowedHosts")


def set_cookie(answer: Response, request: HTTPConnection, name: str, value: str, life_s: int) -> None:
    secure = request.url.scheme in ("https", "wss")
    answer.set_cookie(name, value, max_age=life_s, httponly=True, samesite="lax", secure=secure, path="/")
