"""One file laid on the maps of all hubs: each row on that of every hub that shows what lies there, by one command."""

import re
import time
from collections import defaultdict
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.core.management import CommandError, call_command

from geo.hubs import placement_of
from geo.models import Hub
from geo.points import point_from
from maps import services
from maps.models import MapFeature, MapImport, MapLayer, MaterialMap
from tests.makers import make_user
from tests.maps.geodata import geojson
from tests.maps.makers import hub, staff_of

pytestmark = pytest.mark.django_db
LAYER = "Herhaalpunten"
GENT, AALST, ANTWERPEN, BRUSSEL = (3.72, 51.05), (4.04, 50.94), (4.40, 51.22), (4.35, 50.84)
#: As a source of such points has them: many bear no name.
SAID = {"set": ["title=Inzamelpunt", "kind=stock"]}


def row(number: int, place: tuple[float, float], **more: Any) -> tuple[Any, dict[str, Any]]:
    name = f"Containerpark {number}" if number % 3 else None
    return shapely.Point(place), {"osm_id": str(90_000 + number), "name": name, "type": "recycling"} | more


def across_flanders(count: int) -> list[tuple[float, float]]:
    """So many places from the coast to Limburg, Brussels and municipalities without a hub among them."""
    return [(2.95 + number % 61 * 0.043, 50.81 + number // 61 * 0.0125) for number in range(count)]


def maps_of_all_hubs(without: str = "") -> None:
    MaterialMap.objects.bulk_create(
        [MaterialMap(hub=one, slug="kaart", title="Kaart") for one in Hub.objects.exclude(slug=without)]
    )


def command(path: Path, **options: Any) -> str:
    said = StringIO()
    options = {"hub": "all", "map": "kaart", "layer": LAYER, "new": True} | SAID | options
    call_command("import_map", str(path), stdout=said, stderr=said, **options)
    return said.getvalue()


def refused(path: Path, **options: Any) -> str:
    said = StringIO()
    options = {"hub": "all", "map": "kaart", "layer": LAYER, "new": True} | SAID | options
    with pytest.raises(CommandError) as error:
        call_command("import_map", str(path), stdout=said, stderr=said, **options)
    assert not MapFeature.objects.exists()
    assert not MapImport.objects.exists()
    return f"{said.getvalue()}{error.value}"


def by_hub() -> dict[int, set[str]]:
    found = defaultdict[int, set[str]](set)
    for hub_id, reference in MapFeature.objects.values_list("layer__map__hub", "source_reference"):
        found[hub_id].add(reference)
    return found


def hubs_at(place: tuple[float, float]) -> list[int]:
    return placement_of(point_from(lat=place[1], lon=place[0])).hub_ids


def line_of(said: str, name: str) -> str:
    """What is reported of one hub."""
    return re.search(rf"^{re.escape(name)}, \d+ rows: .*", said, re.M)[0]  # type: ignore[index]


def test_two_thousand_points_go_on_the_map_of_each_hub_in_which_they_fall_in_seconds(tmp_path: Path) -> None:
    # Given hubs of which one also shows what its neighbours have within 8 km.
    Hub.objects.filter(pk=hub().pk).update(buffer_km=8, shows_neighbours=True)
    maps_of_all_hubs()
    places = across_flanders(2_027)
    path = geojson(tmp_path / "punten.geojson", [row(number, place) for number, place in enumerate(places)])
    placed = {str(90_000 + number): hubs_at(place) for number, place in enumerate(places)}

    started = time.monotonic()
    said = command(path)
    took_s = time.monotonic() - started

    expected = defaultdict[int, set[str]](set)
    for reference, hub_ids in placed.items():
        for hub_id in hub_ids:
            expected[hub_id].add(reference)
    assert by_hub() == expected
    assert len(expected) == Hub.objects.count()
    nowhere = sum(not hub_ids for hub_ids in placed.values())
    several = sum(len(hub_ids) > 1 for hub_ids in placed.values())
    assert nowhere > 100
    assert several > 20
    assert f"2027 rows: {2_027 - nowhere} in 12 hubs, {several} of them in more than one; {nowhere} in no hub" in said
    for hub_id, references in expected.items():
        of_hub = line_of(said, Hub.objects.get(pk=hub_id).name)
        assert f", {len(references)} rows: {len(references)} added, 0 changed, 0 unchanged" in of_hub
    # A quiet machine needs some three seconds, and a busy one several times as long.
    assert took_s < 30

    # Given the same file again: it changes nothing, and makes no second layer.
    versions = set(MapFeature.objects.values_list("pk", "version"))
    again = command(path)
    assert f"0 added, 0 changed, {len(expected[hub().pk])} unchanged" in line_of(again, hub().name)
    assert set(MapFeature.objects.values_list("pk", "version")) == versions
    assert MapLayer.objects.filter(title=LAYER).count() == 12


def test_what_lies_in_no_hub_is_named_by_municipality_and_a_newer_file_changes_what_differs(tmp_path: Path) -> None:
    maps_of_all_hubs()
    assert hubs_at(BRUSSEL) == []
    rows = [row(1, GENT), row(2, AALST), row(3, BRUSSEL), row(4, BRUSSEL)]
    said = command(geojson(tmp_path / "punten.geojson", rows))
    assert re.search(r"4 rows: 2 in \d+ hubs, .*; 2 in no hub \(Brussel[^)]* 2\); 0 can't be read", said)

    # Given another name in Gent, and a point that moved from Aalst to Gent.
    rows = [row(1, GENT, name="Kringwinkel"), row(2, GENT)]
    said = command(geojson(tmp_path / "nieuw.geojson", rows))
    assert "1 added, 1 changed, 0 unchanged; 0 no longer in the file" in line_of(said, hub().name)
    assert MapFeature.objects.filter(layer__map__hub=hub()).count() == 2


def test_a_wrong_row_in_one_hub_stores_nothing_in_any_and_says_why(tmp_path: Path) -> None:
    maps_of_all_hubs()
    long = "x" * 200
    rows = [row(1, GENT), row(2, AALST, name=long), row(3, GENT)]
    path = geojson(tmp_path / "punten.geojson", rows)
    aalst = Hub.objects.get(pk=(set(hubs_at(AALST)) - set(hubs_at(GENT))).pop())

    said = refused(path)
    assert f"{aalst.name}: 1 rows are wrong\nrow 2, titel: " in said
    assert "nothing was stored, in no hub" in said

    said = command(path, skip_wrong=True)
    assert "2 added" in line_of(said, hub().name)
    assert "row 2, titel: " in said
    assert "0 added" in line_of(said, aalst.name)
    assert "1 wrong rows left out" in line_of(said, aalst.name)
    assert by_hub() == {hub_id: {"90001", "90003"} for hub_id in hubs_at(GENT)}


def test_a_row_without_a_place_falls_in_no_hub_and_is_refused_by_name(tmp_path: Path) -> None:
    maps_of_all_hubs()
    path = geojson(tmp_path / "punten.geojson", [row(1, GENT), (None, {"osm_id": "7", "name": "Ergens"})])
    said = refused(path)
    assert "row 2: Deze rij heeft geen plek." in said
    assert "1 rows are wrong; nothing was stored." in said
    said = command(path, skip_wrong=True)
    assert "; 1 can't be read" in said
    assert by_hub() == {hub_id: {"90001"} for hub_id in hubs_at(GENT)}


def test_an_element_whose_row_can_t_be_read_is_not_gone_from_the_file(tmp_path: Path) -> None:
    maps_of_all_hubs()
    command(geojson(tmp_path / "punten.geojson", [row(1, GENT), row(2, GENT), row(3, GENT), row(4, AALST)]))

    # Given a file in which one of them has no place any more, and one is missing.
    unread = (None, {"osm_id": "90002", "name": "Ergens"})
    rows = [row(1, GENT), row(4, AALST), unread, (None, {"osm_id": "elders", "name": "Nergens"})]
    said = command(geojson(tmp_path / "nieuw.geojson", rows), skip_wrong=True)
    of_gent = line_of(said, hub().name)
    assert "0 added, 0 changed, 1 unchanged; 1 no longer in the file" in of_gent
    assert "; 1 wrong rows left out" in of_gent
    assert "2 can't be read" in said
    assert "bear no number" not in said
    # A layer that has no element of that number, such as Aalst's, has nothing to do with it.
    aalst = (set(hubs_at(AALST)) - set(hubs_at(GENT))).pop()
    assert "0 no longer in the file" in line_of(said, Hub.objects.get(pk=aalst).name)
    assert "; 0 wrong rows left out" in line_of(said, Hub.objects.get(pk=aalst).name)

    # Given a row of which nobody knows anything: that is said.
    path = geojson(tmp_path / "leeg.geojson", [row(1, GENT), (None, {"name": "Ergens"})])
    said = command(path, skip_wrong=True, id="osm_id")
    assert "1 of those bear no number of the source" in said
    assert "1 unchanged; 2 no longer in the file" in line_of(said, hub().name)


def test_a_hub_without_that_map_or_layer_is_named_before_anything_is_stored(tmp_path: Path) -> None:
    maps_of_all_hubs(without=hub().slug)
    path = geojson(tmp_path / "punten.geojson", [row(1, GENT), row(2, AALST)])
    assert f"There is no map kaart of {hub().name}, where rows fall." in refused(path)
    MaterialMap.objects.create(hub=hub(), slug="kaart", title="Kaart")
    assert "Say with --layer which layer of the map of " in refused(path, new=False)
    assert "nothing was stored (dry run)" in command(path, dry_run=True)
    assert not MapFeature.objects.exists()
    assert not MapLayer.objects.exists()


def test_each_hub_lets_in_whom_it_knows_and_undoes_its_own_part(tmp_path: Path) -> None:
    maps_of_all_hubs()
    manager = staff_of(hub())
    path = geojson(tmp_path / "punten.geojson", [row(1, GENT), row(2, AALST)])
    refused(path, by=make_user().email)
    # Who works in one hub alone brings nothing in another.
    refused(path, by=manager.email)

    command(path)
    of_gent = MapImport.objects.get(layer__map__hub=hub())
    services.undo_map_import(by=manager, map_import=of_gent)
    states = set(MapFeature.objects.values_list("layer__map__hub", "source_reference", "state"))
    theirs = {(hub_id, "90002", "review") for hub_id in hubs_at(AALST)} | {
        (hub_id, "90001", "review") for hub_id in hubs_at(GENT)
    }
    ours = {(hub().pk, "90001", "review"), (hub().pk, "90002", "review")} & theirs
    assert (hub().pk, "90001", "review") in ours
    assert states == theirs - ours | {(pk, reference, "withdrawn") for pk, reference, _state in ours}
