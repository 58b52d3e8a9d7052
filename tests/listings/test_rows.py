"""What the API answers about listings is what its document says: no member more, none less, each of its type."""

import datetime as dt
import json
from decimal import Decimal
from typing import Annotated, Any, TypedDict

import jsonschema
import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse

from listings.api import shapes
from listings.api.columns import Column, RowReader
from listings.api.read_rows import rows_by_id
from listings.balances.periods import monday_of
from listings.capacity.services import book_capacity
from listings.models import Listing
from tests.listings.test_photos import picture, upload
from tests.makers import GENT, TODAY, draft, published

pytestmark = pytest.mark.django_db
NEAR = {"lat": str(GENT[0]), "lon": str(GENT[1])}


def exactly(shape: Any) -> Any:
    """A shape of OpenAPI 3.0 as JSON Schema, without room for members that it doesn't name."""
    if isinstance(shape, list):
        return [exactly(part) for part in shape]
    if not isinstance(shape, dict):
        return shape
    made = {key: exactly(value) for key, value in shape.items() if key != "nullable"}
    if shape.get("nullable") is True:
        made["type"] = [shape["type"], "null"]
    if shape.get("type") == "object" and isinstance(shape.get("properties"), dict):
        made.setdefault("additionalProperties", False)
    return made


def assert_is(answer: Any, shape: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator(exactly(shape)).validate(answer)


@pytest.fixture
def listings() -> list[Listing]:
    """One of each kind, some with what they may lack."""
    return [
        published(price_kind="fixed", price_eur="3.50", eural_code="15 01 03", needs_services=["repair"], reach_km=20),
        published("demand", precision="blurred"),
        published("service", lead_time_days=5),
    ]


def test_a_document_that_says_too_little_or_too_much_is_noticed(client: Client, listings: list[Listing]) -> None:
    row = client.get("/api/v1/search/", NEAR).json()["results"][0]
    assert_is(row, shapes.SEARCH_RESULT)
    for wrong in ({"title": 7}, {"kind": "gift"}, {"more": 1}, {"price": None}):
        with pytest.raises(jsonschema.ValidationError):
            assert_is(row | wrong, shapes.SEARCH_RESULT)
    del row["distance_m"]
    with pytest.raises(jsonschema.ValidationError):
        assert_is(row, shapes.SEARCH_RESULT)


@pytest.mark.parametrize("more", [{}, {"to_lat": "51.2", "to_lon": "4.4"}, {"sort": "newest"}, {"page_size": "1"}])
def test_a_search(client: Client, listings: list[Listing], more: dict[str, str]) -> None:
    answer = client.get("/api/v1/search/", NEAR | more).json()
    assert answer["results"]
    assert_is(answer, shapes.SEARCH_PAGE)
    assert all(("detour_m" in row) == ("to_lat" in more) for row in answer["results"])
    assert_is(client.get("/api/v1/search/", NEAR | more | {"format": "geojson"}).json(), shapes.SEARCH_FEATURES)


def test_what_services_alone_have(client: Client, listings: list[Listing]) -> None:
    for row in client.get("/api/v1/search/", NEAR).json()["results"]:
        assert ("service_kinds" in row) == ("capacity_per_week" in row) == (row["kind"] == "service")


def test_counts_by_facet(client: Client, listings: list[Listing]) -> None:
    assert_is(client.get("/api/v1/search/facets/", NEAR).json(), shapes.SEARCH_FACETS)


def test_one_listing_for_anyone_and_for_its_organisation(client: Client, listings: list[Listing]) -> None:
    for listing in [*listings, draft(title="", location=None, material=None, quantity=None, unit="")]:
        path = f"/api/v1/listings/{listing.pk}/"
        if listing.status == "published":
            seen = client.get(path).json()
            assert_is(seen, shapes.LISTING)
            assert "reference" not in seen
        client.force_login(listing.maker)  # type: ignore[attr-defined]
        own = client.get(path).json()
        assert_is(own, shapes.LISTING)
        assert "reference" in own
        assert_is(client.get("/api/v1/listings/").json(), shapes.LISTINGS)
        client.logout()


def test_weeks_and_bookings(client: Client, listings: list[Listing]) -> None:
    service = listings[2]
    maker, next_week = service.maker, monday_of(TODAY + dt.timedelta(days=7))  # type: ignore[attr-defined]
    book_capacity(by=maker, service=service, week_start=next_week, quantity=Decimal(3), note="twee stoelen")
    assert_is(client.get(f"/api/v1/listings/{service.pk}/capacity/").json(), shapes.CAPACITY)
    client.force_login(maker)
    answer = client.get(f"/api/v1/listings/{service.pk}/capacity/").json()
    assert_is(answer, shapes.CAPACITY)
    assert len(answer["bookings"]) == 1


def test_a_photo(client: Client, listings: list[Listing]) -> None:
    client.force_login(listings[0].maker)  # type: ignore[attr-defined]
    answer = client.post(
        f"/api/v1/listings/{listings[0].pk}/photos/", {"image": upload(picture()), "alt": "een stapel"}
    )
    assert answer.status_code == 201
    assert_is(answer.json(), shapes.PHOTO)
    row = client.get("/api/v1/search/", NEAR | {"kind": "supply"}).json()["results"][0]
    assert row["photo"] == answer.json()["url"]


@pytest.mark.parametrize(
    ("language", "material", "place"),
    [("nl", "Houten paletten", "Gent"), ("en", "Wooden pallets", "Ghent"), ("fr", "Palettes en bois", "Gand")],
)
def test_names_are_in_the_reader_s_language(client: Client, language: str, material: str, place: str) -> None:
    published()
    answer = client.get("/api/v1/search/", NEAR, headers={"accept-language": language}).json()
    (row,) = answer["results"]
    assert (row["material"]["name"], row["municipality"]["name"]) == (material, place)
    assert row["url"] == reverse("listing", args=[row["id"]])


def test_a_member_without_a_column_is_named() -> None:
    class Row(TypedDict):
        id: Annotated[int, Column("listing.id")]
        title: str

    with pytest.raises(TypeError, match="title"):
        RowReader(Row)


def test_a_draft_that_has_nothing_has_no_objects_where_they_may_lack() -> None:
    bare = draft(title="", location=None, material=None, quantity=None, unit="")
    row: Any = rows_by_id([bare.pk], AnonymousUser())[bare.pk]
    assert (row["material"], row["municipality"], row["location"], row["photo"], row["unit"]) == (None,) * 5
    assert json.dumps(row["price"]) == '{"kind": "on_request", "eur": null, "basis": "lot"}'
