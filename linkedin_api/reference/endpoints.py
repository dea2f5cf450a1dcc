"""The calls of LinkedIn's API that are known here, each with a documented example; the table is endpoints.toml."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

PROTOCOL = {"X-Restli-Protocol-Version": "2.0.0"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
_URL = re.compile(r"https?://[^/?#]+(?:/[\w.-]+){0,3}?(?P<path>/(?:v2|rest|oauth)/.*)", re.DOTALL)
_NAME = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Example:
    """One request as it may be sent; path is what follows the host, body is JSON, a form, or ""."""

    method: str
    path: str
    headers: dict[str, str]
    body: str


@dataclass(frozen=True)
class Endpoint:
    """One call. page names one of documents.PAGES, answer a table of answer_fields.toml; "" for none.

    path is what follows the host; the names in braces in it and in body and form are filled in by example().
    scope: what a member must have allowed, "" where no member is asked.
    """

    group: str
    title: str
    method: str
    path: str
    about: str
    scope: str = ""
    page: str = ""
    answer: str = ""
    body: str = ""  # JSON
    form: Mapping[str, str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    sign: str = ""  # what a body of this kind holds, where several kinds go to one path

    @property
    def name(self) -> str:
        """Group and title, which no other endpoint has together."""
        return f"{self.group}: {self.title}"

    def example(self, **known: str) -> Example:
        """The call with these values for the names in braces, samples for the others; encoded where it is needed."""
        values = {**_table()["samples"], **known}
        path = _filled(self.path, values, encoded=True)
        headers = {**PROTOCOL, **self.headers} if path.startswith(("/v2/", "/rest/")) else dict(self.headers)
        if path.startswith("/rest/"):
            headers["LinkedIn-Version"] = values["version"]
        if self.form is not None:
            pairs = (f"{name}={_filled(value, values, encoded=True)}" for name, value in self.form.items())
            return Example(self.method, path, {**headers, **FORM}, "&".join(pairs))
        if not self.body:
            return Example(self.method, path, headers, "")
        written = json.dumps(json.loads(self.body), ensure_ascii=False, indent=2)
        return Example(self.method, path, {**headers, **JSON}, _filled(written, values))

    def fits(self, method: str, path: str, body: str = "") -> int:
        """How well a request is this call: 0 not at all, else more is better. path is what follows the host."""
        bare, _, query = path.partition("?")
        if method != self.method or not self._pattern.fullmatch(bare):
            return 0
        fixed = {pair for pair in self.path.partition("?")[2].split("&") if pair.startswith(("q=", "action="))}
        batch = "ids=List(" in self.path
        if not fixed <= set(query.split("&")) or batch != ("ids=List(" in query):
            return 0
        squeezed = re.sub(r'(?<=[":])\s+(?=[":{])', "", body)
        if self.sign and self.sign not in squeezed:
            return 0
        return 1 + len(fixed) + bool(self.sign)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        path = re.sub(r"\\\{\w+\\\}", "[^/?]+", re.escape(self.path.partition("?")[0]))
        in_both = self.path.startswith(("/v2/socialActions", "/v2/reactions"))
        return re.compile(path.replace("/v2/", "/(?:v2|rest)/", 1) if in_both else path)


@cache
def endpoints() -> tuple[Endpoint, ...]:
    """All calls that are known, in the order in which they are taught."""
    return tuple(_read(group, row) for group, rows in _table().items() if group != "samples" for row in rows)


@cache
def _table() -> dict[str, Any]:
    with Path(__file__).with_suffix(".toml").open("rb") as file:
        return tomllib.load(file)


def endpoint_of(method: str, path: str, body: str = "") -> Endpoint | None:
    """The call that a request makes, None for one that is not known; path is what follows the host."""
    best = max(endpoints(), key=lambda each: each.fits(method, path, body))
    return best if best.fits(method, path, body) else None


def path_of(url: str) -> str:
    """What follows the host of a URL, and the folder in which a sandbox may lie; "" for no API, as an upload's."""
    found = _URL.fullmatch(url)
    return found["path"] if found else ""


def _read(group: str, row: Mapping[str, str]) -> Endpoint:
    fields = dict(row)
    method, _, path = fields.pop("call").partition(" ")
    return Endpoint(group=group, method=method, path=path, **fields)  # type: ignore[arg-type]


def _filled(text: str, values: Mapping[str, str], *, encoded: bool = False) -> str:
    def value(found: re.Match[str]) -> str:
        if found[1] not in values:
            return found[0]
        return quote(values[found[1]], safe="") if encoded else json.dumps(values[found[1]])[1:-1]

    return _NAME.sub(value, text)
