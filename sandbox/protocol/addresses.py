"""Tells whether a text is an address of the web, as the source of an article must be."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

# [I] Labels in any script, also with underscores, which some hosts have; no empty one.
HOST = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63})*\.?")
NOWHERE = re.compile(r"[\s\x00-\x1f\x7f\\]")  # in no address, wherever


def is_web_address(text: str) -> bool:
    """Whether this is http:// or https:// with a host that can exist. [I] LinkedIn's own rule is not known."""
    if NOWHERE.search(text):
        return False
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
        if parts.netloc.rpartition("@")[2].startswith("["):
            ip_address(host)
            return parts.scheme in ("http", "https")
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and HOST.fullmatch(host) is not None
