"""Bad input is refused early, or read right: with where, in words, and with a proposal where there is one."""

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
from django.utils import translation

from maps.files.child.dbf import letters_of
from maps.files.child.sniffing import Format, sniff
from maps.files.child.systems import chosen_srid, proposals
from maps.files.child.tables import TableSource
from maps.files.child.vetting import vet
from maps.files.reading import Choice, Feature, read
from maps.files.refusals import FileRefused, RowRefused, Said
from sandbox.child import Refusal
from tests.maps.geodata import (
    GROUND,
    POINT,
    SQUARE,
    features_of,
    geojson,
    lambert,
    rows_of,
    same_place,
    shapefile,
    write,
    zipped,
)

FIXTURES = Path(pyogrio.__file__).parent / "tests" / "fixtures"
BOW_TIE = shapely.Polygon([(4, 51), (4.1, 51.1), (4.1, 51), (4, 51.1)])
HOLE_OUTSIDE = shapely.Polygon(SQUARE.exterior.coords, [shapely.box(3.8, 51.05, 3.81, 51.06).exterior.coords])
COMB = shapely.LineString([(4 + number / 1e6, 51 + number % 2 / 1e6) for number in range(20_001)])


def refused(path: Path, choice: Choice | None = None) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        rows_of(path, choice or Choice())
    assert caught.value.text
    return caught.value


# ---- rows ----

#: What is wrong with a row, by what its geometry is in GeoJSON or Shapely's own.
WRONG: dict[str, tuple[Any, str]] = {
    "crossing": (BOW_TIE, "crosses-itself"),
    "a hole elsewhere": (HOLE_OUTSIDE, "hole-outside"),
    "none": (None, "no-geometry"),
    "empty": ({"type": "Point", "coordinates": []}, "no-geometry"),
    "several kinds": (shapely.GeometryCollection([POINT, SQUARE]), "mixed-shape"),
    "too many corners": (COMB, "many-corners"),
    "in the sea": (shapely.Point(1.0, 52.0), "outside"),
    "partly in Spain": (shapely.LineString([(4, 51), (-3, 40)]), "outside"),
    "endless": ({"type": "Point", "coordinates": [1e308, 51.0]}, "outside"),
    "a line of one place": (shapely.LineString([(4, 51), (4, 51)]), "too-few-points"),
}


def test_each_wrong_row_says_what_is_wrong_and_the_others_are_taken(tmp_path: Path) -> None:
    rows: list[tuple[Any, dict[str, str]]] = [(shape, {"wat": name}) for name, (shape, _code) in WRONG.items()]
    rows += [(POINT, {"wat": "goed"}), (SQUARE, {"wat": "ook goed"}), (POINT, {"wat": "goed"})]
    path = geojson(tmp_path / "kaart.geojson", [*rows, *[(POINT, {"wat": f"n{n}"}) for n in range(100)]])

    found = rows_of(path)

    wrong = dict(zip(WRONG, found, strict=False))
    assert {name: getattr(row, "code", "taken") for name, row in wrong.items()} == {
        name: code for name, (_shape, code) in WRONG.items()
    }
    assert all(isinstance(row, RowRefused) and row.text for row in wrong.values())
    crossing = wrong["crossing"]
    assert isinstance(crossing, RowRefused)
    assert crossing.at == pytest.approx((4.05, 51.05))
    assert crossing.text == "Deze vorm kruist of raakt zichzelf, op lat 51.050000, lon 4.050000."
    assert crossing.mendable
    assert crossing.source_id == ""
    good, _square, twin = found[len(WRONG) : len(WRONG) + 3]
    assert isinstance(good, Feature)
    assert isinstance(twin, RowRefused)
    assert (twin.code, twin.said.values["row"]) == ("same-row", good.row)


