"""Many posts planned in one table, a post a row: read whole, with everything that is wrong, before any is planned.

Pure: members, zones and files are given in the ImportContext. Nothing that a file holds makes read() raise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from difflib import get_close_matches
from itertools import pairwise, zip_longest

from dashboard.csv_import.cells import Cells, short
from dashboard.csv_import.cells import RowProblem as RowProblem
from dashboard.csv_import.columns import COLUMNS as COLUMNS
from dashboard.csv_import.columns import NAMES as NAMES
from dashboard.csv_import.columns import NEEDED
from dashboard.csv_import.columns import SEVERAL as SEVERAL
from dashboard.csv_import.columns import Planned as Planned
from dashboard.csv_import.headings import JOINED, SHOWN, Headings, headings
from dashboard.csv_import.moments import MonthFirst, holds_clock, month_first
from dashboard.csv_import.other_tools import is_ours, plain_name
from dashboard.csv_import.rows import ImportAuthor as ImportAuthor
from dashboard.csv_import.rows import ImportContext as ImportContext
from dashboard.csv_import.rows import planned
from dashboard.csv_import.tables import BYTES_MAX as BYTES_MAX
from dashboard.csv_import.tables import COLUMNS_MAX, Table
from dashboard.csv_import.tables import ROWS_MAX as ROWS_MAX
from dashboard.csv_import.tables import WORKBOOK_BYTES_MAX as WORKBOOK_BYTES_MAX
from dashboard.csv_import.tables import TableFile as TableFile
from dashboard.csv_import.tables import opened as opened
from dashboard.csv_import.writer import names as names
from dashboard.csv_import.writer import sample as sample
from dashboard.csv_import.writer import sample_workbook as sample_workbook
from dashboard.csv_import.writer import write as write
from dashboard.files.spreadsheet_cells import bare
from dashboard.untrusted.office import NO_RESULT
from linkedin_api.reference import limits

TOGETHER = timedelta(seconds=limits.DUPLICATE_WINDOW_S)
NO_COLUMN = f"The first row names no column; write {', '.join(NEEDED)} and the others that you need."
BARRED = ("files", "alt_text")
_NO_RESULT = (
    "This formula shows an error, or was saved without its result. Mend it, or save the file anew in the spreadsheet, "
    "and choose it again."
)
# As spreadsheets write an error into a text, in English, German, French, Spanish, Portuguese and Italian.
_ERROR = re.compile(
    r"#(?:REF!|NAME\?|VALUE!|DIV/0!|N/A|NULL!|NUM!|SPILL!|CALC!|BEZUG!|WERT!|ZAHL!|NV|NOM\?|VALEUR!|NOMBRE!|NUL!|¡REF!"
    r"|¿NOMBRE\?|¡VALOR!|¡DIV/0!|¡NUM!|N/D|NOME\?|VALOR!|RIF!|VALORE!)"
)
_TAG = re.compile(r"</?(?:p|br|b|i|strong|em|ul|ol|li|a|div|span|h[1-6])\b[^<>]*>", re.IGNORECASE)
ALIKE = 0.75  # from this on a name is taken for a typing mistake


@dataclass(frozen=True)
class Sheet:
    """A file as it was read: the rows that may be scheduled, and what is wrong with the others, in the file's order."""

    rows: tuple[Planned, ...] = ()
    problems: tuple[RowProblem, ...] = ()
    notes: tuple[str, ...] = ()  # how it was read, a sentence each
    two_meanings: bool = False  # whether a date means another one with the month first, and nobody has said which
    twice: tuple[str, str] | None = None  # what a time that happens twice may mean, when nobody has said which
    addresses: tuple[str, ...] = ()  # web addresses of files that are not here yet
    headings: Headings | None = None
    worksheet: str = ""
    worksheets: tuple[str, ...] = ()  # to choose from

    @property
    def ok(self) -> bool:
        """Whether it may be scheduled: all of it, or nothing."""
        return bool(self.rows) and not self.problems


def read(content: bytes, context: ImportContext) -> Sheet:
    """The posts that a file plans, with every problem of every row: a workbook, or a text of cells and separators."""
    return read_tables(opened(content), context)


