"""The reference data that ships."""

import json
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils import translation

from geo import reference
from geo.boundaries import current_quality, municipality_at
from geo.gazetteer import look_up, recognise
from geo.hubs import centre_of, nearest_hub, placement_of
from geo.models import REGION_NAMES, Boundary, Hub, HubRegion, Municipality, PostalCode, Quality
from geo.official import read_areas, store_official
from geo.points import FLANDERS, metric, point_from
from tests.makers import GENT, published

pytestmark = pytest.mark.django_db


def write_official(path: Path, change: dict[str, object] | None = None) -> Path:
    """The approximate areas as someone's GeoJSON, with changes of geometry or code for some NIS codes."""
    features = []
    for boundary in Boundary.objects.of_quality(Quality.APPROXIMATE).select_related("municipality"):
        nis = boundary.municipality.nis
        geometry = boundary.geometry.clone()
        geometry.transform(4326)
        features.append(
            {
                "type": "Feature",
                "properties": {"code": nis},
                "geometry": (change or {}).get(nis, json.loads(geometry.geojson)),
            }
        )
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def test_all_municipalities_hubs_and_postal_codes_are_there() -> None:
    assert Municipality.objects.filter(region="vlaanderen").count() == 285
    assert Municipality.objects.filter(region="brussel").count() == 19
    assert Hub.objects.count() == 12
    assert Hub.objects.get(slug="repair-zkt-hubs").regions.count() == 4
    assert Municipality.objects.without_hub().filter(region="vlaanderen").count() == 74
    assert not Municipality.objects.filter(postal_codes__isnull=True).exists()
    assert PostalCode.objects.filter(code="9000", name="Gent").exists()


def test_loading_twice_writes_nothing() -> None:
    assert sum(reference.load().values()) == 0


def test_the_approximate_areas_cover_each_municipality_s_own_centre() -> None:
    wrong = [row.name_nl for row in Municipality.objects.all() if municipality_at(row.centre) != row]
    assert wrong == []


def test_a_point_knows_its_municipality_and_hubs() -> None:
    point = point_from(lat=GENT[0], lon=GENT[1])
    municipality = municipality_at(point)
    assert municipality is not None
    assert municipality.name_nl == "Gent"
    slugs = set(Hub.objects.filter(pk__in=placement_of(point).hub_ids).values_list("slug", flat=True))
    assert slugs == {"sociaal-circulaire-hub-gent", "repair-zkt-hubs"}


def test_a_place_without_hub_names_the_nearest() -> None:
    antwerp = Municipality.objects.get(name_nl="Antwerpen")
    assert placement_of(antwerp.centre).hub_ids == []
    nearest = nearest_hub(antwerp.centre)
    assert nearest is not None
    assert nearest[0].slug == "ce-hub-regio-mechelen"
    assert 1_000 < nearest[1] < 25_000


def test_the_middle_of_a_hub_counts_each_municipality_once_and_thematic_regions_only_without_others() -> None:
    hub = Hub.objects.create(name="Testhub", slug="testhub")
    aalst, ninove, gent = (Municipality.objects.get(name_nl=name) for name in ("Aalst", "Ninove", "Gent"))
    regions = {"one": ("core", [aalst, ninove]), "two": ("shared", [ninove]), "theme": ("thematic", [gent])}
    for name, (kind, municipalities) in regions.items():
        HubRegion.objects.create(hub=hub, name=name, kind=kind).municipalities.set(municipalities)
    ends = [metric(place.centre).coords for place in (aalst, ninove)]
    assert centre_of(hub).coords == pytest.approx([sum(axis) / 2 for axis in zip(*ends, strict=True)])
    HubRegion.objects.filter(hub=hub).exclude(kind="thematic").delete()
    assert centre_of(hub).coords == pytest.approx(metric(gent.centre).coords)


def test_a_hub_without_municipalities_lies_in_the_middle_of_flanders() -> None:
    middle = centre_of(Hub.objects.create(name="Testhub", slug="testhub"))
    middle.transform(4326)
    west, south, east, north = FLANDERS
    assert middle.coords == pytest.approx([(west + east) / 2, (south + north) / 2], abs=1e-6)


