"""The one place that fetches a stranger's page: from public addresses only, in five seconds, and two megabytes of it.

Nothing of ours goes along: no cookies, no proxies or .netrc of this machine, no referer.
"""

from __future__ import annotations

import ipaddress
import queue
import re
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from urllib.parse import urljoin

from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3 import BaseHTTPResponse
from urllib3.connection import HTTPConnection, HTTPException
from urllib3.exceptions import HTTPError
from urllib3.util import Url, parse_url

from dashboard.address import IPAddress, is_public
from dashboard.clocked import Clock, Line

BUDGET_S = 5.0
READ_MAX_BYTES = 2_000_000
PIECE_BYTES = 16_384  # unpacked it is 16 MB at the very most
REDIRECTS_MAX = 5
URL_MAX = 2048
PORTS = {"http": 80, "https": 443}
REDIRECTS = (301, 302, 303, 307, 308)
PACKED = ("", "identity", "gzip", "x-gzip", "deflate")
CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]")
USER_AGENT = "linkedin-dashboard (reads the preview card of a page for a post about it)"
BY_HAND = "Write the title and description yourself."


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


def look_up(host: str, port: int) -> list[str]:
    """The addresses that a name has now. Raises: OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True)
class Internet:
    """How strangers are reached; tests that serve pages on this machine bring rules of their own."""

    allowed: Callable[[IPAddress], bool] = is_public
    resolve: Callable[[str, int], list[str]] = look_up
    certificates: str = str(DEFAULT_CA_BUNDLE_PATH)
    budget_s: float = BUDGET_S


INTERNET = Internet()


def checked_url(text: str) -> Url:
    """An address that may be asked for, in its parts. Raises: PageRefused."""
    text = text.strip(" \t\r\n")
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
    if CONTROL.search(reference):
        raise PageRefused(f"This page leads to an address that is none. {BY_HAND}")
    try:
        whole = urljoin(base, reference)
    except ValueError:
        raise PageRefused(f"This page leads to an address that is none. {BY_HAND}") from None
    return checked_url(whole)


def fetch(text: str, wanted: tuple[str, ...], internet: Internet = INTERNET) -> Fetched:
    """What lies at an address, after up to five redirects, if its content type is one of wanted.

    "image/" stands for all of them. Raises: PageRefused.
    """
    clock = Clock(internet.budget_s)
    url = checked_url(text)
    for _ in range(REDIRECTS_MAX + 1):
        answer = _asked(url, wanted, internet, clock)
        if isinstance(answer, Fetched):
            return answer
        url = joined(url.url, answer)
    raise PageRefused(f"{_name(url)} sends on from address to address without end. {BY_HAND}")


def _asked(url: Url, wanted: tuple[str, ...], internet: Internet, clock: Clock) -> Fetched | str:
    """One request: what came, or where it says that the page has gone."""
    try:
        addresses = _allowed(url, internet, clock)
        with _dialled(url, addresses, internet, clock) as line:
            return _exchange(url, line, wanted, clock)
    except (OSError, HTTPError, HTTPException) as error:
        if clock.is_over or isinstance(error, TimeoutError):
            said = f"did not answer in {clock.budget_s:.0f} seconds. Try again, or write the card yourself."
        elif isinstance(error, ssl.SSLError):
            said = "has no secure connection that can be trusted (TLS). Open it in a browser to see why."
        elif isinstance(error, socket.gaierror):
            said = "was not found: no such name is known. Check the address for a typing mistake."
        else:
            said = f"could not be reached, or broke off. Try again. {BY_HAND}"
        raise PageRefused(f"{_name(url)} {said}") from None


def _name(url: Url) -> str:
    return (url.host or "")[:100]


def _host(url: Url) -> str:
    return (url.host or "").strip("[]")


def _port(url: Url) -> int:
    return url.port or PORTS[url.scheme or ""]


def _allowed(url: Url, internet: Internet, clock: Clock) -> list[str]:
    """The addresses to dial: looked up once, so that no second answer can lead elsewhere."""
    answers: queue.Queue[list[str] | Exception] = queue.Queue()

    def resolve() -> None:
        try:
            answers.put(internet.resolve(_host(url), _port(url)))
        except Exception as error:
            answers.put(error)

    threading.Thread(target=resolve, daemon=True).start()  # a resolver cannot be told to hurry
    try:
        found = answers.get(timeout=clock.left_s())
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(found, Exception) or not found:
        raise socket.gaierror
    if not all(internet.allowed(ipaddress.ip_address(each)) for each in found):
        raise PageRefused(f"{_name(url)} points into a private network, so it was not fetched. Use a public address.")
    return found


def _dialled(url: Url, addresses: list[str], internet: Internet, clock: Clock) -> Line:
    """A connection to the first address that answers."""
    failure: OSError = ConnectionError()
    for number, address in enumerate(addresses):
        # One dead address must not use up the time of those after it.
        patience_s = clock.left_s() / (len(addresses) - number)
        try:
            connection = socket.create_connection((address, _port(url)), timeout=patience_s)
            return Line(
                _secured(connection, _host(url), internet, clock) if url.scheme == "https" else connection, clock
            )
        except ssl.SSLError:
            raise
        except OSError as error:
            failure = error
    raise failure


def _secured(connection: socket.socket, host: str, internet: Internet, clock: Clock) -> socket.socket:
    try:
        connection.settimeout(clock.left_s())  # for the whole handshake
        return ssl.create_default_context(cafile=internet.certificates).wrap_socket(
            connection, server_hostname=host.rstrip(".")
        )
    except BaseException:
        connection.close()
        raise


def _exchange(url: Url, line: Line, wanted: tuple[str, ...], clock: Clock) -> Fetched | str:
    connection = HTTPConnection(_host(url), _port(url))
    connection.sock = line  # already connected, to the address that was checked
    headers = {
        "Host": url.netloc or "",
        "User-Agent": USER_AGENT,
        "Accept": ", ".join(f"{each}*" if each.endswith("/") else each for each in wanted),
        "Accept-Encoding": "gzip, deflate",
        "Connection": "close",
    }
    connection.request("GET", url.request_uri, headers=headers, preload_content=False)
    answer = connection.getresponse()
    if answer.status in REDIRECTS and (location := answer.headers.get("Location")):
        return _as_utf8(location)
    if not 200 <= answer.status < 300:
        raise PageRefused(f"{_name(url)} answered {answer.status}. Open the address in a browser. {BY_HAND}")
    content_type, charset = _kind_of(answer, url, wanted)
    content = _read(answer, url)
    return Fetched(url.url, content_type, charset, content[:READ_MAX_BYTES], len(content) > READ_MAX_BYTES)


def _kind_of(answer: BaseHTTPResponse, url: Url, wanted: tuple[str, ...]) -> tuple[str, str]:
    """The content type and charset of an answer, if it is wanted."""
    kind = Message()
    kind["content-type"] = re.sub(r"\s+", " ", answer.headers.get("Content-Type", ""))
    content_type = kind.get_content_type() if kind["content-type"] else ""
    if not any(content_type == each or (each.endswith("/") and content_type.startswith(each)) for each in wanted):
        what = "web page" if "text/html" in wanted else "picture"
        raise PageRefused(f"This address of {_name(url)} leads to no {what}. Check the address.")
    return content_type, str(kind.get_param("charset") or "")


def _as_utf8(header: str) -> str:
    """http.client reads headers as Latin-1; servers that write letters there mean UTF-8."""
    try:
        return header.encode("latin-1").decode()
    except UnicodeError:
        return header


def _read(answer: BaseHTTPResponse, url: Url) -> bytes:
    """The unpacked content, up to a little more than READ_MAX_BYTES."""
    if answer.headers.get("Content-Encoding", "").strip().lower() not in PACKED:
        raise PageRefused(f"{_name(url)} sends its pages packed in a way that cannot be read here. {BY_HAND}")
    content = bytearray()
    while len(content) <= READ_MAX_BYTES and (piece := answer.read(PIECE_BYTES, decode_content=True)):
        content += piece
    return bytes(content)
