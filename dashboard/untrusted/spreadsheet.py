"""What stands in the worksheets of a workbook (XLSX, XLS, XLSB, ODS). Runs in the child process of reader.py."""

from __future__ import annotations

import io
import sys
from datetime import date, datetime, time
from typing import Any

SHEETS_MAX = 20


def worksheets(rows_max: str, columns_max: str, letters_max: str) -> dict[str, Any]:
    """{"sheets": [{"name", "rows"}, …]} of the workbook on standard input: its visible worksheets, every cell as text.

    Formulas give the value that was saved with them, dates and times are ISO 8601. A cell that is merged over several
    rows stands in each of them. Or {"problem"}: "password", "damaged", "too much".
    """
    from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_object(io.BytesIO(sys.stdin.buffer.read()))
        shown = [
            each.name
            for each in book.sheets_metadata
            if each.visible == SheetVisibleEnum.Visible and each.typ == SheetTypeEnum.WorkSheet
        ]
        sheets, left = [], int(letters_max)
        for name in shown[:SHEETS_MAX]:
            rows = _rows(book.get_sheet_by_name(name), int(rows_max), int(columns_max))
            left -= sum(len(cell) + 1 for row in rows for cell in row)
            sheets.append({"name": name, "rows": rows})
            if left < 0:
                return {"problem": "too much"}
    except PasswordError:
        return {"problem": "password"}
    except MemoryError:
        return {"problem": "too much"}
    except Exception:  # whatever the library raises, the cause is the file
        return {"problem": "damaged"}
    return {"sheets": sheets}


def _rows(sheet: Any, rows_max: int, columns_max: int) -> list[list[str]]:
    """The rows from the first of the worksheet on, without empty cells at their ends."""
    if not sheet.height:
        return []
    rows = [
        [_text(cell) for cell in row[:columns_max]] for row in sheet.to_python(skip_empty_area=False, nrows=rows_max)
    ]
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
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)  # a duration is "9:05:00"
