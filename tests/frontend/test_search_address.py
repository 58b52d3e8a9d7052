"""The address of a search: the server drops what asks nothing, and the browser shows what comes back."""

import re
from html import unescape
from urllib.parse import parse_qsl

import pytest
from django.http import QueryDict
from django.test import Client

from frontend.search.address import ENDS, changed, without_idle
from frontend.search.page import FIELDS, read_address
from tests.makers import published

FORM = {"HX-Request": "true", "HX-Trigger": "search"}
#: What the form sends where nobody has filled in anything.
EMPTY = dict.fromkeys(("place", "to", "radius_km", *FIELDS), "") | {"detour_km": "10", "unit": "kg"}


def sent(**filled: str) -> QueryDict:
    query = QueryDict(mutable=True)
    query.update(EMPTY | filled)
    return query


@pytest.mark.parametrize(
    ("filled", "asks"),
    [
        ({}, ""),
        ({"q": "  "}, ""),
        ({"radius_km": "25"}, ""),
        ({"hub": "cocirc-hasselt", "radius_km": "25"}, "hub=cocirc-hasselt"),
        ({"place": "Gent", "radius_km": "25"}, "place=Gent&radius_km=25"),
        ({"lat": "51", "lon": "3.7", "radius_km": "5"}, "radius_km=5&lat=51&lon=3.7"),
        ({"place": "Gent", "radius_km": "25", "bbox": "3,51,4,52"}, "place=Gent&bbox=3%2C51%2C4%2C52"),
        ({"place": "Gent", "to": "Brugge", "radius_km": "25"}, "place=Gent&to=Brugge&detour_km=10"),
        ({"place": "Gent", "to_lat": "51.2", "to_lon": "3.2", "radius_km": "25"}, "place=Gent&radius_km=25"),
        ({"min_quantity": "3", "unit": "m3"}, "min_quantity=3&unit=m3"),
        ({"max_price": "0", "kind": "supply", "sort": "newest"}, "kind=supply&max_price=0&sort=newest"),
    ],
)
def test_what_asks_nothing_stays_out(filled: dict[str, str], asks: str) -> None:
    assert without_idle(sent(**filled)).urlencode() == asks
    assert without_idle(QueryDict(asks)).urlencode() == asks


def test_a_destination_without_words_counts_where_no_words_were_asked_for() -> None:
    route = "lat=51&lon=3.7&to_lat=51.2&to_lon=3.2"
    assert without_idle(QueryDict(f"{route}&radius_km=5")).urlencode() == route
    assert without_idle(QueryDict(f"{route}&to=&radius_km=5")).urlencode() == "lat=51&lon=3.7&radius_km=5"


def test_a_change_leaves_no_page_and_nothing_idle_behind() -> None:
    query = QueryDict("place=Gent&radius_km=25&min_quantity=3&unit=kg&cursor=abc")
    assert changed(query, min_quantity="") == "place=Gent&radius_km=25"
    assert changed(query, place="") == "min_quantity=3&unit=kg"
    assert changed(query, kind="supply") == "place=Gent&radius_km=25&min_quantity=3&unit=kg&kind=supply"


def test_every_field_that_ends_another_is_one_of_the_form() -> None:
    names = set(EMPTY)
    assert set(ENDS) <= names
    assert {ended for ends in ENDS.values() for ended in ends.split()} <= names


@pytest.mark.django_db
def test_the_form_s_request_comes_back_with_its_address(client: Client) -> None:
    published()
    answer = client.get(f"/?{sent(place='Gent', radius_km='25').urlencode()}", headers=FORM)
    assert answer["HX-Push-Url"] == "/?place=Gent&radius_km=25"
    assert client.get(f"/?{sent().urlencode()}", headers=FORM)["HX-Push-Url"] == "/"
    assert {"HX-Request", "HX-Trigger"} <= {name.strip() for name in answer["Vary"].split(",")}
    # Links among the results lead to clean addresses too.
    links = [unescape(link) for link in re.findall(r'href="\?([^"]*)"', answer.content.decode())]
    assert len(links) > 4
    assert [link for link in links if any(not value for _name, value in parse_qsl(link, keep_blank_values=True))] == []


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}, {"HX-Request": "true", "HX-Trigger": "results"}])
def test_other_requests_name_no_address(client: Client, headers: dict[str, str]) -> None:
    """The map writes its own steps of the history, and more cards are no step at all."""
    assert "HX-Push-Url" not in client.get("/", {"place": "Gent"}, headers=headers)


@pytest.mark.django_db
def test_the_map_is_told_the_address_of_its_box(client: Client) -> None:
    page = client.get("/", {"place": "Gent", "radius_km": "25", "q": "hout", "cursor": ""}).content.decode()
    (boxed,) = re.findall(r'data-boxed="([^"]*)"', page)
    assert unescape(boxed) == "place=Gent&q=hout&bbox=BBOX"
    asked = read_address(QueryDict(unescape(boxed).replace("BBOX", "3.5,51,3.9,51.2")))
    assert asked.parameters is not None
    assert asked.parameters.bbox == (3.5, 51.0, 3.9, 51.2)
    assert (asked.parameters.radius_km, asked.place) == (None, "Gent")
