"""Fetches a stranger's page in a child process: from public addresses only, in five seconds, two megabytes of it.

The child is killed when its time is over, whatever it waits for: a resolver, a handshake, a server that sends a byte
now and then. Nothing of ours goes along: no cookies, no proxies or .netrc of this machine, no referer.
"""

from __future__ import annotations

import contextlib
import ipaddress
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from email.message import Message
from pathlib import Path
from typing import IO, Any, NamedTuple
from urllib.parse import urljoin

import certifi
from urllib3 import BaseHTTPResponse
from urllib3.connection import HTTPConnection, HTTPException, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.util import Url, parse_url

import dashboard
from dashboard.untrusted.public_addresses import IPAddress, is_public

BUDGET_S, ORPHANED_S = 5.0, 60.0
READ_MAX_BYTES = 2_000_000
PIECE_BYTES = 16_384  # unpacked it is 16 MB at the very most
REDIRECTS_MAX = 5
URL_MAX = 2048
PORTS = {"http": 80, "https": 443}
REDIRECTS = (301, 302, 303, 307, 308)
PACKED = ("", "identity", "gzip", "x-gzip", "deflate")
CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]")
STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
USER_AGENT = "linkedin-dashboard (reads the preview card of a page for a post about it)"
BY_HAND = "Write the title and description yourself."
BROKE_OFF = f"could not be reached, or broke off. Try again. {BY_HAND}"
ROOT = Path(dashboard.__file__).parents[1]


class _Wanted(NamedTuple):
    kinds: tuple[str, ...]
    most_bytes: int


class PageRefused(ValueError):
    """A page that was not, or could not be, fetched; the message says why and what to do. Plain text."""


@dataclass(frozen=True)
class Fetched:
    """What a page's server sent; cut means that there was more."""

    url: str
    content_type: str
    charset: str
    content: bytes
    cut: bool


@dataclass(frozen=True)
class Internet:
    """How strangers are reached; tests that serve pages on this machine bring a program with rules of their own."""

    program: tuple[str, ...] = ("-m", __name__)
    budget_s: float = BUDGET_S  # for everything, the start of the process too


INTERNET = Internet()


def checked_url(text: str) -> Url:
    """An address that may be asked for, in its parts. Raises: PageRefused."""
    text = STRAY_PERCENT.sub("%25", text.strip(" \t\r\n"))  # else parse_url would encode every % once more
    if len(text) > URL_MAX or CONTROL.search(text):
        raise PageRefused("This is no web address. Copy it from the browser's address bar.")
    try:
        url = parse_url(text)
    except HTTPError:
        raise PageRefused("This is no web address. Copy it from the browser's address bar.") from None
    if url.scheme not in PORTS or not url.host:
        raise PageRefused("Only addresses that begin with https:// or http:// can be fetched. Copy the whole address.")
    if url.auth is not None:
        raise PageRefused("The address holds a user name or password. Remove what stands before the @.")
    if url.port is not None and url.port < 1024 and url.port not in PORTS.values():
        raise PageRefused(f"Port {url.port} is not one of a web page. Remove it from the address.")
    return url


def joined(base: str, reference: str) -> Url:
    """What a page at base means by a reference, if that may be asked for. Raises: PageRefused."""
    reference = reference.strip().replace(" ", "%20")
    whole = None
    with contextlib.suppress(ValueError):
        whole = None if CONTROL.search(reference) else urljoin(base, reference)
    if whole is None:
        raise PageRefused(f"This page leads to an address that is none. {BY_HAND}")
    return checked_url(whole)


def fetch(text: str, wanted: tuple[str, ...], internet: Internet = INTERNET) -> Fetched:
    """What lies at an address, after up to five redirects, if its content type is one of wanted.

    "image/" stands for all of them. Raises: PageRefused.
    """
    with tempfile.TemporaryFile() as into:
        said = fetch_into(into, text, wanted, READ_MAX_BYTES, internet)
        return Fetched(**said, content=into.read())


def fetch_into(
    into: IO[bytes], text: str, wanted: tuple[str, ...], most_bytes: int, internet: Internet = INTERNET
) -> dict[str, Any]:
    """Write at most so many bytes of what lies at an address to an empty file, which then stands at their first.

    Returns the other fields of Fetched. wanted: as of fetch(); none for whatever it is. Raises: PageRefused.
    """
    url = checked_url(text)
    command = [sys.executable, *internet.program, url.url, str(most_bytes), *wanted]
    try:
        # Our own program; the address is one of its arguments, and no shell reads it.
        done = subprocess.run(  # noqa: S603
            command, cwd=ROOT, stdout=into, stderr=subprocess.DEVNULL, timeout=internet.budget_s, check=False
        )
    except subprocess.TimeoutExpired:
        late = f"did not answer in {internet.budget_s:.0f} seconds. Try again, or write the card yourself."
        raise PageRefused(f"{_name(url)} {late}") from None
    if done.returncode != 0:
        raise PageRefused(f"{_name(url)} {BROKE_OFF}")
    into.seek(0)
    said: dict[str, Any] = json.loads(into.readline())
    if "refused" in said:
        raise PageRefused(said["refused"])
    return said


def _name(url: Url) -> str:
    return (url.host or "")[:100]


# What the child process does. It has no clock: its parent kills it.


