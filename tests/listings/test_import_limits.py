"""Files that are made to stop their reader: each is refused in words, soon, and takes no more memory than it may."""

import io
import os
import time
import zipfile
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from openpyxl import Workbook

from accounts.models import Organisation
from listings.imports import table
from listings.imports.checks import check
from listings.imports.table import read_table
from listings.models import Listing
from sandbox.limited import Limits
from tests.children import watched
from tests.makers import TODAY, make_organisation, make_user


def workbook(**cells: str) -> bytes:
    made, stream = Workbook(), io.BytesIO()
    for place, text in cells.items():
        made.active[place] = text
    made.save(stream)
    return stream.getvalue()


def refused(tmp_path: Path, content: bytes, name: str, within_s: float) -> str:
    path = tmp_path / name
    path.write_bytes(content)
    began = time.monotonic()
    with pytest.raises(ValidationError) as refusal:
        read_table(path, name)
    assert time.monotonic() - began < within_s
    return " ".join(refusal.value.messages)


@pytest.mark.parametrize("corner", ["XFD1048576", "XFD20000", "ZZ900000"])
def test_a_sheet_from_corner_to_corner_is_refused_at_once(tmp_path: Path, corner: str) -> None:
    with watched() as seen:
        says = refused(tmp_path, workbook(A1="materiaal", **{corner: "x"}), "lijst.xlsx", within_s=5)
    assert "te groot om te lezen" in says
    assert 0 < seen.children_kb * 1024 < table.LIMITS.memory_bytes


def test_a_zip_bomb_is_refused_whatever_size_it_says_it_has(tmp_path: Path) -> None:
    honest = workbook(A1="materiaal", A2="hout")
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(honest)) as given, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name in given.namelist():
            with made.open(name, "w") as entry:
                entry.write(given.read(name))
                for _megabyte in range(650 if name.endswith("sheet1.xml") else 0):
                    entry.write(b" " * 1_000_000)
    bomb = stream.getvalue()
    assert len(bomb) < 1_000_000
    assert "uitgepakt te groot" in refused(tmp_path, bomb, "lijst.xlsx", within_s=5)
    # The same, with a size in its directory that isn't true: what it says is small, what comes out is not.
    size = (650_000_000 + len(zipfile.ZipFile(io.BytesIO(honest)).read("xl/worksheets/sheet1.xml"))).to_bytes(
        4, "little"
    )
    lying = bomb.replace(size, (2_000).to_bytes(4, "little"))
    assert lying != bomb
    assert refused(tmp_path, lying, "lijst.xlsx", within_s=30)


def test_an_endless_row_and_an_endless_cell_are_refused(tmp_path: Path) -> None:
    wide = b"materiaal;hoeveelheid\n" + b"x;" * 5_000_000 + b"\n"
    assert "Rij 2 heeft meer dan 500 kolommen" in refused(tmp_path, wide, "lijst.csv", within_s=20)
    long = b"materiaal;hoeveelheid\nhout;" + b"x" * 20_000_000 + b"\n"
    assert "Rij 2 heeft een cel die te lang is" in refused(tmp_path, long, "lijst.csv", within_s=10)
    open_quote = b'materiaal;hoeveelheid\nhout;"' + b"x\n" * 5_000_000
    assert "In rij 2 klopt een aanhalingsteken" in refused(tmp_path, open_quote, "lijst.csv", within_s=10)


def test_entities_that_multiply_themselves_are_refused(tmp_path: Path) -> None:
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    cell = '<worksheet><sheetData><row><c t="e"><v>&a11;</v></c></row></sheetData></worksheet>'
    xml = f'<!DOCTYPE x [<!ENTITY a0 "ha">{laughs}]>{cell}'
    honest, stream = workbook(A1="materiaal", A2="hout"), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(honest)) as given, zipfile.ZipFile(stream, "w") as made:
        for name in given.namelist():
            made.writestr(name, xml if name.endswith("sheet1.xml") else given.read(name))
    assert refused(tmp_path, stream.getvalue(), "lijst.xlsx", within_s=20)


def test_a_reader_that_dies_gets_a_second_chance_and_no_third(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, tries = tmp_path / "lijst.csv", tmp_path / "tries"
    path.write_text("materiaal;hoeveelheid\nhout;1\n")
    monkeypatch.setattr(table, "READERS", "tests.listings.dying_reader")
    monkeypatch.setattr(table, "LIMITS", Limits(memory_bytes=500_000_000, cpu_s=5, answer_bytes=1_000_000))
    with pytest.raises(ValidationError, match="leesprogramma loopt vast"):
        read_table(path, str(tries))
    assert tries.read_text() == "xx"


@pytest.mark.django_db
@pytest.mark.parametrize("srid", ["1e999999999", "1E+999999999", "9" * 4_000, "-1e999999", "NaN", "0x7FFFFFFF"])
def test_a_huge_number_in_a_small_file_holds_nobody_up(tmp_path: Path, srid: str) -> None:
    path = tmp_path / "lijst.csv"
    path.write_text(f"materiaal;hoeveelheid;eenheid;x;y;srid\nhout;10;ton;104880;193860;{srid}\n")
    company: Organisation = make_organisation(make_user())
    honest = tmp_path / "eerlijk.csv"
    honest.write_text("materiaal;hoeveelheid;eenheid;x;y;srid\nhout;10;ton;104880;193860;31370\n")
    # Words and places are read once, whichever file comes first.
    check(honest, honest.name, company, 31370, lambda _done, _total: None, today=TODAY)
    began = time.process_time()
    checked = check(path, path.name, company, 31370, lambda _done, _total: None, today=TODAY)
    assert time.process_time() - began < 1
    assert checked.mistakes
    assert not Listing.objects.filter(organisation=company).exists()


def test_a_large_honest_list_is_read(tmp_path: Path) -> None:
    path = tmp_path / "lijst.csv"
    row = "hout;12,5;kg;Een titel van een zoekertje dat één lang woord heeft;Gent;R-{}\n"
    path.write_text(
        "materiaal;hoeveelheid;eenheid;titel;plaats;referentie\n" + "".join(map(row.format, range(100_000)))
    )
    assert len(read_table(path, path.name).rows) == 100_000
    assert os.path.getsize(path) > 5_000_000
