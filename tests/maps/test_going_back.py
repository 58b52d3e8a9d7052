"""Bringing one element back: a page offers what the service does for whoever looks at it, and nothing else."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from maps import services
from maps.enums import Power
from maps.going_back import can_undo_last
from maps.history import versions_of
from maps.models import MapFeature
from maps.standing import standing_of
from tests.maps.makers import ACROSS, SQUARE, Story, shape
from tests.maps.test_pages import of

pytestmark = pytest.mark.django_db
UNDO_LAST = re.compile(r'<button class="button" name="step" value="undo">')
GO_BACK = re.compile(r'name="to" value="(\d+)"')


def of_one_version(story: Story) -> MapFeature:
    return story.draft()


def changed(story: Story) -> MapFeature:
    return services.change_feature(by=story.editor, feature=story.draft(), version=1, form="los")


def published(story: Story) -> MapFeature:
    return story.published()


def published_once(story: Story) -> MapFeature:
    """A draft again, which was published before."""
    shown = services.publish_feature(by=story.manager, feature=story.draft())
    return services.undo_feature(by=story.manager, feature=shown, seen=shown.version)


def withdrawn(story: Story) -> MapFeature:
    return services.withdraw_feature(by=story.editor, feature=story.draft())


def split(story: Story) -> MapFeature:
    whole = story.draft(geometry=shape(SQUARE))
    return services.split_feature(by=story.editor, feature=whole, version=1, line=shape(ACROSS))[0]


def split_and_published_once(story: Story) -> MapFeature:
    """Split as it was published, by who could, and both made drafts of since by bringing them back."""
    whole = story.published(geometry=shape(SQUARE))
    return services.split_feature(by=story.manager, feature=whole, version=whole.version, line=shape(ACROSS))[0]


MADE = (of_one_version, changed, published, published_once, withdrawn, split, split_and_published_once)


def does(by: User, feature: MapFeature, **to: Any) -> bool:
    """Whether the service does it; nothing is done."""
    point_back = transaction.savepoint()
    try:
        services.undo_feature(by=by, feature=feature, seen=feature.version, **to)
    except PermissionDenied:
        return False
    finally:
        transaction.savepoint_rollback(point_back)
    return True


@pytest.mark.parametrize("make", MADE, ids=[make.__name__ for make in MADE])
def test_going_back_is_offered_where_it_is_done(make: Callable[[Story], MapFeature]) -> None:
    story = Story()
    feature = make(story)
    feature = MapFeature.objects.select_related("layer__map__hub").get(pk=feature.pk)
    numbers = {row.version for row in versions_of(feature)} - {feature.version}
    for person in (story.editor, story.manager, story.holder(Power.PUBLISH)):
        page = of(person).get(reverse("map-element", args=[feature.pk])).content.decode()
        drawn = (
            of(person)
            .get(reverse("map-draw-element", args=[feature.pk]), headers={"HX-Request": "true"})
            .content.decode()
        )
        may = bool(numbers) and does(person, feature)
        assert can_undo_last(standing_of(person), feature) == may
        assert bool(UNDO_LAST.search(page)) == may
        assert ('value="undo"' in drawn) == may
        offered = {int(number) for number in GO_BACK.findall(page)}
        assert offered == {number for number in numbers if does(person, feature, version=number)}


def test_an_editor_is_not_offered_to_publish_by_going_back() -> None:
    story = Story()
    feature = published_once(story)
    page = of(story.editor).get(reverse("map-element", args=[feature.pk])).content.decode()
    assert not UNDO_LAST.search(page)
    assert GO_BACK.findall(page) == ["1"]


def test_every_older_version_is_reached_by_pages_and_comes_back() -> None:
    story = Story()
    feature = story.published(title="Versie 1")
    for number in range(2, 48):
        feature = services.change_feature(
            by=story.manager, feature=feature, version=feature.version, title=f"Versie {number}"
        )
    client = Client()
    client.force_login(story.manager)
    page, seen = f"/kaarten/element/{feature.pk}/", list[int]()
    address = page
    while address:
        answer = client.get(address)
        seen += [change["version"] for change in answer.context["changes"]]
        older = answer.context["older"]
        address = f"{page}?voor={older}" if older else ""
        assert (f"?voor={older}#history" in answer.content.decode()) is bool(older)
    assert seen == list(range(feature.version, 0, -1))
    text = answer.content.decode()
    assert "Nieuwste wijzigingen" in text
    # From the last page the first published version comes back.
    assert {change["version"] for change in answer.context["changes"] if change["goes_back"]} >= {2}
    client.post(f"{page}stap/", {"step": "undo", "version": feature.version, "to": 2})
    assert (MapFeature.objects.get().title, MapFeature.objects.get().state) == ("Versie 1", "published")
    assert "Oudere wijzigingen zijn er niet" in client.get(f"{page}?voor=1").content.decode()
    assert client.get(f"{page}?voor=x").status_code == 404
    stranger = Client()
    assert stranger.get(f"{page}?voor=1").status_code == 200
    assert "Geschiedenis" not in stranger.get(f"{page}?voor=1").content.decode()
