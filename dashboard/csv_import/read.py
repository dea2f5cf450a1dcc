"""Many posts planned in one file (CSV), a post a row: read whole, with everything that is wrong, before any is planned.

Pure: members, zones and files are given in the ImportContext. Nothing that a file holds makes read() raise.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from difflib import get_close_matches
from itertools import islice, pairwise

from dashboard.csv_import.cells import Cells, short
from dashboard.csv_import.cells import RowProblem as RowProblem
from dashboard.csv_import.columns import COLUMNS as COLUMNS
from dashboard.csv_import.columns import NAMES as NAMES
from dashboard.csv_import.columns import NEEDED
from dashboard.csv_import.columns import SEVERAL as SEVERAL
from dashboard.csv_import.columns import Planned as Planned
from dashboard.csv_import.decoded import NotText, decoded
from dashboard.csv_import.moments import holds_clock, month_first
from dashboard.csv_import.other_tools import UNUSED, ours
from dashboard.csv_import.rows import ImportAuthor as ImportAuthor
from dashboard.csv_import.rows import ImportContext as ImportContext
from dashboard.csv_import.rows import planned
from dashboard.csv_import.writer import names as names
from dashboard.csv_import.writer import sample as sample
from dashboard.csv_import.writer import write as write
from linkedin_api.reference import limits

ROWS_MAX = 1_000
COLUMNS_MAX = 100  # more than there are: what is not known is named one by one
BYTES_MAX = 5_000_000
DELIMITERS = (",", ";", "\t")  # spreadsheets write a semicolon where a comma is the decimal point
TOGETHER = timedelta(seconds=limits.DUPLICATE_WINDOW_S)
_SEP = re.compile(r'"?sep=(.|\\t)"?\r?\n', re.IGNORECASE)
_QUOTES = (
    "A quotation mark is not closed, or something follows the closing one. Write a quotation mark inside a text twice "
    "and put the text between quotation marks, or save the file anew from a spreadsheet."
)


@dataclass(frozen=True)
class Sheet:
    """A file as it was read: the rows that may be scheduled, and what is wrong with the others, in the file's order."""

    rows: tuple[Planned, ...] = ()
    problems: tuple[RowProblem, ...] = ()
    notes: tuple[str, ...] = ()  # how it was read, a sentence each
    two_meanings: bool = False  # whether a date means another one with the month first, and nobody has said which

    @property
    def ok(self) -> bool:
        """Whether it may be scheduled: all of it, or nothing."""
        return bool(self.rows) and not self.problems


def read(content: bytes, context: ImportContext) -> Sheet:
    """The posts that a file plans, with every problem of every row; commas, semicolons or tabs between cells."""
    if len(content) > BYTES_MAX:
        return _refused(f"The file is larger than {BYTES_MAX // 1_000_000} MB; split it into several.")
    try:
        text, guessed = decoded(content)
    except NotText:
        return _refused("The file is not UTF-8; save it as “CSV UTF-8” and choose it again.")
    if not text.strip():
        return _refused("The file is empty; write a first row with the names of the columns and a post in each row.")
    sheet = _read(_Records(text), context)
    note = f"The file was read as {guessed}; look at the letters below, or save it as “CSV UTF-8”."
    return replace(sheet, notes=(note, *sheet.notes)) if guessed else sheet


def _refused(message: str) -> Sheet:
    return Sheet(problems=(RowProblem(1, "", message),))


class _Records:
    """The rows of a text as lists of cells, numbered as a spreadsheet does; ends early where quotation marks fail."""

    def __init__(self, text: str) -> None:
        said = _SEP.match(text)
        self._text = text[said.end() :] if said else text  # the line by which spreadsheets tell the separator
        self._delimiter = said[1].replace("\\t", "\t") if said else _delimiter(self._text)
        self.fault: RowProblem | None = None

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        number = 0
        try:
            for number, cells in enumerate(_reader(self._text, self._delimiter), 1):
                if any(cell.strip() for cell in cells):
                    yield number, cells
        except csv.Error as error:
            long = f"A cell holds more than {csv.field_size_limit():,} characters; shorten it."
            self.fault = RowProblem(number + 1, "", long if "field limit" in str(error) else _QUOTES)


def _reader(text: str, delimiter: str) -> Iterator[list[str]]:
    # newline="": a line break inside a text stays as it is.
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _delimiter(text: str) -> str:
    """The one with which the first row names the most columns."""

    def known(delimiter: str) -> int:
        try:
            return len(set(_header(next(_reader(text.lstrip("\r\n"), delimiter), []))).intersection(NAMES))
        except csv.Error:
            return 0

    return max(DELIMITERS, key=known)


