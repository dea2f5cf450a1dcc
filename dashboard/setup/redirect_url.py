"""The redirect URL: in what it differs from another one. LinkedIn compares all of it but the query (§1.1)."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from dashboard.config.settings import LOOPBACK

PORTS: dict[str, int] = {"http": 80, "https": 443}


def differences(ours: str, other: str) -> list[str]:
    """In what another address differs from ours, one sentence each; nothing when LinkedIn takes them for the same."""
    if "#" in other:
        return ["A redirect URL must not contain #: take away everything from # on."]
    try:
        mine, theirs = urlsplit(ours), urlsplit(other.strip())
        found = [*_differences_of_host(mine, theirs), *_differences_of_path(mine, theirs)]
    except ValueError:
        return ["That is no address. Copy it whole, with http:// or https:// in front."]
    if not theirs.scheme or not theirs.netloc:
        return ["That is no whole address: it begins with http:// or https://."]
    if not found and _to_the_letter(mine) != _to_the_letter(theirs):
        return ["The two are written differently: capital letters, or a port that is named in one of them only."]
    return found


def origin_differences(redirect_uri: str, origin: str) -> list[str]:
    """In what the address that the browser shows differs from where LinkedIn sends it back to."""
    try:
        return _differences_of_host(urlsplit(redirect_uri), urlsplit(origin))
    except ValueError:
        return ["The browser shows an address that cannot be read."]


def _differences_of_host(mine: SplitResult, theirs: SplitResult) -> list[str]:
    found = []
    if mine.scheme != theirs.scheme:
        found.append(f"One begins with {mine.scheme}://, the other with {theirs.scheme}://.")
    if (mine.hostname or "") != (theirs.hostname or ""):
        both_here = {mine.hostname, theirs.hostname} <= LOOPBACK
        same = ", which are not the same to LinkedIn nor to the browser's cookies" if both_here else ""
        found.append(f"One has the host {mine.hostname}, the other {theirs.hostname}{same}.")
    if _port(mine) != _port(theirs):
        found.append(f"One has the port {_port(mine)}, the other {_port(theirs)}.")
    return found


def _differences_of_path(mine: SplitResult, theirs: SplitResult) -> list[str]:
    if mine.path == theirs.path:
        return []
    if mine.path.rstrip("/") == theirs.path.rstrip("/"):
        return ["One ends with a slash, the other does not."]
    return [f"One has the path {mine.path or '/'}, the other {theirs.path or '/'}."]


def _port(url: SplitResult) -> str:
    return str(url.port or PORTS.get(url.scheme) or "none")


def _to_the_letter(url: SplitResult) -> tuple[str, str, str]:
    return url.scheme, url.netloc, url.path
