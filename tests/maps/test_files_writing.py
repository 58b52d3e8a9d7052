"""What is written in any format is read back as it was, and says from whom it is and how it may be used."""

import csv
import datetime as dt
import io
import itertools
import json
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from maps.files.cells import cells_of, may_continue, safe
from maps.files.child.naming import apart, joined, names_in, parts_of
from maps.files.child.sniffing import Format
from maps.files.reading import Choice, Feature
from maps.files.refusals import FileRefused
from maps.files.rows import About, Field, Row, as_text
from maps.files.writing import written
from tests.maps.geodata import POINT, SQUARE, features_of, same_place, shapefile

ABOUT = About("materialen-gent", "Materialen in Gent", "Hub Gent", "CC BY 4.0", "https://creativecommons.org/by/4.0/")
FIELDS = [
    Field("source_id"),
    Field("title"),
    Field("quantity_in_tonnes_per_year", "number"),
    Field("stuks", "integer"),
    Field("gecontroleerd", "boolean"),
    Field("available_from", "date"),
    Field("available_until", "date"),
    Field("nagekeken", "datetime"),
]
#: Names that a shapefile has for them.
SHORT = dict(zip((field.name for field in FIELDS), names_in("shp", [field.name for field in FIELDS]), strict=True))

texts = st.text(st.sampled_from("aZ09 éÉœ€ß中🙂\"'<>&;,=+-@#\n"), max_size=40).map(str.strip)
corners = st.tuples(st.floats(3.6, 4.9), st.floats(50.85, 51.2))


def box(corner: tuple[float, float]) -> shapely.Polygon:
    return shapely.box(*corner, corner[0] + 0.01, corner[1] + 0.01)


def ring(corner: tuple[float, float]) -> shapely.Polygon:
    """A box with a hole."""
    x, y = corner
    return box(corner) - shapely.box(x + 0.002, y + 0.003, x + 0.004, y + 0.006)


def line(corner: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString([corner, (corner[0] + 0.01, corner[1] + 0.02), (corner[0], corner[1] + 0.03)])


def several(make: Any, collect: Any) -> Any:
    """A geometry of two parts that don't touch."""
    return corners.map(lambda at: collect([make(at), make((at[0] + 0.05, at[1] + 0.02))]))


geometries = st.one_of(
    corners.map(shapely.Point), corners.map(line), corners.map(box), corners.map(ring),
    several(shapely.Point, shapely.MultiPoint), several(line, shapely.MultiLineString),
    several(ring, shapely.MultiPolygon),
)  # fmt: skip
values = st.tuples(
    st.none() | texts,
    st.none() | st.decimals(-10**9, 10**9, places=3),
    st.none() | st.integers(-(2**53), 2**53),
    st.none() | st.booleans(),
    st.none() | st.dates(),
    st.none() | st.dates(),
    st.none() | st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2100, 1, 1)).map(
        lambda moment: moment.replace(microsecond=0, tzinfo=dt.UTC)
    ),
)  # fmt: skip


def drawn(count: int) -> list[tuple[shapely.Geometry, Any]]:
    """So many rows from Hypothesis: they are tried together, for a file takes a process and a second."""
    rows: list[tuple[shapely.Geometry, Any]] = []

    @settings(max_examples=count, phases=[Phase.generate], database=None)
    @given(geometries, values)
    def draw(shape: shapely.Geometry, cells: Any) -> None:
        rows.append((shape, cells))

    draw()
    return rows


def row(number: int, shape: shapely.Geometry, cells: Any) -> Row:
    return Row(shapely.to_wkb(shape), [f"r{number}", *cells])


def made(folder: Path, format_: Format, rows: list[Row], fields: list[Field] = FIELDS) -> Path:
    export = written(format_, iter(rows), fields, ABOUT)
    path = folder / export.file_name
    path.write_bytes(b"".join(export.chunks))
    return path


def read_back(path: Path, format_: Format) -> Iterator[Feature]:
    """The rows of a file as this reader has them; of a shapefile those of each of its layers."""
    kinds = ("punten", "lijnen", "vlakken") if format_ is Format.SHAPEFILE else ("",)
    srid = 4326 if format_ in (Format.CSV, Format.XLSX) else None
    for kind in kinds:
        layer = f"{ABOUT.name}-{kind}" if kind else None
        yield from features_of(path, Choice(layer=layer, srid=srid, id_column="source_id"))


