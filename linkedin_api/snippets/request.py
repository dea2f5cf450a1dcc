"""A redacted request in pieces, for the languages in which it is shown as code that runs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote_plus, urlencode

from linkedin_api.errors.from_response import read_json
from linkedin_api.http.redaction import HIDDEN

ACCESS_TOKEN = "LINKEDIN_ACCESS_TOKEN"  # noqa: S105 - the name of a variable
_VARIABLES = {
    "access_token": ACCESS_TOKEN,
    "token": ACCESS_TOKEN,
    "code": "LINKEDIN_CODE",
    "client_secret": "LINKEDIN_CLIENT_SECRET",
    "refresh_token": "LINKEDIN_REFRESH_TOKEN",
    "id_token": "LINKEDIN_ID_TOKEN",
    "state": "LINKEDIN_STATE",
}
# Headers that the program running the code sets itself.
_LEFT_OUT = ("content-length", "host", "connection", "accept-encoding", "cookie", "user-agent", "transfer-encoding")
_FILE_TYPE = re.compile(r"<(?:[\d,]+|\?) bytes, (?P<type>[^>]*)>")
# "<36,152 bytes, image/png>"; of a video in parts "<4,194,304 bytes from byte 8,388,608, application/octet-stream>",
# with question marks where only an answer has the numbers.
_FILE = re.compile(r"<(?P<size>[\d,]+|\?) bytes(?: from byte (?P<first>[\d,]+|\?))?, [^>]*>")
_IN_TEXT = re.compile(rf"(?<=[?&])([\w.-]+)={re.escape(HIDDEN)}")
_UPLOAD_URL = re.compile(rf"\{{uploadUrl\}}|https?://[^/?#]*/{re.escape(HIDDEN)}")  # planned, or sent
# A lone surrogate has no UTF-8 form and NUL ends an argument: JSON escapes express both.
_UNSENDABLE = re.compile(r"[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class Text:
    """A piece that stands in the code as it is."""

    text: str


@dataclass(frozen=True)
class Variable:
    """A piece that comes from an environment variable; in a URL it is percent-encoded if `encoded`."""

    name: str
    encoded: bool = False


Piece = Text | Variable


@dataclass(frozen=True)
class FilePart:
    """The file whose path stands in the environment variable FILE, or a part of it.

    is_part without a range: the environment variables FIRST_BYTE and LAST_BYTE tell it, the last one inclusive.
    """

    is_part: bool = False
    first_byte: int | None = None
    size_bytes: int | None = None

    @property
    def last_byte(self) -> int | None:
        """The last byte of a part, inclusive."""
        return None if self.first_byte is None or self.size_bytes is None else self.first_byte + self.size_bytes - 1


@dataclass(frozen=True)
class FormPart:
    """A part of a multipart form: JSON, or the file whose path stands in the environment variable FILE."""

    name: str
    content_type: str
    json: str | None = None


@dataclass(frozen=True)
class Request:
    """One request; of form, body, file and parts at most one is given."""

    method: str
    url: tuple[Piece, ...]
    headers: tuple[tuple[str, tuple[Piece, ...]], ...]
    form: tuple[tuple[str, Piece], ...] | None = None
    body: str | None = None
    file: FilePart | None = None
    parts: tuple[FormPart, ...] = ()


def request(method: str, url: str, headers: Mapping[str, str], body: str, key: str = ACCESS_TOKEN) -> Request:
    """The pieces of a request as an Exchange keeps it: secrets hidden, a file as "<36,152 bytes, image/png>".

    key: the environment variable with the bearer.
    """
    kept = tuple((name, _header(name, value, key)) for name, value in headers.items() if name.lower() not in _LEFT_OUT)
    parts = (method, _pieces(url), kept)
    if "multipart/form-data" in _content_type(headers) and (form_parts := _form_parts(body)):
        # With a boundary that the program running the code makes.
        without = tuple(each for each in kept if each[0].lower() != "content-type")
        return Request(method, _pieces(url), without, parts=form_parts)
    if file := _FILE.fullmatch(body):
        return Request(*parts, file=FilePart(bool(file["first"]), _number(file["first"]), _number(file["size"])))
    form = _form(body) if "form-urlencoded" in _content_type(headers) else None
    if form is not None:
        return Request(*parts, form=form)
    if body or method in ("POST", "PUT"):
        return Request(*parts, body=_UNSENDABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", body))
    return Request(*parts)


def block(step: str, opening: str, lines: Iterable[str], closing: str) -> str:
    """Lines of code between two brackets, each indented by `step`, with a comma behind it."""
    return "\n".join([opening, *(f"{indented(step, line)}," for line in lines), closing])


def indented(step: str, text: str) -> str:
    r"""Code, indented by `step`. Its literals hold no line break: each is written as \n."""
    return "\n".join(f"{step}{line}" for line in text.split("\n"))


def _pieces(url: str) -> tuple[Piece, ...]:
    """A secret in the query is a variable; so is an upload address, which only an answer names."""
    if _UPLOAD_URL.fullmatch(url):
        return (Variable("UPLOAD_URL"),)
    pieces: list[Piece] = []
    at = 0
    for found in _IN_TEXT.finditer(url):
        pieces += [Text(f"{url[at : found.start()]}{found[1]}="), Variable(_variable(found[1]), encoded=True)]
        at = found.end()
    rest = _UNSENDABLE.sub("\N{REPLACEMENT CHARACTER}", url[at:])
    return (*pieces, Text(rest)) if rest or not pieces else tuple(pieces)


def _header(name: str, value: str, key: str) -> tuple[Piece, ...]:
    if name.lower() == "authorization":
        return (Text("Bearer "), Variable(key))
    return (Text(_UNSENDABLE.sub("\N{REPLACEMENT CHARACTER}", value)),)


def _form(body: str) -> tuple[tuple[str, Piece], ...] | None:
    """The fields of a form; None when they would not give the same form again."""
    if not body:
        return ()
    pairs = [pair.partition("=") for pair in body.split("&")]
    plain = [(unquote_plus(name), unquote_plus(value)) for name, _, value in pairs if value != HIDDEN]
    if urlencode(plain) != "&".join(f"{name}={value}" for name, _, value in pairs if value != HIDDEN):
        return None
    return tuple(
        (unquote_plus(name), Variable(_variable(name)) if value == HIDDEN else Text(unquote_plus(value)))
        for name, _, value in pairs
    )


def _form_parts(body: str) -> tuple[FormPart, ...]:
    """The parts of a multipart form, kept as JSON with a line such as "<1,024 bytes, text/plain>" for a file.

    None of a body that is something else: its header was typed by hand, or it was too long to be kept.
    """
    try:
        document = read_json(body)
    except ValueError:
        return ()
    found = []
    for name, value in document.items() if isinstance(document, dict) else ():
        file = _FILE_TYPE.fullmatch(value) if isinstance(value, str) else None
        said = None if file else json.dumps(value, ensure_ascii=False)
        found.append(FormPart(name, file["type"] if file else "application/json", said))
    return tuple(found)


def _number(text: str | None) -> int | None:
    return None if text in (None, "?") else int(str(text).replace(",", ""))


def _variable(name: str) -> str:
    ends = [known for known in _VARIABLES if f"_{name.lower()}".endswith(f"_{known}")]  # as oauth2_access_token does
    return _VARIABLES[max(ends, key=len)] if ends else "LINKEDIN_SECRET"


def _content_type(headers: Mapping[str, str]) -> str:
    return next((value for name, value in headers.items() if name.lower() == "content-type"), "")