def read_tables(file: TableFile, context: ImportContext) -> Sheet:
    """The posts that an opened file plans in the worksheet that is chosen, or in the first one with known columns."""
    if file.refused:
        return _refused(file.refused)
    table = chosen_table(file, context.worksheet)
    if not table.rows:
        problem = table.fault or RowProblem(1, "", NO_COLUMN)
        return Sheet(problems=(problem,))
    sheet = _read(table, context)
    guess = f"The file was read as {file.encoding}; look at the letters below, or save it as “CSV UTF-8”."
    notes = (guess, *sheet.notes) if file.encoding else sheet.notes
    return replace(sheet, notes=notes, worksheet=table.name, worksheets=tuple(each.name for each in file.tables))


def chosen_table(file: TableFile, worksheet: str = "") -> Table:
    """The table of that name, else the first that names its columns, else the first with columns that can be guessed.

    The file holds at least one.
    """
    tables = [each for each in file.tables if each.name == worksheet] or list(file.tables)

    def known(table: Table) -> int:
        heads = headings(table) if table.rows else None
        needed = len({*NEEDED} & {*heads.meanings}) if heads else 0
        return needed * 2 + (not heads.guessed if heads else 0)

    return max(tables, key=known)


def _refused(message: str) -> Sheet:
    return Sheet(problems=(RowProblem(1, "", message),))


def _is_filled(heads: Headings, cells: Sequence[str]) -> bool:
    """Whether a row holds more than faulty formulas in columns that are not used."""
    meanings = zip_longest(heads.meanings[: len(cells)], cells, fillvalue="")
    return any(cell and (meaning or cell != NO_RESULT) for meaning, cell in meanings)


def _read(table: Table, context: ImportContext) -> Sheet:
    heads = headings(table, context.meanings)
    known = len(heads.names) <= COLUMNS_MAX and any(heads.meanings)
    filled = [row for row in table.rows[heads.first :] if _is_filled(heads, row[1])] if known else []
    rows = [_cells(count, heads, cells) for count, cells in filled[: ROWS_MAX + 1]]
    dates = [row.said("date") for row in rows]
    timed = any(map(holds_clock, dates)) or ("date" in heads.meanings and not any(dates))
    needed = [name for name in NEEDED if name != "time" or not timed]
    found = [] if table.fault else [RowProblem(heads.number or 1, *each) for each in _header_problems(heads, needed)]
    for row in rows[ROWS_MAX:]:
        long = f"A file may hold {ROWS_MAX:,} posts; move this row and those below it to another file."
        found.append(RowProblem(row.number, "", long))
    shown = month_first(dates)
    said = (shown.slashes, heads.order.slashes, context.month_first)
    points = heads.order.points if shown.points is None else shown.points
    order = MonthFirst(next((each for each in said if each is not None), None), points)
    context = replace(context, time_zone=heads.time_zone or context.time_zone)
    posts: list[Planned] = []
    for row in rows[:ROWS_MAX]:
        if post := planned(row, context, order):
            posts.append(post)
        found += row.problems
    found += [table.fault] if table.fault else []
    sheet = _sheet(posts, [*found, *_alike(posts, context)])
    return replace(
        sheet,
        headings=heads,
        notes=tuple(_notes(heads, rows, table)),
        two_meanings=any(row.two_meanings for row in rows),
        twice=next((row.twice for row in rows if row.twice), None),
        addresses=tuple(dict.fromkeys(each for row in rows for each in row.addresses)),
    )


