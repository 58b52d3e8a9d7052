"""The boundaries that ship: whole, of the right size, within the real cantons, and along the real coast and border."""

import csv
import io
import json
from pathlib import Path

import pytest
import shapely
from django.contrib.gis.geos import MultiPolygon, Point
from django.core.management import call_command

from geo import reference
from geo.approximate import approximate_boundaries
from geo.boundaries import NEAR_MISS_M, municipality_at
from geo.management.commands.compare_boundaries import compared
from geo.management.commands.distil_boundaries import (
    Canton,
    belgian_cantons,
    parts_of,
    published_areas,
    shipped_seeds,
)
from geo.models import Boundary, Municipality, Place, Quality
from geo.points import OUTLINE, WGS84_SRID, metric, metric_all
from geo.reference import DATA

Areas = dict[str, shapely.Geometry]


def as_shapely(area: MultiPolygon) -> shapely.Geometry:
    return shapely.from_wkb(bytes(area.wkb))


@pytest.fixture(scope="module")
def areas() -> Areas:
    return {nis: as_shapely(area) for nis, area in approximate_boundaries().items()}


@pytest.fixture(scope="module")
def cantons() -> list[Canton]:
    """All of Belgium."""
    return belgian_cantons()


@pytest.fixture(scope="module")
def our_cantons(cantons: list[Canton], areas: Areas) -> list[Canton]:
    return [canton for canton in cantons if (canton.whole | canton.partial) & set(areas)]


def test_the_areas_of_all_municipalities_touch_without_gaps_or_overlaps(areas: Areas) -> None:
    with (DATA / "municipalities.csv").open(newline="") as file:
        assert set(areas) == {row["nis"] for row in csv.DictReader(file)}
    assert shapely.coverage_is_valid(list(areas.values()))
    together = shapely.union_all(list(areas.values()))
    # What Baarle's Dutch enclaves leave open is all; a gap between neighbours would be a hole of its own.
    assert sum(len(part.interiors) for part in shapely.get_parts(together)) <= 10


def test_published_areas_add_up_to_the_cantons(our_cantons: list[Canton]) -> None:
    """They come from elsewhere: where both agree, both are right."""
    published = published_areas()
    whole = [canton for canton in our_cantons if not canton.partial]
    assert len(whole) > 60
    for canton in whole:
        assert sum(published[nis] for nis in canton.whole) == pytest.approx(canton.outline.area, rel=0.01)
    assert sum(published.values()) == pytest.approx(sum(canton.outline.area for canton in our_cantons), rel=0.002)


def test_each_municipality_is_as_large_as_published(areas: Areas) -> None:
    published = published_areas()
    assert set(published) == set(areas)
    off = {nis: abs(areas[nis].area / size - 1) for nis, size in published.items()}
    assert max(off.values()) < 0.12
    assert sum(share < 0.02 for share in off.values()) > 0.9 * len(off)


def test_each_municipality_lies_in_its_own_cantons(areas: Areas, our_cantons: list[Canton]) -> None:
    """That alone puts whole regions right: most of them are made of whole cantons."""
    outside = {}
    for nis, area in areas.items():
        own = [canton.outline for canton in our_cantons if nis in canton.whole | canton.partial]
        outside[nis] = area.difference(shapely.union_all(own)).area
        # The smallest, around Brussels, are rounded off the most.
        assert outside[nis] < 0.05 * area.area, nis
    assert sum(outside.values()) < 0.003 * sum(area.area for area in areas.values())


def test_a_canton_of_one_municipality_is_its_boundary(areas: Areas, our_cantons: list[Canton]) -> None:
    alone = [canton for canton in our_cantons if len(canton.whole | canton.partial) == 1]
    assert len(alone) > 25
    for canton in alone:
        (nis,) = canton.whole | canton.partial
        assert canton.outline.difference(areas[nis]).area < 0.05 * canton.outline.area, nis


