"""Tables of figures as files: of text, and as workbooks in which numbers and days are numbers and days."""

import datetime as dt
import io
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils import numberformat
from django.utils.formats import get_format
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from frontend.components.csv_table import csv_answer, safe_cell

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_table(name: str, lines: Iterable[list[Any]]) -> HttpResponse:
    return csv_answer(f"{name}.csv", ([as_text(cell) for cell in line] for line in lines))


def as_book(name: str, title: str, lines: Iterable[list[Any]]) -> HttpResponse:
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(title)
    for line in lines:
        sheet.append([_cell(value) for value in line])
    kept = io.BytesIO()
    workbook.save(kept)
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    return HttpResponse(kept.getvalue(), content_type=XLSX, headers=headers)


def as_text(cell: Any) -> str:
    """A cell as the reader's spreadsheet reads it: decimals by their mark, days as 2026-12-31, nothing for unknown."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        exponent = cell.normalize().as_tuple().exponent
        decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
        return numberformat.format(cell, get_format("DECIMAL_SEPARATOR"), decimals)
    return str(cell)


def _cell(value: Any) -> Any:
    if isinstance(value, int | Decimal | dt.date | None):
        return value
    return safe_cell(ILLEGAL_CHARACTERS_RE.sub("", str(value)))