def _notes(heads: Headings, rows: Sequence[Cells], table: Table) -> Iterator[str]:
    """What was passed over or changed in reading, a sentence each."""
    unused = [name for name, meaning in zip(heads.names, heads.meanings, strict=True) if not meaning]
    if unused and rows:
        yield f"Not used here: {', '.join(map(short, unused))}."
    hidden = [
        short(heads.names[at]) for at, each in enumerate(heads.meanings) if each and at + 1 in table.hidden_columns
    ]
    if hidden:
        yield f"The spreadsheet hides {', '.join(hidden)}, which is used all the same, unless you take it out there."
    if heads.time_zone:
        yield f"The times are read as {heads.time_zone}, as the name of their column says."
    elif heads.time_zone is None:
        yield "The name of a column tells a time zone that is not known here; times without one are read as your own."
    if heads.first > 1:
        yield f"The names of the columns stand in row {heads.number}; what is above them was not read."
    for row in rows:
        if row.number in table.hidden:
            row.notes.append(
                "the spreadsheet hides this row; it is planned all the same, unless you take it out there."
            )
    for note in dict.fromkeys(note for row in rows for note in row.notes):
        numbers = [str(row.number) for row in rows if note in row.notes]
        more = f" and {len(numbers) - SHOWN:,} more" if len(numbers) > SHOWN else ""
        yield f"Row {', '.join(numbers[:SHOWN])}{more}: {note}"


def _sheet(posts: Sequence[Planned], found: list[RowProblem]) -> Sheet:
    if not (posts or found):
        found.append(RowProblem(2, "", "The file has no post; write one in each row below the names of the columns."))
    wrong = {problem.row for problem in found}
    return Sheet(tuple(post for post in posts if post.number not in wrong), tuple(sorted(found, key=_place)))


def _place(problem: RowProblem) -> tuple[int, int]:
    return problem.row, NAMES.index(problem.column) if problem.column in NAMES else -1


def _header_problems(heads: Headings, needed: Sequence[str]) -> Iterator[tuple[str, str]]:
    columns = [plain_name(name) for name in heads.names]
    if len(columns) > COLUMNS_MAX:
        yield "", f"The first row has {len(columns):,} columns and {len(NAMES)} are known here; take out the others."
        return
    if not any(heads.meanings):
        yield "", NO_COLUMN
        return
    ours = {name for name, meaning in zip(columns, heads.meanings, strict=True) if meaning} <= {*NAMES}
    for place, column in enumerate(columns):
        if heads.chosen:
            break
        if column in NAMES and column in columns[:place]:
            yield column, f"The column {short(column)} is there twice; take one out, or choose one under “Columns”."
        elif ours and not heads.meanings[place] and (near := get_close_matches(column[:60], NAMES, 1, ALIKE)):
            hint = f"perhaps it is {near[0]}. Rename it, or choose its meaning under “Columns”"
            yield column, f"The column {short(column)} is not known here; {hint}."
    for column in needed:
        if column not in heads.meanings:
            yield column, f"The column {column} is missing; choose one under “Columns”, or add it."


def _cells(number: int, heads: Headings, cells: Sequence[str]) -> Cells:
    by_name: dict[str, str] = {}
    faulty: set[str] = set()
    for place, meaning in enumerate(heads.meanings):
        cell = cells[place] if place < len(cells) else ""
        if meaning and (cell == NO_RESULT or _ERROR.fullmatch(cell.strip())):
            faulty.add(meaning)
            cell = ""
        cell = bare(cell) if is_ours(heads.names[place]) else cell
        if meaning in BARRED and heads.names[place] not in NAMES:
            cell = cell.replace("||", "|")  # as other planners part several values
        if meaning in JOINED:
            by_name[meaning] = " | ".join(filter(str.strip, (by_name.get(meaning, ""), cell)))
        elif meaning:
            by_name.setdefault(meaning, cell)
    row = Cells(number, by_name)
    for meaning in faulty:
        row.wrong(meaning, _NO_RESULT)
    if not heads.are_ours:
        _as_others_mean(row)
    if any(cell.strip() for cell in cells[len(heads.names) :]):
        said = f"The row has {len(cells):,} cells for {len(heads.names):,} columns"
        row.wrong("", f"{said}; put a text that holds the separator between quotation marks.")
    return row


def _as_others_mean(row: Cells) -> None:
    """What other planners write in a cell and LinkedIn has no place for, each with a note."""
    if row.said("files") == "[]":
        row.cells["files"] = ""
    first, parted, _ = row.written("first_comment").partition("||")
    if parted:
        row.cells["first_comment"] = first.strip()
        row.notes.append("of several comments the first is sent.")
    if _TAG.search(row.written("text")):
        row.notes.append("the text holds HTML, which LinkedIn shows as it is written here.")


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
