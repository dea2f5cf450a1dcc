"""The field registry: every name that an answer may hold, by resource, with the evidence for it; see fields.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path

from sandbox.protocol.evidence import Evidence

with Path(__file__).with_suffix(".toml").open("rb") as _file:
    _TABLE = tomllib.load(_file)
ANSWERS: dict[str, str] = _TABLE["resources"]  # by resource the groups of names, separated by spaces


def fields_of(resource: str) -> dict[str, Evidence]:
    """Every name that an answer of this resource may hold, at any depth; of an unknown resource those of lists only."""
    found: dict[str, Evidence] = {}
    for group in (*ANSWERS.get(resource, "").split(), "lists", "error"):  # an answer to a batch holds errors
        for written, names in _TABLE["groups"][group].items():
            found = dict.fromkeys(names.split(), Evidence.read(written)) | found
    return found