def test_a_crossing_shape_is_mended_when_that_is_asked(tmp_path: Path) -> None:
    path = geojson(tmp_path / "kaart.geojson", [(BOW_TIE, {}), (SQUARE, {})])
    mended, whole = features_of(path, Choice(repair=True))
    shape = shapely.from_wkb(mended.wkb)
    assert (mended.repaired, whole.repaired) == (True, False)
    assert shape.is_valid
    assert shape.geom_type == "MultiPolygon"
    assert shape.area == pytest.approx(0.005)


def test_rows_with_one_id_are_told_of_the_first(tmp_path: Path) -> None:
    rows: list[tuple[Any, dict[str, Any]]]
    rows = [(POINT, {"nr": "7"}), (SQUARE, {"nr": "7"}), (SQUARE, {"nr": None}), (SQUARE, {"nr": "x" * 201})]
    first, same, without, long = rows_of(geojson(tmp_path / "kaart.geojson", rows), Choice(id_column="nr"))
    assert isinstance(first, Feature)
    assert [row.code for row in (same, without, long) if isinstance(row, RowRefused)] == [
        "same-id",
        "no-id",
        "long-id",
    ]
    assert [row.source_id for row in (same, without, long) if isinstance(row, RowRefused)] == ["7", "", ""]
    assert isinstance(same, RowRefused)
    assert same.text == "Nummer “7” staat al op rij 1."


def test_features_of_a_geojson_with_one_id_are_refused_before_gdal_renumbers_them(tmp_path: Path) -> None:
    path = tmp_path / "kaart.geojson"
    feature = '{"type": "Feature", "id": 7, "properties": {}, "geometry": {"type": "Point", "coordinates": [4, 51]}}'
    path.write_text(f'{{"type": "FeatureCollection", "features": [{feature}, {feature}]}}')
    assert refused(path).code == "same-id-in-file"


def test_curves_are_refused_in_words() -> None:
    (row,) = rows_of(FIXTURES / "multisurface.gpkg", Choice(srid=4326))
    assert isinstance(row, RowRefused)
    assert row.text == "Deze vorm heeft bogen. Zet ze in je GIS om naar rechte stukken."


def test_heights_and_measures_are_left_out_and_said(tmp_path: Path) -> None:
    path = write(tmp_path / "hoog.gpkg", [shapely.force_3d(SQUARE, 7.0)], kind="Polygon Z")
    with read(path) as reading:
        (row,) = reading.rows()
    assert isinstance(row, Feature)
    assert same_place(row.wkb, SQUARE)
    assert not shapely.has_z(shapely.from_wkb(row.wkb))
    assert [note.code for note in reading.notes] == ["heights"]


# ---- coordinates ----


@pytest.mark.parametrize(
    ("shapes", "srid", "proposed"),
    [
        # Latitude first, as people say it.
        ([shapely.Point(51.05, 3.72), shapely.Point(50.94, 4.04)], 4326, (4326, True)),
        # Lambert taken for degrees, degrees for Lambert, one Lambert for the other.
        ([lambert(SQUARE), lambert(POINT)], 4326, (31370, False)),
        ([SQUARE, POINT], 31370, (4326, False)),
        ([lambert(SQUARE, 3812), lambert(POINT, 3812)], 31370, (3812, False)),
        # Exchanged metres lie in Wallonia, where they could be.
        ([shapely.Point(lambert(POINT).y, lambert(POINT).x)], 31370, (31370, True)),
        # No system at all.
        ([lambert(POINT, 3857)], None, (3857, False)),
    ],
)
def test_coordinates_that_do_not_fit_their_system_get_a_proposal(
    shapes: list[shapely.Geometry], srid: int | None, proposed: tuple[int, bool]
) -> None:
    first_corner_of_each = shapely.get_coordinates(
        [shapely.get_point(one.exterior, 0) if one.geom_type == "Polygon" else one for one in shapes]
    )
    first = proposals(first_corner_of_each, srid, GROUND)[0]
    assert (first.srid, first.swapped, first.fits, first.of) == (*proposed, len(shapes), len(shapes))


