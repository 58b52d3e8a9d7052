"""Tiles where very many elements lie: what one may not see changes nothing, and whatever is asked, little is read."""

import re
from itertools import product
from math import sqrt
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from geo.models import Municipality
from maps import tile_rows, tiles
from maps.models import MapFeature
from maps.models.feature import SAMPLES
from maps.narrowing import Narrowed, narrowed_by
from maps.sight import sight_of
from maps.standing import standing_of
from maps.tile_rows import LOOKED_AT
from tests.makers import make_organisation, make_user, material
from tests.maps.makers import Story, partner_of
from tests.maps.test_table_pages import table, text_of
from tests.maps.test_tiles import plan_of_tile, rows_read, village
from tests.vector_tiles import read_tile, tile_of

pytestmark = pytest.mark.django_db
#: All over a town, so that each zoom draws several clusters.
TOWN = "3.70 + 0.04 * random(), 51.04 + 0.03 * random()"
ANYONE = AnonymousUser()


def body(story: Story, user: Any, z: int, narrowed: Narrowed | None = None) -> bytes:
    sight = sight_of(standing_of(user), story.layer)
    return tiles.draw(story.layer.pk, sight, narrowed or Narrowed(), *tile_of(3.7174, 51.0543, z))


def clusters(story: Story, z: int, narrowed: Narrowed, user: Any = ANYONE) -> list[dict[str, Any]]:
    found = body(story, user, z, narrowed)
    drawn = read_tile(found)["elements"].features if found else []
    return [{name: value for name, value in one.items() if name not in "xy"} for one in drawn]


# ---- what one may not see ----


@pytest.mark.parametrize(
    ("hidden", "viewers"),
    [
        ({"state": "withdrawn"}, ("stranger", "partner", "proposer", "editor", "manager")),
        ({"state": "draft"}, ("stranger", "partner", "proposer")),
        ({"visibility": 3}, ("stranger",)),
        ({"visibility": 2}, ("stranger", "partner")),
        ({"visibility": 1}, ("stranger", "partner", "proposer", "editor")),
        ({"visibility": 1, "state": "draft"}, ("stranger", "partner", "proposer", "editor")),
    ],
)
def test_what_somebody_may_not_see_changes_nothing_in_their_tile(hidden: dict[str, Any], viewers: tuple[str]) -> None:
    """Given an element for everyone, when more than a tile looks at come that one may not see, it is drawn as ever."""
    story = Story()
    shown = story.published()
    people: dict[str, Any] = {
        "stranger": ANYONE, "partner": partner_of(story.hub)[0], "proposer": story.proposer, "editor": story.editor,
        "manager": story.manager,
    }  # fmt: skip
    asks = [(name, z, narrowed) for name in people for z in (5, 14, 16) for narrowed in (Narrowed(), WORDS)]
    before = {ask: body(story, people[ask[0]], *ask[1:]) for ask in asks}
    village(story, LOOKED_AT + 1)
    others = MapFeature.objects.exclude(pk=shown.pk)
    published_at = None if "state" in hidden else timezone.now()
    others.update(**hidden, published_at=published_at, title="Bakstenen van een fabriek")
    changed = {
        name for name, z, narrowed in asks if body(story, people[name], z, narrowed) != before[name, z, narrowed]
    }
    assert changed == people.keys() - set(viewers)


WORDS = Narrowed(text="bakstenen")


def test_what_somebody_may_not_see_is_not_read_either() -> None:
    story = Story()
    village(story, LOOKED_AT + 1)
    MapFeature.objects.update(state="draft", published_at=None)
    story.published()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE maps_mapfeature")
    plan = plan_of_tile(story, *tile_of(3.7174, 51.0543, 14))
    assert re.search(r"Index Scan using feature_seen_at on maps_mapfeature .*actual rows=1 ", plan), plan
    assert "Rows Removed" not in plan, plan


# ---- what no cell counts ----

FINER = (("municipality", "44021"), ("owner", "none"), ("certainty", "likely"), ("available_until", "2026-01-01"))


