"""The tables in a file of planned posts, as text: a CSV has one, a workbook one in each worksheet."""

from __future__ import annotations

import csv
import io
import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from dashboard.csv_import.cells import RowProblem
from dashboard.csv_import.decoded import NotText, decoded
from dashboard.csv_import.moments import is_moment
from dashboard.csv_import.other_tools import means
from dashboard.files.signatures import HEAD_BYTES, signature_of
from dashboard.untrusted import isolated

ROWS_MAX = 1_000
COLUMNS_MAX = 100  # more than there are: what is not known is named one by one
BYTES_MAX = 5_000_000
WORKBOOK_BYTES_MAX = 20_000_000  # it may hold pictures, which are not read
DELIMITERS = (",", ";", "\t", "|")  # spreadsheets write a semicolon where a comma is the decimal point
ABOVE = 10  # rows that may stand above the names of the columns
READ_MAX = ROWS_MAX + ABOVE + 1  # rows: with one more than there may be
WAIT_S = 30.0
_SEP = re.compile(r'"?sep=(\\t|[^"\r\n])"?[,;|\s]*?(?:\r\n|\r|\n)\ufeff?', re.IGNORECASE)
_QUOTES = (
    "A quotation mark is not closed, or something follows the closing one. Write a quotation mark inside a text twice "
    "and put the text between quotation marks, or save the file anew from a spreadsheet."
)
_NO_TABLE = "not a table of posts. Save the table as XLSX or “CSV UTF-8”, and choose that."
NO_TABLES = ("html", "rtf", "pdf")  # that are text all the same
EMPTY = "The file is empty; write a first row with the names of the columns and a post in each row."
_REFUSED = {
    "password": "The workbook has a password; save it without one, or as “CSV UTF-8”, and choose that.",
    "damaged": "The workbook cannot be read: it is damaged, no spreadsheet, or has a cell far from all others. "
    "Copy the posts to a new one, or save it as “CSV UTF-8”.",
    "too much": "The workbook takes more time or memory to read than a file may here; save the posts alone as XLSX.",
    "busy": "The workbook could not be read: this server is busy with other files. Choose it again in a minute.",
}
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Table:
    """The rows of a table that are not empty, each with its number as a spreadsheet counts them (the first is 1)."""

    rows: tuple[tuple[int, tuple[str, ...]], ...] = ()
    name: str = ""  # of the worksheet
    fault: RowProblem | None = None  # where reading ended
    hidden: tuple[int, ...] = ()  # numbers of rows that the spreadsheet does not show
    hidden_columns: tuple[int, ...] = ()  # the same of columns


@dataclass(frozen=True)
class TableFile:
    """The tables of a file, or why there are none; encoding is named where it was a guess."""

    tables: tuple[Table, ...] = ()
    refused: str = ""
    encoding: str = ""


def opened(content: bytes) -> TableFile:
    """The tables in a file: a workbook by its first bytes, everything else as text. Never raises."""
    kind = signature_of(content[:HEAD_BYTES])
    if kind.name in ("zip", "ole"):
        return _workbook(content)
    if kind.name in NO_TABLES or (kind.words and b"\0" in content[:HEAD_BYTES]):
        return TableFile(refused=f"This is {kind.words}, {_NO_TABLE}")
    if len(content) > BYTES_MAX:
        return TableFile(refused=f"The file is larger than {BYTES_MAX // 1_000_000} MB; split it into several.")
    try:
        text, guessed = decoded(content)
    except NotText:
        return TableFile(refused="The file is not UTF-8; save it as “CSV UTF-8” or XLSX and choose it again.")
    return TableFile((_table(text),), "" if text.strip() else EMPTY, guessed)


def _workbook(content: bytes) -> TableFile:
    if len(content) > WORKBOOK_BYTES_MAX:
        most = f"{WORKBOOK_BYTES_MAX // 1_000_000} MB"
        return TableFile(refused=f"The workbook is larger than {most}; take out its pictures, or split it.")
    most_of = (str(READ_MAX), str(COLUMNS_MAX + 1), str(BYTES_MAX))
    try:
        found = isolated.ask("worksheets", *most_of, given=content, timeout_s=WAIT_S)
    except isolated.Busy:
        found = {"problem": "busy"}
    except isolated.TooMuch:
        found = {"problem": "too much"}
    except isolated.Failed as error:
        log.warning("A workbook was refused because the process that read it failed: %s", error)
        found = {"problem": "damaged"}
    if "problem" in found:
        return TableFile(refused=_REFUSED[found["problem"]])
    tables = (
        Table(
            _filled(enumerate(each["rows"], 1)),
            each["name"],
            None,
            tuple(each["hidden"]),
            tuple(each["hidden_columns"]),
        )
        for each in found["sheets"]
    )
    filled = tuple(table for table in tables if table.rows)
    return TableFile(filled, "" if filled else EMPTY)


def _filled(rows: Iterator[tuple[int, list[str]]]) -> tuple[tuple[int, tuple[str, ...]], ...]:
    shown = ((number, tuple(cells)) for number, cells in rows if any(cell.strip() for cell in cells))
    return tuple(islice(shown, READ_MAX))


def _table(text: str) -> Table:
    """The table of a text; it ends early where quotation marks fail."""
    said = _SEP.match(text)
    text = text[said.end() :] if said else text  # the line by which spreadsheets tell the separator
    delimiter = _delimiter(text, (said[1].replace("\\t", "\t"), *DELIMITERS) if said else DELIMITERS)
    faults: list[RowProblem] = []
    return Table(_filled(_records(text, delimiter, faults)), fault=next(iter(faults), None))


def _records(text: str, delimiter: str, faults: list[RowProblem]) -> Iterator[tuple[int, list[str]]]:
    number = 0
    try:
        for number, cells in enumerate(_reader(text, delimiter), 1):
            yield number, cells
    except csv.Error as error:
        long = f"A cell holds more than {csv.field_size_limit():,} characters; shorten it."
        faults.append(RowProblem(number + 1, "", long if "field limit" in str(error) else _QUOTES))


def _reader(text: str, delimiter: str) -> Iterator[list[str]]:
    # newline="": a line break inside a text stays as it is.
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _delimiter(text: str, delimiters: Sequence[str]) -> str:
    """The one with which a row names the most columns, or begins with a day, or at least has the most cells."""

    def known(delimiter: str) -> tuple[int, bool, int]:
        rows = [row for _, row in islice(_records(text, delimiter, []), ABOVE)]
        return max(
            (
                (len({*map(means, row[:COLUMNS_MAX])} - {""}), any(map(is_moment, row[:COLUMNS_MAX])), len(row))
                for row in rows
                if len(row) > 1
            ),
            default=(0, False, 0),
        )

    return max(delimiters, key=known)
