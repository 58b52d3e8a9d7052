"""A stranger's file reads no other file, fetches nothing, and takes no more than it may."""

import ast
import json
import re
import sqlite3
import stat
import zipfile
from pathlib import Path
from typing import Any

import pyarrow
import pyogrio
import pytest
import shapely
from pyproj import CRS

from maps.files.child.gdal import DRIVERS
from maps.files.child.sniffing import Format, sniff
from maps.files.child.unpacking import unpack
from maps.files.child.vetting import vet
from maps.files.reading import describe
from maps.files.refusals import TEXTS, FileRefused
from sandbox.child import Refusal
from sandbox.limited import Limits, run_limited
from tests.maps.geodata import POINT, SQUARE, features_of, geojson, write, zipped

ROOT = Path(__file__).parents[2]
KML = '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{}</Document></kml>'
PLACEMARK = "<Placemark><name>{}</name><Point><coordinates>4.04,50.94</coordinates></Point></Placemark>"


def refusal_of(function: Any, *arguments: Any) -> str:
    with pytest.raises(Refusal) as refused:
        function(*arguments)
    return refused.value.code


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file that lies beside, which no other file may lead to."""
    return geojson(tmp_path / "geheim.geojson", [(POINT, {"geheim": "sleutel"})])


# ---- other files and addresses ----


def test_every_driver_of_gdal_is_known_so_that_all_but_one_are_left_out() -> None:
    assert set(pyogrio.list_drivers()) == DRIVERS


def test_in_the_child_there_is_one_driver_and_no_socket(tmp_path: Path) -> None:
    with (tmp_path / "leeg").open("wb+") as file:
        limits = Limits(memory_bytes=2_000_000_000, cpu_s=20, answer_bytes=100_000)
        arguments = {"folder": str(tmp_path)}
        answer = json.loads(run_limited("tests.maps.curious:look_around", file, limits, arguments=arguments))
    assert answer == {"drivers": ["GeoJSON"], "socket": "Operation not permitted"}


@pytest.mark.parametrize("root", ["OGRVRTDataSource", "OGRVRTLayer", "GDALTileIndexDataset", "html"])
def test_a_vrt_under_another_name_is_no_format_of_ours(tmp_path: Path, secret: Path, root: str) -> None:
    path = tmp_path / "kaart.geojson"
    path.write_text(f"<{root}><OGRVRTLayer name='x'><SrcDataSource>{secret}</SrcDataSource></OGRVRTLayer></{root}>")
    assert refusal_of(sniff, path) == "unknown-xml"


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE kml [<!ENTITY x SYSTEM "{secret}">]>' + KML.format(PLACEMARK.format("&x;")),
        '<!DOCTYPE kml SYSTEM "{secret}">' + KML.format(PLACEMARK.format("a")),
        '<!DOCTYPE kml [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>' + KML.format(PLACEMARK.format("&b;")),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_with_entities_is_refused_before_anything_reads_it(
    tmp_path: Path, secret: Path, text: str, encoding: str
) -> None:
    path = tmp_path / "kaart.kml"
    path.write_bytes(text.replace("{secret}", str(secret)).encode(encoding))
    assert refusal_of(sniff, path) == "doctype"


def test_what_a_kml_links_to_is_not_fetched(tmp_path: Path, secret: Path) -> None:
    other = tmp_path / "geheim.kml"
    other.write_text(KML.format(PLACEMARK.format("geheim")))
    path = tmp_path / "kaart.kml"
    link = f"<NetworkLink><Link><href>{other}</href></Link></NetworkLink>"
    path.write_text(KML.format(link + PLACEMARK.format("eigen")))
    rows = features_of(path)
    assert [row.attributes["name"] for row in rows] == ["eigen"]


@pytest.mark.parametrize(
    "attribute",
    [
        'xsi:schemaLocation="http://x.example/ /etc/hostname"',
        'xsi:schemaLocation="http://x.example/ ../geheim.xsd"',
        'xsi:schemaLocation="/etc/hostname http://x.example/"',
        "xsi:schemaLocation = 'http://x.example/\nfile:///etc/hostname'",
        'xsi:schemaLocation="http://x.example/ C:\\geheim.xsd"',
        'xsi:schemaLocation="http://x.example/ /vsicurl/http://x.example/a.xsd"',
        'xsi:noNamespaceSchemaLocation="/etc/hostname"',
        'xsi:schemaLocation=""',
    ],
)
def test_a_gml_whose_schema_lies_elsewhere_is_refused(tmp_path: Path, attribute: str) -> None:
    path = tmp_path / "kaart.gml"
    path.write_text(
        '<x:a xmlns:x="http://x.example/" xmlns:gml="http://www.opengis.net/gml" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" {attribute}/>'
    )
    assert sniff(path) is Format.GML
    assert refusal_of(vet, path, Format.GML) == "names-other-file"


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("CREATE VIRTUAL TABLE v USING fts3(a)", "unsafe-geopackage"),
        ("ALTER TABLE kaart ADD COLUMN r TEXT AS (naam || 'x') VIRTUAL", "unsafe-geopackage"),
        ("ALTER TABLE kaart RENAME TO k; CREATE VIEW kaart AS SELECT * FROM k", "view-in-geopackage"),
        ("ALTER TABLE gpkg_contents RENAME TO c; CREATE VIEW gpkg_contents AS SELECT * FROM c", "unsafe-geopackage"),
        ("DROP TABLE gpkg_contents", "no-geopackage"),
    ],
)
def test_a_geopackage_that_reckons_or_points_elsewhere_is_refused(tmp_path: Path, statement: str, code: str) -> None:
    path = write(tmp_path / "kaart.gpkg", [SQUARE], SPATIAL_INDEX="NO")
    base = sqlite3.connect(path)
    base.executescript(f"PRAGMA writable_schema=ON; {statement};")
    base.close()
    assert refusal_of(vet, path, Format.GEOPACKAGE) == code


def test_a_geopackage_as_others_make_them_is_fine(tmp_path: Path) -> None:
    # With its index, which is a virtual table with triggers.
    vet(write(tmp_path / "kaart.gpkg", [SQUARE]), Format.GEOPACKAGE)


@pytest.mark.parametrize("ending", ["geojson", "gml", "gpkg"])
def test_a_system_that_is_the_path_of_a_file_is_not_looked_up_there(tmp_path: Path, ending: str) -> None:
    there = tmp_path / "lambert.prj"
    there.write_text(CRS.from_epsg(31370).to_wkt("WKT1_ESRI"))
    path = tmp_path / f"kaart.{ending}"
    if ending == "geojson":
        crs = {"type": "name", "properties": {"name": str(there), "href": f"file://{there}"}}
        geojson(path, [(SQUARE, {"naam": str(there)})], crs=crs)
    elif ending == "gml":
        write(path, [SQUARE], crs="EPSG:31370")
        path.write_text(path.read_text().replace("urn:ogc:def:crs:EPSG::31370", str(there)))
    else:
        base = sqlite3.connect(write(path, [SQUARE], crs="EPSG:31370"))
        changed = "definition = ?, organization = 'x', organization_coordsys_id = 9"
        base.execute(f"UPDATE gpkg_spatial_ref_sys SET {changed} WHERE srs_id = 31370", [str(there)])
        base.commit()
        base.close()
    (layer,) = describe(path).layers
    # A GeoJSON without a system is in degrees.
    assert layer.srid == (4326 if ending == "geojson" else None)


def test_a_prj_that_names_files_is_no_system_that_we_know(tmp_path: Path, secret: Path) -> None:
    write(tmp_path / "kaart.shp", [SQUARE])
    prj = (
        'PROJCS["x",GEOGCS["x",DATUM["x",SPHEROID["x",6378137,298]],PRIMEM["G",0],UNIT["d",0.0174]],PROJECTION["Mercator'
        f'_1SP"],EXTENSION["PROJ4","+proj=merc +nadgrids={secret}"]]'
    )
    files = {f"kaart.{one}": (tmp_path / f"kaart.{one}") for one in ("shp", "shx", "dbf")}
    path = zipped(tmp_path / "kaart.zip", {**files, "kaart.prj": prj.encode()})
    (layer,) = describe(path).layers
    assert layer.srid is None
    assert [(one.srid, one.swapped) for one in layer.proposals] == [(4326, False)]


# ---- zips ----


def packed(path: Path, name: str, content: bytes = b"{}", *, mode: int = 0) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        entry = zipfile.ZipInfo(name)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = mode << 16
        made.writestr(entry, content)
    return path


@pytest.mark.parametrize("name", ["../kaart.geojson", "/etc/kaart.geojson", "a/../../b.geojson", "c:\\kaart.geojson"])
def test_a_zip_writes_nowhere_else(tmp_path: Path, name: str) -> None:
    assert refusal_of(unpack, packed(tmp_path / "kaart.zip", name), tmp_path) == "packed-name"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["kaart.zip"]


def test_a_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "kaart.zip", "kaart.geojson", b"/etc/hostname", mode=stat.S_IFLNK | 0o777)
    assert refusal_of(unpack, path, tmp_path) == "packed-link"


def test_a_zip_that_says_it_is_too_large_is_refused_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.sizes.LARGEST_UNPACKED_BYTES", 1_000_000)
    path = packed(tmp_path / "kaart.zip", "kaart.geojson", bytes(1_000_001))
    assert path.stat().st_size < 2_000
    assert refusal_of(unpack, path, tmp_path) == "unpacked"


def test_a_zip_that_lies_about_its_size_is_refused_while_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.sizes.LARGEST_UNPACKED_BYTES", 1_000_000)
    path = packed(tmp_path / "kaart.zip", "kaart.geojson", bytes(5_000_000))
    raw = path.read_bytes()
    path.write_bytes(raw.replace((5_000_000).to_bytes(4, "little"), (900_000).to_bytes(4, "little")))
    # Python's own reader stops at the size that the zip says: then its checksum is wrong.
    assert refusal_of(unpack, path, tmp_path) in ("unpacked", "no-zip")


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"a.kml": b"<kml/>", "b.kml": b"<kml/>"}, "files-in-zip"),
        ({"foto.jpg": b"..."}, "files-in-zip"),
        ({"kaart.dbf": b"..."}, "lacks-part"),
        ({"kaart.shp": b"...", "KAART.SHP": b"..."}, "packed-twice"),
        ({f"{number}.txt": b"" for number in range(1001)}, "packed-many"),
        ({f"{'a' * 251}.kml": b""}, "packed-name"),
    ],
)
def test_a_zip_that_holds_no_one_map_is_refused(tmp_path: Path, files: dict[str, bytes], code: str) -> None:
    assert refusal_of(unpack, zipped(tmp_path / "kaart.zip", files), tmp_path) == code


def test_a_zip_in_a_zip_and_one_that_is_cut_off_are_refused(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "in.zip", {"kaart.geojson": b"{}"})
    assert refusal_of(unpack, zipped(tmp_path / "uit.zip", {"kaart.geojson": inner}), tmp_path) == "zip-in-zip"
    cut = tmp_path / "stuk.zip"
    cut.write_bytes(inner.read_bytes()[:-10])
    assert refusal_of(unpack, cut, tmp_path) == "no-zip"


# ---- bounds ----


def test_what_is_too_large_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "groot.geojson"
    with path.open("wb") as file:
        file.truncate(2_000_000_000)
    with pytest.raises(FileRefused) as refused:
        describe(path)
    assert refused.value.code == "large"


def test_who_would_write_more_than_it_may_is_ended_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = geojson(tmp_path / "kaart.geojson", [(POINT, {})])
    monkeypatch.setattr("maps.files.reading.LIMITS", Limits(memory_bytes=10**9, cpu_s=10, answer_bytes=100))
    with pytest.raises(FileRefused) as refused:
        describe(path)
    assert refused.value.text == "Dit bestand is te groot om te lezen. Knip het in stukken."


def test_a_hundred_thousand_rows_are_read_in_bounded_memory(tmp_path: Path) -> None:
    count = 100_000
    names = pyarrow.array([f"element {number}" for number in range(count)])
    path = write(tmp_path / "veel.gpkg", [shapely.to_wkb(SQUARE)] * count, {"naam": names}, SPATIAL_INDEX="NO")
    with path.open("rb") as file:
        limits = Limits(memory_bytes=2_000_000_000, cpu_s=60, answer_bytes=1_000_000_000)
        folder = tmp_path / "werk"
        folder.mkdir()
        answer = run_limited("tests.maps.curious:read_measured", file, limits, arguments={"folder": str(folder)})
    found = json.loads(answer)
    assert found["taken"] == count
    assert found["peak_bytes"] <= 400_000_000


# ---- words ----


def codes_of(path: Path) -> set[str]:
    """The codes that a module refuses with, where they stand in it as text."""
    names = {"Refusal", "_Wrong", "refuse", "Said", "FileRefused"}
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        called = node.func if isinstance(node, ast.Call) else None
        name = getattr(called, "attr", None) or getattr(called, "id", None)
        if isinstance(node, ast.Call) and name in names:
            found |= {code for argument in node.args for code in _codes(argument)}
    return found


def _codes(node: ast.AST) -> set[str]:
    """The code that an argument is, or the two of which it is one."""
    if isinstance(node, ast.IfExp):
        return _codes(node.body) | _codes(node.orelse)
    value = node.value if isinstance(node, ast.Constant) else None
    return {value} if isinstance(value, str) and re.fullmatch("[a-z-]+", value) else set()


def test_every_refusal_has_words() -> None:
    modules = [*(ROOT / "maps" / "files").rglob("*.py")]
    modules += [ROOT / "listings" / "imports" / name for name in ("text_file.py", "workbook.py")]
    codes = set().union(*map(codes_of, modules))
    assert len(codes) > 40
    assert codes <= set(TEXTS)