def as_it_was(value: Any, found: Any, type_: str) -> bool:
    """Whether a value came back: an empty text may be none, and in some formats everything is a text."""
    if value is None or value == "":
        return found is None or found == ""
    if type_ == "number":
        return float(str(found).replace(",", ".")) == pytest.approx(float(value), rel=1e-14)
    return str({True: "true", False: "false"}.get(found, found) if type_ == "boolean" else found) == as_text(
        value, type_
    )


@pytest.mark.parametrize("format_", list(Format))
def test_what_is_written_is_read_back_as_it_was(tmp_path: Path, format_: Format) -> None:
    rows = drawn(100)
    assert {shape.geom_type for shape, _cells in rows} == {
        "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon",
    }  # fmt: skip
    path = made(tmp_path, format_, [row(number, *one) for number, one in enumerate(rows)])

    found = {one.source_id: one for one in read_back(path, format_)}

    assert sorted(found) == sorted(f"r{number}" for number in range(len(rows)))
    for number, (shape, cells) in enumerate(rows):
        one = found[f"r{number}"]
        assert same_place(one.wkb, shape)
        for field, value in zip(FIELDS[1:], cells, strict=True):
            name = SHORT[field.name] if format_ is Format.SHAPEFILE else field.name
            # A list of XML has only what there is.
            came = one.attributes.get(name) if format_ is Format.KML else one.attributes[name]
            assert as_it_was(value, came, field.type), (field.name, value, came)


@pytest.mark.parametrize("format_", list(Format))
def test_without_rows_there_is_a_file_all_the_same(tmp_path: Path, format_: Format) -> None:
    path = made(tmp_path, format_, [])
    assert path.stat().st_size > 50
    assert path.name.startswith("materialen-gent.")


def test_rows_are_written_while_they_come() -> None:
    asked: list[int] = []

    def rows() -> Iterator[Row]:
        for number in range(5_000):
            asked.append(number)
            yield row(number, POINT, [None] * 7)

    for format_ in (Format.GEOJSON, Format.KML, Format.CSV):
        asked.clear()
        chunks = written(format_, rows(), FIELDS, ABOUT).chunks
        pieces = [next(chunks) for _piece in range(4)]
        assert pieces
        assert len(asked) < 3_000
        chunks.close()  # type: ignore[attr-defined]


def test_geojson_and_kml_say_themselves_from_whom_they_are(tmp_path: Path) -> None:
    rows = [row(1, SQUARE, ["Loods", *[None] * 6])]
    collection = json.loads(made(tmp_path, Format.GEOJSON, rows).read_text())
    assert (collection["attribution"], collection["license"]) == ("Hub Gent", "CC BY 4.0")
    # Outer rings go against the clock (RFC 7946).
    assert shapely.LinearRing(collection["features"][0]["geometry"]["coordinates"][0]).is_ccw
    kml = made(tmp_path, Format.KML, rows).read_text()
    assert "<description>Hub Gent – CC BY 4.0 – https://creativecommons.org/by/4.0/</description>" in kml
    assert "<name>Loods</name>" in kml


def test_a_geopackage_and_a_workbook_say_themselves_from_whom_they_are(tmp_path: Path) -> None:
    rows = [row(1, SQUARE, [None] * 7)]
    info = pyogrio.read_info(made(tmp_path, Format.GEOPACKAGE, rows))
    assert info["layer_metadata"]["DESCRIPTION"].startswith("Hub Gent – CC BY 4.0")
    book = load_workbook(made(tmp_path, Format.XLSX, rows))
    assert [cell.value for cell in book["bron"]["A"]][:4] == [
        "Materialen in Gent", None, "Bron: Hub Gent", "Licentie: CC BY 4.0",
    ]  # fmt: skip


