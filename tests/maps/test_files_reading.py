"""What is in a file of geodata, and its rows, in every format that we read."""

import time
from pathlib import Path
from typing import Any

import pytest
import shapely
from openpyxl import Workbook

from geo.points import point_from_projected
from maps.files.reading import Choice, Feature, describe, read
from maps.files.refusals import FileRefused, RowRefused
from tests.maps.geodata import (
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

COLUMNS: dict[str, list[Any]] = {"naam": ["Fabriek", "Café Zoë"], "ton": [3, None], "prijs": [0.5, 2.25]}


@pytest.mark.parametrize("ending", ["geojson", "gpkg", "fgb"])
def test_a_file_in_lambert_comes_out_in_degrees_with_all_its_values(tmp_path: Path, ending: str) -> None:
    path = write(tmp_path / f"kaart.{ending}", [lambert(SQUARE), lambert(POINT)], COLUMNS, crs="EPSG:31370")

    rows = features_of(path)

    assert [row.row for row in rows] == sorted(row.row for row in rows) == [1, 2]
    by_name = {row.attributes["naam"]: row for row in rows}
    assert same_place(by_name["Fabriek"].wkb, SQUARE, 1e-7)
    assert same_place(by_name["Café Zoë"].wkb, POINT, 1e-7)
    assert str(by_name["Fabriek"].attributes["ton"]) == "3"
    assert by_name["Café Zoë"].attributes["ton"] is None
    assert float(by_name["Café Zoë"].attributes["prijs"]) == 2.25


def test_a_kml_is_read_with_its_extended_data_and_so_is_a_kmz(tmp_path: Path) -> None:
    kml = tmp_path / "doc.kml"
    kml.write_text(
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>Loods</name><ExtendedData>'
        '<Data name="visibility"><value>hub</value></Data><Data name="name"><value>eigen</value></Data></ExtendedData>'
        "<Point><coordinates>4.04,50.94,7</coordinates></Point></Placemark></Document></kml>"
    )
    (row,) = features_of(zipped(tmp_path / "kaart.kmz", {"doc.kml": kml, "files/icon.png": b"..."}))
    assert same_place(row.wkb, POINT)
    # What somebody calls as KML calls something of its own is still a value.
    assert {name: value for name, value in row.attributes.items() if value} == {
        "name": "Loods", "name (2)": "eigen", "visibility": "hub",
    }  # fmt: skip


def test_a_gml_as_authorities_publish_it_keeps_its_codes_and_surfaces(tmp_path: Path) -> None:
    ring = (
        "<gml:exterior><gml:LinearRing><gml:posList>104000 194000 104100 194000 104100 194100 104000 194000"
        "</gml:posList></gml:LinearRing></gml:exterior>"
    )
    system = 'srsName="urn:ogc:def:crs:EPSG::31370"'
    shapes = (
        f"<gml:MultiSurface {system}><gml:surfaceMember><gml:Polygon>{ring}</gml:Polygon></gml:surfaceMember>"
        "</gml:MultiSurface>",
        f"<gml:Surface {system}><gml:patches><gml:PolygonPatch>{ring}</gml:PolygonPatch></gml:patches></gml:Surface>",
    )
    members = "".join(
        f'<wfs:member><a:perceel gml:id="p.{number}"><a:code>00{number}</a:code><a:vlak>{shape}</a:vlak></a:perceel>'
        "</wfs:member>"
        for number, shape in enumerate(shapes)
    )
    path = tmp_path / "percelen.gml"
    path.write_text(
        '<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:gml="http://www.opengis.net/gml/3.2" '
        f'xmlns:a="http://a.example/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:schemaLocation="http://a.example/ http://127.0.0.1:9/percelen.xsd">{members}</wfs:FeatureCollection>'
    )
    rows = features_of(path, Choice(id_column="gml_id"))
    assert [(row.source_id, row.attributes["code"]) for row in rows] == [("p.0", "000"), ("p.1", "001")]
    triangle = shapely.Polygon([(104000, 194000), (104100, 194000), (104100, 194100)])
    assert all(same_place(lambert_of(row.wkb), triangle, 0.01) for row in rows)


def lambert_of(wkb: bytes) -> bytes:
    return shapely.to_wkb(lambert(shapely.from_wkb(wkb)))


def test_the_house_and_this_reader_agree_on_where_lambert_lies(tmp_path: Path) -> None:
    corner = lambert(POINT)
    (row,) = features_of(write(tmp_path / "punt.gpkg", [corner], crs="EPSG:31370"))
    expected = point_from_projected(x=corner.x, y=corner.y, srid=31370)
    read_as = shapely.from_wkb(row.wkb)
    # A millionth of a degree is a decimetre.
    assert (read_as.x, read_as.y) == pytest.approx((expected.x, expected.y), abs=1e-7)


def test_a_description_says_what_a_file_holds_before_it_is_read(tmp_path: Path) -> None:
    path = shapefile(tmp_path, [lambert(SQUARE)], columns={"osm_id": ["w7"], "ton": [3]}, crs="EPSG:31370")

    (layer,) = describe(path).layers

    assert (layer.name, layer.count, layer.types) == ("kaart", 1, ["Polygon"])
    assert [(column.name, column.type, column.samples) for column in layer.columns] == [
        ("osm_id", "text", ["w7"]), ("ton", "integer", ["3"]),
    ]  # fmt: skip
    assert (layer.srid, layer.system) == (31370, "BD72 / Belgian Lambert 72")
    assert layer.id_column == "osm_id"
    assert layer.proposals == []


def test_of_several_layers_one_has_to_be_chosen(tmp_path: Path) -> None:
    path = write(tmp_path / "twee.gpkg", [SQUARE], layer="bomen")
    write(path, [POINT], layer="banken", append=True)

    assert [layer.name for layer in describe(path).layers] == ["bomen", "banken"]
    with pytest.raises(FileRefused) as refused:
        rows_of(path)
    assert refused.value.code == "which-layer"
    assert "bomen, banken" in refused.value.text
    (row,) = features_of(path, Choice(layer="banken"))
    assert same_place(row.wkb, POINT)


def test_a_list_is_read_by_the_names_of_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "lijst.csv"
    path.write_bytes("Naam;Breedtegraad;Lengtegraad;Aantal\nCafé;50,94;4,04;7\n;;;\nLeeg;;;1\n".encode("cp1252"))
    first, second = rows_of(path)
    assert isinstance(first, Feature)
    assert same_place(first.wkb, POINT)
    assert first.attributes == {"Naam": "Café", "Aantal": "7"}
    assert isinstance(second, RowRefused)
    assert (second.row, second.code) == (4, "no-geometry")


def test_a_workbook_says_its_system_row_by_row(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["id", "x", "y", "epsg"])
    for number, srid in enumerate((31370, 3812, 4326)):
        at = POINT if srid == 4326 else lambert(POINT, srid)
        book.active.append([f"r{number}", at.x, at.y, srid])
    book.save(tmp_path / "lijst.xlsx")
    rows = features_of(tmp_path / "lijst.xlsx", Choice(id_column="id"))
    assert [row.source_id for row in rows] == ["r0", "r1", "r2"]
    assert all(same_place(row.wkb, POINT, 1e-6) for row in rows)


def test_a_list_in_metres_without_system_gets_a_proposal_which_can_be_taken(tmp_path: Path) -> None:
    path = tmp_path / "lijst.csv"
    at = lambert(POINT)
    path.write_text(f"naam,x,y\nA,{at.x:.2f},{at.y:.2f}\n")
    with pytest.raises(FileRefused) as refused:
        rows_of(path)
    assert refused.value.code == "no-crs"
    first = refused.value.proposals[0]
    assert (first.srid, first.swapped, first.fits, first.of) == (31370, False, 1, 1)
    (row,) = features_of(path, Choice(srid=first.srid, swapped=first.swapped))
    assert same_place(row.wkb, POINT, 1e-6)


def test_what_a_source_calls_a_row_stays_the_same_when_it_is_read_anew(tmp_path: Path) -> None:
    rows = [(POINT, {"naam": "a"}), (SQUARE, {"naam": "b"})]
    ids = [row.source_id for row in features_of(geojson(tmp_path / "een.geojson", rows))]
    turned = [row.source_id for row in features_of(geojson(tmp_path / "twee.geojson", rows[::-1]))]
    assert ids == turned[::-1]
    assert len(set(ids)) == 2


def test_progress_is_told_and_an_exception_from_it_ends_the_reading(tmp_path: Path) -> None:
    path = geojson(tmp_path / "punten.geojson", [(POINT, {"n": number}) for number in range(3000)])
    told: list[int] = []
    with read(path, progress=told.append) as reading:
        assert (reading.read, reading.taken) == (3000, 3000)
        assert len(list(reading.rows())) == len(list(reading.rows())) == 3000
    assert told == sorted(told)
    assert told

    def stop(_rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), read(path, progress=stop):
        pytest.fail("The reading went on")


def test_two_thousand_points_as_openstreetmap_gives_them_are_read_in_seconds(tmp_path: Path) -> None:
    points = [
        (
            shapely.Point(3 + number % 50 / 30, 50.9 + number / 10_000),
            {
                "osm_id": str(27_000_000 + number),
                "name": f"Punt {number}" if number % 3 else None,
                "type": "recycling",
            },
        )
        for number in range(2_000)
    ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    path = geojson(tmp_path / "punten.geojson", points, name="punten", crs=crs)
    (layer,) = describe(path).layers
    assert (layer.name, layer.id_column, layer.srid, layer.count) == ("punten", "osm_id", 4326, 2_000)
    began = time.monotonic()
    rows = features_of(path, Choice(id_column=layer.id_column))
    # A second; others may need the processor meanwhile.
    assert time.monotonic() - began < 10
    assert [row.source_id for row in rows] == [values["osm_id"] for _shape, values in points]
    assert rows[3].attributes == {"osm_id": "27000003", "name": None, "type": "recycling"}
