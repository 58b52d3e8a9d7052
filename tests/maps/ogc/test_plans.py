"""How the database reads pages of features: as many queries for many as for one, and no more rows than are shown."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maps import services
from maps.models import MapLayer
from maps.ogc.collections import collection_of
from maps.ogc.collections.layers import public_layers
from maps.ogc.features import Page
from maps.ogc.parameters import asked_of, next_given
from tests.listings.test_plans import plan_of
from tests.maps.makers import Story
from tests.maps.ogc.reading import ask, body_of, fill, items_of, sent_by

pytestmark = pytest.mark.django_db
SIZE = 6_000
#: A box around the west of Flanders, with thousands of elements in it.
WEST = {"bbox": "2.6,50.75,3.6,51.4"}


@pytest.fixture
def layer() -> MapLayer:
    """A layer with many elements beside a small one."""
    story = Story()
    fill(story.layer, SIZE)
    fill(services.create_layer(by=story.manager, material_map=story.map, title="Klein"), 200)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE maps_mapfeature")
    return story.layer


def after_the_first_page(name: str, parameters: dict[str, str]) -> dict[str, str]:
    collection = collection_of(AnonymousUser(), name)
    page = Page(collection, asked_of(collection, parameters))
    assert list(page.features())
    assert page.next_place is not None
    return next_given(collection, parameters, page.next_place)


@pytest.mark.parametrize("begun", [False, True])
def test_a_page_of_a_layer_is_read_along_the_index_of_its_numbers(layer: MapLayer, begun: bool) -> None:
    name, parameters = f"layer-{layer.pk}", {"limit": "10"}
    if begun:
        parameters = after_the_first_page(name, parameters)
    plan = plan_of(*sent_by(name, parameters))
    assert re.search(r"Index Scan using (feature_of_layer|maps_mapfeature_pkey) on maps_mapfeature", plan), plan
    assert "Sort" not in plan, plan
    assert "Seq Scan on maps_mapfeature" not in plan, plan


@pytest.mark.parametrize("begun", [False, True])
def test_a_page_of_a_box_is_read_along_the_index_of_places(layer: MapLayer, begun: bool) -> None:
    """In the order of the index: nothing gathers all that lies in the box."""
    name, parameters = f"layer-{layer.pk}", {"limit": "10", **WEST}
    if begun:
        parameters = after_the_first_page(name, parameters)
    plan = plan_of(*sent_by(name, parameters))
    assert "Index Scan using feature_in_layer_at on maps_mapfeature" in plan, plan
    assert re.search(r"Order By: \(\"?position\"? <->", plan), plan
    assert re.search(r"Index Cond: .*layer_id = .*&&", plan), plan
    assert "Bitmap" not in plan, plan
    # Elements at the same distance are put in order among themselves, as they come.
    assert re.findall(r"(\w+ )?Sort +\(", plan) == ["Incremental "], plan


def rows_read(name: str, parameters: dict[str, str]) -> int:
    """How many elements the database looks at for a page."""
    sql, values = sent_by(name, parameters)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT TEXT) {sql}", values)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    (read,) = re.findall(r"using feature_in_layer_at on maps_mapfeature .*actual rows=(\d+)", plan)
    dropped = re.search(r"Rows Removed by Filter: (\d+)", plan)
    return int(read) + (int(dropped[1]) if dropped else 0)


def test_a_page_of_a_box_reads_what_it_shows_however_much_lies_in_it(layer: MapLayer) -> None:
    name, asked = f"layer-{layer.pk}", {"limit": "50", **WEST}
    first = rows_read(name, asked)
    following = asked
    for _page in range(10):
        following = after_the_first_page(name, following)
    thousandth = rows_read(name, following)
    # A few more are read to put in order what is at the same distance.
    assert first <= 50 + 80
    assert thousandth <= 50 + 80


def test_how_far_a_layer_reaches_is_read_at_its_ends(layer: MapLayer) -> None:
    rows = public_layers().filter(pk=layer.pk)
    plan = plan_of(*rows.query.get_compiler(using="default").as_sql())
    assert len(re.findall(r"Order By: \(\"?position\"? <->", plan)) == 4, plan
    assert "Sort Key: ((u0" not in plan.lower(), plan


def queries_of(path: str) -> int:
    """How many queries a document takes beside the one that streams features, once its process is warm."""
    body_of(ask(path))
    with CaptureQueriesContext(connection) as queries:
        answer = ask(path)
        body_of(answer)
    assert answer.status_code == 200
    return len(queries)


@pytest.mark.parametrize("path", ["collections", "api", "collections?f=html"])
def test_what_describes_collections_takes_as_many_queries_for_many_layers(path: str) -> None:
    story = Story()
    story.published()
    one = queries_of(path)
    for number in range(6):
        another = services.create_layer(by=story.manager, material_map=story.map, title=f"Laag {number}")
        fill(another, 3)
    assert queries_of(path) == one


def test_items_take_as_many_queries_for_many() -> None:
    story = Story()
    story.published()
    paths = [
        items_of(story.layer),
        f"{items_of(story.layer)}?bbox=3,50,5,52&kind=stock",
        f"{items_of(story.layer)}?f=html",
    ]
    one = [queries_of(path) for path in paths]
    fill(story.layer, 200)
    assert [queries_of(path) for path in paths] == one
    assert max(one) <= 4
