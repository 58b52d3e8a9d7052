"""Two files for a layer beside each other, before any is taken: on the map and in a table, chosen by row or all."""

import random
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from maps import services
from maps.enums import Visibility
from maps.imports import rows
from maps.imports.between import beside, check_beside, counts_between, drawn_between, pairs_page
from maps.imports.rows import draw, extent_of
from maps.imports.taking import run_take
from maps.models import MapFeature, MapImport, MapImportPair, MapImportRow
from maps.sight import Sight, sight_of
from maps.standing import standing_of
from tests.makers import make_user
from tests.maps.geodata import geojson
from tests.maps.makers import Story, point
from tests.maps.test_files_bad import BOW_TIE
from tests.maps.test_imports import near, row, take
from tests.maps.test_map_imports import given
from tests.maps.test_pages import of
from tests.vector_tiles import read_tile, tile_of

pytestmark = pytest.mark.django_db


def sight_in(story: Story, by: Any = None) -> Sight:
    return sight_of(standing_of(by or story.manager), story.layer)


def told(later: MapImport, earlier: MapImport, story: Story) -> dict[str, tuple[str, dict[str, tuple[Any, Any]]]]:
    """By the source's own number how it differs, and each field as both have it; all pages of it, two on each."""
    found, sight = {}, sight_in(story)
    for fate, count in counts_between(later, earlier, sight).items():
        after, pages = "", list[Any]()
        while True:
            some, after = pairs_page(later, earlier, sight, fate, 2, after)
            pages += some
            if not after:
                break
        assert len(pages) == count
        for pair in pages:
            fields = {one.name: (one.before, one.after) for one in pair.fields if one.name != "geometry"}
            found[pair.reference] = (fate, fields if fate == "changed" else {})
    return found


def address(later: MapImport, earlier: MapImport) -> str:
    return reverse("map-import-beside", args=[later.pk, earlier.pk])


def two_files(tmp_path: Path) -> tuple[Story, MapImport, MapImport]:
    """A layer of four, and two files for it of which neither is taken."""
    story = Story()
    take(story, geojson(tmp_path / "nu.geojson", [row(number) for number in range(1, 5)]))
    earlier = given(story, geojson(tmp_path / "een.geojson", [row(1), row(2, naam="Van een"), row(3), row(5), row(6)]))
    later = given(
        story,
        geojson(
            tmp_path / "twee.geojson",
            [row(1, naam="Van twee"), row(2, naam="Van twee"), row(4), row(5, naam="Anders"), row(7)],
        ),
    )
    return story, earlier, later


def test_what_two_files_differ_is_told_though_neither_is_taken(tmp_path: Path) -> None:
    story, earlier, later = two_files(tmp_path)
    before = list(MapFeature.objects.order_by("pk").values_list("title", "version"))
    assert told(later, earlier, story) == {
        # As the layer has it in the earlier file; and otherwise in both.
        "p1": ("changed", {"title": ("Punt 1", "Van twee")}),
        "p2": ("changed", {"title": ("Van een", "Van twee")}),
        "p5": ("changed", {"title": ("Punt 5", "Anders")}),
        "p3": ("gone", {}), "p6": ("gone", {}), "p4": ("added", {}), "p7": ("added", {}),
    }  # fmt: skip
    # And the other way round.
    back = told(earlier, later, story)
    assert {name: fate for name, (fate, _fields) in back.items()} == {
        "p1": "changed", "p2": "changed", "p5": "changed", "p3": "added", "p6": "added", "p4": "gone", "p7": "gone",
    }  # fmt: skip
    assert back["p1"][1] == {"title": ("Van twee", "Punt 1")}
    assert list(MapFeature.objects.order_by("pk").values_list("title", "version")) == before


@pytest.mark.parametrize("seed", range(6))
def test_of_any_two_files_it_is_what_looking_at_both_comes_to(seed: int, tmp_path: Path) -> None:
    """Against files as dicts: whichever rows the layer has, and whether it differs from either."""
    story, chance = Story(), random.Random(seed)

    def some() -> dict[str, str]:
        return {f"p{number}": chance.choice(("A", "B", "C")) for number in range(12) if chance.random() < 0.6}

    def file(name: str, titles: dict[str, str]) -> Path:
        return geojson(tmp_path / name, [row(int(one[1:]), naam=title) for one, title in titles.items()])

    stored, first, second = some(), some(), some()
    take(story, file("nu.geojson", stored))
    earlier, later = given(story, file("een.geojson", first)), given(story, file("twee.geojson", second))
    expected = {
        name: "gone" if name not in second else "added" if name not in first else "changed"
        for name in first.keys() | second.keys()
        if first.get(name) != second.get(name)
    }
    found = told(later, earlier, story)
    assert expected
    assert {name: fate for name, (fate, _fields) in found.items()} == expected
    for name, (fate, fields) in found.items():
        assert fields == ({"title": (first[name], second[name])} if fate == "changed" else {})


