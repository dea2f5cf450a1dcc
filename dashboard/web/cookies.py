"""The two cookies of a browser: their names, how they are read, and how they are set."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import HTTPConnection
from starlette.responses import Response

BROWSER_COOKIE = "linkedin_dashboard_browser"  # random, binds a sign-in to the browser that started it
SESSION_COOKIE = "linkedin_dashboard_session"  # fresh at every sign-in
SANDBOX_COOKIE = "linkedin_dashboard_sandbox"  # the same for the sandbox, where the dashboard has LinkedIn too
HOST_ONLY = "__Host-"  # a browser takes such a cookie only over https, and from no other host of the same domain


def full_name(name: str, *, https: bool) -> str:
    """The name under which a browser keeps a cookie; https: whether members reach the dashboard over https only."""
    return f"{HOST_ONLY}{name}" if https else name


def browser_of(cookies: Mapping[str, str], *, https: bool) -> str | None:
    """The browser's own random secret, or None when it keeps no cookies."""
    found = cookies.get(full_name(BROWSER_COOKIE, https=https))
    return found if isinstance(found, str) else None  # a script that runs without a browser has stand-ins for cookies


def sessions_of(cookies: Mapping[str, str], *, https: bool) -> list[str]:
    """The secrets that open sessions, each of one LinkedIn; none when nobody has signed in."""
    found = (cookies.get(full_name(name, https=https)) for name in (SESSION_COOKIE, SANDBOX_COOKIE))
    return [each for each in found if each and isinstance(each, str)]


def set_cookie(answer: Response, request: HTTPConnection, name: str, value: str, life_s: int, *, https: bool) -> None:
    """Let the browser keep a cookie for so many seconds; scripts cannot read it."""
    secure = https or request.url.scheme in ("https", "wss")
    kept = full_name(name, https=https)
    answer.set_cookie(kept, value, max_age=life_s, httponly=True, samesite="lax", secure=secure, path="/")