def test_what_no_cell_counts_is_read_within_bounds_whatever_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given twenty times as many elements as may be looked at, no statement of a tile takes many more rows than that.

    Where a good part of a layer lies in a tile, the database may find them along any index of the layer, and then
    passes by what lies beside the tile.
    """
    limit = 700
    monkeypatch.setattr(tile_rows, "FINER_LOOKED_AT", limit)
    story, source = Story(), make_organisation(make_user())
    village(story, 20 * limit, at=TOWN)
    MapFeature.objects.update(material=material("wood-pallets"), source_organisation=source, verify_by="2026-01-01")
    village(story, 1)
    codes = ("wood", "metals")
    asks = [narrowed_by({"material": code}, edits=True) for code in codes]
    asks += [Narrowed(source=source.pk), Narrowed(overdue=True), Narrowed(text="nummer"), Narrowed(text="nergens")]
    asks += [narrowed_by({name: value}, edits=True) for name, value in FINER]
    for z, asked, user in product((5, 14, 15), asks, (ANYONE, story.editor)):
        with CaptureQueriesContext(connection) as context:
            body(story, user, z, asked)
        sent = [one["sql"] for one in context if "maps_mapfeature" in one["sql"]]
        # Few are drawn by the first.
        assert len(sent) > (z == 5)
        for sql in sent:
            assert rows_read(sql) <= (2 * LOOKED_AT if "nth" in sql else 4 * limit), sql


def test_a_sample_tells_how_many_there_are_and_that_it_is_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    story, limit = Story(), 1_000
    village(story, LOOKED_AT + 3_000, at=TOWN)
    exact = clusters(story, 9, Narrowed(text="nummer"))
    assert sum(one["count"] for one in exact) == LOOKED_AT + 3_000
    assert not any("approximate" in one for one in exact)
    monkeypatch.setattr(tile_rows, "FINER_LOOKED_AT", limit)
    for text in ("nummer", "nummer 1"):
        true = MapFeature.objects.filter(title__istartswith=text).count()
        found = clusters(story, 9, Narrowed(text=text))
        assert all(one["approximate"] and one["count"] >= SAMPLES[0] for one in found)
        assert abs(sum(one["count"] for one in found) - true) <= 5 * sqrt((SAMPLES[0] - 1) * true)
    # Nothing changed, so the tile is the same.
    assert body(story, ANYONE, 9, Narrowed(text="1")) == body(story, ANYONE, 9, Narrowed(text="1"))
    # Where fewer lie, all are looked at.
    closer = clusters(story, 15, Narrowed(text="nummer"))
    assert closer
    assert not any("approximate" in one for one in closer)


def test_few_of_very_many_are_counted_right_where_an_index_brings_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three of a material, of a source and too long not verified, among many more than may be looked at."""
    monkeypatch.setattr(tile_rows, "FINER_LOOKED_AT", 500)
    story, source = Story(), make_organisation(make_user())
    village(story, LOOKED_AT + 500)
    few = MapFeature.objects.filter(pk__in=list(MapFeature.objects.values_list("pk", flat=True)[2000:2003]))
    few.update(
        material=material("wood-pallets"), source_organisation=source, verify_by="2026-01-01", title="Kort hout"
    )
    wood = narrowed_by({"material": "wood"}, edits=False)
    antwerp = narrowed_by({"municipality": "11002"}, edits=False)
    few.update(municipality=Municipality.objects.get(nis="11002"), owner=story.editor)
    mine = Narrowed(owner=str(story.editor.pk))
    for asked in (wood, Narrowed(source=source.pk), Narrowed(overdue=True), antwerp, mine):
        assert clusters(story, 5, asked) == [{"count": 3}]
    both = narrowed_by({"material": "wood", "text": "kort"}, edits=False)
    assert clusters(story, 5, both) == [{"count": 3}]
    few.update(visibility=2)
    assert clusters(story, 5, both) == []
    assert clusters(story, 5, both, story.editor) == [{"count": 3}]


def test_ones_own_among_a_sample_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tile_rows, "FINER_LOOKED_AT", 500)
    story = Story()
    village(story, LOOKED_AT + 500)
    story.draft(by=story.proposer, title="Mijn eigen")
    assert clusters(story, 5, Narrowed(text="mijn eigen"), story.proposer) == [{"count": 1}]
    assert clusters(story, 5, Narrowed(text="mijn eigen")) == []


def test_the_page_says_when_numbers_may_be_estimates(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    story = Story()
    village(story, 30)
    said = "±"
    monkeypatch.setattr("frontend.maps.narrowed.FINER_LOOKED_AT", 29)
    assert said in text_of(client.get(f"{table(story)}?tekst=nummer"))
    # What cells count is exact, and so is what is few.
    assert said not in text_of(client.get(f"{table(story)}?soort=flow"))
    monkeypatch.setattr("frontend.maps.narrowed.FINER_LOOKED_AT", 30)
    assert said not in text_of(client.get(f"{table(story)}?tekst=nummer"))
