"""Tiles of a layer: what the viewer may see, at once, and never too large."""

import re
import time
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from psycopg import ClientCursor

from geo.tiles import bounds_of_tile
from listings.querysets import metric_box_around, near_belgium
from maps import services, tiles
from maps.enums import Visibility
from maps.migrations._count_by_kind_sql import ALL_CELLS
from maps.models import MapFeature, MapLayerCell
from maps.narrowing import Narrowed
from maps.sight import Sight
from maps.style import color_of, read_style
from maps.tile_rows import LOOKED_AT
from maps.tiles import LARGEST_BYTES, ROOM, _elements
from marketplace.old_reads import MAY_BE_OLD
from tests.makers import make_user
from tests.maps.makers import LINE, SQUARE, Story, fill, point, shape, store
from tests.maps.ogc import reading
from tests.vector_tiles import read_tile, tile_of

pytestmark = pytest.mark.django_db


def get(
    client: Client, story: Story, z: int = 14, lon: float = 3.7174, lat: float = 51.0543, asked: str = "", **more: Any
) -> Any:
    z, x, y = tile_of(lon, lat, z)
    return client.get(f"/tiles/maps/{story.layer.pk}/{z}/{x}/{y}.mvt{asked}", **more)


def drawn(answer: Any) -> list[dict[str, Any]]:
    return read_tile(answer.content)["elements"].features if answer.content else []


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_tile_draws_elements_with_what_a_style_needs(client: Client) -> None:
    story = Story()
    feature = story.published(kind="flow", period="week")
    answer = get(client, story)
    assert answer["Content-Type"] == "application/vnd.mapbox-vector-tile"
    (found,) = drawn(answer)
    assert {name: found[name] for name in ("title", "kind", "state", "material", "quantity", "unit", "period")} == {
        "title": feature.title, "kind": "flow", "state": "published", "material": "building-bricks", "quantity": 40.0,
        "unit": "tonne", "period": "week",
    }  # fmt: skip
    assert "contaminants" not in found


@pytest.mark.parametrize("z", [0, 6, 9, 12, 16])
def test_few_elements_are_drawn_themselves_at_every_zoom(client: Client, z: int) -> None:
    story = Story()
    story.published()
    story.published(geometry=shape(SQUARE))
    story.published(geometry=shape(LINE))
    # The deepest tile lies in the hole of the square.
    assert len(drawn(get(client, story, z))) == (1 if z == 16 else 3)


def test_an_edit_is_in_the_next_tile_of_who_made_it_and_of_everybody_else() -> None:
    story = Story()
    feature = story.published(title="Bakstenen")
    editor, other = client_of(story.manager), Client()
    before = {client: get(client, story) for client in (editor, other)}
    assert all([one["title"] for one in drawn(answer)] == ["Bakstenen"] for answer in before.values())
    # Whoever has it asks whether it is still so, and no cache between answers instead.
    for client, answer in before.items():
        assert answer["Cache-Control"] == "private, no-cache"
        assert get(client, story, headers={"If-None-Match": answer["ETag"]}).status_code == 304

    given = {"title": "Dakpannen", "geometry": {"type": "Point", "coordinates": [3.7180, 51.0543]}}
    changed = editor.patch(
        f"/api/v1/maps/elements/{feature.pk}/", given, content_type="application/json",
        headers={"If-Match": f'"{feature.version}"'},
    )  # fmt: skip
    assert changed.status_code == 200, changed.content
    for client, answer in before.items():
        now = get(client, story, headers={"If-None-Match": answer["ETag"]})
        assert now.status_code == 200
        (shown,) = drawn(now)
        (was,) = drawn(answer)
        assert (shown["title"], shown["x"] > was["x"]) == ("Dakpannen", True)
    # No address of them is among those that a replica may answer a little late.
    assert not {"map-tile", "map-tilejson"} & MAY_BE_OLD


