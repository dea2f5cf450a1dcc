"""A request as a person has typed it: read, or refused with a sentence for each of its fields."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

from linkedin_api.errors.from_response import NestedTooDeepError, read_json
from linkedin_api.http.redaction import HIDDEN

METHODS = ("GET", "POST", "PUT", "DELETE")
BODY_MAX_CHARACTERS = 200_000
_GATEWAYS = ("/v2/", "/rest/", "/oauth/")
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")  # RFC 9110
_OURS = ("authorization", "proxy-authorization", "cookie", "set-cookie")
_OF_CONNECTION = ("host", "content-length", "transfer-encoding", "connection", "keep-alive", "te", "upgrade", "expect")
_CREDENTIAL = re.compile(r"\b(?:Bearer|Basic)\s", re.IGNORECASE)
_TIMES_ENCODED = 5


class CallRefused(ValueError):
    """Why a call is not sent; .problems holds a sentence for each field: path, headers or body."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = dict(problems)


@dataclass(frozen=True)
class TypedCall:
    """One request to LinkedIn; path is what follows the host. Of json and form at most one is given."""

    method: str
    path: str
    headers: dict[str, str]
    json: dict[str, Any] | None = None
    form: dict[str, str] | None = None

    @property
    def to_sign_in(self) -> bool:
        """Whether it goes to the sign-in service, which takes no token in a header."""
        return self.path.startswith("/oauth/")

    @property
    def only_reads(self) -> bool:
        """Whether it changes nothing at LinkedIn."""
        return self.method == "GET" and not any(name.lower() == "x-http-method-override" for name in self.headers)

    @property
    def digest(self) -> str:
        """The same for the same method, path and body."""
        said = json.dumps([self.method, self.path, self.json, self.form])
        return hashlib.sha256(said.encode()).hexdigest()[:32]


def read_call(method: str, path: str, headers: str, body: str, *, hosts: Collection[str] = ()) -> TypedCall:
    """The call that was typed; headers has a line "Name: value" for each. hosts: addresses that path may begin with.

    Raises: CallRefused, with every problem at once.
    """
    problems: dict[str, str] = {}

    def found(field: str, read: Any, *given: Any) -> Any:
        try:
            return read(*given)
        except ValueError as wrong:
            problems[field] = str(wrong)
            return None

    if method not in METHODS:
        problems["method"] = f"Choose {', '.join(METHODS[:-1])} or {METHODS[-1]}."
    where = found("path", _path, path, hosts)
    named = found("headers", _headers, headers) or {}
    said = found("body", _body, method, named, body)
    if problems:
        raise CallRefused(problems)
    return TypedCall(method, where, named, *said)


def _path(typed: str, hosts: Collection[str]) -> str:
    path = typed.strip()
    for host in hosts:
        if path.startswith(f"{host}/"):
            path = path[len(host) :]
    if not path:
        raise ValueError("Write a path, such as /v2/userinfo.")
    if path == f"/{HIDDEN}":
        raise ValueError("An upload's address is a secret that is not kept: upload the file in the Composer.")
    if not path.isascii() or not path.isprintable() or " " in path or "#" in path:
        raise ValueError("The path holds a space, a line break, a # or a letter that has to be percent-encoded.")
    plain = _decoded(path.partition("?")[0])
    if "\\" in plain or "//" in plain or not path.startswith(_GATEWAYS) or not plain.startswith(_GATEWAYS):
        named = f" A whole address may only begin with {' or '.join(dict.fromkeys(hosts))}." if hosts else ""
        raise ValueError(f"The console speaks to LinkedIn only: begin the path with /v2/, /rest/ or /oauth/.{named}")
    if {".", ".."} & set(plain.split("/")) or not plain.isprintable():
        raise ValueError("The path has a part that is . or .., or a hidden character: write it out.")
    return path


def _decoded(path: str) -> str:
    """The path without percent-encoding, however often it was encoded; never what only looks harmless."""
    for _ in range(_TIMES_ENCODED):
        path, before = unquote(path), path
        if path == before:
            return path
    raise ValueError("The path is percent-encoded too many times over.")


def _headers(typed: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, line in enumerate(typed.replace("\r\n", "\n").split("\n"), 1):
        if not line.strip():
            continue
        name, colon, value = (part.strip() for part in line.partition(":"))
        if not colon or not _NAME.fullmatch(name):
            raise ValueError(f"Line {number} of the headers is not of the form Name: value.")
        _check_header(name, value)
        if name.lower() in map(str.lower, found):
            raise ValueError(f"The header {name} is there twice; leave one.")
        found[name] = value
    return found


def _check_header(name: str, value: str) -> None:
    if name.lower() in _OURS or _CREDENTIAL.search(f"{value} "):
        raise ValueError(f"Leave {name} out: your token is added when the request is sent, and is never shown.")
    if name.lower() in _OF_CONNECTION:
        raise ValueError(f"Leave {name} out: it is written when the request is sent.")
    if not value.isascii() or not value.isprintable():
        raise ValueError(f"The header {name} holds a line break or another character that no header may hold.")


def _body(method: str, headers: Mapping[str, str], typed: str) -> tuple[dict[str, Any] | None, dict[str, str] | None]:
    """The JSON object or the form."""
    kind = next((value.lower() for name, value in headers.items() if name.lower() == "content-type"), "")
    if not typed.strip():
        return None, None
    if method in ("GET", "DELETE"):
        raise ValueError(f"A {method} has no body: empty it, or choose POST.")
    if len(typed) > BODY_MAX_CHARACTERS:
        raise ValueError(f"The body is longer than {BODY_MAX_CHARACTERS:,} characters.")
    if "form-urlencoded" in kind:
        return None, _form(typed)
    if kind and "json" not in kind:
        raise ValueError("The console sends JSON and forms; a file is uploaded by the Composer.")
    return _json(typed), None


def _form(typed: str) -> dict[str, str]:
    try:
        pairs = parse_qsl("".join(typed.split()), keep_blank_values=True, strict_parsing=True)
    except ValueError:
        raise ValueError("The body is no form: write name=value, with & between the fields.") from None
    return dict(pairs)


def _json(typed: str) -> dict[str, Any]:
    try:
        document = read_json(typed)
        json.dumps(document, ensure_ascii=False, allow_nan=False).encode()
    except json.JSONDecodeError as wrong:
        raise ValueError(f"The body is not JSON: {wrong.msg} in line {wrong.lineno}, column {wrong.colno}.") from None
    except NestedTooDeepError:
        raise ValueError("The body is nested too deep for LinkedIn.") from None
    except ValueError:
        raise ValueError("The body is not JSON: it holds NaN, half of a character or a number without end.") from None
    if not isinstance(document, dict):
        raise ValueError("The body is not a JSON object: LinkedIn takes { … }.")  # noqa: TRY004 - what was typed
    return document
