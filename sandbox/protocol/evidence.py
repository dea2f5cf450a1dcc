"""On what evidence the sandbox answers as it does: the sources, and a row for every operation and every error."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

HEADER = "x-sandbox-evidence"  # of every answer: D, C or I
TAGS = {
    "D": "documented by LinkedIn, or by Zernio for what lies below /zernio",
    "C": "seen in public code, a captured log or a live report",
    "I": "inferred, or decided here where nothing better was found",
}
# Each key with what it names, and the day or month of the page or report.
SOURCES = {
    "G": ("the guide that this project implements", "2026-11-23"),
    "S1": ("Authorization Code Flow (3-legged OAuth)", "2025-11-17"),
    "S2": ("Client Credential Flow; Programmatic Refresh Tokens; Token Introspection", "2026-11-23"),
    "S3": ("Authorization Code Flow for native clients (PKCE)", "2026-11-23"),
    "S4": ("Sign In with LinkedIn using OpenID Connect", "2026-11-23"),
    "S5": ("a live copy of the discovery document", "2026-06-20"),
    "S6": ("Share on LinkedIn", "2025-07"),
    "S7": ("Vector Assets API", "2026-11-23"),
    "S8": ("Posts API, its schema, little text format", "2026-09"),
    "S9": ("Images, Videos, Documents, MultiImage and Poll API", "2026-09"),
    "S10": ("Versioning; Migrations", "2026-09-19"),
    "S11": ("Error handling, rate limits, protocol versions, pagination, URNs, methods", "2026-11-23"),
    "S12": ("UGC Post API", "2026-11-23"),
    "S13": ("Comments API, Reactions API, organization access control, member post statistics", "2026-04-28"),
    "S14": ("Increasing access; Getting access; Community Management migration guide", "2026-08-17"),
    "S15": ("Organization lookup, share statistics, network sizes, network update social actions", "2026-11-26"),
    "C1": ("LinkedIn's Python client", "2026-11-23"),
    "C2": ("a TypeScript client of 2026", "2026-11-23"),
    "C3": ("a Java SDK's fixtures", "2026-11-23"),
    "C4": ("notes on error tables, from LinkedIn's pages", "2026-09-19"),
    "C5": ("design notes of a client", "2026-09-02"),
    "C6": ("live probes of a publisher", "2026-09"),
    "C7": ("live tests of a WordPress plugin", "2026"),
    "C8": ("a live write-up of a publisher", "2026-10"),
    "C9": ("other public code and logs", "2026-11-23"),
    "C10": ("the source of the Rest.li framework", "2026-11-23"),
    "C11": ("LinkedIn's JavaScript client", "2026-11-26"),
    "C12": ("live reports on comments and reactions", "2026-10"),
    "C13": ("requests of programs in use", "2026-11-26"),
    "C14": ("live probes of a publisher", "2026-10-02"),
    "C15": ("live reports on an application with the Community Management API", "2026"),
    "Z": ("Zernio's specifications and its official Python SDK", "2026-10"),
    "P": ("other public code or logs of 2026", "2026-11-26"),
    "I": ("a decision of this sandbox", "2026-11-26"),
}

Made = TypeVar("Made")


@dataclass(frozen=True)
class Evidence:
    """A tag of TAGS and a key of SOURCES; written as "D:S13", or "I" for a decision of the sandbox."""

    tag: str
    source: str

    @classmethod
    def read(cls, written: str) -> Evidence:
        """Raises ValueError for an unknown tag or source."""
        tag, _, source = written.partition(":")
        found = cls(tag, source or tag)
        if found.tag not in TAGS or found.source not in SOURCES or (tag == "I") != (found.source == "I"):
            raise ValueError(f"{written!r} is no evidence; it is written as D:S13, C:C12 or I.")
        return found

    @property
    def date(self) -> str:
        """The day, month or year of the source: "2026-04-28", "2026-10" or "2026"."""
        return SOURCES[self.source][1]


DECIDED = Evidence("I", "I")


@dataclass(frozen=True)
class LedgerRow:
    """One operation or error: its name, what it is in a sentence, and the evidence."""

    name: str
    what: str
    evidence: Evidence
    scopes: tuple[str, ...] = ()
    query: str = ""  # what chooses the operation among those of its path: "ids" or "q=author"; "" when nothing does


@dataclass(frozen=True)
class ErrorRow(LedgerRow):
    """One error, as errors.toml describes it; `section` is "api" or "sign_in"."""

    section: str = ""
    status: int = 0
    code: str | None = None
    message: str = ""
    number: int | None = None
    usual: tuple[object, ...] = ()
    more: Mapping[str, object] = field(default_factory=dict)

    def words(self, given: Sequence[object]) -> tuple[str | None, str]:
        """Code and message with `given`, and then what is usual, in their gaps."""
        values = (*given, *self.usual)
        return self.code and self.code.format(*values), self.message.format(*values)


def _error_rows() -> Iterator[ErrorRow]:
    with Path(__file__).with_name("errors.toml").open("rb") as file:
        sections = tomllib.load(file)
    for section, rows in sections.items():
        for name, row in rows.items():
            yield ErrorRow(name, section=section, **row | {"evidence": Evidence.read(row["evidence"])})


ERROR_ROWS = {row.name: row for row in _error_rows()}
_ENDPOINT_ROWS: dict[object, tuple[LedgerRow, ...]] = {}


def rows_of(endpoint: object) -> tuple[LedgerRow, ...]:
    """The operations of a route's endpoint; none when nobody has told on what evidence it answers."""
    return _ENDPOINT_ROWS.get(endpoint, ())


def record(endpoint: Made, *rows: LedgerRow) -> Made:
    """Return the endpoint, whose operations these rows describe from now on."""
    _ENDPOINT_ROWS[endpoint] = rows
    return endpoint


def told(written: str, endpoint: Made, name: str = "", *, of: object = None) -> Made:
    """Return an endpoint of one operation, described by its docstring or by that of `of`."""
    return record(endpoint, LedgerRow(name, sentence(of or endpoint), Evidence.read(written)))


def sentence(described: object) -> str:
    """The first paragraph of a docstring; a tag in it, such as [I], is about the part before it."""
    return " ".join((described.__doc__ or "").split("\n\n")[0].split())