def test_a_border_policy_reaches_into_places_without_hub_and_into_neighbours_only_on_request() -> None:
    mechelen = Hub.objects.get(slug="ce-hub-regio-mechelen")
    antwerp = Municipality.objects.get(name_nl="Antwerpen")
    aalst = Municipality.objects.get(name_nl="Aalst")
    mechelen.buffer_km = 40
    mechelen.save()
    assert mechelen.pk in placement_of(antwerp.centre).hub_ids
    assert mechelen.pk not in placement_of(aalst.centre).hub_ids
    mechelen.shows_neighbours = True
    mechelen.save()
    assert mechelen.pk in placement_of(aalst.centre).hub_ids


def test_official_boundaries_replace_the_approximate_ones_and_listings_move(tmp_path: Path) -> None:
    listing = published()
    ghent, antwerp = (Boundary.objects.get(municipality__name_nl=name) for name in ("Gent", "Antwerpen"))
    swapped = {}
    for one, other in ((ghent, antwerp), (antwerp, ghent)):
        geometry = other.geometry.clone()
        geometry.transform(4326)
        swapped[one.municipality.nis] = json.loads(geometry.geojson)
    path = write_official(tmp_path / "official.geojson", swapped)
    call_command("load_boundaries", str(path), nis_column="code", verbosity=0)
    assert current_quality() == Quality.OFFICIAL
    listing.refresh_from_db()
    assert listing.municipality is not None
    assert listing.municipality.name_nl == "Antwerpen"
    assert listing.hub_ids == []


@pytest.mark.parametrize(
    ("geometry", "says"),
    [
        ({"type": "Polygon", "coordinates": [[[3, 51], [4, 52], [4, 51], [3, 52], [3, 51]]]}, "ongeldige vorm"),
        ({"type": "Point", "coordinates": [3, 51]}, "geen vlak"),
    ],
)
def test_a_broken_area_refuses_the_file_whole(tmp_path: Path, geometry: object, says: str) -> None:
    path = write_official(tmp_path / "broken.geojson", {"44021": geometry})
    with pytest.raises(CommandError, match=says):
        call_command("load_boundaries", str(path), nis_column="code", verbosity=0)
    assert not Boundary.objects.of_quality(Quality.OFFICIAL).exists()


def test_a_wrong_column_names_those_that_are_there(tmp_path: Path) -> None:
    path = write_official(tmp_path / "official.geojson")
    with pytest.raises(ValidationError, match="code"):
        read_areas(path, "nis")


def test_a_file_that_lacks_municipalities_is_refused(tmp_path: Path) -> None:
    areas = read_areas(write_official(tmp_path / "official.geojson"), "code")
    areas.pop("44021")
    with pytest.raises(ValidationError, match="Gent"):
        store_official(areas, source="test")


def test_what_is_no_map_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.geojson"
    path.write_text("no map")
    with pytest.raises(ValidationError, match="geen kaartbestand"):
        read_areas(path, "nis")


@pytest.mark.parametrize(
    ("typed", "first"),
    [("gent", "Gent"), ("Ghent", "Gent"), ("9000", "9000 Gent"), ("Kerkstraat 1, 9300 Aalst", "9300 Aalst"),
     ("oostend", "Oostende"), ("ledeberg", "Ledeberg (Gent)"), ("St Niklaas", "Sint-Niklaas")],
)  # fmt: skip
def test_the_gazetteer_finds_what_is_spelled_roughly(typed: str, first: str) -> None:
    assert first in [found.label for found in look_up(typed)][:2]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("gen", ["Gent", "Genk"]),
        ("Veldstraat 1 Gent", ["Gent"]),
        ("a", ["Antwerpen"]),
        # A house number that looks like the postal code of another town.
        ("Kortrijksesteenweg 1000 Gent", ["Gent"]),
        ("Dorp 1000 Brussel", ["1000 Brussel"]),
        ("9051 Sint-Denijs-Westrem", ["9051 Sint-Denijs-Westrem"]),
        ("Louizalaan 1, 1050 Brussel", ["1050 Elsene"]),
        ("1082 Berchem", ["1082 Sint-Agatha-Berchem"]),
        ("9620", ["9620 Zottegem"]),
        ("1060", ["1060 Sint-Gillis"]),
        ("sint-", ["Sint-Gillis"]),
        ("berg", ["Berg (Kampenhout)"]),
    ],
)
def test_what_is_called_so_comes_before_what_begins_so_and_what_looks_so(typed: str, first: list[str]) -> None:
    assert [found.label for found in look_up(typed)][: len(first)] == first


