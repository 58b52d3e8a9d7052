"""The demo's texts stand in tables that anyone can read and mend: one row a line, columns between upright bars."""

import csv
from pathlib import Path

DATA = Path(__file__).parent / "data"


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of a table by the names of its columns. Empty lines and lines that begin with # are for readers.

    Raises ValueError, with the table's name and the row, where a row has more or fewer columns than its head.
    """
    table = csv.reader(texts_of(name), delimiter="|", quoting=csv.QUOTE_NONE)
    head = next(table)
    rows = []
    for cells in table:
        if len(cells) != len(head):
            raise ValueError(f"{name}: {len(cells)} columns instead of {len(head)} in {'|'.join(cells)!r}")
        rows.append({column: cell.strip() for column, cell in zip(head, cells, strict=True)})
    return rows


def texts_of(name: str) -> list[str]:
    """The lines of a file that hold something."""
    return [line for line in (DATA / name).read_text().splitlines() if line.strip() and not line.startswith("#")]


def several(cell: str) -> tuple[str, ...]:
    """The texts of a cell that holds more than one, with semicolons between them."""
    return tuple(text.strip() for text in cell.split(";") if text.strip())
