"""Cells of a table that no spreadsheet runs as a formula, whoever wrote what stands in them. Pure."""

from __future__ import annotations

import re

# Some spreadsheets trim a cell before they look at it. Apostrophes count, so that bare() gives back each of them.
_RUNS = re.compile(r"'*(?:[\s\u200b\u2060\ufeff]*[=+\-@＝＋－＠]|[\t\r])")


def inert(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would run it."""
    return f"'{text}" if _RUNS.match(text) else text


def bare(cell: str) -> str:
    """What inert() was given for this cell."""
    return cell[1:] if cell.startswith("'") and _RUNS.match(cell[1:]) else cell
