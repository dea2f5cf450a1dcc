"""Planned posts as a file (CSV) that reads back as the same posts, and a small file to begin with."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import PurePath

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from dashboard.csv_import.columns import NAMES, OWN, SECOND, Planned, file_columns, listed
from dashboard.drafts.draft import Draft
from dashboard.files.media import MediaFile
from dashboard.files.spreadsheet_cells import inert
from dashboard.scheduling.clock import moment, zone_of
from linkedin_api import Kind

_FORMATS = {"date": "yyyy-mm-dd", "time": "hh:mm"}


def write(rows: Iterable[Planned]) -> bytes:
    """The file: RFC 4180, every column, UTF-8 with the mark (BOM) without which spreadsheets misread other letters.

    A text that a spreadsheet would run as a formula has an apostrophe before it, which bare() takes off again. Two
    files of one name get two names: see names().
    """
    planned = tuple(rows)
    called = {file: name for name, file in names(planned).items()}
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, fieldnames=NAMES, restval="", lineterminator="\r\n")
    writer.writeheader()
    for each in planned:
        writer.writerow({name: inert(value) for name, value in (_when(each) | _what(each, called)).items()})
    # Half a surrogate pair can never be sent, nor written as UTF-8.
    return out.getvalue().encode("utf-8-sig", "replace")


def names(rows: Iterable[Planned]) -> dict[str, MediaFile]:
    """Every file of these posts under the name that write() gives it: "a.png", and "a (2).png" for another "a.png"."""
    files = tuple(dict.fromkeys(a.file for row in rows for a in row.draft.attachments))
    real = {file.name for file in files}
    found: dict[str, MediaFile] = {}
    for file in files:
        found[_free(file.name, found, real)] = file
    return found


def _free(name: str, taken: Mapping[str, MediaFile], real: set[str]) -> str:
    if name not in taken:
        return name
    path, number = PurePath(name), 2
    while (other := f"{path.stem} ({number}){path.suffix}") in taken or other in real:
        number += 1
    return other


def _when(row: Planned) -> dict[str, str]:
    zone = zone_of(row.time_zone)
    local = row.due_at.astimezone(zone)
    clock = local.time()
    whole = clock.second == clock.microsecond == 0
    return {
        "date": local.date().isoformat(),
        "time": clock.isoformat("minutes" if whole else "auto"),
        "time_zone": str(zone),
        "again": SECOND if local.fold else "",
    }


def _what(row: Planned, called: Mapping[MediaFile, str]) -> dict[str, str]:
    draft = row.draft
    own = {
        "url": draft.url,
        "title": draft.title,
        "description": draft.description,
        "alt_text": _said(a.alt_text for a in draft.attachments),
        "file_titles": _said(a.title for a in draft.attachments),
        "question": draft.question,
        "options": listed(draft.options),
        "duration": draft.duration,
        "parent": draft.parent,
    }
    for column, field in file_columns(draft.kind).items():
        own[column] = listed(called[a.file] for a in getattr(draft, field))
    return {
        "member": row.member,
        "author": draft.author,
        "visibility": draft.seen_by,
        "dialect": draft.dialect,
        "kind": draft.kind,
        "text": draft.text,
        "first_comment": draft.first_comment,
        **{name: own[name] for name in OWN[Kind(draft.kind)]},
    }


def _said(words: Iterable[str]) -> str:
    """What is said of several files; nothing stands for the last ones of which nothing is said."""
    said = list(words)
    while said and not said[-1]:
        said.pop()
    return listed(said)


def sample(now: datetime, time_zone: str, dialect: str = "v2") -> bytes:
    """A file with a text, an article and a poll for the days after now, to be filled with one's own; it may be read."""
    return write(_examples(now, time_zone, dialect))


def sample_workbook(now: datetime, time_zone: str, dialect: str = "v2") -> bytes:
    """The same as a workbook (XLSX), in which dates and times are such cells, not texts."""
    book = Workbook()
    del book[book.sheetnames[0]]
    page = book.create_sheet("Posts")
    page.append(NAMES)
    for number, post in enumerate(csv.DictReader(io.StringIO(sample(now, time_zone, dialect).decode("utf-8-sig"))), 2):
        for place, name in enumerate(NAMES, 1):
            cell = page.cell(number, place, _typed(name, post[name]))
            cell.alignment = Alignment(vertical="top", wrap_text=name == "text")
            cell.number_format = _FORMATS.get(name, "@")
    for place, name in enumerate(NAMES, 1):
        page.cell(1, place).font = Font(bold=True)
        page.column_dimensions[get_column_letter(place)].width = 60 if name == "text" else 16
    page.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _typed(name: str, written: str) -> date | time | str | None:
    if name == "date":
        return date.fromisoformat(written)
    return time.fromisoformat(written) if name == "time" else written or None


def _examples(now: datetime, time_zone: str, dialect: str) -> Iterable[Planned]:
    text = Draft(text="Hello from a file of planned posts.\n\nA text may have several lines. #planning")
    link = Draft(kind="article", text="Worth reading:", url="https://example.com/article", title="An article")
    poll = Draft(kind="poll", text="We wonder.", question="Tea or coffee?", options=("Tea", "Coffee"))
    drafts = ((time(9), text), (time(12, 30), link), (time(17), poll))
    zone = zone_of(time_zone)
    today = now.astimezone(zone).date()
    return (
        Planned(day + 1, draft.changed(dialect=dialect), moment(today + timedelta(days=day), clock, zone), str(zone))
        for day, (clock, draft) in enumerate(drafts, 1)
    )