def test_what_a_shapefile_cannot_hold_is_said_beside_it(tmp_path: Path) -> None:
    long = "é" * 200 + " einde"
    path = made(tmp_path, Format.SHAPEFILE, [row(1, SQUARE, [long, *[None] * 6]), row(2, POINT, [None] * 7)])
    with zipfile.ZipFile(path) as packed:
        names = sorted(packed.namelist())
        words = packed.read("LEESMIJ.txt").decode()
    assert [name for name in names if name.endswith(".shp")] == [
        "materialen-gent-punten.shp", "materialen-gent-vlakken.shp",
    ]  # fmt: skip
    assert "Bron: Hub Gent" in words
    assert "quantity_i = quantity_in_tonnes_per_year" in words
    assert "title + title_p2" in words
    assert SHORT["available_from"] != SHORT["available_until"]
    (area,) = features_of(path, Choice(layer="materialen-gent-vlakken"))
    # Two parts of it, cut between two letters, are one text again.
    assert area.attributes["title"] == long
    with zipfile.ZipFile(path) as packed:
        packed.extractall(tmp_path / "los")
    areas = tmp_path / "los" / "materialen-gent-vlakken.shp"
    # No days: where one is left open, pyogrio asks numpy 2.5 for what it warns of.
    meta, _index, _shapes, values = pyogrio.raw.read(areas, columns=["title", "title_p2"])
    found = dict(zip(meta["fields"], (list(column) for column in values), strict=True))
    assert (found["title"], found["title_p2"]) == (["é" * 127], ["é" * 73 + " einde"])


def test_a_text_in_parts_is_never_cut_beside_a_space_and_comes_back_whole() -> None:
    of_each = (
        ("a " * 126 + "é ") * 9,
        "a" + " " * 700 + "b",
        "woord " * 300,
        "x" * 2_000,
        "🙂" * 500,
        "",
        "é" * 127,
        "\n\n" + "y" * 900,
    )
    for text in of_each:
        parts = parts_of(text)
        assert joined(parts) == text
        assert all(0 < len(part.encode()) <= 254 for part in parts) or not text
        assert all(not one[-1].isspace() and not other[0].isspace() for one, other in itertools.pairwise(parts))


def test_columns_that_are_only_called_as_parts_are_no_parts(tmp_path: Path) -> None:
    path = shapefile(tmp_path, [POINT], columns={"tel": ["0471 11"], "tel_p2": ["09 22"], "naam": ["An"]})
    (one,) = features_of(path)
    assert one.attributes == {"tel": "0471 11", "tel_p2": "09 22", "naam": "An"}


def test_a_column_may_be_called_as_the_geometries_are(tmp_path: Path) -> None:
    fields = [Field("geometry"), Field("wkb_geometry", "integer"), Field("Hoeveelheid (t)", "number")]
    path = made(tmp_path, Format.GEOPACKAGE, [Row(shapely.to_wkb(SQUARE), ["rond", 7, Decimal("1.5")])], fields)
    (one,) = features_of(path)
    assert one.attributes == {"geometry": "rond", "wkb_geometry": 7, "Hoeveelheid (t)": 1.5}
    assert same_place(one.wkb, SQUARE)


def test_a_text_that_looks_like_a_formula_is_none_in_a_list(tmp_path: Path) -> None:
    path = made(tmp_path, Format.CSV, [row(1, POINT, ["=HYPERLINK(1)", Decimal("-2.5"), *[None] * 5])])
    with zipfile.ZipFile(path) as packed:
        assert sorted(packed.namelist()) == ["LEESMIJ.txt", "materialen-gent.csv"]
        _names, cells = csv.reader(io.StringIO(packed.read("materialen-gent.csv").decode("utf-8-sig")), delimiter=";")
    assert cells[:3] == ["r1", "'=HYPERLINK(1)", "-2.5"]
    (one,) = read_back(path, Format.CSV)
    assert one.attributes["title"] == "=HYPERLINK(1)"


def round_area(corners: int) -> shapely.Polygon:
    """An area of so many corners, each with as many digits as there are."""
    turns = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    return shapely.Polygon(np.column_stack([4 + np.sin(turns) / 30, 51 + np.cos(turns) / 30]))


