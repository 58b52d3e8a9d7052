"""GDAL reads /ogc/ from a running server in another process: Debian's programs, and the newer GDAL of pyogrio's wheel.

QGIS reads by the provider of its own; what it needs beside the standard (links to the service's description and its
classes, addresses without a detour) the tests of the standard hold.
"""

import datetime as dt
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
import shapely
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.geos import GEOSGeometry
from django.urls import reverse

from geo.models import HubRegion, Municipality
from listings.models import Listing
from maps import services
from maps.models import MapFeature, MapLayer
from tests.databases import demo_listings
from tests.house.pages import Command, commands
from tests.house.running import free_port, short_folder, soon, web_server
from tests.listings.test_plans import plan_of
from tests.maps.makers import LINE, SQUARE, Story, shape
from tests.maps.ogc.geojson import turned
from tests.maps.ogc.reading import fill, sent_by
from tests.maps.test_round_trip import random_layer

pytestmark = [pytest.mark.django_db, pytest.mark.server]
#: More than two pages of GDAL's own length.
MANY = 2_100

#: What pyogrio is asked, in one process of its own: it holds Python's lock while it opens. Its log goes to the other
#: stream, with the name of each question before what it asked of the server.
READER = """
import json, sys
import numpy, pyogrio, pyogrio.raw, shapely
address, questions = sys.argv[1], json.loads(sys.argv[2])

def plain(value):
    if isinstance(value, numpy.ndarray | list):
        return [plain(each) for each in value]
    if value is None or value != value:
        return None
    return value.item() if isinstance(value, numpy.bool_ | numpy.integer | numpy.floating) else str(value)

pyogrio.set_gdal_config_options({"CPL_DEBUG": "ON", "GDAL_HTTP_TIMEOUT": "30"})
answers = {"all": [name for name, _shape in pyogrio.list_layers(address).tolist()]}
for name, asked in questions.items():
    print("== " + name, file=sys.stderr, flush=True)
    asked = {key: tuple(value) if key == "bbox" else value for key, value in asked.items()}
    meta, fids, shapes, columns = pyogrio.raw.read(address, return_fids=True, **asked)
    answers[name] = {
        "crs": meta["crs"], "fids": fids.tolist(), "types": dict(zip(meta["fields"], map(str, meta["dtypes"]))),
        "places": [shapely.get_coordinates(shape)[:4].round(6).tolist() for shape in shapely.from_wkb(shapes)],
        "columns": {key: [plain(value) for value in column] for key, column in zip(meta["fields"], columns)},
    }
print(json.dumps(answers))
"""
#: Debian's GDAL asks for ten features at a time where nobody says otherwise.
LONG_PAGES = ("-oo", "PAGE_SIZE=1000")
BOX = (3.5, 50.9, 4.0, 51.2)


@dataclass(frozen=True)
class Site:
    root: str
    layer: MapLayer
    shapes: MapLayer
    #: Elements with all their fields, whatever may stand in them.
    random: MapLayer
    log: Path

    @property
    def address(self) -> str:
        return f"OAPIF:{self.root}"


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: Any) -> Iterator[Site]:
    """Listings of the demo, a layer of many points and one of lines and areas, behind the production web server."""
    with django_db_blocker.unblock(), demo_listings(800, seed=3), short_folder() as folder:
        story = Story()
        fill(story.layer, MANY)
        shapes = services.create_layer(by=story.manager, material_map=story.map, title="Vormen")
        for given in (SQUARE, LINE):
            feature = services.add_feature(
                by=story.editor, layer=shapes, kind="stock", title="Een vorm", geometry=shape(given)
            )
            services.publish_feature(by=story.manager, feature=feature)
        random = random_layer(shown=True).layer
        # One was changed so late in a second that rounding makes it the next.
        changed = random.features.latest("updated_at")
        late = changed.updated_at.replace(microsecond=999_700)
        MapFeature.objects.filter(pk=changed.pk).update(updated_at=late)
        port = free_port()
        with web_server(folder, bind=f"127.0.0.1:{port}"):
            made = Site(f"http://127.0.0.1:{port}/ogc", story.layer, shapes, random, folder / "web.log")
            assert soon(lambda: answers(f"{made.root}/")), made.log.read_text()
            yield made


