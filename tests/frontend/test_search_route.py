"""Searching along a route: from the place to a destination, by what lies little out of the way."""

from html import unescape
from urllib.parse import urlencode

import pytest
from django.test import Client

from tests.makers import published

pytestmark = pytest.mark.django_db
LOKEREN, BRUGGE = (51.1036, 3.9936), (51.2089, 3.2242)


def home(client: Client, **asked: str) -> str:
    answer = client.get(f"/?{urlencode(asked)}")
    assert answer.status_code == 200
    return " ".join(unescape(answer.content.decode()).split())


def test_what_lies_on_the_way_is_found_with_its_detour(client: Client) -> None:
    between, behind = published(at=LOKEREN, title="Onderweg"), published(at=BRUGGE, title="De andere kant op")
    page = home(client, place="Gent", to="Antwerpen", detour_km="20")
    assert between.title in page
    assert behind.title not in page
    assert "van Gent naar Antwerpen, hoogstens 20 km om" in page
    assert "km om</b>" in page or "m om</b>" in page


def test_an_unchosen_destination_is_looked_up_and_a_chosen_one_is_taken_as_it_is(client: Client) -> None:
    looked_up = home(client, place="Gent", to="9100")
    assert "van Gent naar 9100 Sint-Niklaas" in looked_up
    chosen = home(client, place="Gent", to="Bij de buren", to_lat="51.2194", to_lon="4.4025")
    assert "van Gent naar Bij de buren, hoogstens 10 km om" in chosen
    assert 'data-to-lat="51.2194"' in chosen


def test_a_route_has_no_radius(client: Client) -> None:
    page = home(client, place="Gent", to="Antwerpen", radius_km="5")
    assert "data-radius-km" not in page
    assert 'data-query="lat=51' in page


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"place": "Gent", "to": "Nergenshuizen"}, "“Nergenshuizen” ken ik niet."),
        ({"to": "Antwerpen"}, "Zeg ook waar de route begint"),
        (
            {"place": "Gent", "to": "Antwerpen", "detour_km": "veel"},
            "“veel” is geen getal. Schrijf het als 1250 of 12,5.",
        ),
        ({"place": "Gent", "to": "x", "to_lat": "40", "to_lon": "4"}, "ligt niet in België"),
    ],
)
def test_a_mistake_is_said_at_its_field(client: Client, asked: dict[str, str], says: str) -> None:
    page = home(client, **asked)
    assert 'field__error"><svg' in page
    assert page.count(says) == 2  # at the field, and where the results would be


def test_a_destination_whose_words_are_gone_is_none(client: Client) -> None:
    page = home(client, place="Gent", to="", to_lat="51.2194", to_lon="4.4025", detour_km="10", radius_km="25")
    assert "binnen 25 km van Gent" in page
    assert "km om" not in page


def test_a_place_that_is_typed_over_is_looked_up_anew(client: Client) -> None:
    page = home(client, place="Gent")
    assert '<input type="hidden" name="lat" value=""' in page