@pytest.mark.parametrize(
    ("typed", "first"), [("Gnet", "Gent"), ("Leuvne", "Leuven"), ("Antwrepen", "Antwerpen"), ("Kortirjk", "Kortrijk")]
)
def test_letters_that_changed_places_suggest_the_place_and_are_never_taken_for_it(typed: str, first: str) -> None:
    assert look_up(typed)[0].label == first
    assert recognise(typed) is None


@pytest.mark.parametrize(
    ("language", "typed", "label"),
    [("nl", "saint gilles", "Sint-Gillis"), ("fr", "sint gillis", "Saint-Gilles"), ("fr", "gent", "Gand"),
     ("nl", "ixelles", "Elsene"), ("fr", "gentbrugge", "Gentbrugge (Gand)")],
)  # fmt: skip
def test_a_place_has_its_name_in_the_reader_s_language_once(language: str, typed: str, label: str) -> None:
    with translation.override(language):
        labels = [found.label for found in look_up(typed)]
    assert labels[0] == label
    assert len(labels) == len(set(labels))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("gent", "Gent"), ("Ghent", "Gent"), ("Gand", "Gent"), ("9000", "9000 Gent"), ("gen", "Gent"),
     ("sint niklaas", "Sint-Niklaas"), ("St Niklaas", "Sint-Niklaas"), ("Mechlen", "Mechelen"), ("de haan", "De Haan"),
     ("veldstraat 1 gent", "Gent"), ("Dorp 5 Sint Niklaas", "Sint-Niklaas"), ("Dorp 2, 9300 Aalst", "9300 Aalst"),
     ("dorp 3 heist op den berg", "Heist-op-den-Berg"), ("Dorp 3 Mechlen", "Mechelen"), ("Dorp 1, Gent", "Gent"),
     ("Parijs", None), ("Londen", None), ("a", None), ("90", None), ("", None), ("%", None), ("\x00", None),
     ("Nergenshuizen", None), ("Rue de la Paix 3 Parijs", None)],
)  # fmt: skip
def test_a_place_is_taken_without_asking_only_when_it_is_surely_meant(typed: str, meant: str | None) -> None:
    found = recognise(typed)
    assert (found.label if found else None) == meant


@pytest.mark.parametrize(
    ("nis", "dutch", "english", "french"),
    [
        ("21004", "Brussel", "Brussels", "Bruxelles"), ("44021", "Gent", "Ghent", "Gand"),
        ("11002", "Antwerpen", "Antwerp", "Anvers"), ("31005", "Brugge", "Bruges", "Bruges"),
        ("21009", "Elsene", "Ixelles", "Ixelles"), ("34022", "Kortrijk", "Kortrijk", "Courtrai"),
        ("46030", "Beveren-Kruibeke-Zwijndrecht", "Beveren-Kruibeke-Zwijndrecht", "Beveren-Kruibeke-Zwijndrecht"),
    ],
)  # fmt: skip
def test_a_municipality_is_called_as_its_reader_calls_it(nis: str, dutch: str, english: str, french: str) -> None:
    row = Municipality.objects.get(nis=nis)
    for language, name in (("nl", dutch), ("en", english), ("fr", french)):
        with translation.override(language):
            assert row.name == name


def test_every_region_that_ships_has_a_name_in_three_languages() -> None:
    assert {row["region"] for row in reference._rows("hub_regions.csv")} == REGION_NAMES
    with translation.override("fr"):
        assert HubRegion.objects.filter(name="Zuid-West-Vlaanderen")[0].shown_name == "Sud de la Flandre-Occidentale"
        assert HubRegion(name="Onze eigen streek").shown_name == "Onze eigen streek"
