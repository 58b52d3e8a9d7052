"""Files as they come out of other programs: what of them is read, and what the check says that it didn't read."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from listings.imports.table import Table, read_table
from listings.imports.text_file import TextFile
from sandbox.child import Refusal

HEAD = "referentie;titel;materiaal;hoeveelheid;eenheid;postcode"


def table(tmp_path: Path, content: bytes | str, name: str = "lijst.csv") -> Table:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_table(path, name)


def titles(read: Table) -> list[str]:
    return [cells[1] for _number, cells in read.rows]


def book(**sheets: Any) -> bytes:
    """A workbook with a sheet for each name: rows, and perhaps how it is hidden."""
    made, stream = Workbook(), io.BytesIO()
    made.remove(made.active)
    for name, (rows, state) in sheets.items():
        sheet = made.create_sheet(name)
        sheet.sheet_state = state
        for row in rows:
            sheet.append(row)
    made.save(stream)
    return stream.getvalue()


ROWS = [["referentie", "titel", "materiaal"], ["X1", "Balken", "hout"]]
OLD = [["referentie", "titel", "materiaal"], ["OUD1", "Oude stock, al weg", "hout"]]


# ---- sheets ----


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_first_sheet_is_not_read_but_named(tmp_path: Path, state: str) -> None:
    """Case f08."""
    read = table(tmp_path, book(Archief=(OLD, state), Overschot=(ROWS, "visible")), "lijst.xlsx")
    assert titles(read) == ["Balken"]
    assert read.about["sheet"] == "Overschot"
    assert read.about["sheets_left"] == [["Archief", True]]


def test_a_second_sheet_is_named(tmp_path: Path) -> None:
    read = table(tmp_path, book(Overschot=(ROWS, "visible"), Andere=(OLD, "visible")), "lijst.xlsx")
    assert titles(read) == ["Balken"]
    assert read.about["sheets_left"] == [["Andere", False]]


def test_an_empty_first_sheet_is_refused_rather_than_passed_over(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="leeg"):
        table(tmp_path, book(Leeg=([], "visible"), Vol=(ROWS, "visible")), "lijst.xlsx")


# ---- error cells ----


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"])
def test_an_error_in_a_cell_comes_through_by_its_name(tmp_path: Path, error: str) -> None:
    """Case f09."""
    read = table(tmp_path, book(Blad=([*ROWS, ["X2", error, "hout"], ["X3", "Latten", error]], "visible")), "a.xlsx")
    assert [cells for _number, cells in read.rows] == [
        ["X1", "Balken", "hout"],
        ["X2", error, "hout"],
        ["X3", "Latten", error],
    ]


def test_an_error_stands_in_its_own_cell_also_below_empty_rows_and_beside_empty_columns(tmp_path: Path) -> None:
    made, stream = Workbook(), io.BytesIO()
    sheet = made.active
    for place, text in {"C4": "titel", "D4": "prijs", "C7": "Balken", "D7": "#N/A", "AB7": "#REF!"}.items():
        sheet[place] = text
    made.save(stream)
    read = table(tmp_path, stream.getvalue(), "a.xlsx")
    assert read.headers == ["", "", "titel", "prijs"]
    ((number, cells),) = read.rows
    assert (number, cells[2:4], cells[27]) == (7, ["Balken", "#N/A"], "#REF!")


def test_yes_and_no_whole_numbers_and_days_of_a_workbook_are_written_as_people_do(tmp_path: Path) -> None:
    read = table(tmp_path, book(Blad=([["a", "b", "c", "d"], [True, 40.0, 1.125, False]], "visible")), "a.xlsx")
    assert read.rows == [(2, ["ja", "40", "1,1250", "nee"])]


# ---- separators ----


@pytest.mark.parametrize(
    "text",
    [
        f"sep=;\n{HEAD}\nF1;Balken;hout;10;ton;9000\n",
        f'"sep=;"\r\n{HEAD}\r\nF1;Balken;hout;10;ton;9000\r\n',
        f"SEP=,\n{HEAD.replace(';', ',')}\nF1,Balken,hout,10,ton,9000\n",
        f"sep=|\n{HEAD.replace(';', '|')}\nF1|Balken|hout|10|ton|9000\n",
        f'{HEAD};"opmerking, kleur, merk, type, afmeting, jaar, locatie, rek"\nF1;Balken;hout;10;ton;9000;rood\n',
        f"{HEAD};opmerking, kleur, merk, type, afmeting, jaar, locatie, rek\nF1;Balken;hout;10;ton;9000;rood\n",
        f"{HEAD};prijs\nF1;Balken;hout;10;ton;9000;1,50\nF2;Balken;hout;2,5;ton;9000;1,50\n",
        f"{HEAD}\r\rF1;Balken;hout;10;ton;9000\r",
        f"\n\n{HEAD}\nF1;Balken;hout;10;ton;9000\n",
        HEAD.replace(";", "\t") + "\nF1\tBalken\thout; of zo\t10\tton\t9000\n",
    ],
)
def test_columns_are_told_apart_whatever_else_stands_in_their_names(tmp_path: Path, text: str) -> None:
    """Cases f11 and f12: a line “sep=”, and commas in the names of columns."""
    read = table(tmp_path, text)
    assert read.headers[:2] == ["referentie", "titel"]
    assert read.rows[0][1][:2] == ["F1", "Balken"]


@given(
    separator=st.sampled_from(";,\t|"),
    cells=st.lists(st.text("abcé ;,|\"'1.\n", min_size=1, max_size=12), min_size=2, max_size=8),
    rows=st.integers(1, 5),
)
def test_a_file_with_quotes_where_they_belong_is_read_back(separator: str, cells: list[str], rows: int) -> None:
    line = separator.join('"' + cell.replace('"', '""') + '"' for cell in cells) + "\r\n"
    read = TextFile((line * (rows + 1)).encode())
    assert [got for _number, got in read.rows()] == [cells] * (rows + 1)


def test_told_separators_don_t_count_as_a_row(tmp_path: Path) -> None:
    read = table(tmp_path, f"sep=;\n{HEAD}\nF1;Balken;hout;10;ton;9000\n")
    assert [number for number, _cells in read.rows] == [2]


# ---- encodings ----

SENTENCES = (
    "café", "20 m²", "façade", "geïsoleerd", "één stuk", "crème brûlée", "Élan", "GEËMAILLEERD", "20° of 5½",
    "Citroën", "coördinatie van naïeve ideeën", "à l'été", "20 m³ aarde",
)  # fmt: skip
#: Each sentence in each encoding that has its letters: MS-DOS in America has no ³, a Macintosh no ².
WRITTEN = [
    (encoding, sentence)
    for encoding in ("cp1252", "cp850", "cp437", "mac_roman")
    for sentence in SENTENCES
    if sentence.encode(encoding, errors="ignore").decode(encoding) == sentence
]


def test_most_sentences_can_be_written_in_each_encoding() -> None:
    assert len(WRITTEN) >= 4 * len(SENTENCES) - 6


@pytest.mark.parametrize(("encoding", "sentence"), WRITTEN)
def test_texts_of_windows_ms_dos_and_macintosh_are_read(tmp_path: Path, encoding: str, sentence: str) -> None:
    """Case f14."""
    content = f"{HEAD}\nF1;{sentence};hout;10;ton;9000\n".encode(encoding)
    assert titles(table(tmp_path, content)) == [sentence]


def test_one_line_in_another_encoding_spoils_no_other(tmp_path: Path) -> None:
    """Case f13."""
    lines = [f"F{number};Caféstoel {number} m²;hout;1;ton;9000\n".encode() for number in range(50)]
    lines[30] = "F30;Gerecycleerde façade;hout;1;ton;9000\n".encode("cp1252")
    read = table(tmp_path, HEAD.encode() + b"\n" + b"".join(lines))
    assert titles(read)[30] == "Gerecycleerde façade"
    assert all("Caféstoel" in title and "m²" in title for title in titles(read)[:30] + titles(read)[31:])
    assert read.about["encoding"] == "cp1252"


def test_a_byte_that_is_no_letter_anywhere_is_named_with_its_line(tmp_path: Path) -> None:
    content = f"{HEAD}\nF1;Café;hout;1;ton;9000\n".encode() + b"F2;caf\xe9s en r\x81st;hout;1;ton;9000\n"
    with pytest.raises(ValidationError, match=r"regel 3.*CSV UTF-8"):
        table(tmp_path, content)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_needs_no_guess(tmp_path: Path, encoding: str) -> None:
    read = table(tmp_path, f"{HEAD}\nF1;Ĳzeren œuvre – 20 m² “ruw” 木;hout;1;ton;9000\n".encode(encoding))
    assert titles(read) == ["Ĳzeren œuvre – 20 m² “ruw” 木"]


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        rows = list(TextFile(raw).rows())
    except Refusal:
        return
    assert all(isinstance(cell, str) for _number, cells in rows for cell in cells)


# ---- zips ----


def packed(**files: bytes | str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name, content in files.items():
            made.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return stream.getvalue()


def test_a_zip_has_one_list_and_names_the_rest(tmp_path: Path) -> None:
    content = packed(
        lijst_dot_csv=f"{HEAD}\nF1;Balken;hout;1;ton;9000\n", fotos__een_dot_JPG=b"x", lees_mij_dot_docx=b"y"
    )
    read = table(tmp_path, content, "alles.zip")
    assert titles(read) == ["Balken"]
    assert (read.about["pictures"], read.about["files_left"]) == (["fotos/een.JPG"], ["lees_mij.docx"])


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"een_dot_csv": HEAD, "twee_dot_xlsx": b""}, "juist één lijst"),
        ({"foto_dot_jpg": b"x"}, "juist één lijst"),
    ],
)
def test_a_zip_without_a_list_or_with_two_is_refused(tmp_path: Path, files: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        table(tmp_path, packed(**files), "alles.zip")


@pytest.mark.parametrize("name", ["a/" * 30 + "x.jpg", "x" * 300 + ".jpg"])
def test_a_name_that_is_far_too_long_is_refused(tmp_path: Path, name: str) -> None:
    files: dict[str, bytes | str] = {"lijst.csv": "titel\nBalken\n", name: b""}
    content = packed(**files)
    with pytest.raises(ValidationError, match="te lange naam"):
        table(tmp_path, content, "alles.zip")


def test_more_photos_than_anybody_names_are_refused(tmp_path: Path) -> None:
    content = packed(**{"lijst.csv": "titel\nBalken\n"}, **{f"{number}.jpg": b"" for number in range(2_001)})
    with pytest.raises(ValidationError, match="meer dan 2000 foto"):
        table(tmp_path, content, "alles.zip")


def test_what_is_called_a_zip_and_isn_t_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="geen zip-bestand"):
        table(tmp_path, b"PK nothing", "alles.zip")