def of_manual(*programs: str) -> list[Command]:
    """The commands of docs/ogc.md that begin with one of these."""
    return [each for each in commands() if each.page.name == "ogc.md" and each.words[:1] and each.words[0] in programs]


def answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


#: A GeoPackage has no lists: months of a season come as text, which newer versions of GDAL tell and older ones don't.
LISTS_BECOME_TEXT = "The output driver does not seem to natively support IntegerList type for field season_months."


def gdal(*command: str) -> tuple[str, list[str]]:
    """What one of Debian's programs prints, and the addresses that it asked."""
    env = os.environ | {"CPL_DEBUG": "ON", "GDAL_HTTP_TIMEOUT": "30"}
    done = subprocess.run(command, capture_output=True, text=True, env=env, timeout=120)
    assert done.returncode == 0, done.stderr
    complaints = re.findall(r"^(?:ERROR|Warning) \d: (.*)", done.stderr, re.M)
    assert [words for words in complaints if not words.startswith(LISTS_BECOME_TEXT)] == [], done.stderr
    return done.stdout, re.findall(r"Fetch\((\S+?)\)", done.stderr)


@dataclass(frozen=True)
class Wheel:
    """What pyogrio answered, and the addresses that it asked for each."""

    answers: dict[str, Any]
    asked: dict[str, list[str]]


