"""Takes secrets out of text: those that are known, and whatever stands under a secret's name."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any
from urllib.parse import unquote_plus

from linkedin_api.spellings import pattern_of

HIDDEN = "[hidden]"
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
_SHORTEST = 4  # a shorter known secret would take ordinary words with it
# "code": "DUPLICATE_POST" in an answer's JSON is no secret; anywhere else an authorization code may look the same.
_ERROR_CODE = re.compile(r"[A-Z][A-Z0-9_]*|\d{3,6}")

# A name that ends in a secret's name counts as well: "oauth2_access_token".
_NAME = rf"(?:\w*_)?(?P<name>{'|'.join(_NAMES)})"
_JSON = re.compile(rf'(?P<before>"{_NAME}"\s*:\s*")(?P<value>(?:[^"\\]|\\.)+)', re.IGNORECASE)
_JSON_IN_TEXT = re.compile(rf'(?P<before>\\"{_NAME}\\"\s*:\s*\\")(?P<value>(?:[^"\\]|\\[^"])+)', re.IGNORECASE)
_FORM = re.compile(rf"(?P<before>(?<![\w-]){_NAME}=)(?P<value>[^&\s\"'<>;,#\\]+)", re.IGNORECASE)
_SCHEME = re.compile(r"(?P<before>\b(?:Bearer|Basic) +)(?P<name>)(?P<value>[\w.~+/=-]{8,})", re.IGNORECASE)
_ANYWHERE = (_JSON, _JSON_IN_TEXT, _FORM, _SCHEME)

_Document = dict[str, Any] | list[Any] | None
_Hide = Callable[[re.Match[str]], str]


class Redactor:
    """Cleans every text of one exchange; learn_*() adds the secrets that the exchange itself names."""

    def __init__(self, secrets: Collection[str] = ()) -> None:
        self._secrets: set[str] = set()
        self._know(secrets)

    def learn_text(self, text: str) -> None:
        """Remember every value under a secret's name; in JSON by its keys, elsewhere by how it looks."""
        self._learn(text, _json(text), is_answer=False)

    def learn_answer(self, body: str) -> None:
        """The same for an answer's body, whose "code" in JSON may be an error's name and no secret."""
        self._learn(body, _json(body), is_answer=True)

    def learn_headers(self, headers: Mapping[str, str]) -> None:
        """Remember the token of an Authorization header, and what other headers carry."""
        for name, value in headers.items():
            if name.lower() == "authorization":
                self._know([value.partition(" ")[2].strip()])
            else:
                self.learn_text(value)

    def text(self, text: str) -> str:
        """Any text without secrets: an address, a header, an error."""
        return self._clean(text, _ANYWHERE)

    def answer_body(self, body: str) -> str:
        """An answer's body without secrets; the error codes of a JSON answer stay."""
        return self._clean(body, _ANYWHERE, _hide if _json(body) is None else _hide_in_answer)

    def sent_body(self, body: str) -> str:
        """A request's body without secrets; a member's post that talks of "code=abc" stays as it is."""
        return self._clean(body, (_JSON,) if _json(body) is not None else _ANYWHERE)

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """The headers without secrets: a bearer stays recognizable, cookies go whole."""
        return {self.text(name): self._header(name, value) for name, value in headers.items()}

    def _header(self, name: str, value: str) -> str:
        if name.lower() not in _HEADERS:
            return self.text(value)
        scheme = "Bearer " if value.lower().startswith("bearer ") else ""
        return f"{scheme}{HIDDEN}"

    def _learn(self, text: str, document: _Document, *, is_answer: bool) -> None:
        self._know(_leaves(document, is_answer=is_answer))
        spare = is_answer and document is not None
        for rule in (_JSON,) if document is not None else (_JSON, _JSON_IN_TEXT, _FORM):
            values = (found["value"] for found in rule.finditer(text) if not (spare and _is_error_code(found)))
            self._know(unquote_plus(value) if rule is _FORM else value for value in values)

    def _clean(self, text: str, rules: tuple[re.Pattern[str], ...], hide: _Hide | None = None) -> str:
        if self._secrets:
            text = pattern_of(frozenset(self._secrets)).sub(HIDDEN, text)
        for rule in rules:
            text = rule.sub(hide or _hide, text)
        return text

    def _know(self, values: Collection[str] | Iterator[str]) -> None:
        self._secrets.update(value for value in values if len(value) >= _SHORTEST and value not in HIDDEN)


def _hide(found: re.Match[str]) -> str:
    return f"{found['before']}{HIDDEN}"


def _hide_in_answer(found: re.Match[str]) -> str:
    return found[0] if found.re is _JSON and _is_error_code(found) else _hide(found)


def _is_error_code(found: re.Match[str]) -> bool:
    return found["name"].lower() == "code" and bool(_ERROR_CODE.fullmatch(found["value"]))


def _json(text: str) -> _Document:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict | list) else None


def _leaves(value: object, *, is_answer: bool, secret: bool = False) -> Iterator[str]:
    """Every text and number below a secret's name, however deep."""
    if isinstance(value, dict):
        for name, inner in value.items():
            named = re.fullmatch(_NAME, str(name), re.IGNORECASE)
            is_code = is_answer and named and named["name"].lower() == "code"
            harmless = is_code and _ERROR_CODE.fullmatch(str(inner))
            yield from _leaves(inner, is_answer=is_answer, secret=secret or bool(named and not harmless))
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, is_answer=is_answer, secret=secret)
    elif secret and value is not None and not isinstance(value, bool):
        yield str(value)
