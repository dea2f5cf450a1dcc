"""What lies in an Office file, by its table of contents, and what stands in a workbook. For reader.py's process."""

from __future__ import annotations

import contextlib
import io
import re
import sys
from datetime import date, datetime, time, timedelta
from typing import Any

SHEETS_MAX = 20  # of a workbook
DIRECTORY_MAX_BYTES = 8 << 20  # 300 slides need about half a megabyte
PART_MAX_BYTES = 50_000_000  # of a worksheet's XML
ROWS_SAID, COLUMNS_SAID = 1_000, 100
NO_RESULT = "(a formula without a result)"  # what stands in such a cell here
TAG = re.compile(r"<[^>]+>")
HIDDEN_ROW, HIDDEN_COLUMNS = (
    re.compile(rf'<(?:\w+:)?{each}\s[^<>]*\bhidden="(?:1|true)"[^<>]*>') for each in ("row", "col")
)
# A cell that shows an error, or a formula that was saved without a result. An empty text is one.
FAULTY = re.compile(
    r"(<(?:\w+:)?c\s(?:[^<>]*\s)?t=\"e\"[^<>]*>|<(?:\w+:)?c\b(?![^<>]*\st=\"str\")[^<>]*>(?=\s*<(?:\w+:)?f\b(?:[^<>]*/>|[^<>]*>[^<]*</(?:\w+:)?f>)\s*"
    r"(?:<(?:\w+:)?v(?:\s*/>|>\s*</)|</(?:\w+:)?c>)))"
)
PLACE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
# Streams at the top of a compound file that only an encrypted one has [MS-OFFCRYPTO].
ENCRYPTED = {"encryptedpackage", "encryptedsummary", "encryption"}
ENCRYPTED_WORD = 0x0100  # fEncrypted in the flags at byte 10 of the stream WordDocument [MS-DOC]


