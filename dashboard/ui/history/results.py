"""One page of results: a table on a wide screen, a list of cards on a phone. The address says which post is open."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.posts.history import PAGE_ROWS, Wanted
from dashboard.ui.common import errors, text
from dashboard.ui.common.labels import KINDS, state_mark, state_sign
from dashboard.ui.state import dates, session
from linkedin_api import Kind, shown

POST = "post"  # the parameter of the address
Rows = list[dict[str, Any]]


def results(wanted: Wanted, names: dict[int, str]) -> bool:
    """Draw one page of results, newest first; False when nothing was ever published here.

    Choosing a post puts it into the address.
    """
    history = session.get_services().history
    count = history.count(wanted)
    if not count:
        st.info(
            "Nothing here yet. What you publish in the Composer appears in this table."
            if wanted.is_all
            else "No post fits these filters."
        )
        return not wanted.is_all
    pages = math.ceil(count / PAGE_ROWS)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.caption(f"{text.counted(count, 'post')}, newest first, times in {dates.zone_said()}. Choose one to open it.")
        page = st.pagination(pages, key=f"page-{hash(wanted)}") if pages > 1 else 1
    rows = history.page(wanted, page, names)
    due = history.due([row["id"] for row in rows])
    rows = [{**row, "created_at": due.get(row["id"], row["created_at"])} for row in rows]
    key = f"{hash(wanted)}-{page}-{session.mine().turns['history']}"
    with st.container(key="results-table"):
        _table(rows, f"results-{key}")
    with st.container(key="results-cards"):
        _cards(rows, f"cards-{key}")
    return True


def close_button() -> None:
    """Draw the way back to the list alone; on a phone the open post stands in its place."""
    st.button("All posts", key="all-posts", icon=":material/arrow_back:", on_click=errors.guarded(_close))


def _close() -> None:
    st.query_params.pop(POST, None)
    session.mine().turns["history"] += 1  # another widget: the old one has its choice


def _open(post_id: int) -> None:
    st.query_params[POST] = str(post_id)


def _link(row: dict[str, Any]) -> str | None:
    services = session.get_services()
    if row["state"] != "published":
        return None
    return services.for_browser(row.get("url")) or (services.link(row["urn"]) if row["urn"] else None)


def _table(rows: Rows, key: str) -> None:
    lines = [
        {
            **row,
            "state": state_sign(row["state"]),
            "kind": KINDS[Kind(row["kind"])],
            "text": " ".join(shown(row["text"]).split()),
            "calls": row["calls"] or None,  # nothing has left yet
            "duration_ms": row["duration_ms"] / 1000 or None,
            "link": _link(row),
        }
        for row in rows
    ]
    columns = {
        "created_at": st.column_config.DatetimeColumn("When", format="D MMM, HH:mm", timezone=str(dates.zone())),
        **({"member": st.column_config.TextColumn("Member", width="small")} if rows and "member" in rows[0] else {}),
        "state": st.column_config.TextColumn("State", width=120),
        "text": st.column_config.TextColumn("Text", width="large"),
        "kind": st.column_config.TextColumn("Kind", width="small"),
        "link": st.column_config.LinkColumn("Link", display_text="Open", width="small"),
        "calls": st.column_config.NumberColumn(
            "Calls", width="small", help="To the API, by publishing and its first comment; uploads of bytes are none"
        ),
        "duration_ms": st.column_config.NumberColumn("Duration", format="%.1f s", width="small"),
        "error": st.column_config.TextColumn("Error", width="medium"),
        "visibility": st.column_config.TextColumn("Visibility", width="small"),
        "urn": st.column_config.TextColumn("URN"),
    }
    ids = [int(row["id"]) for row in rows]

    def chosen() -> None:
        event: Any = st.session_state[key]
        picked = event["selection"]["rows"] or [row for row, _ in event["selection"]["cells"]]
        # A selection may outlive the rows it was made on, when the table has become shorter. An empty one closes
        # nothing: the browser empties it too, when what the table shows has changed.
        if picked and picked[0] < len(ids):
            _open(ids[int(picked[0])])

    st.dataframe(
        pd.DataFrame(lines),
        column_config=columns,
        column_order=list(columns),
        hide_index=True,
        on_select=errors.guarded(chosen),
        selection_mode=["single-row", "single-cell"],
        key=key,
        alt="The results of publishing, newest first",
        placeholder="",
    )


def _cards(rows: Rows, key: str) -> None:
    """The same rows as a list of cards, one of which is chosen by a touch or with the arrow keys."""
    by_id = {int(row["id"]): row for row in rows}
    opened = session.opened_post()

    def chosen() -> None:
        # A choice whose words have changed, as by an edit, comes back as those words.
        if (picked := st.session_state[key]) in by_id:
            _open(picked)

    st.radio(
        "Posts",
        list(by_id),
        index=list(by_id).index(opened) if opened in by_id else None,
        format_func=lambda post_id: _title(by_id[post_id]),
        captions=[_about(row) for row in rows],
        key=key,
        on_change=errors.guarded(chosen),
        label_visibility="collapsed",
        width="stretch",
    )


def _title(row: dict[str, Any]) -> str:
    words = " ".join(shown(row["text"]).split())
    return text.plain(words[:90] + ("…" if len(words) > 90 else "")) or "A post without words"


def _about(row: dict[str, Any]) -> str:
    who = f" · {text.plain(row['member'])}" if "member" in row else ""
    at = dates.date_and_clock(row["created_at"])
    return f"{state_mark(row['state'])} · {KINDS[Kind(row['kind'])]} · {at}{who}"
