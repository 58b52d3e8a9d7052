"""Lists whose columns say where each row lies, as people write them."""

from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from maps.files.child.sniffing import Format
from maps.files.child.source import Batch
from maps.files.child.tables import TableSource
from maps.files.refusals import TEXTS
from sandbox.child import Refusal

HEADER = "naam;lat;lon\n"


def batch_of(path: Path, text: str, columns: dict[str, str] | None = None) -> tuple[TableSource, Batch]:
    path.write_text(text, encoding="utf-8")
    source = TableSource(path, Format.CSV, columns or {})
    (layer,) = source.layers()
    (batch,) = source.batches(layer)
    return source, batch


def places(batch: Batch) -> list[Any]:
    """Where each row lies, or the code of what is wrong with it."""
    return [
        batch.faults[at][0] if at in batch.faults else wkb and shapely.from_wkb(wkb).wkt
        for at, wkb in enumerate(batch.geometries)
    ]


@pytest.mark.parametrize(
    ("header", "row", "chosen", "found"),
    [
        ("naam;lat;lon", "A;51,05;3,72", {}, {"lat": "lat", "lon": "lon"}),
        ("Naam,Latitude,Longitude", "A,51.05,3.72", {}, {"lat": "Latitude", "lon": "Longitude"}),
        ("breedtegraad\tlengtegraad\tx\ty", "51.05\t3.72\t1\t2", {}, {"lat": "breedtegraad", "lon": "lengtegraad"}),
        ("code,geom", 'A,"POINT (3.72 51.05)"', {}, {"wkt": "geom"}),
        ("links;rechts", "3,72;51,05", {"lon": "links", "lat": "rechts"}, {"lat": "rechts", "lon": "links"}),
        # What shape a material has is no place.
        ("naam;vorm;lat;lon", "A;los gestort;51,05;3,72", {}, {"lat": "lat", "lon": "lon"}),
        ("code,vorm", 'A,"POINT (3.72 51.05)"', {}, {"wkt": "vorm"}),
        ("x;y;wkt;epsg", "3,72;51,05;;4326", {"x": "x", "y": "y"}, {"x": "x", "y": "y", "srid": "epsg"}),
    ],
)
def test_the_columns_that_say_where_are_known_or_chosen(
    tmp_path: Path, header: str, row: str, chosen: dict[str, str], found: dict[str, str]
) -> None:
    source, batch = batch_of(tmp_path / "lijst", f"{header}\n{row}\n", chosen)
    assert source.places == found
    assert places(batch) == ["POINT (3.72 51.05)"]


@pytest.mark.parametrize("chosen", [{"lat": "naam"}, {"x": "lat", "lon": "lon"}, {"srid": "naam"}])
def test_half_a_choice_is_not_made_whole_by_a_guess(tmp_path: Path, chosen: dict[str, str]) -> None:
    with pytest.raises(Refusal, match="no-places"):
        batch_of(tmp_path / "lijst", HEADER + "A;51;4\n", chosen)


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ("A;51,05;3.72", "POINT (3.72 51.05)"),
        ("A;;", None),
        ("A;51,05;", "no-coordinate"),
        ("A;51°03'N;3,72", "no-coordinate"),
        ("A;51.054.321;3,72", "no-coordinate"),
        ("A;NaN;3,72", "no-coordinate"),
        ("A;1e5;3,72", "no-coordinate"),
        ("A;51,05;3,72;te veel", "beyond-columns"),
    ],
)
def test_a_cell_is_a_coordinate_or_says_that_it_is_none(tmp_path: Path, cells: str, code: str | None) -> None:
    _source, batch = batch_of(tmp_path / "lijst", HEADER + "Z;51;4\n" + cells + "\n")
    assert places(batch)[1] == code


@pytest.mark.parametrize(
    ("text", "srid", "found"),
    [
        ("POINT (4 51)", 0, "POINT (4 51)"),
        ("SRID=31370;POINT (104000 194000)", 31370, "POINT (104000 194000)"),
        ("srid = 3812 ; POINT (604000 694000)", 3812, "POINT (604000 694000)"),
        ("SRID=1;POINT (4 51)", 0, "unknown-system"),
        ("POINT (4)", 0, "no-wkt"),
        ("ergens in Gent", 0, "no-wkt"),
        ("", 0, None),
    ],
)
def test_a_shape_as_text_may_say_its_own_system(tmp_path: Path, text: str, srid: int, found: str | None) -> None:
    _source, batch = batch_of(tmp_path / "lijst", f'naam;wkt\nZ;"SRID=4326;POINT (4 51)"\nA;"{text}"\n')
    assert places(batch)[1] == found
    assert batch.srids is not None
    assert batch.srids[1] == srid


def test_two_systems_for_one_row_are_one_too_many(tmp_path: Path) -> None:
    _source, batch = batch_of(tmp_path / "lijst", 'wkt;epsg\n"SRID=4326;POINT (4 51)";31370\n"POINT (4 51)";Lambert\n')
    assert places(batch) == ["two-systems", "unknown-system"]


@given(st.lists(st.lists(st.text(max_size=12), max_size=5), max_size=6), st.sampled_from([";", ",", "\t"]))
def test_no_list_breaks_the_reader(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], separator: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "lijst.csv"
    text = "\n".join(["naam;lat;lon".replace(";", separator), *map(separator.join, rows)])
    path.write_bytes(text.encode())
    try:
        source = TableSource(path, Format.CSV, {})
        for batch in source.batches(source.layers()[0]):
            assert len(batch.geometries) == len(batch.numbers) == len(batch.values[0])
            assert {code for code, _values in batch.faults.values()} <= set(TEXTS)
    except Refusal as refusal:
        assert refusal.code in TEXTS  # noqa: PT017 - either is fine
