"""Explains the fields and headers of LinkedIn's answers, one sentence each; the table is answer_fields.toml."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

VALUE_MAX_CHARACTERS = 200
ENTRIES_SHOWN = 1  # of a list: the others have the same fields
_DEPTH_MAX = 20


@dataclass(frozen=True)
class ExplainedField:
    """One field of an answer: its path such as elements.0.role, its value as text, and what it means."""

    path: str
    value: str
    meaning: str  # "" for a field that the table lacks


def explained(document: Any, answer: str, *, refused: bool = False) -> list[ExplainedField]:
    """The fields of an answer's JSON with what they mean; of a list only the first entry.

    answer: the kind of answer, as Endpoint.answer. refused: the answer is an error.
    """
    table = _tables().get("refused" if refused else answer, {})
    return [ExplainedField(path, value, _meaning(table, path)) for path, value in _leaves(document, ())]


def explained_headers(headers: Mapping[str, str]) -> list[ExplainedField]:
    """The headers of an answer that the table knows."""
    known = _tables()["headers"]
    return [
        ExplainedField(name, value, known[name.lower()]) for name, value in headers.items() if name.lower() in known
    ]


@cache
def _tables() -> dict[str, dict[str, str]]:
    with Path(__file__).with_suffix(".toml").open("rb") as file:
        return tomllib.load(file)


def _meaning(table: Mapping[str, str], path: str) -> str:
    """By the longest end of the path that is known; what is inside an explained field is explained by that one."""
    parts = [part for part in path.split(".") if not part.isdecimal()]
    ends = [".".join(parts[start:end]) for end in range(len(parts), 0, -1) for start in range(end)]
    of_any = _tables()["common"]
    whole = next((of_any[end] for end in ends[: len(parts)] if end in of_any), "")
    return next((table[end] for end in ends if end in table), whole)


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and value and len(path) < _DEPTH_MAX:
        for name, inner in value.items():
            yield from _leaves(inner, (*path, str(name)))
    elif isinstance(value, list) and value and len(path) < _DEPTH_MAX:
        for number, inner in enumerate(value[:ENTRIES_SHOWN]):
            yield from _leaves(inner, (*path, str(number)))
    elif path:
        yield ".".join(path), _written(value)


def _written(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= VALUE_MAX_CHARACTERS else f"{text[:VALUE_MAX_CHARACTERS]}…"
