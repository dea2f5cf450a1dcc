"""Removes secrets from text: known ones, and values under a secret's name.

The work is linear in the length of the text, whatever an answer holds: strings are searched with find(), no pattern
is built from a secret. An exchange that names too many secrets or too long ones, or JSON that is nested too deep to
be searched, is hidden whole.
"""

from __future__ import annotations

import html
import json
import re
import sys
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, AnyStr
from urllib.parse import unquote_plus, urlsplit

from linkedin_api.errors.from_response import NestedTooDeepError, read_json

HIDDEN = "[hidden]"
HEADER_MAX_CHARACTERS = 8 * 1024  # a longer header is hidden whole
SECRET_MAX_CHARACTERS = 8 * 1024  # LinkedIn's tokens have up to 1,000, an id_token some more
LEARNED_MAX_CHARACTERS = 400_000  # of all secrets that one exchange names; a film of 500 MB has 125 upload addresses
_COST_OF_ONE = 200  # characters: looking for a secret takes time, however short it is
_EDGE_CHARACTERS = 8 * SECRET_MAX_CHARACTERS  # no spelling of a secret is longer
_READ_CHARACTERS = 512 * 1024  # of a body, before it is cut
_NAMES = (
    "access_token",
    "id_token",
    "refresh_token",
    "token",
    "code",
    "client_secret",
    "code_verifier",
    "assertion",
    "password",
)
_HEADERS = ("authorization", "proxy-authorization", "cookie", "set-cookie")
_SHORTEST = 4  # a shorter known secret would hide ordinary words
_SIGNED_SHORTEST = 10  # of the values in an upload address: "beta" and "uploads" are no signatures
# "code": "DUPLICATE_POST" in an answer's JSON is no secret; anywhere else an authorization code may look the same.
_ERROR_CODE = re.compile(r"[A-Z][A-Z0-9_]*|\d{3,6}|[a-z]{2,20}(?:_[a-z]{2,20})+")

# A name that ends in a secret's name counts as well: "oauth2_access_token", "captionsUploadUrl". Whoever has an
# "authUrl" may go on with the sign-in that it belongs to.
_NAME = rf"(?:(?:\w*_)?(?P<name>{'|'.join(_NAMES)})|\w*(?:upload|auth)_?url)"
_JSON = re.compile(rf'(?P<before>"{_NAME}"\s*:\s*")(?P<value>(?:[^"\\]|\\.)+)', re.IGNORECASE)
_JSON_IN_TEXT = re.compile(rf'(?P<before>\\"{_NAME}\\"\s*:\s*\\")(?P<value>(?:[^"\\]|\\[^"])+)', re.IGNORECASE)
_FORM = re.compile(rf"(?P<before>(?<![\w-]){_NAME}=)(?P<value>[^&\s\"'<>;,#\\]+)", re.IGNORECASE)
_SCHEME = re.compile(r"(?P<before>\b(?:Bearer|Basic) +)(?P<name>)(?P<value>[\w.~+/=-]{8,})", re.IGNORECASE)
_ANYWHERE = (_JSON, _JSON_IN_TEXT, _FORM, _SCHEME)

_STATE = re.compile(r"://[^\s]*[?&]state=([^&#\s]{10,})")

# The ways in which URLs (also encoded twice), JSON and HTML may write a character, and what each group means.
_SPELLINGS = (
    r"%(?:25)*(?P<percent>[0-9a-f]{2})",
    r"\\(?:(?P<json>ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}|u[0-9a-f]{4}|[bfnrt])|(?P<itself>[^0-9a-z%&]))",
    r"&(?:#0*(?P<decimal>[0-9]{1,7})|#x0*(?P<hex>[0-9a-f]{1,6})|(?P<entity>amp|lt|gt|quot|apos));",
)
_ESCAPE = re.compile("|".join(_SPELLINGS), re.IGNORECASE | re.DOTALL)
_OPENS_ESCAPE = re.compile(r"[\\%&]")
_MEANINGS: dict[str, Callable[[str], str | bytes]] = {
    "percent": bytes.fromhex,
    "json": lambda written: str(json.loads(f'"\\{written.lower()}"')),
    "itself": str,
    "decimal": lambda written: chr(min(int(written), sys.maxunicode)),
    "hex": lambda written: chr(min(int(written, 16), sys.maxunicode)),
    "entity": lambda written: html.unescape(f"&{written.lower()};"),
}

_Document = dict[str, Any] | list[Any] | None
_Hide = Callable[[re.Match[str]], str]


