"""Cells as a spreadsheet copies them: what it writes is read back, and what it doesn't quote is text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maps.files.child.clipboard import copied_rows, is_copied

CELLS = st.text(st.sampled_from('ab é\t\n\r"'), max_size=8) | st.text(max_size=8)


def copied(rows: list[list[str]]) -> str:
    """What Excel puts on the clipboard: quotes only where a cell holds a tab, a line break or a quote."""
    return "".join("\t".join(map(_written, cells)) + "\r\n" for cells in rows)


def _written(cell: str) -> str:
    doubled = cell.replace('"', '""')
    return f'"{doubled}"' if set(cell) & set('\t\r\n"') else cell


@given(rows=st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=5))
def test_what_a_spreadsheet_writes_is_read_back_as_the_same_cells(rows: list[list[str]]) -> None:
    assert list(copied_rows(copied(rows))) == list(enumerate(rows, start=1))


@given(text=st.text(st.sampled_from('a"\t\n\r'), max_size=30))
def test_any_text_is_read_and_no_letter_but_signs_between_cells_is_lost(text: str) -> None:
    cells = [cell for _number, cells in copied_rows(text) for cell in cells]
    assert "".join(cells).count("a") == text.count("a")


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ('"5 mm" plaat\tx', ['"5 mm" plaat', "x"]),
        ('"oud"\t""\t"', ['"oud"', '""', '"']),
        ('3/4" buis\t5"', ['3/4" buis', '5"']),
        ('a\t"b', ["a", '"b']),
        ("a\t", ["a", ""]),
        ('"a\nb"\tc', ["a\nb", "c"]),
    ],
)
def test_a_quote_without_need_is_text(text: str, cells: list[str]) -> None:
    assert list(copied_rows(text)) == list(copied_rows(f"{text}\r\n")) == [(1, cells)]


def test_text_with_tabs_between_its_first_cells_was_copied() -> None:
    assert is_copied("\r\nref\ttitel\r\n1;2")
    assert not is_copied("ref;titel\r\n1\t2")
