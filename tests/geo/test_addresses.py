"""House numbers by an address service: a server on this machine stands in for each of the three kinds."""

import datetime as dt
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone

from frontend.organisations.forms import SiteForm
from geo import addresses
from geo.addresses import Address, AddressServiceDown, Pins, address_from, locate, pin_of
from geo.models import House
from geo.towns import StoredTowns, Town, find_town
from tests.geo.address_service import ANSWERS, GEOLOCATION, LAT, LON, Service, serving
from tests.makers import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(settings: Any) -> Iterator[Service]:
    yield from serving(settings)


@pytest.fixture
def gent() -> Town:
    return find_town("9000", "Gent", StoredTowns())


@pytest.mark.parametrize("kind", ANSWERS)
def test_each_kind_of_service_tells_where_a_house_stands(
    service: Service, settings: Any, gent: Town, kind: str
) -> None:
    settings.ADDRESS_SERVICE = kind
    service.answer(ANSWERS[kind])
    point = locate(Address("Kerkstraat", "12", gent))
    assert point is not None
    assert (point.y, point.x) == (LAT, LON)
    asked = " ".join(value for values in service.asked[0].values() for value in values)
    assert "Kerkstraat" in asked
    assert "12" in asked
    assert "9000" in asked


@pytest.mark.parametrize(
    "changed",
    [{"Housenumber": None}, {"Housenumber": "14"}, {"Zipcode": "9050"}, {"Zipcode": None},
     {"Location": {"Lat_WGS84": 50.5, "Lon_WGS84": 5.5}}, {"Location": {"Lat_WGS84": 48.85, "Lon_WGS84": 2.35}},
     {"Location": {"Lat_WGS84": 1e308, "Lon_WGS84": 3.7}}],
)  # fmt: skip
def test_an_answer_that_is_not_that_house_is_not_taken(service: Service, gent: Town, changed: dict[str, Any]) -> None:
    service.answer({"LocationResult": [GEOLOCATION["LocationResult"][0] | changed]})
    assert locate(Address("Kerkstraat", "12", gent)) is None


def test_no_answer_is_no_house(service: Service, gent: Town) -> None:
    service.answer({"LocationResult": []})
    assert locate(Address("Kerkstraat", "12", gent)) is None


@pytest.mark.usefixtures("collector_waits")
@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b"[", b'"x"', b"null", b'{"LocationResult": [{}]}',
                                  b'{"LocationResult": [null]}', b'{"LocationResult": "x"}', b"[" * 100_000,
                                  b"[" + b" " * 300_000 + b"]", b"\xff\xfe"])  # fmt: skip
def test_an_answer_that_can_not_be_read_is_a_service_that_is_down(service: Service, gent: Town, body: bytes) -> None:
    service.body = body
    with pytest.raises(AddressServiceDown):
        locate(Address("Kerkstraat", "12", gent))


@pytest.mark.parametrize("status", [301, 302, 404, 429, 500, 503])
def test_a_refusal_or_a_redirect_is_a_service_that_is_down(service: Service, gent: Town, status: int) -> None:
    service.status = status
    service.headers = {"Location": "http://127.0.0.1:9/elsewhere"}
    with pytest.raises(AddressServiceDown):
        locate(Address("Kerkstraat", "12", gent))
    assert len(service.asked) == 1


def test_a_service_that_takes_too_long_is_down_within_its_time(service: Service, gent: Town) -> None:
    service.before = lambda: time.sleep(3)
    began = time.monotonic()
    with pytest.raises(AddressServiceDown):
        locate(Address("Kerkstraat", "12", gent))
    assert time.monotonic() - began < 2


def test_a_service_that_is_away_is_down(settings: Any, gent: Town) -> None:
    settings.ADDRESS_SERVICE, settings.ADDRESS_SERVICE_URL = "photon", "http://127.0.0.1:9/api"
    with pytest.raises(AddressServiceDown):
        locate(Address("Kerkstraat", "12", gent))


@pytest.mark.parametrize(
    ("kind", "url"), [("google", "http://127.0.0.1:9/"), ("photon", "file:///etc/hostname"), ("photon", "")]
)
def test_a_service_that_is_set_up_wrongly_says_how(settings: Any, gent: Town, kind: str, url: str) -> None:
    settings.ADDRESS_SERVICE, settings.ADDRESS_SERVICE_URL = kind, url
    with pytest.raises(ImproperlyConfigured, match="ADDRESS_SERVICE"):
        locate(Address("Kerkstraat", "12", gent))


@pytest.mark.parametrize(
    ("street", "number", "read"),
    [
        ("Kerkstraat", "12", ("Kerkstraat", "12")),
        ("Kerkstraat 12", "", ("Kerkstraat", "12")),
        ("Kerkstraat 12 bus 3", "", ("Kerkstraat", "12")),
        ("Kerkstraat 12A", "", ("Kerkstraat", "12A")),
        ("Kerkstraat, 12", "", ("Kerkstraat", "12")),
        ("Kerkstraat", "12 a", ("Kerkstraat", "12a")),
        ("Kerkstraat", "", None),
        ("", "12", None),
        ("12", "", None),
        ("", "", None),
    ],
)
def test_a_house_is_a_street_with_a_number(gent: Town, street: str, number: str, read: tuple[str, str] | None) -> None:
    address = address_from(street, gent, number)
    assert (address and (address.street, address.number)) == read


def test_a_long_street_is_read_at_once(gent: Town) -> None:
    began = time.monotonic()
    address_from("a 1 , " * 20_000, gent)
    assert time.monotonic() - began < 0.5


def test_without_a_service_nobody_is_asked_and_the_pin_stands_at_the_town(gent: Town) -> None:
    pin = pin_of(gent, "Kerkstraat", "12")
    assert (pin.point, pin.is_house, pin.is_down) == (gent.location, False, False)


