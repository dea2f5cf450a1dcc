"""On what evidence the sandbox answers as it does: the sources, and a row for every operation and every error."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

HEADER = "x-sandbox-evidence"  # of every answer: D, C or I
with Path(__file__).with_name("sources.toml").open("rb") as _file:
    _TABLE = tomllib.load(_file)
TAGS: dict[str, str] = _TABLE["tags"]
SOURCES: dict[str, list[str]] = _TABLE["sources"]  # each key with what it names, and the day or month of it

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

    def as_json(self) -> dict[str, str]:
        """The tag, the source and its date, by their names."""
        return {"evidence": self.tag, "source": self.source, "date": self.date}


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