def test_a_viewer_sees_their_own_of_a_layer() -> None:
    story = Story()
    shown, hidden = story.published(), story.published(visibility=Visibility.HUB, title="Voor de hub")
    draft = story.draft(by=story.proposer, title="Mijn concept")
    titles = {
        name: {one["title"] for one in drawn(get(client, story))}
        for name, client in {
            "stranger": Client(), "proposer": client_of(story.proposer), "editor": client_of(story.editor),
        }.items()
    }  # fmt: skip
    assert titles == {
        "stranger": {shown.title}, "proposer": {shown.title, hidden.title, draft.title},
        "editor": {shown.title, hidden.title, draft.title},
    }  # fmt: skip


def test_a_tile_is_narrowed_by_kind_and_state_as_the_list_is() -> None:
    story = Story()
    shown, draft = story.published(), story.draft(title="Een concept")
    flow = story.published(kind="flow", period="week", title="Een stroom")
    editor = client_of(story.editor)

    def titles(client: Client, asked: str) -> set[str]:
        return {one["title"] for one in drawn(get(client, story, asked=asked))}

    assert titles(editor, "?kind=flow") == {flow.title}
    assert titles(editor, "?state=draft") == {draft.title}
    assert titles(editor, "?kind=stock&state=published") == {shown.title}
    assert titles(editor, "?kind=&state=") == {shown.title, draft.title, flow.title}
    assert titles(Client(), "?state=draft") == set()
    assert get(editor, story, asked="?kind=heap").status_code == 404


@pytest.mark.parametrize(("of", "color"), [("tonne", "#8a4b2a"), ("m2", "#7a7a72")])
def test_classes_count_what_comes_in_their_unit(of: str, color: str) -> None:
    style = read_style(
        {"by": "quantity", "color": "#7a7a72", "unit": "tonne", "classes": [{"from": 5, "color": "#8a4b2a"}]}
    )
    assert color_of(style, kind="stock", state="published", material="", per_year=12, unit=of) == color


def test_clusters_are_narrowed_too(client: Client) -> None:
    story = Story()
    fill(story, ROOM + 1)
    fill(story, ROOM + 2, kind="flow", period="week")
    for asked, count in (("?kind=flow", ROOM + 2), ("?state=published", 2 * ROOM + 3), ("?state=draft", 0)):
        for z in (5, 9):
            found = drawn(get(client, story, z, 3.71, 51.042, asked=asked))
            assert sum(one["count"] for one in found) == count, (asked, z)


def test_a_layer_that_is_not_for_everyone_is_not_there_for_others(client: Client) -> None:
    story = Story(visibility=Visibility.HUB)
    story.published()
    assert get(client, story).status_code == 404
    assert get(client_of(make_user()), story).status_code == 404
    assert len(drawn(get(client_of(story.editor), story))) == 1
    services.delete_layer(by=story.manager, layer=story.layer)
    assert get(client_of(story.editor), story).status_code == 404