def _header(cells: Sequence[str]) -> list[str]:
    # What cannot be seen in a header means nothing there: marks, spaces of no width.
    seen = ("".join(each for each in cell if each.isprintable() or each.isspace()) for cell in cells)
    header = ["_".join(cell.lower().replace("-", " ").split()) for cell in seen]
    while header and not header[-1]:
        header.pop()
    return ours(header)


def _read(records: _Records, context: ImportContext) -> Sheet:
    lines = iter(records)
    number, header = next(lines, (1, []))
    columns = _header(header)
    known = len(columns) <= COLUMNS_MAX and set(columns).intersection(NAMES)
    filled = list(islice(lines if known else (), ROWS_MAX + 1))
    rows = [_cells(count, columns, cells) for count, cells in filled]
    needed = [name for name in NEEDED if name != "time" or not any(holds_clock(row.said("date")) for row in rows)]
    said = _header_problems(columns, needed, {place for _, cells in filled for place, cell in enumerate(cells) if cell})
    found = [] if records.fault else [RowProblem(number, *each) for each in said]
    for row in rows[ROWS_MAX:]:
        long = f"A file may hold {ROWS_MAX:,} posts; move this row and those below it to another file."
        found.append(RowProblem(row.number, "", long))
    shown = month_first(row.said("date") for row in rows)
    context = replace(context, month_first=context.month_first if shown is None else shown)
    posts: list[Planned] = []
    for row in rows[:ROWS_MAX]:
        if post := planned(row, context):
            posts.append(post)
        found += row.problems
    found += [records.fault] if records.fault else []
    unused = [short(cell) for cell, name in zip(header, columns, strict=False) if name in UNUSED]
    notes = (f"Not used here: {', '.join(unused)}.",) if unused and rows else ()
    sheet = _sheet(posts, [*found, *_alike(posts, context)])
    return replace(sheet, notes=notes, two_meanings=any(row.two_meanings for row in rows))


def _sheet(posts: Sequence[Planned], found: list[RowProblem]) -> Sheet:
    if not (posts or found):
        found.append(RowProblem(2, "", "The file has no post; write one in each row below the names of the columns."))
    wrong = {problem.row for problem in found}
    return Sheet(tuple(post for post in posts if post.number not in wrong), tuple(sorted(found, key=_place)))


def _place(problem: RowProblem) -> tuple[int, int]:
    return problem.row, NAMES.index(problem.column) if problem.column in NAMES else -1


def _header_problems(columns: Sequence[str], needed: Sequence[str], filled: set[int]) -> Iterator[tuple[str, str]]:
    if not set(columns).intersection(NAMES):
        yield "", f"The first row names no column; write {', '.join(NEEDED)} and the others that you need."
        return
    if len(columns) > COLUMNS_MAX:
        yield "", f"The first row has {len(columns):,} columns and {len(NAMES)} are known here; take out the others."
        return
    for place, column in enumerate(columns):
        if column in columns[:place]:
            yield column, f"The column {short(column)} is there twice; take one out."
        elif column not in NAMES and column not in UNUSED:
            near = get_close_matches(column[:60], NAMES, 1)
            hint = f"; perhaps it is {near[0]}" if near else ""
            if near or not column or place in filled:  # an empty one of another tool does no harm
                yield column, f"The column {short(column)} is not known here{hint}. Rename it or take it out."
    for column in needed:
        if column not in columns:
            yield column, f"The column {column} is missing; add it."


def _cells(number: int, columns: Sequence[str], cells: Sequence[str]) -> Cells:
    by_name: dict[str, str] = {}
    for place, column in enumerate(columns):
        if column in NAMES:
            by_name.setdefault(column, cells[place] if place < len(cells) else "")
    row = Cells(number, by_name)
    if any(cell.strip() for cell in cells[len(columns) :]):
        said = f"The row has {len(cells):,} cells for {len(columns):,} columns"
        row.wrong("", f"{said}; put a text that holds the separator between quotation marks.")
    return row


def _alike(rows: Sequence[Planned], context: ImportContext) -> Iterator[RowProblem]:
    """LinkedIn refuses what the same author posts twice within ten minutes."""
    same: dict[object, list[Planned]] = {}
    for row in rows:
        same.setdefault(_essence(row, context), []).append(row)
    for alike in same.values():
        for before, after in pairwise(sorted(alike, key=lambda row: (row.due_at, row.number))):
            if after.due_at - before.due_at < TOGETHER:
                told = max(before, after, key=lambda row: row.number)
                other = before if told is after else after
                said = f"This is the post of row {other.number} again, less than 10 minutes apart"
                yield RowProblem(told.number, "text", f"{said}; LinkedIn refuses that. Change its text, or move it.")


def _essence(row: Planned, context: ImportContext) -> object:
    draft = row.draft
    media = tuple(a.file.sha256 for a in draft.attachments)
    author = draft.author or row.member or context.me.urn
    return author, draft.text, media, draft.url, draft.question, draft.options, draft.parent_urn
