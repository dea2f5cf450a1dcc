"""Reads the fields of an answer's JSON, whatever stands there: nothing here raises."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from linkedin_api.reference.urn import Urn


def urn_in(fields: Mapping[str, Any], *names: str) -> Urn | None:
    """The first of these fields that holds a URN."""
    for name in names:
        try:
            return Urn(str(fields.get(name)))
        except ValueError:
            continue
    return None


def moment(value: object) -> datetime | None:
    """Epoch milliseconds as an aware UTC time; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def inner(fields: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The object under a name; {} when there is none."""
    value = fields.get(name)
    return value if isinstance(value, Mapping) else {}


def text_in(fields: Mapping[str, Any], name: str) -> str:
    """The text under a name; "" when there is none."""
    value = fields.get(name)
    return value if isinstance(value, str) else ""