@pytest.mark.parametrize("format_", list(Format))
def test_a_shape_of_thousands_of_corners_comes_back_whole(tmp_path: Path, format_: Format) -> None:
    shapes = [POINT, round_area(5_000), round_area(900), SQUARE, shapely.LineString([(4, 51), (4.1, 51.1)])]
    fields = [*FIELDS, Field("wkt_p2")]
    cells = [None] * 7
    path = made(tmp_path, format_, [row(number, one, [*cells, "x"]) for number, one in enumerate(shapes)], fields)
    found = {one.source_id: one for one in read_back(path, format_)}
    assert all(same_place(found[f"r{number}"].wkb, one) for number, one in enumerate(shapes))
    assert {one.attributes["wkt_p2"] for one in found.values()} == {"x"}
    if format_ is not Format.XLSX:
        return
    sheet = load_workbook(path)["elementen"]
    head, *rows = sheet.iter_rows(values_only=True)
    parts = head[head.index("wkt") :]
    assert list(parts[:3]) == ["wkt", "wk_p2", "wkt_p3"]
    assert all(len(str(cell)) <= 32_767 for cells in rows for cell in cells)
    # The shortest has its text in the first alone.
    assert rows[0][head.index("wkt") :] == ("POINT (4.04 50.94)", *[None] * (len(parts) - 1))
    words = [cell.value for cell in load_workbook(path)["bron"]["A"]]
    assert f"  {' + '.join(map(str, parts))}" in words


def test_a_column_behind_a_shape_is_no_part_of_it_while_its_cell_has_room(tmp_path: Path) -> None:
    path = tmp_path / "lijst.csv"
    path.write_text("naam;wkt;wkt_p2\nAn;POINT (4.04 50.94);POINT (4 51)\n")
    (one,) = features_of(path, Choice(srid=4326))
    assert same_place(one.wkb, POINT)


@pytest.mark.parametrize(
    "text",
    [
        "x" * 32_767, "x" * 32_768, "woord " * 20_000, "🙂" * 40_000, "a" * 32_760 + " " * 20 + "b" * 40_000,
        "1=" * 40_000, "",
    ],
)  # fmt: skip
def test_a_text_in_cells_is_cut_where_nothing_is_lost(text: str) -> None:
    pieces = cells_of(text)
    assert "".join(pieces) == text
    assert all(len(one.encode("utf-16-le")) <= 2 * 32_767 for one in pieces)
    assert all(one == one.lstrip() == safe(one) for one in pieces[1:])
    assert all(one == one.rstrip() for one in pieces[:-1])
    assert all(map(may_continue, pieces[:-1]))


def test_a_text_too_long_for_many_cells_is_refused_with_its_row() -> None:
    with pytest.raises(FileRefused) as refused:
        b"".join(written(Format.XLSX, [row(1, POINT, ["x" * 32_767 * 100, *[None] * 6])], FIELDS, ABOUT).chunks)
    assert (refused.value.code, refused.value.said.values["row"]) == ("long-for-cell", 2)


@pytest.mark.parametrize(
    ("format_", "names", "fit"),
    [
        ("shp", ["available_from", "available_until", "a b"], ["available_", "availabl_2", "a_b"]),
        ("gpkg", ["fid", "GEOM", "Naam", "naam"], ["fid_2", "GEOM_2", "Naam", "naam_2"]),
        ("gml", ["2de naam", "xml", "hoeveelheid (t)"], ["_2de_naam", "_xml", "hoeveelheid__t_"]),
        ("fgb", ["wat dan ook", "é"], ["wat dan ook", "é"]),
    ],
)
def test_names_that_a_format_does_not_take_are_changed(format_: str, names: list[str], fit: list[str]) -> None:
    assert names_in(format_, names) == fit


@given(st.lists(st.sampled_from(["a", "a (2)", "a" * 300, ""]), max_size=12))
def test_names_that_are_read_stay_apart(names: list[str]) -> None:
    found = apart(names)
    assert len(set(found)) == len(found) == len(names)
    assert apart(["a", "a", "b", "a"]) == ["a", "a (2)", "b", "a (3)"]


@given(st.lists(st.text(min_size=1, max_size=20), max_size=40), st.sampled_from(["shp", "gpkg", "gml", "fgb"]))
def test_names_stay_apart_whatever_they_are(names: list[str], format_: str) -> None:
    found = [name.lower() for name in names_in(format_, names)]
    assert len(set(found)) == len(found) == len(names)
    assert format_ != "shp" or all(len(name) <= 10 for name in found)
