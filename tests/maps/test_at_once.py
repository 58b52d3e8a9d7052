"""Two at the same moment, each with a connection of their own: nobody loses anything, and counts stay right."""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import Count

from maps import services
from maps.conflicts import Conflict
from maps.history import versions_of
from maps.models import MapFeature, MapLayerCell, MapLayerCount
from tests.exchanges.test_at_once import at_once
from tests.maps.makers import SQUARE, Story, point, shape

pytestmark = pytest.mark.django_db(transaction=True)
NEXT_TO_IT = {
    "type": "Polygon",
    "coordinates": [[[3.74, 51.04], [3.78, 51.04], [3.78, 51.08], [3.74, 51.08], [3.74, 51.04]]],
}


def test_of_eight_who_change_one_version_one_does_and_the_others_see_both() -> None:
    story = Story()
    feature = story.draft()
    came_to = at_once(
        [
            lambda number=number: services.change_feature(  # type: ignore[misc]
                by=story.editor, feature=feature, version=1, title=f"Van nummer {number}"
            )
            for number in range(8)
        ]
    )
    assert came_to == Counter({"done": 1, Conflict.__name__: 7})
    assert [row.version for row in versions_of(feature)] == [2, 1]


def test_many_who_write_in_one_layer_are_all_counted() -> None:
    story = Story()
    features = [story.draft(geometry=point(3.70 + number / 1000)) for number in range(6)]
    tasks = [
        *(
            lambda feature=feature: services.change_feature(  # type: ignore[misc]
                by=story.editor, feature=feature, version=1, geometry=point(3.75, 51.06)
            )
            for feature in features[:3]
        ),
        *(
            lambda feature=feature: services.withdraw_feature(by=story.manager, feature=feature)  # type: ignore[misc]
            for feature in features[3:]
        ),
        *(lambda: story.draft(geometry=point(3.72)) for _number in range(4)),
    ]
    assert at_once(tasks) == Counter({"done": 10})
    stored = dict(MapFeature.objects.values_list("state").annotate(Count("pk")))
    assert stored == {"draft": 7, "withdrawn": 3}
    assert dict(MapLayerCount.objects.filter(count__gt=0).values_list("state", "count")) == stored
    for level in (3, 15):
        cells = MapLayerCell.objects.filter(level=level)
        assert sum(cells.values_list("count", flat=True)) == 7


def deadline_passed(since: float) -> bool:
    return time.monotonic() - since > 20


def somebody_waits() -> bool:
    """Whether a connection waits for what another holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


def changed(story: Story, first: MapFeature, second: MapFeature) -> Callable[[], Any]:
    seen = {second.pk: second.version, first.pk: first.version}
    return partial(services.change_features, by=story.manager, layer=story.layer, seen=seen, form="los")


def stepped(story: Story, first: MapFeature, second: MapFeature) -> Callable[[], Any]:
    seen = {second.pk: second.version, first.pk: first.version}
    return partial(services.step_features, by=story.manager, layer=story.layer, seen=seen, step="publish")


def batch_undone(story: Story, first: MapFeature, second: MapFeature) -> Callable[[], Any]:
    done = changed(story, first, second)()
    return partial(services.undo_batch, by=story.manager, layer=story.layer, change=done.change)


def joined(story: Story, first: MapFeature, second: MapFeature) -> Callable[[], Any]:
    return partial(services.join_features, by=story.manager, feature=first, version=1, other=second, other_version=1)


def joining_undone(story: Story, first: MapFeature, second: MapFeature) -> Callable[[], Any]:
    after = joined(story, first, second)()
    return partial(services.undo_feature, by=story.manager, feature=after, seen=2)


SEVERAL = (changed, stepped, batch_undone, joined, joining_undone)


@pytest.mark.parametrize("prepare", SEVERAL, ids=[prepare.__name__ for prepare in SEVERAL])
def test_who_takes_several_elements_holds_none_before_the_first_of_them(prepare: Callable[..., Any]) -> None:
    """Given somebody who holds the first, when another wants both, then the second is still free: no two can each hold
    what the other waits for.
    """
    story = Story()
    first, second = story.draft(geometry=shape(SQUARE)), story.draft(geometry=shape(NEXT_TO_IT))
    task = prepare(story, first, second)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            MapFeature.objects.select_for_update(no_key=True).get(pk=first.pk)
            other = pool.submit(at_once, [task])
            began = time.monotonic()
            while not somebody_waits() and not deadline_passed(began):
                time.sleep(0.02)
            assert somebody_waits()
            assert MapFeature.objects.select_for_update(no_key=True, nowait=True).get(pk=second.pk)
        assert other.result() == Counter({"done": 1})


def undo_or_hear(refused: list[bool], **change: Any) -> None:
    try:
        services.undo_batch(**change)
    except PermissionDenied:
        refused.append(True)


def test_two_who_change_and_undo_the_same_elements_in_opposite_orders_both_come_to_an_end() -> None:
    story = Story()
    for _round in range(3):
        features = [story.draft(geometry=point(3.70 + number / 1000)) for number in range(20)]
        seen = {feature.pk: 1 for feature in features}
        done = services.change_features(by=story.editor, layer=story.layer, seen=seen, form="los")
        assert done.change is not None
        backwards = dict.fromkeys(reversed(seen), 2)
        refused: list[bool] = []
        tasks: list[Callable[[], Any]] = [
            partial(undo_or_hear, refused, by=story.editor, layer=story.layer, change=done.change),
            partial(services.step_features, by=story.manager, layer=story.layer, seen=backwards, step="submit"),
        ]
        assert at_once(tasks) == Counter({"done": 2})
        # One of the two was first, with all of them.
        (became,) = set(MapFeature.objects.filter(pk__in=seen).values_list("state", "form", "version"))
        assert became in {("draft", "", 3), ("review", "los", 3)}
        # Whoever looks once all wait for a review hears that it is no longer theirs to undo.
        assert not refused or became[0] == "review"
