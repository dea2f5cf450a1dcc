"""Where a request comes from, and whether an address leads away from this machine and this server."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from starlette.requests import Request

from sandbox.http.request import base_url

# What proxies and tunnels add to say for whom they ask.
OF_A_PROXY = re.compile(
    r".*(forwarded|(client|connecting|real|user|socket)-?ip|original-host|cdn-loop|proxy|envoy|amzn).*|via",
    re.IGNORECASE,
)
PLAIN_HOST = re.compile(r"[A-Za-z0-9.:\[\]-]+")  # no "@" and no backslash, which browsers read as "/"


def is_local(request: Request) -> bool:
    """Whether a program or a browser of this machine asks, and through no proxy: nginx without settings asks by 1.0."""
    if request.scope["http_version"] == "1.0" or any(OF_A_PROXY.fullmatch(name) for name in request.headers):
        return False
    here = request.client is not None and _is_loopback(request.client.host)
    return here and _is_loopback(_parts(base_url(request)).hostname)


def is_foreign_page(request: Request) -> bool:
    """Whether a page of another origin makes a browser ask this; a program sends neither of the two headers."""
    origin = request.headers.get("origin")
    if request.headers.get("sec-fetch-site") in ("cross-site", "same-site"):
        return True
    return origin is not None and _parts(origin).netloc != _parts(base_url(request)).netloc


def is_near(url: str, request: Request) -> bool:
    """Whether an absolute URL leads to this machine, or back to the server that was asked."""
    parts = _parts(url)
    if not PLAIN_HOST.fullmatch(parts.netloc):
        return False
    return _is_loopback(parts.hostname) or parts.netloc == _parts(base_url(request)).netloc


def _parts(url: str) -> SplitResult:
    """The parts of an absolute URL; all empty for what is none."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def _is_loopback(host: str | None) -> bool:
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False
