"""The tables of the Inspector."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pandas as pd
import streamlit as st

from dashboard.activity.exchange_log import LoggedExchange, PostGroup
from dashboard.ui.state import dates, session

ROW_PX, ROWS_SHOWN = 35, 7  # what is chosen is drawn below the table: the table leaves room for it


def exchanges(entries: list[LoggedExchange], key: str) -> int | None:
    """Draw exchanges; returns the id of the chosen one."""
    frame = pd.DataFrame(
        {
            "at": [e.at for e in entries],
            "method": [e.method for e in entries],
            "status": pd.array([e.status for e in entries], dtype="Int64"),
            "url": [urlunsplit(urlsplit(e.url)._replace(scheme="", netloc="")) for e in entries],
            "duration_ms": [e.duration_ms for e in entries],
            "post_id": pd.array([e.post_id for e in entries], dtype="Int64"),
            "request_id": [e.request_id for e in entries],
            "error": [e.error for e in entries],
        }
    )
    columns = {
        "at": st.column_config.DatetimeColumn("Time", format="HH:mm:ss.SSS", timezone=str(dates.zone())),
        "method": st.column_config.TextColumn("Method", width="small"),
        "status": st.column_config.NumberColumn("Status", width="small"),
        "url": st.column_config.TextColumn("Path", width="large"),
        "duration_ms": st.column_config.NumberColumn("Duration", format="%.0f ms", width="small"),
        "post_id": st.column_config.NumberColumn("Post", width="small"),
        "request_id": st.column_config.TextColumn("Request id"),
        "error": st.column_config.TextColumn("Error"),
    }
    picked = _picked(frame, columns, f"exchanges-{key}", "The exchanges with LinkedIn, newest first")
    return entries[picked].id if picked is not None else None


def to_console(exchange_id: int) -> None:
    """Draw the way from an exchange into the Console."""
    st.page_link(
        session.page("console"),
        label="Open in Console",
        icon=":material/terminal:",
        query_params={"exchange": str(exchange_id)},
    )


def post_groups(groups: list[PostGroup], key: str) -> int | None:
    """Draw the posts with their exchanges; returns the id of the chosen post."""
    frame = pd.DataFrame([asdict(group) for group in groups])
    columns = {
        "last_at": st.column_config.DatetimeColumn("Last", format="YYYY-MM-DD HH:mm:ss", timezone=str(dates.zone())),
        "post_id": st.column_config.NumberColumn("Post", width="small"),
        "count": st.column_config.NumberColumn("Exchanges", width="small"),
        "failed": st.column_config.NumberColumn("Failed", width="small", help="Refused, or without an answer"),
        "first_at": st.column_config.DatetimeColumn("First", format="YYYY-MM-DD HH:mm:ss", timezone=str(dates.zone())),
    }
    picked = _picked(frame, columns, key, "The posts with their exchanges, the newest first")
    return groups[picked].post_id if picked is not None else None


def _picked(frame: pd.DataFrame, columns: dict[str, Any], key: str, about: str) -> int | None:
    event: Any = st.dataframe(
        frame,
        height=min(ROWS_SHOWN, len(frame) + 1) * ROW_PX + 2,
        column_config=columns,
        column_order=list(columns),
        hide_index=True,
        on_select="rerun",
        selection_mode=["single-row", "single-cell"],
        key=key,
        alt=about,
        placeholder="",
    )
    chosen = event["selection"]["rows"] or [row for row, _ in event["selection"]["cells"]]
    # A selection may outlive the rows it was made on, when the table has become shorter.
    return int(chosen[0]) if chosen and chosen[0] < len(frame) else None