def form(**given: str) -> SiteForm:
    site = SiteForm({"name": "Atelier", "postal_code": "9000", "place_name": "Gent", **given})
    assert site.is_valid(), site.errors
    return site


def test_the_form_puts_the_pin_at_the_house(service: Service) -> None:
    site = form(street="Kerkstraat", house_number="12")
    assert site.cleaned_data["location"].y == LAT
    assert site.said == ""
    assert "zoeken we het huisnummer op" in site.pin_help


def test_a_pin_that_was_set_on_the_map_is_not_asked_about(service: Service) -> None:
    site = form(street="Kerkstraat", house_number="12", lat="51.05", lon="3.72")
    assert site.cleaned_data["location"].y == 51.05
    assert service.asked == []


def test_the_form_says_that_the_pin_stands_at_the_village(service: Service, gent: Town) -> None:
    service.answer({"LocationResult": []})
    site = form(street="Kerkstraat", house_number="12")
    assert site.cleaned_data["location"] == gent.location
    assert site.said == "De speld staat in 9000 Gent, niet bij het adres. Versleep ze op de kaart."


def test_the_form_says_that_the_service_is_down(service: Service, gent: Town) -> None:
    service.status = 500
    site = form(street="Kerkstraat", house_number="12")
    assert site.cleaned_data["location"] == gent.location
    assert site.said.startswith("De adresdienst antwoordt niet. De speld staat in 9000 Gent")


def test_a_list_asks_each_address_once_and_none_after_one_that_is_not_answered(service: Service, gent: Town) -> None:
    pins = Pins()
    assert pins.of(gent, "Kerkstraat 12").is_house
    assert pins.of(gent, "Kerkstraat 12").is_house
    assert len(service.asked) == 1
    service.status = 503
    assert pins.of(gent, "Dorp 1").is_down
    assert pins.of(gent, "Dorp 2").is_down
    assert pins.of(gent, "Kerkstraat 12").is_house
    assert len(service.asked) == 2


def test_a_list_asks_no_more_than_so_many(service: Service, gent: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "MOST_ASKED", 2)
    pins = Pins()
    assert [pins.of(gent, f"Dorp {number}").is_down for number in range(1, 6)] == [False] * 5
    assert len(service.asked) == 2
    assert pins.left == 3
    # What they were asked before isn't asked again, so the next list gets further.
    service.answer(GEOLOCATION)
    assert not House.objects.exists()
    assert Pins().of(gent, "Kerkstraat 12").is_house
    again = Pins()
    assert [again.of(gent, street).is_house for street in ("Kerkstraat 12", "Dorp 3", "Dorp 4")] == [
        True,
        False,
        False,
    ]
    assert (again.left, len(service.asked)) == (0, 5)


# ---- what was found stays found ----


@pytest.mark.parametrize("away", ["down", "knows nothing", "not configured"])
def test_a_house_that_was_found_stays_found(service: Service, settings: Any, gent: Town, away: str) -> None:
    """Given a house that was found once, when the service is away, then it still stands there, for lists and forms."""
    assert pin_of(gent, "Kerkstraat", "12").is_house
    House.objects.update(found_at=timezone.now() - dt.timedelta(days=365))
    if away == "down":
        service.status = 503
    elif away == "knows nothing":
        service.answer({"LocationResult": []})
    else:
        settings.ADDRESS_SERVICE = ""
    for pin in (
        pin_of(gent, "KERKSTRAAT 12"),
        Pins().of(gent, "kerkstraat  12"),
        Pins(asks=False).of(gent, "Kerkstraat 12"),
    ):
        assert (pin.is_house, pin.point.y) == (True, LAT)


def test_a_house_that_was_found_long_ago_is_asked_about_again(service: Service, gent: Town) -> None:
    pin_of(gent, "Kerkstraat", "12")
    pin_of(gent, "Kerkstraat", "12")
    assert len(service.asked) == 1
    House.objects.update(found_at=timezone.now() - dt.timedelta(days=365))
    service.answer(
        {"LocationResult": [GEOLOCATION["LocationResult"][0] | {"Location": {"Lat_WGS84": 51.07, "Lon_WGS84": LON}}]}
    )
    assert pin_of(gent, "Kerkstraat", "12").point.y == 51.07
    assert House.objects.get().location.y == 51.07


def test_a_list_reads_the_houses_of_a_code_in_one_query(
    service: Service, gent: Town, django_assert_num_queries: Any
) -> None:
    pin_of(gent, "Kerkstraat", "12")
    pins = Pins(asks=False)
    with django_assert_num_queries(1):
        assert [pins.of(gent, f"Kerkstraat {number}").is_house for number in range(10, 15)] == [
            False, False, True, False, False,
        ]  # fmt: skip


def test_who_posts_something_finds_a_house_and_who_searches_asks_nobody(service: Service, client: Client) -> None:
    """Given an address in the place field of the posting form, then its house comes first; visitors ask no service."""
    ask = {"q": "Kerkstraat 12, 9000 Gent"}
    assert [row["kind"] for row in client.get("/api/v1/geocode/", ask).json()["results"]][:1] == ["postal_code"]
    assert service.asked == []
    client.force_login(make_user())
    first = client.get("/api/v1/geocode/", ask).json()["results"][0]
    assert (first["kind"], first["label"], first["lat"]) == ("address", "Kerkstraat 12, 9000 Gent", LAT)
    service.status = 503
    for text in ("Kerkstraat 14, 9000 Gent", "Kerkstraat, 9000 Gent", "9000 Gent", "Kerkstraat 12"):
        assert "address" not in {row["kind"] for row in client.get("/api/v1/geocode/", {"q": text}).json()["results"]}
