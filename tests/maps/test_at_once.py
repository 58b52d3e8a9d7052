"""Two at the same moment, each with a connection of their own: nobody loses anything, and counts stay right."""

from collections import Counter

import pytest
from django.db.models import Count

from maps import services
from maps.conflicts import Conflict
from maps.history import versions_of
from maps.models import MapFeature, MapLayerCell, MapLayerCount
from tests.exchanges.test_at_once import at_once
from tests.maps.makers import Story, point

pytestmark = pytest.mark.django_db(transaction=True)


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
