"""Tables of the tour, and the lines in which two requests differ, as HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

import streamlit as st

from dashboard.tour.shown import Mask
from linkedin_api.reference.answer_fields import ExplainedField

_MARKS = {"-": ("del", "−"), "+": ("ins", "+"), " ": ("span", " ")}


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table of texts; the first of each row is its heading."""
    top = "".join(f"<th scope=col>{escape(each)}</th>" for each in head)
    lines = (
        f"<tr><th scope=row>{escape(first)}</th>{''.join(f'<td>{escape(each)}</td>' for each in rest)}</tr>"
        for first, *rest in rows
    )
    body = f"<thead><tr>{top}</tr></thead><tbody>{''.join(lines)}</tbody>"
    st.html(f'<div class="lt-scroll" tabindex=0><table class="lt-table">{body}</table></div>')


def explained(head: str, fields: Sequence[ExplainedField], mask: Mask) -> None:
    """Fields with their values and what they mean; of a path only its last name, where that is enough."""
    names = [_short(each.path) for each in fields]
    table(
        (head, "Value", "What it means"),
        zip(names, (mask(each.value) for each in fields), (e.meaning for e in fields), strict=True),
    )


def difference(lines: Iterable[tuple[str, str]]) -> None:
    """Lines that are gone, new, or the same: told by colour and by a sign."""
    found = []
    for sign, line in lines:
        name, mark = _MARKS[sign]
        found.append(f"<{name}>{mark} {escape(line)}</{name}>")
    st.html(f'<div class="lt-diff">{"".join(found)}</div>')


def _short(path: str) -> str:
    """ "value.asset" is asset, "keys.0.kid" is kid."""
    return next((name for name in reversed(path.split(".")) if not name.isdecimal()), path)