def test_a_proposal_is_said_and_can_be_taken(tmp_path: Path) -> None:
    path = write(tmp_path / "kaart.fgb", [shapely.Point(51.05, 3.72), shapely.Point(50.94, 4.04)], crs="EPSG:4326")
    refusal = refused(path)
    assert refusal.code == "other-system"
    first = refusal.proposals[0]
    assert first.text == "EPSG:4326 (WGS 84) met x en y omgewisseld: 2 van 2 plekken in België"
    _gent, aalst = features_of(path, Choice(srid=first.srid, swapped=first.swapped))
    assert same_place(aalst.wkb, POINT)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("kaart.geojson", "De coördinaten passen niet bij EPSG:4326, dat GeoJSON altijd gebruikt. Kies wat het is."),
        ("kaart.kml", "De coördinaten passen niet bij EPSG:4326, dat KML altijd gebruikt. Kies wat het is."),
        ("lijst.csv", "De coördinaten in “Breedte” en “lon” passen niet bij graden (EPSG:4326). Kies wat het is."),
        ("kaart.fgb", "De coördinaten passen niet bij EPSG:4326, dat het bestand noemt. Kies wat het is."),
    ],
)
def test_what_says_that_places_are_in_degrees_is_named_as_it_is(tmp_path: Path, name: str, words: str) -> None:
    swapped, path, choice = shapely.Point(51.05, 3.72), tmp_path / name, Choice()
    if name == "lijst.csv":
        path.write_text("naam;Breedte;lon\nA;3,72;51,05\n")
        choice = Choice(columns={"lat": "Breedte", "lon": "lon"})
    elif name == "kaart.geojson":
        geojson(path, [(swapped, {})])
    else:
        write(path, [swapped], crs="EPSG:4326")
    refusal = refused(path, choice)
    assert refusal.text == words
    assert (refusal.proposals[0].srid, refusal.proposals[0].swapped) == (4326, True)


@pytest.mark.parametrize("srid", [None, 31370])
def test_a_geojson_in_another_system_is_told_that_it_names_none_or_which(tmp_path: Path, srid: int | None) -> None:
    named = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{srid}"}}
    shape, members = (SQUARE, {"crs": named}) if srid else (lambert(SQUARE), {})
    refusal = refused(geojson(tmp_path / "kaart.geojson", [(shape, {})], **members))
    assert ("dat GeoJSON altijd gebruikt" in refusal.text) != ("EPSG:31370, dat het bestand noemt" in refusal.text)
    assert (refusal.code, refusal.proposals[0].srid) == (
        ("other-system", 4326) if srid else ("always-degrees", 31370)
    )  # fmt: skip


def test_who_insists_on_the_system_of_the_file_gets_each_row_refused(tmp_path: Path) -> None:
    path = geojson(tmp_path / "kaart.geojson", [(shapely.Point(51.05, 3.72), {})])
    (row,) = rows_of(path, Choice(srid=4326))
    assert isinstance(row, RowRefused)
    assert row.text == "Het punt 51.05, 3.72 ligt niet in België."


# ---- shapefiles ----


def test_a_shapefile_without_prj_is_asked_for_its_system_and_one_without_shx_is_read(tmp_path: Path) -> None:
    path = shapefile(tmp_path, [lambert(SQUARE)], without=[".prj", ".shx"], crs="EPSG:31370")
    refusal = refused(path)
    assert refusal.code == "no-crs"
    assert [(one.srid, one.swapped) for one in refusal.proposals][:1] == [(31370, False)]
    (row,) = features_of(path, Choice(srid=31370))
    assert same_place(row.wkb, SQUARE, 1e-6)


def test_parts_of_two_shapefiles_do_not_go_together(tmp_path: Path) -> None:
    one, other = write(tmp_path / "een.shp", [POINT]), write(tmp_path / "twee.shp", [POINT, POINT])
    other.with_suffix(".dbf").rename(one.with_suffix(".dbf"))
    with pytest.raises(Refusal, match="parts-differ") as caught:
        vet(one, Format.SHAPEFILE)
    assert caught.value.values == {"shapes": 1, "rows": 2}


