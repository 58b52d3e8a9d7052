"""The address of a search: the server drops what asks nothing, and the browser shows what comes back."""

import re
from decimal import Decimal
from html import unescape
from urllib.parse import parse_qsl, urlencode

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.test import Client
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from frontend.components.form_fields import BelgianDecimalField
from frontend.search.address import ENDS, changed, without_idle
from frontend.search.page import FIELDS, find, read_address
from frontend.search.summary import folded_line
from tests.makers import published

pytestmark = pytest.mark.django_db
FORM = {"HX-Request": "true", "HX-Trigger": "search"}
#: What the form sends where nobody has filled in anything.
EMPTY = dict.fromkeys(("place", "to", "radius_km", *FIELDS), "") | {"detour_km": "10", "unit": "kg"}
HERE, THERE = {"lat": "51.05", "lon": "3.72", "unit": "kg"}, {"to_lat": "51.2", "to_lon": "3.22"}


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


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}, {"HX-Request": "true", "HX-Trigger": "results"}])
def test_other_requests_name_no_address(client: Client, headers: dict[str, str]) -> None:
    """The map writes its own steps of the history, and more cards are no step at all."""
    assert "HX-Push-Url" not in client.get("/", {"place": "Gent"}, headers=headers)


def test_the_map_is_told_the_address_of_its_box(client: Client) -> None:
    page = client.get("/", {"place": "Gent", "radius_km": "25", "q": "hout", "cursor": ""}).content.decode()
    (boxed,) = re.findall(r'data-boxed="([^"]*)"', page)
    assert unescape(boxed) == "place=Gent&q=hout&bbox=BBOX"
    asked = read_address(QueryDict(unescape(boxed).replace("BBOX", "3.5,51,3.9,51.2")))
    assert asked.parameters is not None
    assert asked.parameters.bbox == (3.5, 51.0, 3.9, 51.2)
    assert (asked.parameters.radius_km, asked.place) == (None, "Gent")


@pytest.mark.parametrize(
    ("language", "typed", "means"),
    [
        ("nl", "12,50", "12.50"), ("nl", "€ 12,-", "12"), ("nl", "1.250", "1250"), ("nl", "1 250,5", "1250.5"),
        ("fr", "12,50", "12.50"), ("fr", "1.250", "1250"),
        ("en", "12.50", "12.50"), ("en", "12,50", "12.50"), ("en", "1,250.50", "1250.50"), ("en", "€12.5", "12.5"),
    ],
)  # fmt: skip
def test_a_price_is_read_as_its_writer_means_it(language: str, typed: str, means: str) -> None:
    with translation.override(language):
        asked = read_address(QueryDict(urlencode({"max_price": typed})))
    assert asked.errors == {}
    assert asked.parameters is not None
    assert asked.parameters.max_price == Decimal(means)


@pytest.mark.parametrize("name", ["max_price", "max_mass", "min_quantity", "radius_km", "detour_km"])
def test_a_comma_before_decimals_is_understood_in_every_number(name: str) -> None:
    query = HERE | (THERE if name == "detour_km" else {}) | {name: "12,5"}
    asked = read_address(QueryDict(urlencode(query)))
    assert asked.errors == {}
    assert asked.parameters is not None
    assert float(getattr(asked.parameters, name)) == 12.5


@pytest.mark.parametrize("name", ["max_price", "max_mass", "min_quantity", "radius_km", "detour_km"])
@pytest.mark.parametrize("typed", ["veel", "5-10", "12,5,3", "1e999"])
def test_what_is_no_number_is_refused_in_words(name: str, typed: str) -> None:
    query = HERE | (THERE if name == "detour_km" else {}) | {name: typed}
    assert typed in read_address(QueryDict(urlencode(query))).errors[name]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("hub", "Er is geen hub “zzz”. Kies er een uit de lijst."),
        ("material", "Er is geen materiaal “zzz”. Kies er een uit de lijst."),
        *((name, "“zzz” ken ik niet. Kies er een uit de lijst.") for name in ("kind", "service", "condition", "sort")),
        ("unit", "“zzz” ken ik niet. Kies er een uit de lijst."),
    ],
)
def test_what_no_list_of_choices_holds_is_refused_as_people_read_it(client: Client, name: str, says: str) -> None:
    query = {"min_quantity": "5", name: "zzz"} if name == "unit" else {name: "zzz"}
    assert read_address(QueryDict(urlencode(query))).errors == {name: says}
    page = client.get("/", query).content.decode()
    assert says in page
    assert "Kies er een uit /api" not in page
    assert "Kies uit: " not in page
    # A program reads the codes that it may send, and where they stand.
    told = client.get("/api/v1/search/", HERE | query).json()["errors"][0]["message"]
    assert "lijst" not in told


def test_another_currency_is_refused_by_its_sign() -> None:
    asked = read_address(QueryDict(urlencode(HERE | {"max_price": "£ 5"})))
    assert "£" in asked.errors["max_price"]
    assert asked.parameters is None or asked.parameters.max_price is None


def test_who_reads_english_is_asked_which_of_two_numbers_is_meant() -> None:
    with translation.override("en"):
        asked = read_address(QueryDict("max_price=1.250"))
    assert asked.errors == {"max_price": "“1.250” may be two numbers. Write 1250 or 1.25."}


@given(value=st.decimals(0, 10**9, places=3), language=st.sampled_from(["nl", "en", "fr"]))
def test_a_field_reads_what_it_shows(value: Decimal, language: str) -> None:
    with translation.override(language):
        field = BelgianDecimalField()
        assert field.to_python(field.prepare_value(value)) == value


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ({"q": "houten balken"}, "houten balken"),
        ({"q": "stoelen", "place": "Gent", "radius_km": "25"}, "stoelen · binnen 25 km van Gent"),
        ({"q": "stoelen binnen 25 km van Gent"}, "stoelen binnen 25 km van Gent"),
        ({"q": "stoelen", "kind": "supply", "condition": "used"}, "Aanbod · stoelen · 1 filter"),
    ],
)
def test_on_a_phone_the_folded_form_says_what_was_typed(typed: dict[str, str], line: str) -> None:
    asked = read_address(QueryDict(urlencode(typed)))
    assert folded_line(asked, find(asked, AnonymousUser())).replace("\N{NO-BREAK SPACE}", " ") == line
