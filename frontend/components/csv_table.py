"""Tables as files that a spreadsheet opens."""

import csv
from collections.abc import Iterable, Sequence

from django.http import HttpResponse


def csv_answer(name: str, lines: Iterable[Sequence[str]]) -> HttpResponse:
    """A file with that name. It says that it is UTF-8, and parts by semicolons, as spreadsheets here expect."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8", headers=headers)
    csv.writer(response, delimiter=";").writerows([safe_cell(cell) for cell in line] for line in lines)
    return response


def safe_cell(text: str) -> str:
    """Text that a spreadsheet would take for a formula begins with an apostrophe."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