def test_the_outer_border_and_the_coast_are_the_real_ones(areas: Areas, our_cantons: list[Canton]) -> None:
    ours = shapely.union_all(list(areas.values()))
    real = shapely.union_all([canton.outline for canton in our_cantons])
    assert ours.symmetric_difference(real).area < 0.0005 * real.area
    assert shapely.hausdorff_distance(ours, real) < 200


def test_the_outline_of_belgium_holds_all_that_may_belong_to_a_municipality(cantons: list[Canton]) -> None:
    ring = json.loads(OUTLINE.read_text())["coordinates"][0]
    outline = shapely.Polygon(metric_all([(lon, lat) for lon, lat in ring]))
    belgium = shapely.union_all([canton.outline for canton in cantons])
    assert outline.contains(belgium.buffer(NEAR_MISS_M))
    assert belgium.buffer(NEAR_MISS_M + 1_000).contains(outline)


def test_distilling_again_gives_what_ships(tmp_path: Path, areas: Areas) -> None:
    """But for what another processor rounds otherwise: run distil_boundaries after a change of the places."""
    call_command("distil_boundaries", into=tmp_path, verbosity=0, stdout=io.StringIO())
    with (tmp_path / "boundaries.csv").open(newline="") as file:
        again = {row["nis"]: shapely.from_wkt(row["area"]) for row in csv.DictReader(file)}
    assert set(again) == set(areas)
    wrong = sum(areas[nis].symmetric_difference(area).area for nis, area in again.items())
    assert wrong < 0.0005 * sum(area.area for area in areas.values())
    assert json.loads((tmp_path / "belgium.geojson").read_text()) == json.loads(OUTLINE.read_text())


def test_villages_that_were_left_out_fall_in_their_own_municipality(our_cantons: list[Canton]) -> None:
    """How good the drawing is where nothing told it: each third village is kept from it, the largest aside."""
    seeds, left_out = shipped_seeds(), []
    for number, nis in enumerate(sorted(seeds)):
        largest, *others = sorted(seeds[nis], key=lambda seed: -seed.population)
        left_out += [(nis, seed) for place, seed in enumerate(others) if (number + place) % 3 == 0]
        seeds[nis] = [largest, *(seed for place, seed in enumerate(others) if (number + place) % 3)]
    areas, asked, right = published_areas(), 0, 0
    for canton in our_cantons:
        shapely.prepare(canton.outline)
        here = [(nis, seed) for nis, seed in left_out if shapely.contains_xy(canton.outline, seed.x, seed.y)]
        if here and len(canton.whole | canton.partial) > 1:
            parts = dict(parts_of(canton, areas, seeds))
            asked += len(here)
            right += sum(bool(shapely.contains_xy(parts[nis], seed.x, seed.y)) for nis, seed in here if nis in parts)
    assert asked > 200
    assert right > 0.87 * asked


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("lat", "lon", "name"),
    [
        pytest.param(51.0900, 2.5460, "De Panne", id="the beach at the French border"),
        pytest.param(51.2370, 2.9140, "Oostende", id="the western pier of Oostende"),
        pytest.param(51.3590, 3.1950, "Brugge", id="the far end of the dam of Zeebrugge"),
        pytest.param(51.3700, 3.3650, "Knokke-Heist", id="the Zwin"),
        pytest.param(51.1800, 2.6600, None, id="the sea, four kilometres off Koksijde"),
        pytest.param(51.2700, 2.9300, None, id="the sea, three kilometres off Oostende"),
        pytest.param(50.7174, 4.6000, None, id="Wavre"),
        pytest.param(50.6056, 3.3880, None, id="Tournai"),
        pytest.param(50.6326, 5.5797, None, id="Liège"),
        pytest.param(50.6970, 5.2550, None, id="Waremme"),
        pytest.param(50.7420, 3.2150, None, id="Mouscron"),
        pytest.param(50.6294, 3.7786, None, id="Ath"),
        pytest.param(50.6830, 4.3730, None, id="Waterloo's lion"),
        pytest.param(51.4500, 4.9330, "Baarle-Hertog", id="an enclave of Baarle-Hertog"),
        pytest.param(50.7480, 5.8100, "Voeren", id="Voeren, on the other side of the Maas"),
        pytest.param(51.2865, 5.1890, "Mol", id="the abbey of Postel"),
    ],
)
def test_the_edge_of_the_land_is_where_it_is(lat: float, lon: float, name: str | None) -> None:
    found = municipality_at(Point(lon, lat, srid=WGS84_SRID))
    assert (found.name_nl if found else None) == name