class Redactor:
    """Cleans every text of one exchange; learn_*() adds the secrets that the exchange itself names."""

    def __init__(self, secrets: Collection[str] = ()) -> None:
        self._secrets = {secret for secret in secrets if _counts(secret)}
        self._left_characters = LEARNED_MAX_CHARACTERS
        self._answer_is_json = False

    def learn_text(self, text: str) -> None:
        """Remember every value under a secret's name; in JSON by its keys, elsewhere by how it looks."""
        self._learn(text, self._json(text), is_answer=False)

    def learn_answer(self, body: str) -> None:
        """The same for an answer's body, whose "code" in JSON may be an error's name and no secret."""
        document = self._json(body)
        self._answer_is_json = document is not None
        self._learn(body, document, is_answer=True)

    def learn_headers(self, headers: Mapping[str, str]) -> None:
        """Remember the token of an Authorization header, and what other headers carry."""
        for name, value in headers.items():
            if name.lower() == "authorization":
                self._know([value.partition(" ")[2].strip()])
            elif len(value) <= HEADER_MAX_CHARACTERS:
                self.learn_text(value)

    def text(self, text: str) -> str:
        """Any text without secrets: an address, a header, an error."""
        return self._clean(text, _ANYWHERE)

    def answer_body(self, body: str, most: int) -> str:
        """An answer's body without secrets, at most so many characters; the error codes of a JSON answer stay."""
        return self._short(body, most, _ANYWHERE, _hide_in_answer if self._answer_is_json else None)

    def sent_body(self, body: str, most: int) -> str:
        """A request's body without secrets; a member's post that contains "code=abc" is not changed."""
        return self._short(body, most, (_JSON,) if self._json(body) is not None else _ANYWHERE)

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """The headers without secrets: "Bearer" stays, cookies are hidden whole."""
        return {self.text(name): self._header(name, value) for name, value in headers.items()}

    def _header(self, name: str, value: str) -> str:
        if name.lower() not in _HEADERS:
            return self.text(value) if len(value) <= HEADER_MAX_CHARACTERS else HIDDEN
        scheme = "Bearer " if value.lower().startswith("bearer ") else ""
        return f"{scheme}{HIDDEN}"

    def _learn(self, text: str, document: _Document, *, is_answer: bool) -> None:
        self._know(_leaves(document, is_answer=is_answer))
        spare = is_answer and document is not None
        for rule in (_JSON,) if document is not None else (_JSON, _JSON_IN_TEXT, _FORM):
            values = (found["value"] for found in rule.finditer(text) if not (spare and _is_error_code(found)))
            self._know(unquote_plus(value) if rule is _FORM else value for value in values)

    def _know(self, values: Iterable[str]) -> None:
        for value in values:
            if _counts(value) and value not in self._secrets:
                self._left_characters -= len(value) + _COST_OF_ONE
                if self._left_characters < 0 or len(value) > SECRET_MAX_CHARACTERS:
                    self._left_characters = -1
                    return
                self._secrets.add(value)
                # An answer that names the address of a sign-in may name its state once more beside it.
                self._secrets |= {unquote_plus(state) for state in _STATE.findall(value)}

    def _json(self, text: str) -> _Document:
        try:
            document = read_json(text)
        except NestedTooDeepError:
            self._left_characters = -1
            return None
        except ValueError:
            return None
        return document if isinstance(document, dict | list) else None

    def _short(self, body: str, most: int, rules: tuple[re.Pattern[str], ...], hide: _Hide | None = None) -> str:
        # Redacted before it is cut. A secret that the reading limit divides is cut off, as it cannot be found.
        read = body[: _READ_CHARACTERS + _EDGE_CHARACTERS]
        clean = self._clean(read, rules, hide)
        if len(read) < len(body) and clean != HIDDEN:
            clean = clean[: max(0, len(clean) - _EDGE_CHARACTERS)]
        elif len(clean) <= most:
            return clean
        return f"{clean[:most]}\n<cut here: {len(body):,} characters in all>"

    def _clean(self, text: str, rules: tuple[re.Pattern[str], ...], hide: _Hide | None = None) -> str:
        if self._left_characters < 0:
            return HIDDEN if text else ""
        text = _without(text, self._secrets)
        for rule in rules:
            text = rule.sub(hide or _hide, text)
        return text


def secrets_of_upload(url: str) -> list[str]:
    """The secrets of a signed upload address: everything after the host, the query, and its long values."""
    parts = urlsplit(url)
    values = (pair.partition("=")[2] for pair in parts.query.split("&"))
    behind = url.partition("://")[2].partition("/")[2]
    return [behind, parts.query, *(unquote_plus(value) for value in values if len(value) >= _SIGNED_SHORTEST)]


# Known secrets in any spelling.