def test_an_edit_is_in_the_next_answer(client: Client) -> None:
    story = Story()
    feature = story.published()
    before = get(client, story)
    assert before["Cache-Control"] == "private, no-cache"
    assert get(client, story, headers={"If-None-Match": before["ETag"]}).status_code == 304
    services.change_feature(by=story.manager, feature=feature, version=feature.version, title="Anders")
    after = get(client, story, headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert [one["title"] for one in drawn(after)] == ["Anders"]


def test_an_edit_is_in_its_tile_at_once_for_the_editor_and_for_others() -> None:
    """Each looked before, and asks again with what their browser kept. Five seconds is what others may wait."""
    story = Story()
    feature = story.published()
    people = {"editor": client_of(story.manager), "colleague": client_of(story.editor), "stranger": Client()}
    kept = {name: get(client, story)["ETag"] for name, client in people.items()}
    moved = {"title": "Verhuisd", "geometry": {"type": "Point", "coordinates": [3.72, 51.055]}}
    changed = people["editor"].patch(
        f"/api/v1/maps/elements/{feature.pk}/", moved | {"version": feature.version}, content_type="application/json"
    )
    saved = time.monotonic()
    assert changed.status_code == 200
    for name, client in people.items():
        answer = get(client, story, headers={"If-None-Match": kept[name]})
        assert answer.status_code == 200, name
        assert [one["title"] for one in drawn(answer)] == ["Verhuisd"], name
    assert time.monotonic() - saved < 5
    # No copy of the database that lags behind may answer.
    assert "map-tile" not in MAY_BE_OLD


@pytest.mark.parametrize("z", [0, 5, 9, 12])
def test_many_elements_are_clusters_that_count_them_all(client: Client, z: int) -> None:
    story = Story()
    fill(story, ROOM + 100)
    answer = get(client, story, z, 3.71, 51.042)
    total = sum(one["count"] for one in drawn(answer))
    assert len(drawn(answer)) <= 256
    if z <= 9:
        assert total == ROOM + 100
    else:
        assert ROOM < total <= ROOM + 100


def test_small_tiles_count_the_elements_themselves(client: Client) -> None:
    story = Story()
    store(story, [point(3.7174 + number / 1e7, 51.0543) for number in range(ROOM + 1)])
    for z in (13, 16):
        assert sum(one["count"] for one in drawn(get(client, story, z))) == ROOM + 1


def test_clusters_hide_what_the_viewer_may_not_see(client: Client) -> None:
    story = Story()
    fill(story, ROOM + 1)
    fill(story, 50, visibility=Visibility.HUB)
    assert sum(one["count"] for one in drawn(get(client, story, 5))) == ROOM + 1
    assert sum(one["count"] for one in drawn(get(client_of(story.editor), story, 5))) == ROOM + 51


def test_a_tile_is_never_too_large_however_detailed_its_shapes(client: Client) -> None:
    story = Story()
    # So jagged that none of it can be left out unseen.
    jagged = [[3.70 + number / 40_000, 51.05 + number % 2 / 100] for number in range(1_000)]
    moved = ([[lon, lat + number / 10_000] for lon, lat in jagged] for number in range(30))
    store(story, [shape({"type": "LineString", "coordinates": places}) for places in moved])
    for z in (10, 12, 13, 14):
        answer = get(client, story, z, 3.705, 51.055)
        assert 0 < len(answer.content) <= LARGEST_BYTES


@pytest.mark.parametrize("tile", ["17/0/0", "3/8/0", "0/1/0", "99999/0/0"])
def test_numbers_of_no_tile_are_not_found(client: Client, tile: str) -> None:
    assert client.get(f"/tiles/maps/{Story().layer.pk}/{tile}.mvt").status_code == 404


def test_a_tile_without_elements_is_empty(client: Client) -> None:
    assert get(client, Story()).status_code == 204


def test_tilejson_tells_where_the_tiles_are(client: Client) -> None:
    story = Story(attribution="Hub Gent")
    found = client.get(f"/tiles/maps/{story.layer.pk}.json").json()
    assert found["tiles"] == [f"http://testserver/tiles/maps/{story.layer.pk}/{{z}}/{{x}}/{{y}}.mvt"]
    assert (found["attribution"], found["vector_layers"][0]["id"]) == ("Hub Gent", "elements")


def test_a_tile_of_a_large_layer_reads_its_own_box_alone() -> None:
    story = Story()
    fill(story, 3_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE maps_mapfeature")
    z, x, y = tile_of(3.705, 51.045, 16)
    plan = plan_of_tile(story, z, x, y)
    assert "feature_seen_at" in plan, plan


_ALL = Narrowed()


def plan_of_tile(story: Story, z: int, x: int, y: int, narrowed: Narrowed = _ALL) -> str:
    """How the database reads a tile's elements, with how many rows it took."""
    box = metric_box_around(near_belgium(bounds_of_tile(z, x, y))).hexewkb.decode()
    values: dict[str, Any] = {"layer": story.layer.pk, "z": z, "x": x, "y": y, "tolerance": 1.0, "box": box}
    sight = Sight(["published"], 4, None, [])
    values |= sight._asdict() | narrowed.values()
    # Planned without its values, as every connection of Werkstof has it; each stands with its type.
    sql, typed = _elements(sight, narrowed), re.compile(r"%\((\w+)\)s::(\w+(?:\[\])?)")
    names = list(dict.fromkeys(typed.findall(sql)))
    numbered = typed.sub(lambda found: f"${names.index((found[1], found[2])) + 1}", sql)
    given = ", ".join(f"%({name})s::{kind}" for name, kind in names)
    with connection.cursor() as cursor, ClientCursor(connection.connection) as client:
        cursor.execute("SET LOCAL enable_seqscan = off")
        client.execute(f"PREPARE tile ({', '.join(kind for _name, kind in names)}) AS {numbered}")
        try:
            client.execute(f"EXPLAIN (ANALYZE, TIMING OFF) EXECUTE tile ({given})", values)
            return "\n".join(line for (line,) in client.fetchall())
        finally:
            client.execute("DEALLOCATE tile")


# ---- of many, few are asked for ----


def crowd(story: Story, count: int = LOOKED_AT + 500) -> None:
    """So many elements all over Flanders, one in three of them a flow."""
    reading.fill(story.layer, count)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE maps_mapfeature")


@pytest.mark.parametrize("narrowed", [Narrowed(), Narrowed(kind="flow"), Narrowed(state="draft")])
def test_a_tile_reads_no_more_elements_than_it_may_however_few_are_asked_for(narrowed: Narrowed) -> None:
    story = Story()
    crowd(story)
    plan = plan_of_tile(story, *tile_of(4.2, 51.0, 5), narrowed)
    # All of the layer lies in this tile.
    # All are published: the index of what is seen and that of all that lies there read the same.
    read = re.findall(r"Index Scan using feature_(?:seen|in_layer)_at on maps_mapfeature .*actual rows=(\d+)", plan)
    assert len(read) == 1, plan
    assert int(read[0]) <= LOOKED_AT + 1, plan
    assert "Seq Scan on maps_mapfeature" not in plan, plan


def test_few_of_many_are_counted_right_and_drawn_where_there_are_fewer_others(client: Client) -> None:
    story = Story()
    crowd(story)
    MapFeature.objects.filter(layer=story.layer, kind="flow").update(kind="stock", period="")
    rare = [story.published(kind="flow", period="week", title=f"Stroom {number}") for number in range(3)]
    found = drawn(get(client, story, 5, asked="?kind=flow"))
    assert [one["count"] for one in found] == [3]
    # In a smaller tile there is room to look at each.
    titles = {one["title"] for one in drawn(get(client, story, 12, asked="?kind=flow"))}
    assert titles == {one.title for one in rare}


def village(story: Story, count: int, at: str = "3.7174, 51.0543") -> None:
    """So many more than a tile may look at, all of a layer in one place: every tile of it is crowded."""
    reading.fill(story.layer, count, at=at)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE maps_mapfeature")
        cursor.execute("ANALYZE maps_maplayercell")


def test_a_tile_with_very_many_never_reads_them_all() -> None:
    """Whatever is asked for of them: all, most, few or none are drawn; each statement that a tile sends is bounded."""
    story = Story()
    # More than may be looked at of each kind alone.
    village(story, 3 * LOOKED_AT + 100)
    # Somebody of whom something may be among them.
    sight = Sight(["published"], 4, story.proposer.pk, [1_000_000])
    asks = (Narrowed(), Narrowed(kind="stock"), Narrowed(kind="flow"), Narrowed(state="draft"))
    for zoom, asked in product((9, 13, 14, 15, 16), asks):
        z, x, y = tile_of(3.7174, 51.0543, zoom)
        with CaptureQueriesContext(connection) as context:
            body = tiles.draw(story.layer.pk, sight, asked, z, x, y)
        found = read_tile(body)["elements"].features if body else []
        kinds = [asked.kind] if asked.kind else ["stock", "flow"]
        count = MapFeature.objects.filter(kind__in=kinds, state=asked.state or "published").count()
        assert sum(one["count"] for one in found) == count, (z, asked)
        assert len(found) == (1 if count else 0)
        assert "maps_maplayercell" in context[-1]["sql"]
        for one in context:
            assert rows_read(one["sql"]) <= LOOKED_AT + 1, one["sql"]


def rows_read(sql: str) -> int:
    """How many rows of elements a statement takes from the table, by what the database says when it runs."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}")
        (plan,) = cursor.fetchone()[0]
        cursor.execute("SET LOCAL enable_seqscan = on")
    nodes, read = [plan["Plan"]], 0
    while nodes:
        node = nodes.pop()
        nodes += node.get("Plans", [])
        if node.get("Relation Name") == "maps_mapfeature":
            left_out = sum(many for name, many in node.items() if name.startswith("Rows Removed by"))
            read += (node["Actual Rows"] + left_out) * node["Actual Loops"]
    return int(read)


def test_small_tiles_of_many_places_have_as_many_clusters_as_there_are_cells(client: Client) -> None:
    """Of each of two tiles that lie side by side, both with very many: its own, and no other's."""
    story = Story()
    village(story, 2 * (LOOKED_AT + 1), at="3.7174 + mod(number, 2) * 360.0 / 2^16, 51.0543")
    for lon in (3.7174, 3.7174 + 360 / 2**16):
        assert [one["count"] for one in drawn(get(client, story, 16, lon=lon))] == [LOOKED_AT + 1]


@pytest.mark.parametrize("z", [5, 9, 14, 16])
def test_clusters_count_what_somebody_sees_because_it_is_their_own(z: int) -> None:
    """What they began, own, or are the source of; of very many, by cells, and by no other's."""
    story = Story()
    village(story, LOOKED_AT + 1)
    member = make_user()
    story.draft(by=story.proposer, title="Mijn concept", geometry=point(3.7174, 51.0543))
    owned = story.published(visibility=Visibility.HUB, geometry=point(3.7174, 51.0543))
    MapFeature.objects.filter(pk=owned.pk).update(owner=member)
    for user, asked, more in (
        (member, "", 1), (member, "?kind=stock", 1), (member, "?kind=flow", 0), (member, "?state=draft", 0),
    ):  # fmt: skip
        kinds = [asked[6:]] if "kind" in asked else ["stock", "flow"]
        shown = MapFeature.objects.filter(kind__in=kinds, state="published", visibility=4)
        count = (0 if "draft" in asked else shown.count()) + more
        assert sum(one["count"] for one in drawn(get(client_of(user), story, z, asked=asked))) == count, asked
    assert sum(one["count"] for one in drawn(get(client_of(story.proposer), story, z, asked="?state=draft"))) == 1
    assert drawn(get(Client(), story, z, asked="?state=draft")) == []


def test_cells_follow_whatever_happens_to_elements_by_kind() -> None:
    """After each sort of change they are what counting all anew gives."""
    story = Story()
    one, other = story.published(), story.published(kind="flow", period="week", geometry=point(4.4, 51.2))
    services.change_feature(
        by=story.manager, feature=one, version=one.version, kind="flow", period="month", geometry=point(3.8, 51.0)
    )
    services.withdraw_feature(by=story.manager, feature=other)
    fill(story, 5, kind="flow", period="day")
    MapFeature.objects.filter(title="Nummer 3").update(kind="stock", period="", visibility=3)
    MapFeature.objects.filter(title="Nummer 4").delete()
    kept = cells()
    assert {row[5:7] for row in kept} == {(4, "flow"), (3, "stock")}
    MapLayerCell.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(ALL_CELLS)
    assert cells() == kept
    assert {row[1] for row in kept} == set(tiles.LEVELS)
    assert sum(row[7] for row in kept if row[1] == 15) == 5


def cells() -> list[tuple[Any, ...]]:
    names = ("layer", "level", "x", "y", "state", "visibility", "kind", "count", "sum_x", "sum_y")
    return list(MapLayerCell.objects.filter(count__gt=0).order_by(*names[:7]).values_list(*names))