def test_the_page_shows_both_on_map_and_table_and_takes_one_row_or_all(tmp_path: Path) -> None:
    story, earlier, later = two_files(tmp_path)
    client = of(story.manager)
    page = client.get(reverse("map-import", args=[later.pk])).content.decode()
    assert address(later, earlier) in page
    shown = client.get(address(later, earlier))
    text = shown.content.decode()
    assert [(name, count) for name, _label, count in shown.context["tabs"]] == [
        ("added", 2),
        ("changed", 3),
        ("gone", 2),
    ]
    assert "<werkstof-map" in text
    assert f"?beside={earlier.pk}" in text

    # What the map draws is what the table tells, and leads to it.
    lon, lat = near(5).x, near(5).y
    z, x, y = tile_of(lon, lat, 10)
    tile = client.get(f"/tiles/maps/imports/{later.pk}/{z}/{x}/{y}.mvt?beside={earlier.pk}")
    drawn = read_tile(tile.content)["elements"].features
    assert sorted(one["kind"] for one in drawn) == ["added"] * 2 + ["changed"] * 3 + ["gone"] * 2
    assert extent_of(drawn_between(later, earlier, sight_in(story))) is not None
    fifth = later.rows.get(reference="p5")
    led = client.get(reverse("map-import-beside-row", args=[later.pk, earlier.pk, fifth.pk]))
    assert led["Location"] == f"{address(later, earlier)}?soort=changed&rij={fifth.pk}#rows"
    single = client.get(led["Location"].split("#")[0])
    assert [one["pair"].reference for one in single.context["rows"]] == ["p5"]

    # Row by row: of the three that differ one is ticked; what differs from the layer alone stays as it was chosen.
    changed = client.get(f"{address(later, earlier)}?soort=changed")
    takeable = [one["pair"].row.pk for one in changed.context["rows"] if one["pair"].row]
    assert len(takeable) == 3
    client.post(address(later, earlier), {"soort": "added", "action": "none"})
    client.post(address(later, earlier), {"soort": "changed", "action": "page", "shown": takeable, "row": [fifth.pk]})
    assert [one.reference for one in later.rows.filter(chosen=True)] == ["p5"]
    # All of a kind: of what is gone, what the layer has.
    client.post(address(later, earlier), {"soort": "gone", "action": "all"})
    assert {one.reference for one in later.rows.filter(chosen=True)} == {"p5", "p3"}
    taking = client.post(address(later, earlier), {"soort": "gone", "action": "take"})
    assert taking["Location"] == reverse("map-import", args=[later.pk])
    run_take(MapImport.objects.get(pk=later.pk))
    assert MapFeature.objects.get(source_reference="p5").title == "Anders"
    assert MapFeature.objects.get(source_reference="p3").state == "withdrawn"
    assert not MapFeature.objects.filter(source_reference="p7").exists()
    # Then there are no two any more: it leads back.
    assert client.get(address(later, earlier))["Location"] == reverse("map-import", args=[later.pk])


def test_what_one_may_not_see_is_on_neither(tmp_path: Path) -> None:
    story, earlier, later = two_files(tmp_path)
    MapFeature.objects.filter(source_reference="p1").update(visibility=Visibility.OWNER, created_by=None)
    assert counts_between(later, earlier, sight_in(story))["changed"] == 3
    assert counts_between(later, earlier, sight_in(story, story.editor))["changed"] == 2
    hidden = later.rows.get(reference="p1")
    assert (
        of(story.editor).get(reverse("map-import-beside-row", args=[later.pk, earlier.pk, hidden.pk])).status_code
        == 404
    )
    for nobody, status in ((make_user(), 403), (story.proposer, 403), (None, 302)):
        assert of(nobody).get(address(later, earlier)).status_code == status


def test_only_two_compared_files_of_one_layer_are_laid_beside_each_other(tmp_path: Path) -> None:
    story, earlier, later = two_files(tmp_path)
    assert list(beside(later)) == [earlier]
    other = Story()
    elsewhere = given(other, geojson(tmp_path / "ver.geojson", [row(1)]))
    with pytest.raises(ValidationError, match="niet naast elkaar"):
        check_beside(later, elsewhere)
    with pytest.raises(ValidationError, match="niet naast elkaar"):
        check_beside(later, later)
    pasted = services.paste_rows(by=story.editor, layer=story.layer, text="ref\tnaam\tlat\tlon\np1\tX\t51\t3.7")
    with pytest.raises(ValidationError, match="niet naast elkaar"):
        check_beside(later, pasted)
    services.cancel_map_import(by=story.editor, map_import=earlier)
    assert not beside(later).exists()