def test_a_shapefile_without_dbf_says_what_is_missing(tmp_path: Path) -> None:
    refusal = refused(shapefile(tmp_path, [SQUARE], without=[".dbf"]))
    assert refusal.text == "Bij “kaart” ontbreekt de .dbf. Zet alle delen van de shapefile samen in de zip."


NAMES = ["Café Zoë", "Crèche à Liège", "Geëmailleerd", "Één reünie"]


def shapefile_in(folder: Path, encoding: str) -> Path:
    """A shapefile whose texts are NAMES in some encoding, without a word of which."""
    path = write(folder / "kaart.shp", [POINT] * 4, {"naam": [f"{number:-<30}" for number in range(4)]})
    raw = path.with_suffix(".dbf").read_bytes()
    for number, name in enumerate(NAMES):
        raw = raw.replace(f"{number:-<30}".encode(), name.encode(encoding).ljust(30))
    path.with_suffix(".dbf").write_bytes(raw)
    path.with_suffix(".cpg").unlink()
    return path


@pytest.mark.parametrize("encoding", ["cp1252", "cp850", "mac_roman", "utf-8"])
def test_the_letters_of_a_dbf_without_cpg_tell_their_encoding(tmp_path: Path, encoding: str) -> None:
    assert letters_of(shapefile_in(tmp_path, encoding)) == encoding


def test_a_cpg_counts_where_it_can_be_true(tmp_path: Path) -> None:
    path = shapefile_in(tmp_path, "cp1252")
    path.with_suffix(".cpg").write_text("ISO 88591")
    assert letters_of(path) in ("cp1252", "iso8859-1")
    path.with_suffix(".cpg").write_text("UTF-8")
    assert letters_of(path) == "cp1252"


def test_a_letter_that_an_encoding_lacks_is_refused_where_it_stands(tmp_path: Path) -> None:
    path = shapefile_in(tmp_path, "cp1252")
    parts = {f"k.{one}": path.with_suffix(f".{one}") for one in ("shp", "shx", "dbf", "prj")}
    refusal = refused(zipped(tmp_path / "k.zip", parts), Choice(encoding="ascii"))
    assert (refusal.code, refusal.said.values["row"]) == ("stray-letter", 1)


def test_the_names_of_an_old_shapefile_are_read_as_they_were_written(tmp_path: Path) -> None:
    path = shapefile_in(tmp_path, "cp850")
    parts = {f"K.{one.upper()}": path.with_suffix(f".{one}") for one in ("shp", "shx", "dbf", "prj")}
    assert [row.attributes["naam"] for row in features_of(zipped(tmp_path / "k.zip", parts))] == NAMES


# ---- files ----


def test_three_hundred_columns_are_read_and_more_than_we_take_are_refused(tmp_path: Path) -> None:
    wide: dict[str, Any] = {f"kolom{number}": number for number in range(300)}
    # Days that no calendar has stay as they were written.
    wide |= {"dag": "0000-01-01", "andere": "2024-02-30"}
    (row,) = features_of(geojson(tmp_path / "breed.geojson", [(POINT, wide)]))
    assert row.attributes == wide
    wide = {f"kolom{number}": number for number in range(501)}
    assert refused(geojson(tmp_path / "breder.geojson", [(POINT, wide)])).code == "columns"


def test_a_million_corners_are_refused_in_one_row(tmp_path: Path) -> None:
    along = np.linspace(4, 5, 1_000_000)
    many = shapely.LineString(np.column_stack([along, 51 + along / 100]))
    (row, point) = rows_of(write(tmp_path / "lang.fgb", [many, POINT], SPATIAL_INDEX="NO"))
    assert isinstance(row, RowRefused)
    assert row.said.values == {"corners": 1_000_000, "most": 20_000}
    assert isinstance(point, Feature)


