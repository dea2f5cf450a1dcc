"""What the columns of a chosen table mean: told in a line, and changed where a person knows better."""

from __future__ import annotations

import streamlit as st

from dashboard.csv_import.columns import NAMES, NEEDED
from dashboard.csv_import.headings import Headings
from dashboard.csv_import.read import Sheet
from dashboard.ui.common import errors
from dashboard.ui.common.text import plain
from dashboard.ui.queue import csv_files
from dashboard.ui.state import session
from dashboard.ui.state.member_state import Chosen

NOT_USED = "Not used"
SHOWN = 40  # columns
LETTERS = 40  # of a value


def columns(ready: Chosen, sheet: Sheet) -> None:
    """Draw which worksheet is read and what its columns mean; nothing for a file in the form of this project."""
    if len(sheet.worksheets) > 1:
        _worksheet(sheet)
    heads = sheet.headings
    if heads is None or (heads.are_ours and not heads.chosen and {*NEEDED} <= {*heads.meanings}):
        return
    st.caption(f":material/view_column: {plain(_told(heads))}")
    if ready.remembered:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption("The columns are used as you chose for such a file before.")
            st.button("Read their names anew", key="columns-anew", on_click=errors.guarded(csv_files.forget_meanings))
    unsure = heads.guessed or any(each.row == (heads.number or 1) for each in sheet.problems)
    changed = heads.chosen and not ready.remembered
    key = f"csv-columns-{session.mine().turns['csv']}-{heads.key}"
    with st.expander("Columns", expanded=bool(unsure or changed), icon=":material/view_column:", key=key):
        if heads.guessed:
            st.caption("What is marked is a guess by what stands in the column: look whether it is right.")
        for place in range(min(len(heads.names), SHOWN)):
            _column(heads, place)


def _worksheet(sheet: Sheet) -> None:
    key = f"csv-worksheet-{session.mine().turns['csv']}"
    st.selectbox(
        "Worksheet",
        sheet.worksheets,
        sheet.worksheets.index(sheet.worksheet),
        key=key,
        on_change=errors.guarded(lambda: csv_files.choose_worksheet(st.session_state[key])),
    )


def _told(heads: Headings) -> str:
    """ "moment ← Date + Time · text ← Message"."""
    called = {name: " + ".join(heads.names[place] for place in heads.places(name)) for name in NAMES}
    moment = " + ".join(filter(None, (called.pop("date"), called.pop("time"))))
    found = {"moment": moment, "text": called.pop("text"), **called}
    said = " · ".join(f"{name} ← {columns}" for name, columns in found.items() if columns)
    return said or "No column is known; say below what they mean."


def _column(heads: Headings, place: int) -> None:
    """One column of the table: its name, what it means, and what stands in it."""
    key = f"column-{session.mine().turns['columns']}-{place}"
    meaning, name = heads.meanings[place], heads.names[place]
    called, means, values = st.columns([2, 2, 5], vertical_alignment="center")
    mark = " :material/help: guess" if place in heads.guessed else ""
    called.markdown(f"**{plain(_short(name))}**{mark}")
    means.selectbox(
        f"What {name} means",
        ("", *NAMES),
        ("", *NAMES).index(meaning),
        format_func=lambda each: each or NOT_USED,
        key=key,
        label_visibility="collapsed",
        on_change=errors.guarded(lambda: csv_files.choose_meaning(place, st.session_state[key])),
    )
    values.caption(plain(" · ".join(_short(value) for value in heads.values[place]) or "empty"))


def _short(value: str) -> str:
    line = " ".join(value.split())
    return f"{line[: LETTERS - 1]}…" if len(line) > LETTERS else line
