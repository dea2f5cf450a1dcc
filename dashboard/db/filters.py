"""Conditions that several queries share."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement

Whose = int | Collection[int]  # one account, or several


def owned(column: ColumnElement[Any], whose: Whose) -> ColumnElement[bool]:
    """The rows of one account or of several; one is asked for so that an index gives its rows in order."""
    ids = [whose] if isinstance(whose, int) else list(whose)
    return column == ids[0] if len(ids) == 1 else column.in_(ids)
