"""One publish as a waterfall: each request as a bar, on one axis of time."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

import streamlit as st

from dashboard.activity.exchange_log import LoggedExchange
from dashboard.activity.statistics import NO_ANSWER, is_upload, waterfall
from dashboard.ui.common.text import counted, requests

_CSS = Path(__file__).with_suffix(".css")
_SHORTEST_PERCENT = 0.5  # of the whole: a bar that can be seen


def draw(entries: Sequence[LoggedExchange], post_id: int) -> None:
    """Draw the last publish of a post; entries: its exchanges."""
    bars = waterfall(entries)
    if not bars:
        return
    whole_ms = max(bar.start_ms + bar.duration_ms for bar in bars) or 1.0
    lines = []
    for bar in bars:
        left, width = bar.start_ms / whole_ms * 100, max(bar.duration_ms / whole_ms * 100, _SHORTEST_PERCENT)
        status, colour = bar.entry.status or NO_ANSWER, _colour(bar.entry.status)
        place = f"margin-inline-start:{min(left, 100 - _SHORTEST_PERCENT):.2f}%;width:{width:.2f}%"
        lines.append(
            f'<tr><th scope="row">{escape(bar.endpoint)}</th><td>{status}</td>'
            f'<td class="lx-axis"><div class="lx-bar lx-{colour}" style="{place}"></div></td>'
            f"<td>{bar.start_ms:,.0f} ms</td><td>{bar.duration_ms:,.0f} ms</td></tr>"
        )
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("Request", "Status", "When", "After", "Took"))
    uploads = sum(is_upload(bar.entry.url) for bar in bars)
    caption = f"How post {post_id} was published: {counted(len(bars), 'request')} in {whole_ms:,.0f} ms"
    if uploads:
        caption += f": {requests(len(bars) - uploads, uploads)}"
    st.html(_CSS)
    st.html(
        f'<table class="lq-table lx-waterfall"><caption>{caption}</caption><thead><tr>{heads}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table>"
    )


def _colour(status: int | None) -> str:
    if status is None:
        return "lost"
    return "ok" if status < 400 else "bad"
