"""Checks upload addresses before a file or the token is sent: they come from an answer, so they are not trusted."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import urlsplit

from linkedin_api.errors.tree import UnsafeUploadURL
from linkedin_api.http.service import LINKEDIN, Service

_CURE = (
    "If that server is yours, such as a stand-in for {name}, allow it with Transport(upload_hosts=[{host!r}]); "
    "otherwise do not send the file."
)
_CHECK = "Check {0}'s address in the settings; if it is right, do not send the file."
_HOST = re.compile(r"[A-Za-z0-9.\[\]:-]{1,260}")
_PORTS = {"http": 80, "https": 443}


def check_upload_url(url: str, upload_hosts: Collection[str] = (), service: Service = LINKEDIN) -> None:
    """Accept the service's own hosts over https, and the given "host:port" over http or https.

    Raises: UnsafeUploadURL for everything else.
    """
    if not _is_safe(url, {host.lower() for host in upload_hosts}, service.upload_domains):
        host = _host(url)
        named = f", at {host}" if host else ""
        sentence = f"The answer names an upload address that is not {service.name}'s{named}; nothing was sent."
        # Whoever has named hosts of their own knows how; the dashboard does so by its settings.
        cure = _CURE.format(host=host, name=service.name) if host and not upload_hosts else _CHECK.format(service.name)
        raise UnsafeUploadURL(sentence, advice=cure)


def _host(url: str) -> str:
    """The host and port of an http address, when they can be read and printed; else ""."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return parts.netloc if parts.scheme in _PORTS and _HOST.fullmatch(parts.netloc) else ""


def _is_safe(url: str, upload_hosts: set[str], domains: Collection[str]) -> bool:
    # Programs disagree on where the host ends when there are backslashes, spaces or a user name.
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        return False
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return False
    if "@" in parts.netloc or parts.scheme not in _PORTS:
        return False
    name = f"[{host}]" if ":" in host else host
    if f"{name}:{port}" in upload_hosts or (name in upload_hosts and port == _PORTS[parts.scheme]):
        return True
    ours = any(host == domain or host.endswith(f".{domain}") for domain in domains)
    return ours and parts.scheme == "https" and port == _PORTS["https"]