def main(allowed: Callable[[IPAddress], bool] = is_public) -> None:
    """Fetch the address in the arguments; write to standard output a line of JSON, then the content."""
    orphaned = threading.Timer(ORPHANED_S, os._exit, [1])  # nobody kills this process when the server has gone
    orphaned.daemon = True
    orphaned.start()
    url, most_bytes, *kinds = sys.argv[1:]
    try:
        said = asdict(_followed(checked_url(url), _Wanted(tuple(kinds), int(most_bytes)), allowed))
    except PageRefused as refused:
        said = {"refused": str(refused)}
    content = said.pop("content", b"")
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + content)


def _followed(url: Url, wanted: _Wanted, allowed: Callable[[IPAddress], bool]) -> Fetched:
    for _ in range(REDIRECTS_MAX + 1):
        answer = _asked(url, wanted, allowed)
        if isinstance(answer, Fetched):
            return answer
        url = joined(url.url, answer)
    raise PageRefused(f"{_name(url)} sends on from address to address without end. {BY_HAND}")


def _asked(url: Url, wanted: _Wanted, allowed: Callable[[IPAddress], bool]) -> Fetched | str:
    """One request: what came, or where it says that the page has gone."""
    try:
        return _exchange(url, _dialled(url, _addresses(url, allowed)), wanted)
    except ssl.SSLError:
        said = "has no secure connection that can be trusted (TLS). Open it in a browser to see why."
    except (socket.gaierror, UnicodeError):  # UnicodeError: what cannot be a name
        said = "was not found: no such name is known. Check the address for a typing mistake."
    except (OSError, HTTPError, HTTPException):
        said = BROKE_OFF
    raise PageRefused(f"{_name(url)} {said}")


def _addresses(url: Url, allowed: Callable[[IPAddress], bool]) -> list[str]:
    """The addresses to dial: looked up once, so that no second answer can lead elsewhere."""
    found = socket.getaddrinfo(_host(url), None, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not all(allowed(ipaddress.ip_address(each)) for each in addresses):
        raise PageRefused(f"{_name(url)} points into a private network, so it was not fetched. Use a public address.")
    return addresses


def _host(url: Url) -> str:
    return (url.host or "").strip("[]")


def _dialled(url: Url, addresses: list[str]) -> HTTPConnection:
    """A connection to the first address that answers. Raises: OSError, HTTPError."""
    # One dead address must not use up the time of those after it.
    options: Any = {"port": url.port or PORTS[url.scheme or ""], "timeout": BUDGET_S / len(addresses)}
    kind: type[HTTPConnection] = HTTPConnection
    if url.scheme == "https":
        kind, trusting = HTTPSConnection, ssl.create_default_context(cafile=certifi.where())
        options |= {"ssl_context": trusting, "server_hostname": _host(url).rstrip(".")}
    failure: Exception = ConnectionError()
    for address in addresses:
        connection = kind(address, **options)
        try:
            connection.connect()
        except (OSError, HTTPError) as error:
            failure = error
        else:
            connection.timeout = None  # from here on only the end of the process
            return connection
    raise failure


def _exchange(url: Url, connection: HTTPConnection, wanted: _Wanted) -> Fetched | str:
    headers = {
        "Host": url.netloc or "",
        "User-Agent": USER_AGENT,
        "Accept": ", ".join(f"{each}*" if each.endswith("/") else each for each in wanted.kinds) or "*/*",
        "Accept-Encoding": "gzip, deflate",
        "Connection": "close",
    }
    connection.request("GET", url.request_uri, headers=headers, preload_content=False)
    answer = connection.getresponse()
    if answer.status in REDIRECTS and (location := answer.headers.get("Location")):
        return _as_utf8(location)
    if not 200 <= answer.status < 300:
        raise PageRefused(f"{_name(url)} answered {answer.status}. Open the address in a browser. {BY_HAND}")
    content_type, charset = _kind_of(answer, url, wanted.kinds)
    content, most = _read(answer, url, wanted.most_bytes), wanted.most_bytes
    return Fetched(url.url, content_type, charset, content[:most], len(content) > most)


def _kind_of(answer: BaseHTTPResponse, url: Url, wanted: tuple[str, ...]) -> tuple[str, str]:
    """The content type and charset of an answer, if it is wanted."""
    kind = Message()
    kind["content-type"] = re.sub(r"\s+", " ", answer.headers.get("Content-Type", ""))
    content_type = kind.get_content_type() if kind["content-type"] else "application/octet-stream"
    fits = (content_type == each or (each.endswith("/") and content_type.startswith(each)) for each in wanted)
    if wanted and not any(fits):
        what = "web page" if "text/html" in wanted else "picture"
        raise PageRefused(f"This address of {_name(url)} leads to no {what}. Check the address.")
    return content_type, str(kind.get_param("charset") or "")


def _as_utf8(header: str) -> str:
    """http.client reads headers as Latin-1; servers that write letters there mean UTF-8."""
    try:
        return header.encode("latin-1").decode()
    except UnicodeError:
        return header


def _read(answer: BaseHTTPResponse, url: Url, most_bytes: int) -> bytes:
    """The unpacked content, up to a little more than that."""
    if answer.headers.get("Content-Encoding", "").strip().lower() not in PACKED:
        raise PageRefused(f"{_name(url)} sends its pages packed in a way that cannot be read here. {BY_HAND}")
    content = bytearray()
    while len(content) <= most_bytes and (piece := answer.read(PIECE_BYTES, decode_content=True)):
        content += piece
    return bytes(content)


if __name__ == "__main__":
    main()