def _without(text: str, secrets: Collection[str]) -> str:
    spans = [span for secret in secrets for span in _places(text, secret)]
    if secrets and ("+" in text or _ESCAPE.search(text)):
        forms = {form for secret in secrets for form in _forms(secret)}
        # The end of a secret such as "abc\\" makes an escape with what follows it, unless that way is left out.
        for ways in _subsets(any(_OPENS_ESCAPE.search(secret) for secret in secrets)):
            plain, starts = _decoded(text, ways)
            spans += [(starts[first], starts[last]) for form in forms for first, last in _places(plain, form)]
    pieces, at = [], 0
    for first, last in sorted(spans, key=lambda span: (span[0], -span[1])):
        if first >= at:
            pieces += [text[at:first], HIDDEN]
        at = max(at, last)
    return "".join([*pieces, text[at:]])


def _places(text: AnyStr, wanted: AnyStr) -> Iterator[tuple[int, int]]:
    at = text.find(wanted)
    while at >= 0:
        yield at, at + len(wanted)
        at = text.find(wanted, at + len(wanted))


def _forms(secret: str) -> set[bytes]:
    """The secret as _decoded() may find it: an encoder hides some of the secret's own escapes and leaves others."""
    if not _ESCAPE.search(secret):
        return {_decoded(secret, ())[0]}
    return {_decoded(secret, ways)[0] for ways in _subsets(every=True)}


def _subsets(every: bool) -> list[tuple[str, ...]]:
    """All spellings together; or every choice of them, down to none."""
    counts = range(len(_SPELLINGS) + 1) if every else [len(_SPELLINGS)]
    return [ways for count in counts for ways in combinations(_SPELLINGS, count)]


def _decoded(text: str, spellings: Sequence[str] = _SPELLINGS) -> tuple[bytes, array[int]]:
    """The text as UTF-8 without escapes, and for each byte (and the end) where it begins in the text."""
    plain, starts, at = bytearray(), array("I"), 0

    for found in re.finditer("|".join(spellings), text, re.IGNORECASE | re.DOTALL) if spellings else ():
        _as_it_is(text[at : found.start()], at, plain, starts)
        piece = _unescaped(found)
        plain += piece
        starts.extend([found.start()] * len(piece))
        at = found.end()
    _as_it_is(text[at:], at, plain, starts)
    starts.append(len(text))
    return bytes(plain).replace(b"+", b" "), starts  # a form writes a space as "+"


def _as_it_is(piece: str, at: int, plain: bytearray, starts: array[int]) -> None:
    if piece.isascii():
        plain += piece.encode()
        starts.extend(range(at, at + len(piece)))
        return
    for place, character in enumerate(piece, at):
        encoded = character.encode("utf-8", "surrogatepass")
        plain += encoded
        starts.extend([place] * len(encoded))


def _unescaped(found: re.Match[str]) -> bytes:
    kind = found.lastgroup or ""
    meaning = _MEANINGS[kind](found[kind])
    return meaning if isinstance(meaning, bytes) else meaning.encode("utf-8", "surrogatepass")


# Values under a secret's name.


def _counts(value: str) -> bool:
    return len(value) >= _SHORTEST and value not in HIDDEN


def _hide(found: re.Match[str]) -> str:
    return f"{found['before']}{HIDDEN}"


def _hide_in_answer(found: re.Match[str]) -> str:
    return found[0] if found.re is _JSON and _is_error_code(found) else _hide(found)


def _is_error_code(found: re.Match[str]) -> bool:
    return (found["name"] or "").lower() == "code" and bool(_ERROR_CODE.fullmatch(found["value"]))


def _leaves(document: _Document, *, is_answer: bool) -> Iterator[str]:
    """Every text and number below a secret's name, however deep."""
    waiting: list[tuple[object, bool]] = [(document, False)]
    while waiting:
        value, secret = waiting.pop()
        if isinstance(value, dict):
            # [C] A part of a v2 upload calls its signed address "url" alone, beside the moment in which it expires.
            signed = ("url",) if "urlExpiresAt" in value else ()
            waiting += [
                (inner, secret or name in signed or _names_a_secret(name, inner, is_answer))
                for name, inner in value.items()
            ]
        elif isinstance(value, list):
            waiting += [(inner, secret) for inner in value]
        elif secret and value is not None and not isinstance(value, bool):
            yield str(value)


def _names_a_secret(name: str, value: object, is_answer: bool) -> bool:
    if name == "metadata":  # [C] of a v2 upload in parts: a text that its completion says again, like an uploadToken
        return isinstance(value, str)
    named = re.fullmatch(_NAME, name, re.IGNORECASE)
    is_code = is_answer and named and (named["name"] or "").lower() == "code"
    is_error = is_code and isinstance(value, str | int) and _ERROR_CODE.fullmatch(str(value))
    return bool(named) and not is_error