@pytest.fixture(scope="module")
def wheel(site: Site) -> Wheel:
    layer = {"layer": f"layer-{site.layer.pk}"}
    questions: dict[str, Any] = {name: {"layer": name} for name in counts()} | {
        "flows": layer | {"where": "kind = 'flow'"},
        "seven": layer | {"where": "kind = 'stock' AND quantity = 7"},
        "titled": layer | {"where": "title = 'Nummer 77' AND kind = 'stock'"},
        "box": layer | {"bbox": BOX},
    }
    done = subprocess.run(
        [sys.executable, "-c", READER, site.address, json.dumps(questions)],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    logs = dict(part.split("\n", 1) for part in done.stderr.split("== ")[1:])
    asked = {name: re.findall(r"Fetch\((\S+?)\)", log) for name, log in logs.items()}
    return Wheel(json.loads(done.stdout.splitlines()[-1]), asked)


def counts() -> dict[str, int]:
    """How many features each collection has, by what is stored."""
    public = MapLayer.objects.filter(visibility=4, deleted_at=None, map__deleted_at=None)
    elements = MapFeature.objects.filter(state="published", visibility=4)
    return {
        "listings": Listing.objects.filter(status="published").count(),
        "hub-regions": HubRegion.objects.exclude(kind="thematic").count(),
        "municipalities": Municipality.objects.count(),
    } | {f"layer-{layer.pk}": elements.filter(layer=layer).count() for layer in public}


def read_by_ogr2ogr(site: Site, tmp_path: Path, *options: str) -> tuple[list[Any], list[str]]:
    """Features that Debian's GDAL reads, as it writes them."""
    written = tmp_path / "read.geojson"
    written.unlink(missing_ok=True)
    _said, asked = gdal("ogr2ogr", "-f", "GeoJSON", "-preserve_fid", *LONG_PAGES, str(written), site.address, *options)
    return json.loads(written.read_text())["features"], asked


def test_debians_gdal_lists_all_collections(site: Site) -> None:
    said, _asked = gdal("ogrinfo", "-ro", site.address)
    assert sorted(re.findall(r"^\d+: (\S+)", said, re.M)) == sorted(counts())


def test_debians_gdal_counts_as_the_database_does(site: Site) -> None:
    assert counts()[f"layer-{site.layer.pk}"] == MANY
    for name, count in counts().items():
        said, _asked = gdal("ogrinfo", "-ro", "-so", site.address, name)
        assert f"Feature Count: {count}\n" in said, name


def test_debians_gdal_reads_all_elements_with_their_attributes(site: Site, tmp_path: Path) -> None:
    found, asked = read_by_ogr2ogr(site, tmp_path, f"layer-{site.layer.pk}")
    stored = {each.pk: each for each in MapFeature.objects.filter(layer=site.layer)}
    assert len(found) == len(stored) == MANY
    for feature in found:
        each, told = stored.pop(feature["id"]), feature["properties"]
        assert (told["title"], told["kind"], told["quantity"]) == (each.title, each.kind, each.quantity)
        assert (told["unit"], told["material"], told["period"]) == (each.unit, None, each.period or None)
        assert feature["geometry"]["coordinates"] == pytest.approx(each.geometry.coords, abs=1e-7)
    assert stored == {}
    assert len([address for address in asked if "cursor=" in address]) >= 2


def same_place(read: Any, stored: GEOSGeometry) -> bool:
    """Whether two are the same shape to the seventh decimal, wherever a ring begins and whichever way it goes."""
    pair = [shapely.from_geojson(json.dumps(read)), shapely.from_wkb(bytes(stored.wkb))]
    one, other = (shapely.normalize(shapely.set_precision(each, 1e-7, mode="pointwise")) for each in pair)
    return bool(shapely.equals_exact(one, other, tolerance=2e-7))


def told_of(each: MapFeature) -> dict[str, Any]:
    """All that clients may read of an element, by what is stored; moments as such, numbers as floats."""
    organisation, municipality = each.source_organisation, each.municipality
    return {
        "kind": each.kind,
        "title": each.title,
        "description": each.description or None,
        "material": each.material.code if each.material else None,
        "material_name": each.material.name_nl if each.material else None,
        "quantity": None if each.quantity is None else float(each.quantity),
        "unit": each.unit or None,
        "mass_kg": None if each.mass_kg is None else float(each.mass_kg),
        "quantity_basis": each.quantity_basis,
        "period": each.period or None,
        "season_months": each.season_months,
        "form": each.form or None,
        "composition": each.composition or None,
        "contaminants": each.contaminants or None,
        "declared_status": each.declared_status,
        "eural_code": each.eural_code or None,
        "source": organisation.name if organisation else each.source_name or None,
        "source_reference": each.source_reference or None,
        "destination": each.destination or None,
        "available_from": each.available_from and each.available_from.isoformat(),
        "available_until": each.available_until and each.available_until.isoformat(),
        "certainty": each.certainty,
        "municipality": municipality.name_nl if municipality else None,
        "nis": municipality.nis if municipality else None,
        "verified_at": each.verified_at,
        "updated_at": each.updated_at,
        "url": f"{settings.SITE_URL}{reverse('map-element', args=[each.pk])}",
    }


def stored_of(site: Site) -> dict[int, dict[str, Any]]:
    rows = site.random.features.select_related("material", "source_organisation", "municipality")
    found = {each.pk: told_of(each) for each in rows}
    assert len(found) == 40
    # Each column has a value somewhere, and somewhere none where that may be: else it would be held to nothing.
    told = list(found.values())
    assert all(any(each[name] not in (None, []) for each in told) for name in told[0])
    assert {name for name in told[0] if any(each[name] is None for each in told)} >= {
        "material", "quantity", "period", "eural_code", "source", "available_from", "available_until",
    }  # fmt: skip
    return found


def differences(stored: dict[int, dict[str, Any]], read: dict[int, dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Where what a client read isn't what is stored: moments to the millisecond, as fine as GDAL keeps them."""
    assert stored.keys() == read.keys()
    found = []
    for number, told in stored.items():
        assert told.keys() == read[number].keys()
        for name, value in told.items():
            other = read[number][name]
            if isinstance(value, dt.datetime):
                moment = dt.datetime.fromisoformat(other)
                moment = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
                is_same = abs(moment - value) < dt.timedelta(milliseconds=2)
            else:
                is_same = other == value
            if not is_same:
                found.append((number, name, value, other))
    return found


def test_debians_gdal_reads_every_column_as_it_is_stored(site: Site, tmp_path: Path) -> None:
    found, _asked = read_by_ogr2ogr(site, tmp_path, f"layer-{site.random.pk}")
    # Newer ones leave out a list of nothing.
    read = {each["id"]: {"season_months": []} | each["properties"] for each in found}
    assert differences(stored_of(site), read) == []
    shapes = {each.pk: each.geometry for each in site.random.features.all()}
    for feature in found:
        assert same_place(feature["geometry"], shapes[feature["id"]])


def test_pyogrio_reads_every_column_as_it_is_stored(site: Site, wheel: Wheel) -> None:
    read = wheel.answers[f"layer-{site.random.pk}"]
    rows = zip(*read["columns"].values(), strict=True)
    found = {
        number: dict(zip(read["columns"], row, strict=True)) for number, row in zip(read["fids"], rows, strict=True)
    }
    # To this GDAL a list of nothing is no value.
    stored = {
        number: told | {"season_months": told["season_months"] or None} for number, told in stored_of(site).items()
    }
    assert differences(stored, found) == []
    types = {name: kind.split("[")[0] for name, kind in read["types"].items()}
    assert {name for name, kind in types.items() if kind == "datetime64"} == {
        "available_from", "available_until", "verified_at", "updated_at",
    }  # fmt: skip
    assert {name for name, kind in types.items() if kind == "float64"} == {"quantity", "mass_kg"}


def test_debians_gdal_reads_every_other_collection_whole(site: Site, tmp_path: Path) -> None:
    for name, count in counts().items():
        found, _asked = read_by_ogr2ogr(site, tmp_path, name)
        assert len({feature["id"] for feature in found}) == len(found) == count, name
        assert all(feature["geometry"] for feature in found)
    shapes = [feature["geometry"] for feature in read_by_ogr2ogr(site, tmp_path, f"layer-{site.shapes.pk}")[0]]
    assert shapes == [turned(SQUARE), LINE]


def test_debians_gdal_has_the_server_filter(site: Site, tmp_path: Path) -> None:
    name = f"layer-{site.layer.pk}"
    found, asked = read_by_ogr2ogr(site, tmp_path, name, "-where", "kind = 'flow'")
    assert len(found) == MapFeature.objects.filter(layer=site.layer, kind="flow").count() > 100
    assert any("kind=flow" in address for address in asked), asked
    found, asked = read_by_ogr2ogr(site, tmp_path, name, "-spat", *map(str, BOX))
    inside = MapFeature.objects.filter(layer=site.layer).within_box(BOX)
    assert {feature["id"] for feature in found} == set(inside.values_list("pk", flat=True))
    assert len(found) > 50
    assert any("bbox=3.5" in address for address in asked), asked


def test_debians_gdal_asks_for_one_by_its_number(site: Site) -> None:
    one = MapFeature.objects.filter(layer=site.layer).latest("pk")
    said, asked = gdal("ogrinfo", "-ro", site.address, f"layer-{site.layer.pk}", "-fid", str(one.pk))
    assert f"title (String) = {one.title}\n" in said
    assert any(address.split("?")[0].endswith(f"/items/{one.pk}") for address in asked), asked


@pytest.mark.parametrize("command", of_manual("ogrinfo", "ogr2ogr"), ids=str)
def test_a_command_of_the_manual_runs(
    site: Site, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    theirs = {
        "layer-12": f"layer-{site.shapes.pk}", "http://127.0.0.1:8000": site.root.removesuffix("/ogc"),
        "/maps/12": f"/maps/{site.shapes.pk}",
    }  # fmt: skip
    words = list(command.words)
    for old, new in theirs.items():
        words = [word.replace(old, new) for word in words]
    assert words != command.words
    gdal(*words)
    assert list(tmp_path.iterdir()) or command.words[0] == "ogrinfo"


@pytest.mark.parametrize(
    ("asked", "index"), [({}, "listings_listing_pkey"), ({"bbox": "2.6,50.75,3.6,51.4"}, "nearby_any")]
)
def test_a_page_of_listings_is_read_along_an_index(site: Site, asked: dict[str, str], index: str) -> None:
    plan = plan_of(*sent_by("listings", {"limit": "10", **asked}))
    assert f"Index Scan using {index} on listings_listing" in plan, plan


def test_pyogrio_lists_and_counts_all_collections(wheel: Wheel) -> None:
    assert sorted(wheel.answers["all"]) == sorted(counts())
    for name, count in counts().items():
        fids = wheel.answers[name]["fids"]
        assert len(set(fids)) == len(fids) == count, name


def test_pyogrio_reads_all_elements_with_their_attributes_in_few_pages(site: Site, wheel: Wheel) -> None:
    read = wheel.answers[f"layer-{site.layer.pk}"]
    stored = list(MapFeature.objects.filter(layer=site.layer).order_by("pk"))
    assert read["fids"] == [each.pk for each in stored]
    assert read["columns"]["title"] == [each.title for each in stored]
    assert read["columns"]["quantity"] == [float(each.quantity or 0) for each in stored]
    for place, each in zip(read["places"], stored, strict=True):
        assert place[0] == pytest.approx(each.geometry.coords, abs=1e-6)
    # The types come from the schema: no sample has to hold a value.
    assert read["types"]["available_from"].startswith("datetime64")
    assert (read["types"]["quantity"], read["types"]["material"]) == ("float64", "object")
    assert len([address for address in wheel.asked[f"layer-{site.layer.pk}"] if "/items" in address]) <= 8


def test_pyogrio_reads_areas_in_the_system_in_which_they_are_kept(wheel: Wheel) -> None:
    read = wheel.answers["municipalities"]
    assert read["crs"] == "EPSG:3812"
    gent = read["places"][read["fids"].index(44021)]
    assert len(gent) == 4
    assert all(500_000 < x < 800_000 and 500_000 < y < 800_000 for x, y in gent)
    assert any("EPSG%2F0%2F3812" in address or "EPSG/0/3812" in address for address in wheel.asked["municipalities"])


@pytest.mark.parametrize(
    ("question", "wanted", "narrowed"),
    [
        ("flows", "kind=flow", {"kind": "flow"}),
        # GDAL asks for texts alone, and looks at numbers itself.
        ("seven", "kind=stock", {"kind": "stock", "quantity": 7}),
        ("titled", "title=Nummer%2077", {"title": "Nummer 77"}),
    ],
)
def test_pyogrio_has_the_server_filter(site: Site, wheel: Wheel, question: str, wanted: str, narrowed: Any) -> None:
    stored = MapFeature.objects.filter(layer=site.layer, **narrowed).order_by("pk")
    assert wheel.answers[question]["fids"] == list(stored.values_list("pk", flat=True))
    assert wheel.answers[question]["fids"]
    assert any(wanted in address for address in wheel.asked[question]), wheel.asked[question]


def test_pyogrio_has_the_server_look_in_a_box(site: Site, wheel: Wheel) -> None:
    inside = MapFeature.objects.filter(layer=site.layer).within_box(BOX)
    found = wheel.answers["box"]["fids"]
    assert len(set(found)) == len(found) > 50
    assert set(found) == set(inside.values_list("pk", flat=True))
    assert any("bbox=3.5" in address for address in wheel.asked["box"]), wheel.asked["box"]


def test_listings_are_read_with_what_a_stranger_may_see(wheel: Wheel) -> None:
    read = wheel.answers["listings"]
    stored = Listing.objects.visible_to(AnonymousUser()).published().select_related("organisation").order_by("pk")
    assert read["fids"] == [each.pk for each in stored]
    named = [None if each.hub_only else each.organisation.name for each in stored]
    assert read["columns"]["organisation"] == named
    for place, each in zip(read["places"], stored, strict=True):
        assert each.shown_location is not None
        assert place[0] == pytest.approx(each.shown_location.coords, abs=1e-6)
