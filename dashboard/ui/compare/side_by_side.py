"""The draft in v2 and in rest, side by side: where each request carries its parts, and what it loses."""

from __future__ import annotations

import json
from collections.abc import Iterable
from html import escape
from pathlib import Path

import streamlit as st

from dashboard.drafts.draft import Draft
from dashboard.preview.dialects import DIALECTS, CarriedPart, carried, requests
from dashboard.ui.common.text import plain
from dashboard.ui.state import session

TITLE = "v2 and rest side by side"
_CSS = Path(__file__).with_suffix(".css")
LOST = '<strong class="lq-mark">lost</strong>'
# v2 has no field for alt text; its description is the nearest [I].
AS_DESCRIPTION = " (a description, no alt text)"


def expander(draft: Draft) -> None:
    """Draw both requests in an expander; closed it costs nothing."""
    with st.expander(TITLE, on_change="rerun", key="side-by-side") as box:
        if box.open:
            _draw(draft)


def _draw(draft: Draft) -> None:
    services, me = session.get_services(), session.voice(draft).urn
    parts = carried(draft, me, services.publisher)
    for dialect in DIALECTS:
        lost = [part.what[0].lower() + part.what[1:] for part in parts if not part.paths[dialect]]
        used = " It carries this post." if draft.speaks == dialect else ""
        st.markdown(f"**{dialect}** loses {plain(', '.join(lost)) if lost else 'nothing'}.{used}")
    st.html(_CSS)
    st.html(_table(parts))
    for column, dialect in zip(st.columns(len(DIALECTS)), DIALECTS, strict=True):
        create = requests(draft, me, services.publisher(dialect))[-1]
        with column:
            st.code(f"{create.method} {create.url}", language="http", wrap_lines=True)
            st.code(json.dumps(create.body, ensure_ascii=False, indent=2), language="json", wrap_lines=True)


def _table(parts: Iterable[CarriedPart]) -> str:
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("Part of the post", *DIALECTS))
    rows = "".join(
        f'<tr><th scope="row" dir="auto">{escape(part.what)}</th>{"".join(_cell(part, each) for each in DIALECTS)}</tr>'
        for part in parts
    )
    return f'<table class="lq-table lc-parts"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'


def _cell(part: CarriedPart, dialect: str) -> str:
    path = part.paths[dialect]
    if not path:
        return f"<td>{LOST}</td>"
    other = AS_DESCRIPTION if part.what.startswith("Alt text") and not path.endswith("altText") else ""
    return f"<td><code>{escape(path).replace('.', '.<wbr>')}</code>{other}</td>"