class _Bounded(io.FileIO):
    """A file of which nobody reads more at once than the longest table of contents."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > DIRECTORY_MAX_BYTES:
            raise ValueError("the table of contents is too long")
        return super().read(size) or b""


def zip_parts(path: str) -> dict[str, Any]:
    """{"names"} of the parts in a ZIP; nothing in it is unpacked."""
    import zipfile

    with _Bounded(path) as file, zipfile.ZipFile(file) as archive:
        # Some old programs write the separator of Windows.
        return {"names": sorted({name.replace("\\", "/") for name in archive.namelist()})}


def ole_streams(path: str) -> dict[str, Any]:
    """{"names"} at the top of a compound file (PPT, DOC) in small letters, as [MS-CFB] ignores case.

    Objects that are embedded in it do not count. Or {"problem": "password"}.
    """
    import olefile

    with olefile.OleFileIO(path) as file:
        names = {entry[0].lower() for entry in file.listdir(streams=True, storages=True) if len(entry) == 1}
        word = file.openstream("WordDocument").read(12) if "worddocument" in names else b""
    locked = names & ENCRYPTED or int.from_bytes(word[10:12], "little") & ENCRYPTED_WORD
    return {"problem": "password"} if locked else {"names": sorted(names)}


# Workbooks.


def worksheets(rows_max: str, columns_max: str, letters_max: str) -> dict[str, Any]:
    """{"sheets": [{"name", "rows"}, …]} of the workbook on standard input: its visible worksheets, every cell as text.

    Formulas give the result that was saved with them, NO_RESULT for an error or none; dates and times are ISO 8601. A
    cell that is merged over several rows stands in each of them; "hidden" has the numbers of hidden rows,
    "hidden_columns" those of columns. Or {"problem"}: "password", "too much".
    """
    from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    try:
        content = sys.stdin.buffer.read()
        book = CalamineWorkbook.from_object(io.BytesIO(content))
        beside = _beside_the_cells(content)
        shown = [
            each.name
            for each in book.sheets_metadata
            if each.visible == SheetVisibleEnum.Visible and each.typ == SheetTypeEnum.WorkSheet
        ]
        sheets, left = [], int(letters_max)
        for name in shown[:SHEETS_MAX]:
            told = beside.get(name, {})
            rows = _rows(book.get_sheet_by_name(name), int(rows_max), int(columns_max), told.pop("faulty", []))
            left -= sum(len(cell) + 1 for row in rows for cell in row)
            sheets.append({"name": name, "rows": rows, "hidden": [], "hidden_columns": [], **told})
            if left < 0:
                return {"problem": "too much"}
    except PasswordError:
        return {"problem": "password"}
    return {"sheets": sheets}


def _beside_the_cells(content: bytes) -> dict[str, dict[str, list[Any]]]:
    """What the reader of cells does not tell of an XLSX, by worksheet; see _told()."""
    import zipfile
    from html import unescape

    found: dict[str, dict[str, list[Any]]] = {}
    with contextlib.suppress(zipfile.BadZipFile, KeyError), zipfile.ZipFile(io.BytesIO(content)) as archive:

        def part(name: str) -> str:
            with archive.open(name) as file:
                return file.read(PART_MAX_BYTES).decode("utf-8", "replace")

        targets = {_of(tag, "Id"): _of(tag, "Target") for tag in TAG.findall(part("xl/_rels/workbook.xml.rels"))}
        for tag in re.findall(r"<(?:\w+:)?sheet\s[^>]*>", part("xl/workbook.xml")):
            path = targets.get(_of(tag, "r:id"), "").removeprefix("/").removeprefix("xl/")
            found[unescape(_of(tag, "name"))] = _told(part(f"xl/{path}"))
    return found


def _told(sheet: str) -> dict[str, list[Any]]:
    """Of a worksheet's XML the numbers of "hidden" rows and "hidden_columns", and the places of "faulty" formulas."""
    spans = [(int(_of(each, "min") or 0), int(_of(each, "max") or 0)) for each in HIDDEN_COLUMNS.findall(sheet)]
    columns = [each for first, last in spans for each in range(first, min(last, COLUMNS_SAID) + 1)]
    return {
        "hidden": [int(_of(row, "r") or 0) for row in HIDDEN_ROW.findall(sheet)][:ROWS_SAID],
        "hidden_columns": columns[:COLUMNS_SAID],
        "faulty": [_place(_of(cell, "r")) for cell in FAULTY.findall(sheet)],
    }


def _place(cell: str) -> tuple[int, int]:
    """The row and column, from 0, of "B12": 11, 1. Raises: ValueError for a cell that does not say where it is."""
    said = PLACE.fullmatch(cell)
    if said is None:
        raise ValueError("a faulty formula stands nowhere")
    column = 0
    for letter in said[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(said[2]) - 1, column - 1


def _of(tag: str, attribute: str) -> str:
    said = re.search(rf'\s{attribute}="([^"]*)"', tag)
    return said[1] if said else ""


def _rows(sheet: Any, rows_max: int, columns_max: int, faulty: list[tuple[int, int]]) -> list[list[str]]:
    """The rows from the first of the worksheet on, without empty cells at their ends."""
    filled = sheet.to_python(skip_empty_area=False, nrows=rows_max) if sheet.height else []
    rows = [[_text(cell) for cell in row[:columns_max]] for row in filled]
    for at, column in faulty:
        if at < rows_max and column < columns_max:
            rows += [[] for _ in range(at + 1 - len(rows))]
            rows[at] += [""] * (column + 1 - len(rows[at]))
            rows[at][column] = NO_RESULT
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or ():
        for row in rows[top + 1 : bottom + 1] if top < len(rows) else ():
            if left < len(row):
                row[left] = rows[top][left]
    for row in rows:
        while row and not row[-1]:
            row.pop()
    return rows


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, timedelta):
        minutes, seconds = divmod(round(cell.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)