def test_a_wrong_row_is_not_told_as_gone(tmp_path: Path) -> None:
    story = Story()
    take(story, geojson(tmp_path / "nu.geojson", [row(1)]))
    earlier = given(story, geojson(tmp_path / "een.geojson", [row(1), row(2)]))
    later = given(story, geojson(tmp_path / "twee.geojson", [row(1), row(2, naam=None)]))
    assert later.counts["wrong"] == 1
    assert told(later, earlier, story) == {}


@pytest.mark.parametrize("by_column", [True, False])
def test_a_wrong_shape_is_not_told_as_gone_where_its_row_has_a_number_and_warned_of_where_not(
    by_column: bool, tmp_path: Path
) -> None:
    story = Story()
    take(story, geojson(tmp_path / "nu.geojson", [row(1)]))
    whole = given(story, geojson(tmp_path / "een.geojson", [row(1), row(2)]))
    features = [row(1), (BOW_TIE, row(2, **({} if by_column else {"ref": None}))[1])]
    broken = given(story, geojson(tmp_path / "twee.geojson", features))
    client = of(story.manager)
    for later, earlier, fate in ((broken, whole, "gone"), (whole, broken, "added")):
        assert {name: one for name, (one, _fields) in told(later, earlier, story).items()} == (
            {} if by_column else {"p2": fate}
        )
        page = client.get(f"{address(later, earlier)}?soort={fate}").content.decode()
        assert ("In “twee.geojson” zijn rijen met fouten" in page) != by_column
        # What differs is in both.
        assert "rijen met fouten" not in client.get(f"{address(later, earlier)}?soort=changed").content.decode()


def test_two_files_are_compared_once_until_one_of_them_is_taken_or_read_anew(tmp_path: Path) -> None:
    story, earlier, later = two_files(tmp_path)
    with CaptureQueriesContext(connection) as first:
        counts = counts_between(later, earlier, sight_in(story))
    assert [one for one in first if "FULL JOIN" in one["sql"]]
    with CaptureQueriesContext(connection) as again:
        assert counts_between(later, earlier, sight_in(story)) == counts
        draw(drawn_between(later, earlier, sight_in(story)), 10, 522, 342)
        services.choose_rows(by=story.editor, map_import=later, chosen=True)
        pairs_page(later, earlier, sight_in(story), "changed", 10)
    assert not [one for one in again if "FULL JOIN" in one["sql"]]

    services.take_map_import(by=story.editor, map_import=later)
    run_take(MapImport.objects.get(pk=later.pk))
    assert not MapImportPair.objects.exists()
    with pytest.raises(ValidationError):
        counts_between(later, earlier, sight_in(story))


def test_a_tile_of_two_large_files_reads_what_lies_in_it_alone() -> None:
    story = Story()
    files = [MapImport.objects.create(layer=story.layer, state="compared") for _file in range(2)]
    for one in files:
        MapImportRow.objects.bulk_create(
            MapImportRow(
                map_import=one, fate="added", number=number, reference=f"p{number}", title=f"Punt {number}",
                values={"title": f"Punt {number} van {one.pk}"}, geometry=point(*spot(number)),
            )
            for number in range(5_000)
        )  # fmt: skip
    earlier, later = files
    drawn = drawn_between(later, earlier, sight_in(story))
    assert counts_between(later, earlier, sight_in(story))["changed"] == 5_000
    z, x, y = tile_of(*spot(0), 17)
    with CaptureQueriesContext(connection) as queries:
        body = draw(drawn, z, x, y)
    assert 0 < len(read_tile(body)["elements"].features) <= 10
    (sql,) = [one["sql"] for one in queries if "ST_AsMVT" in one["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "pair_rows_at" in plan, plan

    # All of them in one tile are drawn as clusters; of very many one in some stands for all.
    wide = tile_of(*spot(0), 8)
    whole = read_tile(draw(drawn, *wide))["elements"].features
    assert sum(one["count"] for one in whole) == 5_000
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(rows, "LOOKED_AT", 1_000)
        sampled = read_tile(draw(drawn, *wide))["elements"].features
    assert all(one["approximate"] for one in sampled)
    assert abs(sum(one["count"] for one in sampled) - 5_000) <= 16


def spot(number: int) -> tuple[float, float]:
    """One of many places around Gent, some hundred metres apart."""
    return 3.6 + number % 100 / 500, 50.9 + number // 100 / 500
