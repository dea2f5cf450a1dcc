"""Several requests as one program that runs: what an answer holds fills the gaps of the requests after it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from linkedin_api.snippets.snippet import Language

GAP = re.compile(r"\{(\w+)\}")
ADDRESS = "ADDRESS"  # in code of one's own: the address of the call
# Where a program finds what no answer gives: an environment variable, and its value when it is not set.
VARIABLES: Mapping[str, tuple[str, str | None]] = {
    "auth": ("LINKEDIN_AUTH_URL", "https://www.linkedin.com"),
    "api": ("LINKEDIN_API_URL", "https://api.linkedin.com"),
    "client_id": ("LINKEDIN_CLIENT_ID", None),
    "client_secret": ("LINKEDIN_CLIENT_SECRET", None),
    "redirect_uri": ("LINKEDIN_REDIRECT_URI", "http://localhost:8501/auth/linkedin/callback"),
    "scope": ("LINKEDIN_SCOPES", "openid profile email w_member_social"),
    "version": ("LINKEDIN_VERSION", "202609"),
    "file": ("FILE", None),
    "zernio": ("ZERNIO_API_URL", "https://zernio.com/api/v1"),
    "zernio_key": ("ZERNIO_API_KEY", None),
}


@dataclass(frozen=True)
class FilledCall:
    """A request without gaps; of form and body at most one is given."""

    method: str
    url: str
    headers: dict[str, str]
    form: dict[str, str] | None
    body: dict[str, Any] | None


@dataclass(frozen=True)
class ProgramCall:
    """A request with gaps such as {access_token}. A gap in the URL is percent-encoded, unless the URL begins with it.

    gives: by the name of a gap, where its value is in the answer: a path in the JSON such as "accounts/0/_id", "header
    x-restli-id", "location code" (in the redirect's query), or "page member" (the first such field of a form).
    own: code that takes the place of the request, by language; it uses the gaps in `uses`. "" leaves the call out.
    """

    title: str
    method: str
    url: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None
    body: Mapping[str, Any] | None = None
    uploads: bool = False  # the body is the file
    gives: Mapping[str, str] = field(default_factory=dict)
    may_fail: bool = False  # the program goes on when LinkedIn refuses
    own: Mapping[Language, str] | None = None
    after: Mapping[Language, str] = field(default_factory=dict)  # code behind the request
    uses: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """The URL with its query, gaps and all."""
        pairs = (
            name + "=" + "".join(f"{{{each}}}" if is_gap else quote(each, safe="") for each, is_gap in pieces(value))
            for name, value in self.query.items()
        )
        return self.url + ("?" if self.query else "") + "&".join(pairs)

    @property
    def gaps(self) -> tuple[str, ...]:
        """The names of the gaps, each once, in order."""
        whole = json.dumps([self.address, dict(self.headers), self.form, self.body], default=dict)
        return tuple(dict.fromkeys([*GAP.findall(whole), *self.uses]))

    def filled(self, values: Mapping[str, str], encode: Callable[[str], str] | None = None) -> FilledCall:
        """The request with these values; encode is for those in the URL. Raises: KeyError when one is missing."""
        written = encode or (lambda text: quote(text, safe=""))
        start = GAP.match(self.address)
        first = values[start[1]] if start else ""
        rest = self.address[start.end() if start else 0 :]
        url = first + GAP.sub(lambda found: written(values[found[1]]), rest)
        headers = {name: _text(value, values) for name, value in self.headers.items()}
        form = None if self.form is None else {name: _text(value, values) for name, value in self.form.items()}
        body = None if self.body is None else _value(self.body, values)
        return FilledCall(self.method, url, headers, form, body)


def constants(
    calls: Sequence[ProgramCall], made: Mapping[str, str], read: Callable[[str, str | None], str]
) -> list[tuple[str, str]]:
    """What a program of these calls begins with: each name, and the code that makes it or reads its variable."""
    found = {gap for call in calls for gap in call.gaps} | {"file" for call in calls if call.uploads}
    code = {name: read(*VARIABLES[name]) for name in VARIABLES} | dict(made)
    return [(name, code[name]) for name in (*VARIABLES, *made) if name in found]


def pieces(text: str) -> list[tuple[str, bool]]:
    """The text cut at its gaps: literal pieces, and names with True."""
    return [(piece, bool(number % 2)) for number, piece in enumerate(GAP.split(text)) if piece]


def literal(
    value: Any, write: Callable[[str], str], other: Callable[[Any], str], step: str, at: str | None = None
) -> str:
    """A value of JSON as code, indented by `step`; `write` writes a text with gaps, `other` what is no text."""
    at = step if at is None else at
    inner = at + step
    if isinstance(value, Mapping):
        lines = [f"{inner}{write(name)}: {literal(each, write, other, step, inner)},\n" for name, each in value.items()]
        return "{\n" + "".join(lines) + at + "}" if lines else "{}"
    if isinstance(value, list | tuple):
        lines = [f"{inner}{literal(each, write, other, step, inner)},\n" for each in value]
        return "[\n" + "".join(lines) + at + "]" if lines else "[]"
    return write(value) if isinstance(value, str) else other(value)


def _text(text: str, values: Mapping[str, str]) -> str:
    return GAP.sub(lambda found: values[found[1]], text)


def _value(value: Any, values: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {name: _value(each, values) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_value(each, values) for each in value]
    return _text(value, values) if isinstance(value, str) else value
