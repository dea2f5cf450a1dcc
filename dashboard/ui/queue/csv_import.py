"""“Many at once”: a table of planned posts, everything that is wrong in it, and all posts scheduled or none."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import pandas as pd
import streamlit as st
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from dashboard.csv_import import read
from dashboard.csv_import.read import Sheet
from dashboard.db.database import now
from dashboard.scheduling.clock import said_with_zone, zone_of
from dashboard.ui.common import errors, file_intake
from dashboard.ui.common.labels import KINDS
from dashboard.ui.common.members import by_urn
from dashboard.ui.common.text import counted, either, first_words, plain
from dashboard.ui.queue import csv_columns, csv_files, csv_media
from dashboard.ui.state import dates, session
from dashboard.ui.state.clicks import clicked
from dashboard.ui.state.member_state import Chosen
from linkedin_api import Kind
from linkedin_api.reference import products

TEXT = 4000  # characters of a post in the preview: all of it
PROBLEMS = 100  # shown of a file; mending these brings the others up
CSV, NOTHING = "text/csv", "Nothing was scheduled."
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TABLES = ("csv", "tsv", "txt", "xlsx", "xlsm", "xlsb", "xls", "ods")


@errors.fragment()
def many() -> None:
    """Draw it. Chosen files stay until they are scheduled or dropped with “Start over”."""
    errors.none_open()
    _files_to_take()
    _choose()
    ready = csv_files.present()
    file_intake.refusals(csv_files.REFUSED)
    file_intake.refusals(csv_files.NOT_FETCHED)
    if ready.name or ready.files:
        _told(ready)
    if ready.sheet:
        _result(ready, ready.sheet)


def _files_to_take() -> None:
    services, me = session.get_services(), session.member()
    ids = session.visible_ids()
    members = {account.id: "" if account.id == me.id else str(account.urn) for account in session.accounts_here()}
    zone, dialect = dates.zone_name(me), services.settings.dialect
    st.caption("A row of the file is a post. Nothing is scheduled before every row is right, and then all rows are.")
    st.caption(f"{products.AUTOMATION}: read each post before you schedule it.")
    with st.container(horizontal=True):
        sample = lambda: read.sample(now(), zone, dialect)  # noqa: E731
        st.download_button(
            "Sample file", sample, "planned-posts.csv", CSV, on_click="ignore", icon=":material/download:"
        )
        workbook = lambda: read.sample_workbook(now(), zone, dialect)  # noqa: E731
        st.download_button(
            "Sample as XLSX", workbook, "planned-posts.xlsx", XLSX, on_click="ignore", icon=":material/download:"
        )
        if clicked("What the columns mean", icon=":material/help:"):
            _columns()
        st.download_button(
            "Download the queue as CSV",
            lambda: csv_files.in_file(services.schedule.waiting(ids), members),
            "linkedin-queue.csv",
            CSV,
            on_click="ignore",
            icon=":material/download:",
            help="A file that can be read back here: without the pictures, which stand in it by name.",
        )


@errors.dialog("The columns of the file", width="large")
def _columns() -> None:
    st.write("The first row names the columns, in any order; leave out those you do not need.")
    st.caption(plain(read.SEVERAL))
    lines = (
        f"<tr><th scope=row>{escape(each.name)}{' (needed)' if each.needed else ''}</th><td>{escape(each.about)}</td>"
        f"<td><code>{escape(each.example)}</code></td></tr>"
        for each in read.COLUMNS
    )
    head = "<thead><tr><th>Column</th><th>Meaning</th><th>Example</th></tr></thead>"
    st.html(f'<div class="lq-scroll"><table class="lq-table">{head}<tbody>{"".join(lines)}</tbody></table></div>')


def _choose() -> None:
    turn = session.mine().turns["csv"]
    left, right = st.columns(2)
    key = f"bulk-csv-{turn}"
    left.file_uploader(
        "File of posts (CSV or XLSX)",
        list(TABLES),
        max_upload_size=read.WORKBOOK_BYTES_MAX // 1_000_000,
        key=key,
        on_change=errors.guarded(csv_files.take_csv),
        args=(key,),
    )
    key = f"bulk-files-{turn}"
    right.file_uploader(
        "Their pictures, videos and documents",
        accept_multiple_files=True,
        key=key,
        on_change=errors.guarded(csv_files.take_files),
        args=(key,),
    )
    file_intake.watch("bulk-", csv_files.REFUSED)


def _told(ready: Chosen) -> None:
    """The names of the chosen files, and “Start over”."""
    names = [ready.name or "No file of posts yet", *(file.name for file in ready.files.values())]
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        more = f" and {len(names) - 6:,} more" if len(names) > 6 else ""
        st.text(", ".join(names[:6]) + more)
        st.button("Start over", icon=":material/close:", on_click=errors.guarded(csv_files.start_over))
    for name, file in ready.files.items():
        if file.warning:
            st.caption(plain(f"{file.name}: {file.warning}."))
        if not file.is_ready:
            csv_files.encode(name)


def _result(ready: Chosen, sheet: Sheet) -> None:
    csv_columns.columns(ready, sheet)
    for note in sheet.notes:
        st.caption(plain(note))
    _ask(ready, sheet)
    csv_media.fetch(sheet.addresses)
    if sheet.problems:
        _problems(sheet)
    if sheet.rows:
        _preview(sheet)
    there = session.get_services().queue.planned_already(csv_files.postings(sheet.rows)) if sheet.ok else 0
    if there:
        which = either(there, "One of these posts is", f"{there:,} of these posts are")
        st.warning(f"{which} in the queue already, with the same text for the same moment. It would be planned twice.")
    count = len(sheet.rows)
    label = (
        "Schedule all posts" if not sheet.ok else f"Schedule all {count:,} posts" if count > 1 else "Schedule the post"
    )
    if clicked(label, type="primary", disabled=not sheet.ok, icon=":material/schedule_send:", key="bulk-schedule"):
        _schedule(ready, sheet)


def _ask(ready: Chosen, sheet: Sheet) -> None:
    """Ask once for the whole file what its dates and times do not say."""
    if sheet.two_meanings or ready.month_first is not None:
        answers = {"Day first (31/12)": False, "Month first (12/31)": True}
        _ask_once("Which comes first in this file's dates?", answers, ready.month_first, csv_files.order_days)
    if sheet.twice:
        answers = {f"{sheet.twice[0]}, the first": False, f"{sheet.twice[1]}, the second": True}
        _ask_once(
            "The clocks go back in that night. Which one is meant?", answers, ready.second, csv_files.choose_second
        )


def _ask_once(
    question: str, answers: dict[str, bool], given: bool | None, answer: Callable[[bool | None], None]
) -> None:
    key = f"bulk-{answer.__name__}-{session.mine().turns['csv']}"
    st.segmented_control(
        question,
        answers,
        default=next((label for label, meant in answers.items() if meant == given), None),
        key=key,
        on_change=errors.guarded(lambda: answer(answers.get(st.session_state[key] or ""))),
    )


def _problems(sheet: Sheet) -> None:
    count = len(sheet.problems)
    then = "Fetch the files first, then see what is left." if sheet.addresses else "Then choose it again."
    st.error(f"{counted(count, 'thing')} to mend in the file. {then}")
    lines = (
        f"<tr><td>{each.row}</td><td>{escape(each.column) or 'whole row'}</td><td>{escape(each.message)}</td></tr>"
        for each in sheet.problems[:PROBLEMS]
    )
    head = "<thead><tr><th>Row</th><th>Column</th><th>Problem</th></tr></thead>"
    st.html(f'<div class="lq-scroll"><table class="lq-table">{head}<tbody>{"".join(lines)}</tbody></table></div>')
    if count > PROBLEMS:
        st.caption(f"{count - PROBLEMS:,} more follow when these are mended.")


def _preview(sheet: Sheet) -> None:
    lines = [
        {
            "row": row.number,
            "when": said_with_zone(row.due_at, zone_of(row.time_zone)),
            "who": by_urn(row.member).name_of(row.draft.author),
            "kind": KINDS[Kind(row.draft.kind)],
            "text": first_words(row.draft, TEXT),
            "comment": row.draft.first_comment,
        }
        for row in sheet.rows
    ]
    columns = {
        "row": st.column_config.NumberColumn("Row", width="small"),
        "when": st.column_config.TextColumn("When", width="medium"),
        "who": st.column_config.TextColumn("As", width="small"),
        "kind": st.column_config.TextColumn("Kind", width="small"),
        "text": st.column_config.TextColumn("Text", width="large"),
        "comment": st.column_config.TextColumn("First comment", width="medium"),
    }
    shown = [name for name in columns if name != "comment" or any(line["comment"] for line in lines)]
    st.dataframe(
        pd.DataFrame(lines)[shown], column_config=columns, hide_index=True, alt="The posts that would be scheduled"
    )


def _schedule(ready: Chosen, sheet: Sheet) -> None:
    """Schedule all posts in one transaction, unless a moment has passed since the table was read."""
    if any(row.due_at <= now() for row in sheet.rows):
        csv_files.read_again()
        st.rerun(scope="fragment")
    services = session.get_services()
    try:
        services.outbox.put_all(csv_files.postings(sheet.rows))
    except IntegrityError:
        st.error(f"{NOTHING} These very posts are in the queue already. Start over to plan them once more.")
        return
    except SQLAlchemyError:
        errors.log.exception("A file of posts was not scheduled")
        st.error(plain(f"{NOTHING} {errors.unwritable()}"))
        return
    csv_files.start_over()
    services.start()
    st.toast(f"{counted(len(sheet.rows), 'post is', 'posts are')} scheduled.")
    st.rerun()
