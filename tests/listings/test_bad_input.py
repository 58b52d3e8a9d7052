"""What the API is sent that can't be: it is refused by name, with the remedy, and nothing of it is stored."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Organisation, User
from listings.api.serializers import ListingWriteSerializer
from listings.models import Listing
from tests.makers import TODAY, make_organisation, make_site, make_user, published

pytestmark = pytest.mark.django_db
PROBLEM = "application/problem+json"
HERE = {"lat": 51.05, "lon": 3.72}


@pytest.fixture
def member(client: Client) -> User:
    user = make_user()
    client.force_login(user)
    return user


@pytest.fixture
def organisation(member: User) -> Organisation:
    return make_organisation(member)


def goods(whose: Organisation, **changed: Any) -> dict[str, Any]:
    return {
        "organisation": whose.pk, "kind": "supply", "title": "Paletten", "material": "wood-pallets",
        "quantity": 40, "unit": "piece", "condition": "used", "available_from": TODAY.isoformat(), "location": HERE,
    } | changed  # fmt: skip


def send(client: Client, path: str, body: Any, language: str = "nl") -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(path, raw, content_type="application/json", headers={"Accept-Language": language})


def test_what_is_right_is_stored(client: Client, organisation: Organisation) -> None:
    answer = send(client, "/api/v1/listings/", goods(organisation))
    assert answer.status_code == 201, answer.content
    assert answer.json()["status"] == "draft"
    for location in ({"lat": "51.05", "lon": "3.72"}, {"x": 104_880, "y": 193_860, "srid": 31370}, None):
        assert send(client, "/api/v1/listings/", goods(organisation, location=location)).status_code == 201


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("location", {"lat": "nan", "lon": 3.7}, "gewoon getal"),
        ("location", {"lat": "inf", "lon": 3.7}, "gewoon getal"),
        ("location", {"lat": 10**400, "lon": 3.7}, "gewoon getal"),
        ("location", {"lat": True, "lon": 3.7}, "gewoon getal"),
        ("location", {"lat": [], "lon": {}}, "gewoon getal"),
        ("location", {"lat": 3.72, "lon": 51.05}, "omgewisseld"),
        ("location", {"lat": 40.4, "lon": -3.7}, "niet in België"),
        ("location", {"lat": 0, "lon": 0}, "niet in België"),
        ("location", {"x": 1, "y": 1, "srid": 31370}, "niet in België"),
        ("location", {"x": 104_880, "y": 193_860, "srid": 4326}, "31370"),
        ("location", {"lat": 51.05}, '"lat"'),
        ("location", [3.72, 51.05], '"lat"'),
        ("location", "Gent", '"lat"'),
        ("material", "unobtainium", "/api/v1/materials/"),
        ("material", 7, "/api/v1/materials/"),
        ("material", ["wood"], "/api/v1/materials/"),
        ("material", "x" * 100_000, "/api/v1/materials/"),
        ("unit", "litre", "past niet bij"),
        ("unit", "bushel", "Kies uit: kg, tonne"),
        ("quantity", 0, "meer dan 0"),
        ("quantity", -1, "meer dan 0"),
        ("quantity", 10**10, "een miljard"),
        ("quantity", 1e30, "cijfers"),
        ("quantity", "veel", "geen getal"),
        ("quantity", "NaN", "geen getal"),
        ("quantity", "5 – 10", "meer dan één getal"),
        ("quantity", "1.250", "Schrijf 1250 of 1,25"),
        ("quantity", "1e999999999", "veel te lang"),
        ("price_eur", -50, "geen min"),
        ("price_eur", "−50", "geen min"),
        ("price_eur", "£ 50", "prijs in euro"),
        ("price_eur", "1250,505", "achter de komma"),
        ("reach_km", "1_0", "meer dan één getal"),
        ("reach_km", "1e30", "voluit"),
        ("lead_time_days", "2,5", "geen heel getal"),
        ("quantity", {"value": 4}, "getal"),
        ("quantity", "0.0001", "achter de komma"),
        ("available_until", "2000-01-01", "begindatum"),
        ("available_until", "morgen", "als 2027-03-31"),
        ("available_until", "2026-02-30", "als 2027-03-31"),
        ("title", "x" * 141, "140"),
        ("title", "x" * 10_000_000, "140"),
        ("title", ["Paletten"], "tekst"),
        ("title", {"nl": "Paletten"}, "tekst"),
        ("title", "Pal\0etten", "niet te bewaren"),
        ("title", "Pal\ud800etten", "niet te bewaren"),
        ("description", "x" * 4_001, "4000"),
        ("reference", "x" * 81, "80"),
        ("kind", "gift", "Kies uit: supply, demand, service"),
        ("kind", None, "leeg"),
        ("condition", "shiny", "Kies uit: for_parts"),
        ("price_eur", 3, "bedrag"),
        ("reach_km", 0, "Geef 1 of meer"),
        ("reach_km", 301, "300"),
        ("reach_km", 10**30, "300"),
        ("eural_code", "17 02", "zes cijfers"),
        ("needs_services", "repair", "lijst"),
        ("needs_services", ["repair", "magic"], "Kies uit: repair"),
        ("materials", ["wood", "unobtainium"], "/api/v1/materials/"),
        ("catchment_municipalities", ["99999"], "/api/v1/hubs/"),
        ("catchment_regions", [10**30], "/api/v1/hubs/"),
        ("organisation", 10**30, "/api/v1/me/"),
        ("organisation", "mine", "Geef een nummer uit /api/v1/me/."),
        ("site", 0, "/api/v1/me/"),
        ("splittable", "maybe", "true of false|boolean"),
        ("language", "de", "Kies uit: nl, en, fr"),
        ("colour", "green", "bestaat niet"),
        ("status", "published", "bestaat niet"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named_with_the_remedy(
    client: Client, organisation: Organisation, field: str, value: Any, says: str
) -> None:
    answer = send(client, "/api/v1/listings/", goods(organisation, **{field: value}))
    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM), answer.content[:500]
    said = {error["field"].split(".")[0]: error["message"] for error in answer.json()["errors"]}
    assert field in said
    assert any(word in said[field] for word in says.split("|")), said[field]
    assert len(answer.content) < 3_000
    assert not Listing.objects.exists()


def test_a_change_is_checked_like_a_new_listing(client: Client) -> None:
    listing = published()
    client.force_login(listing.maker)  # type: ignore[attr-defined]
    path = f"/api/v1/listings/{listing.pk}/"
    for field, value in {"unit": "litre", "quantity": 0, "available_until": "2000-01-01", "kind": "demand"}.items():
        answer = client.patch(path, {field: value}, content_type="application/json")
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"] == field
    before = Listing.objects.get(pk=listing.pk)
    assert (before.unit, before.quantity, before.kind) == ("piece", Decimal(40), "supply")


def test_a_site_of_another_organisation_is_no_place_for_one_s_own(client: Client, organisation: Organisation) -> None:
    foreign = make_site(make_organisation(make_user()))
    answer = send(client, "/api/v1/listings/", goods(organisation, site=foreign.pk))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "site"


def test_a_reference_is_used_once(client: Client, organisation: Organisation) -> None:
    assert send(client, "/api/v1/listings/", goods(organisation, reference="A-1")).status_code == 201
    answer = send(client, "/api/v1/listings/", goods(organisation, reference="A-1"))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "reference"


@pytest.mark.usefixtures("collector_waits")
@pytest.mark.parametrize(
    "body",
    [
        b"{", b"[]", b"null", b"7", b'"words"', b"\xff\xfe\xfd", b'{"title": "\xff"}', b"[" * 100_000,
        b'{"a":' * 100_000, b'{"title": NaN}', b'{"quantity": ' + b"9" * 5_000 + b"}", b'{"\\u0000": 1}',
        b'{"title": "\\ud800"}', b'{"a": [{"b": ["\\u0000"]}]}',
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/api/v1/listings/", "/api/v1/listings/{}/status/"])
def test_what_is_no_json_object_is_refused(client: Client, path: str, body: bytes) -> None:
    listing = published()
    client.force_login(listing.maker)  # type: ignore[attr-defined]
    answer = send(client, path.format(listing.pk), body)
    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)
    assert Listing.objects.count() == 1


def test_a_form_is_no_json(client: Client, organisation: Organisation) -> None:
    answer = client.post("/api/v1/listings/", {"organisation": organisation.pk, "kind": "supply"})
    assert (answer.status_code, answer["Content-Type"]) == (415, PROBLEM)


@pytest.mark.parametrize("step", ["expired", "draft", "sold", "", None, ["published"], {"to": "published"}])
def test_a_step_that_doesn_t_exist_names_those_that_do(client: Client, step: Any) -> None:
    listing = published()
    client.force_login(listing.maker)  # type: ignore[attr-defined]
    answer = send(client, f"/api/v1/listings/{listing.pk}/status/", {"status": step})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "status"


@pytest.mark.parametrize(
    ("path", "parameters", "field"),
    [
        ("search/", {"bbox": "nan,50,4,51"}, "bbox"),
        ("search/", {"bbox": "3,50,4,51,5"}, "bbox"),
        ("search/", HERE | {"hub": "gent\0"}, "hub"),
        ("search/", HERE | {"material": "wood\0"}, "material"),
        ("search/", HERE | {"q": "hout\0"}, "q"),
        ("search/", HERE | {"min_quantity": "1e-9999999", "unit": "kg"}, "min_quantity"),
        ("search/", HERE | {"max_price": "1e9999999"}, "max_price"),
        ("search/", HERE | {"cursor": "a:b:c"}, "cursor"),
        ("search/", HERE | {"page_size": "1e400"}, "page_size"),
        ("search/", HERE | {"available_on": "2026-02-30"}, "available_on"),
        ("geocode/", {}, "q"),
        ("geocode/", {"q": "x" * 101}, "q"),
        ("geocode/", {"q": "Gent\0"}, "q"),
        ("listings/", {"cursor": "cD0wMDAw"}, "cursor"),
        ("listings/", {"page_size": "0"}, "page_size"),
        ("listings/", {"page_size": "9" * 5000}, "page_size"),
        ("hubs/sociaal-circulaire-hub-gent/pairs/", {"cursor": "x"}, "cursor"),
        ("hubs/sociaal-circulaire-hub-gent/pairs/", {"page_size": "veel"}, "page_size"),
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_named(client: Client, path: str, parameters: dict[str, Any], field: str) -> None:
    answer = client.get(f"/api/v1/{path}", parameters)
    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)
    assert field in {error["field"] for error in answer.json()["errors"]}


def test_a_cursor_of_one_list_is_none_of_another(client: Client, organisation: Organisation) -> None:
    for _number in range(2):
        send(client, "/api/v1/listings/", goods(organisation))
    onward = client.get("/api/v1/listings/", {"page_size": 1}).json()["next"]
    cursor = onward.split("cursor=")[1].split("&")[0]
    assert client.get(onward).status_code == 200
    for path in ("search/?lat=51&lon=3.7&", "hubs/sociaal-circulaire-hub-gent/pairs/?"):
        answer = client.get(f"/api/v1/{path}cursor={cursor}")
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"] == "cursor"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", "Vul dit in."),
        ("en", "This field is required."),
        ("fr", "Ce champ est obligatoire."),
        ("de", "Vul dit in."),
    ],
)
def test_a_refusal_comes_in_the_reader_s_language(client: Client, member: User, language: str, words: str) -> None:
    answer = send(client, "/api/v1/listings/", {"kind": "supply"}, language)
    assert {"field": "organisation", "message": words} in answer.json()["errors"]


_JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
    | st.sampled_from(["", "\0", "\ud800", "1e400", "NaN", "2026-01-01", "wood", "kg", 10**30, 2**63, -(2**31)]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=8) | st.sampled_from(["lat", "lon", "x", "y", "srid"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fields=st.dictionaries(st.sampled_from(sorted(ListingWriteSerializer.Meta.fields)), _JUNK, max_size=4))
def test_no_junk_gets_past_or_brings_it_down(
    client: Client, organisation: Organisation, fields: dict[str, Any]
) -> None:
    with transaction.atomic():
        answer = send(client, "/api/v1/listings/", goods(organisation, **fields))
        transaction.set_rollback(True)
    assert answer.status_code in (201, 400, 403), answer.content[:300]
    if answer.status_code == 400:
        problem = answer.json()
        assert problem.get("errors") or "JSON" in problem["detail"]
        assert all(error["field"] for error in problem.get("errors", []))


@pytest.mark.parametrize(("field", "day"), [("available_from", "0001-01-01"), ("available_until", "9999-12-31")])
def test_a_day_outside_any_calendar_of_people_is_refused(client: Client, field: str, day: str) -> None:
    listing = published()
    client.force_login(listing.maker)  # type: ignore[attr-defined]
    answer = client.patch(f"/api/v1/listings/{listing.pk}/", {field: day}, content_type="application/json")
    assert answer.status_code == 400
    assert {error["field"] for error in answer.json()["errors"]} == {field}


def test_a_service_that_was_stored_with_such_a_day_breaks_no_page(client: Client) -> None:
    service = published("service")
    Listing.objects.filter(pk=service.pk).update(available_from="9999-12-31", available_until=None, lead_time_days=30)
    assert client.get(f"/api/v1/listings/{service.pk}/capacity/").status_code == 200
    assert client.get(f"/zoekertje/{service.pk}/").status_code == 200
    supply = published()
    assert client.get(f"/api/v1/listings/{supply.pk}/chains/").status_code == 200
