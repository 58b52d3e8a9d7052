"""An address of which only the town is known: whoever wrote it hears so, and its page doesn't take it for exact."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from geo.addresses import address_from
from geo.gazetteer import point_of
from geo.middles import town_at
from geo.models import House, Municipality, Place, PostalCode
from geo.towns import StoredTowns, town_of_code
from maps.models import MapFeature
from tests.maps.makers import SQUARE, Story, point, shape
from tests.maps.test_pages import ELEMENT, PART, filled, of
from tests.maps.test_spot import send, sent

pytestmark = pytest.mark.django_db
SAID, MARKED = "We kennen enkel de plaats, niet het adres.", "ongeveer: het midden van"
NOWHERE = {"lat": "", "lon": "", "shape": ""}


def stored(client: Client, path: str, given: dict[str, Any], **more: Any) -> str:
    """The page that one comes to after storing something by a form."""
    answer = client.post(path, given, follow=True, **more)
    assert answer.status_code in (200, 201), answer.content.decode()
    return answer.content.decode()


@pytest.mark.parametrize(
    ("place", "town"),
    [("Korenmarkt 1, Gent", "Gent"), ("Gent", "Gent"), ("Kerkstraat 2, 3350 Linter", "Linter"), ("Doel", "Doel (")],
)
def test_an_address_that_nobody_knows_is_said_to_lie_at_its_town(place: str, town: str) -> None:
    story = Story()
    path = reverse("map-element-new", args=[story.layer.pk])
    page = stored(of(story.editor), path, ELEMENT | NOWHERE | {"place": place})
    assert f"{SAID} Het staat voorlopig in het midden van {town}" in page
    assert f"{MARKED} {town}" in page
    # It is marked for whoever comes later, and told once.
    feature = MapFeature.objects.get()
    again = of(story.manager).get(f"/kaarten/element/{feature.pk}/").content.decode()
    assert (MARKED in again, SAID in again) == (True, False)


def test_a_point_that_somebody_set_is_exact() -> None:
    story = Story()
    path = reverse("map-element-new", args=[story.layer.pk])
    page = stored(of(story.editor), path, ELEMENT)
    assert (SAID in page, MARKED in page) == (False, False)


def test_a_house_that_an_address_service_found_is_exact() -> None:
    story = Story()
    address = address_from("Kerkstraat 12", town_of_code("9000", "", StoredTowns()))
    assert address is not None
    House.objects.create(code="9000", key=address.key, location=point(3.7201, 51.0601), found_at=timezone.now())
    path = reverse("map-element-new", args=[story.layer.pk])
    page = stored(of(story.editor), path, ELEMENT | NOWHERE | {"place": "Kerkstraat 12, 9000 Gent"})
    assert (SAID in page, MARKED in page, MapFeature.objects.get().geometry.x) == (False, False, 3.7201)


def test_who_changes_something_else_hears_nothing_and_who_sets_it_right_loses_the_mark() -> None:
    story = Story()
    feature = story.draft(geometry=point_of("Gent"))
    client, path = of(story.editor), reverse("map-element-edit", args=[feature.pk])
    page = stored(client, path, filled(client, path) | {"title": "Anders"})
    assert (SAID in page, MARKED in page) == (False, True)
    page = stored(client, path, filled(client, path) | {"lat": "51.0601", "lon": "3.7301"})
    assert (SAID in page, MARKED in page) == (False, False)
    page = stored(client, path, filled(client, path) | NOWHERE | {"place": "Korenmarkt 1, Gent"})
    assert (SAID in page, MARKED in page) == (True, True)


def test_who_proposes_an_address_hears_it_too() -> None:
    story = Story()
    feature = story.published()
    client, path = of(story.proposer), reverse("map-element-edit", args=[feature.pk])
    assert SAID in stored(client, path, filled(client, path) | NOWHERE | {"place": "Gent"})


def test_who_draws_and_who_adds_on_the_spot_hear_it() -> None:
    story = Story()
    path = reverse("map-draw-new", args=[story.layer.pk])
    assert SAID in stored(of(story.editor), path, ELEMENT | NOWHERE | {"place": "Gent", "do": "save"}, headers=PART)
    assert SAID not in stored(of(story.editor), path, ELEMENT | {"do": "save"}, headers=PART)
    rough = send(story.editor, sent(story, place="Gent", lat="", lon="", accuracy_m=""))
    assert SAID in rough.json()["words"]  # type: ignore[attr-defined]
    assert SAID not in send(story.editor, sent(story)).json()["words"]  # type: ignore[attr-defined]


def test_every_town_is_known_by_its_point_in_each_language_and_nothing_else() -> None:
    for row in PostalCode.objects.order_by("pk")[::97]:
        assert town_at(row.location), row
    for place in Place.objects.shipped().order_by("pk")[::97]:
        assert town_at(place.location), place
    for municipality in Municipality.objects.order_by("pk")[::17]:
        assert town_at(municipality.centre), municipality
    assert (town_at(point()), town_at(shape(SQUARE))) == ("", "")
    gent = point_of("Gent")
    assert town_at(point(gent.x + 0.00002, gent.y)) == ""
    assert town_at(point(round(gent.x, 6), round(gent.y, 6))) == "Gent"
    for language, name in (("nl", "Gent"), ("en", "Ghent"), ("fr", "Gand")):
        with translation.override(language):
            assert town_at(gent) == name