@pytest.mark.django_db
def test_places_lie_in_their_own_municipality() -> None:
    """The few others are points of the source, which lie across the border of their canton."""
    boundaries = Boundary.objects.of_quality(Quality.APPROXIMATE)
    areas: dict[int | None, MultiPolygon] = {row.municipality_id: row.geometry for row in boundaries}
    places = Place.objects.shipped()
    assert len(places) > 1_000
    off = [areas[place.municipality_id].distance(metric(place.location)) for place in places]
    assert sum(distance > 0 for distance in off) <= 0.02 * len(off)
    assert max(off) < 2_000


@pytest.mark.django_db
def test_a_boundary_that_differs_is_replaced_with_all_others_once() -> None:
    ghent = Boundary.objects.get(quality=Quality.APPROXIMATE, municipality__name_nl="Gent")
    right = ghent.geometry.clone()
    ghent.geometry = MultiPolygon(ghent.geometry[0].envelope, srid=ghent.geometry.srid)
    ghent.save()
    assert reference.load()["boundaries"] == Municipality.objects.count()
    assert Boundary.objects.get(quality=Quality.APPROXIMATE, municipality__name_nl="Gent").geometry == right
    assert reference.load()["boundaries"] == 0


@pytest.mark.django_db
def test_a_comparison_finds_what_lies_in_another_municipality_and_region() -> None:
    # Ghent and Antwerp change places: they are in different regions. Aalst and Ninove do: they are in the same.
    official = approximate_boundaries()
    nis = dict(Municipality.objects.values_list("name_nl", "nis"))
    total = sum(area.area for area in official.values())
    size = {name: official[nis[name]].area for name in ("Gent", "Antwerpen", "Aalst", "Ninove")}
    for one, other in (("Gent", "Antwerpen"), ("Aalst", "Ninove")):
        official[nis[one]], official[nis[other]] = official[nis[other]], official[nis[one]]
    found = compared(official)
    assert found.municipality == pytest.approx(1 - sum(size.values()) / total)
    assert found.region == pytest.approx(1 - (size["Gent"] + size["Antwerpen"]) / total)
    assert found.border == pytest.approx(0, abs=1e-9)
    assert max(found.wrong_m2, key=lambda code: found.wrong_m2[code]) == nis["Gent"]


@pytest.mark.django_db
def test_a_comparison_finds_land_that_lacks_and_land_too_much(tmp_path: Path) -> None:
    official = approximate_boundaries()
    nis = Municipality.objects.get(name_nl="De Panne").nis
    size, total = official[nis].area, sum(area.area for area in official.values())
    official[nis] = MultiPolygon(official[nis].envelope, srid=official[nis].srid)
    found = compared(official)
    larger = official[nis].area - size
    assert found.municipality == pytest.approx(1 - larger / (total + larger), rel=1e-3)
    assert 0 < found.border < larger / total
    path = tmp_path / "official.geojson"
    features = []
    for code, area in official.items():
        area.transform(4326)
        features.append({"type": "Feature", "properties": {"nis": code}, "geometry": json.loads(area.geojson)})
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    said = io.StringIO()
    call_command("compare_boundaries", str(path), stdout=said)
    first, second, third, fourth = said.getvalue().splitlines()
    assert first.startswith("right municipality: 99.")
    assert second.startswith("right reference region: 99.")
    assert third.startswith("outer border: 0.")
    assert fourth.startswith("most in a wrong municipality: De Panne (")