#: What is seen at the first look, and what only when it is read.
AT_FIRST: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "empty"),
    "blanks": (b" \n\t", "empty"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(200), "unknown-format"),
    "gzip": (b"\x1f\x8b\x08" + bytes(100), "packed-otherwise"),
    "a shp alone": (struct.pack(">i", 9994) + bytes(96), "shp-alone"),
    "a list in JSON": (b'[{"a": 1}]', "no-geojson"),
    "broken XML": (b"<kml", "broken-xml"),
    "letters of Windows": ('{"type": "FeatureCollection", "naam": "Café"}'.encode("cp1252"), "not-utf-8"),
    "UTF-16": ('{"type": "FeatureCollection"}'.encode("utf-16"), "not-utf-8"),
    "letters cut in two": ('{"naam": "Café'.encode()[:-1], "not-utf-8"),
}
LATER: dict[str, tuple[bytes, str]] = {
    "half a GeoJSON": (b'{"type": "FeatureCollection", "features": [{"type": "Feature"', "not-read"),
    "TopoJSON": (b'{"type": "Topology", "arcs": [], "objects": {}}', "not-read"),
    "no features": (b'{"type": "FeatureCollection", "features": []}', "no-rows"),
    "half a FlatGeobuf": (b"fgb\x03fgb\x00" + bytes(20), "not-read"),
    "half a KML": (b'<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark>', "not-read"),
    "a list without rows": (b"naam;lat;lon\n", "no-rows"),
}


@pytest.mark.parametrize("name", AT_FIRST)
def test_what_is_no_map_is_seen_by_its_first_bytes(tmp_path: Path, name: str) -> None:
    content, code = AT_FIRST[name]
    path = tmp_path / "kaart.geojson"
    path.write_bytes(content)
    with pytest.raises(Refusal) as caught:
        vet(path, sniff(path))
    assert caught.value.code == code


@pytest.mark.parametrize("name", LATER)
def test_what_is_no_map_says_so(tmp_path: Path, name: str) -> None:
    content, code = LATER[name]
    path = tmp_path / "kaart.geojson"
    path.write_bytes(content)
    assert refused(path).code == code


def test_a_database_and_a_list_that_are_no_map_say_so(tmp_path: Path) -> None:
    path = tmp_path / "kaart.gpkg"
    path.write_bytes(b"SQLite format 3\x00" + bytes(200))
    with pytest.raises(Refusal, match="no-geopackage"):
        vet(path, sniff(path))
    path.write_bytes(b"naam;aantal\nA;1\n")
    with pytest.raises(Refusal, match="no-places"):
        TableSource(path, sniff(path), {})


def test_a_refusal_names_formats_and_encodings_as_people_do() -> None:
    said = Said("not-read", {"format": "gpkg"})
    assert said.text == "We kunnen dit bestand niet lezen als GeoPackage. Bewaar het opnieuw, of kies een andere vorm."
    assert "gelezen als MS-DOS." in Said("read-as", {"encoding": "cp850"}).text
    with translation.override("fr"):
        assert "comme GeoPackage" in said.text
    assert Said("files-in-zip", {"names": ["a", ""]}).text.endswith("Wat erin zit: a, (zonder naam).")


def test_a_file_that_is_cut_off_is_refused_whole(tmp_path: Path) -> None:
    path = write(tmp_path / "kaart.fgb", [SQUARE] * 100, SPATIAL_INDEX="NO")
    path.write_bytes(path.read_bytes()[:-3000])
    assert refused(path).code in ("not-read", "cut-off")


def test_a_layer_or_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = geojson(tmp_path / "kaart.geojson", [(POINT, {"naam": "a"})])
    assert "“bomen”" in refused(path, Choice(layer="bomen")).text
    assert "“nr”" in refused(path, Choice(id_column="nr")).text
    with pytest.raises(Refusal, match="unknown-srid"):
        chosen_srid(5)
    assert refused(path, Choice(encoding="klinkers")).code == "unknown-encoding"
