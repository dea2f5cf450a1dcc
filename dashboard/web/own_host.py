"""Whether a request comes from this machine: for LINKEDIN_ACCESS_TOKEN, which knows its member by no cookie."""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

from streamlit import config

from dashboard.config.settings import LOOPBACK

# What proxies and tunnels add to say for whom they ask; a browser sends none of it.
OF_A_PROXY = re.compile(
    r".*(forwarded|(client|connecting|real|user|socket)-?ip|original-host|cdn-loop|proxy|envoy|amzn).*|via",
    re.IGNORECASE,
)


def is_own_host(headers: Mapping[str, str], peer: str | None = None, *, allowed_too: bool = True) -> bool:
    """Whether a browser of this machine asks, or one under a name in server.allowedHosts; never through a proxy.

    allowed_too: whether those names count; what changes this machine's settings is for this machine alone.
    headers are the request's, found in any case. peer is the address of the other end of the connection, None where
    nobody knows it. Without both there is no request; a request without headers, as HTTP/1.0 allows, names no host.
    Origin and Referer tell the browser's own address where a proxy has rewritten Host and says nothing; Host alone
    would also let in a page of another host, by DNS rebinding.
    """
    if not headers and peer is None:
        return True
    if any(OF_A_PROXY.fullmatch(name) for name in headers):
        return False
    shown = [headers.get(name) for name in ("Origin", "Referer")]
    names = [_host(f"//{headers.get('Host', '')}"), *(_host(each) for each in shown if each)]
    if allowed_too and all(name in config.get_option("server.allowedHosts") for name in names):
        return True
    return all(name in LOOPBACK for name in names) and (peer is None or _is_loopback(peer))


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _is_loopback(address: str) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return (mapped or found).is_loopback
