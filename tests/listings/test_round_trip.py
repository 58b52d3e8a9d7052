"""What the API gives of one's own listing can be sent back; who comes second overwrites nothing unseen."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from geo.models import HubRegion, Municipality
from listings import services
from listings.api.serializers import ListingChangeSerializer
from listings.models import Listing
from tests.makers import make_site, make_user, published

pytestmark = pytest.mark.django_db
#: As they are read, these two hold what is written apart.
WITHIN = {"price_kind": "price", "price_eur": "price", "price_basis": "price", "precision": "location"}


def client_of(listing: Listing) -> Client:
    client = Client()
    client.force_login(listing.maker)  # type: ignore[attr-defined]
    return client


def full(kind: str) -> Listing:
    """A published listing with something in every field that its kind has."""
    fields: dict[str, Any] = {
        "reference": "R-1", "description": "Droog bewaard", "precision": "blurred", "price_kind": "fixed",
        "price_eur": "3.50", "price_basis": "unit", "available_until": timezone.localdate() + dt.timedelta(days=90),
    }  # fmt: skip
    if kind == "service":
        fields |= {"catchment_kind": "regions", "lead_time_days": 3}
    else:
        fields |= {"needs_forklift": True, "delivery": True, "reach_km": 40}
    if kind == "supply":
        fields |= {"packaging": "pallet", "eural_code": "150103", "needs_services": ["repair"]}
    if kind == "service":
        fields["catchment_regions"] = list(HubRegion.objects.order_by("pk")[:2])
        fields["catchment_municipalities"] = list(Municipality.objects.order_by("pk")[:3])
    listing = published(kind, **fields)
    site = make_site(listing.organisation)
    services.update_listing(by=listing.maker, listing=listing, site=site, location=listing.location)  # type: ignore[attr-defined]
    return listing


def stored(listing: Listing) -> dict[str, Any]:
    fresh = Listing.objects.get(pk=listing.pk)
    sets = ("materials", "catchment_municipalities", "catchment_regions")
    columns = {field.attname: getattr(fresh, field.attname) for field in Listing._meta.concrete_fields}
    return columns | {name: set(getattr(fresh, name).values_list("pk", flat=True)) for name in sets}


@pytest.mark.parametrize("kind", ["supply", "demand", "service"])
def test_what_is_read_is_sent_back_and_nothing_changes(kind: str) -> None:
    listing = full(kind)
    client, path, before = client_of(listing), reverse("api-listing", args=[listing.pk]), stored(listing)
    row = client.get(path).json()
    answer = client.patch(path, row, content_type="application/json")
    assert (answer.status_code, answer.json()) == (200, row)
    assert stored(listing) == before


@pytest.mark.parametrize("kind", ["supply", "demand", "service"])
def test_one_s_own_row_holds_everything_that_can_be_written(kind: str) -> None:
    listing = full(kind)
    row = client_of(listing).get(reverse("api-listing", args=[listing.pk])).json()
    written = set(ListingChangeSerializer().fields)
    assert {WITHIN.get(name, name) for name in written} - row.keys() == set()
    assert row["price"] == {"kind": "fixed", "eur": 3.5, "basis": "unit"}
    assert row["location"] == {"lat": 51.0543, "lon": 3.7174, "precision": "blurred"}


def test_a_row_with_one_change_changes_that_alone() -> None:
    listing = full("supply")
    client, path, before = client_of(listing), reverse("api-listing", args=[listing.pk]), stored(listing)
    row = client.get(path).json()
    row["price"]["eur"] = 4
    row["location"]["precision"] = "exact"
    assert client.patch(path, row, content_type="application/json").status_code == 200
    after = stored(listing)
    changed = {name for name in after if after[name] != before[name]}
    assert changed - {"updated_at", "paired_at"} == {"price_eur", "precision", "shown_location", "position"}


def test_a_row_makes_another_listing() -> None:
    listing = full("service")
    client = client_of(listing)
    row = client.get(reverse("api-listing", args=[listing.pk])).json()
    names = {"site", "title", "materials", "price", "location", "service_kinds", "capacity_per_week", "capacity_unit",
             "catchment_kind", "catchment_municipalities", "catchment_regions", "packaging", "eural_code"}  # fmt: skip
    body = {name: row[name] for name in names} | {"organisation": listing.organisation_id, "kind": "service"}
    made = client.post(reverse("api-listings"), body, content_type="application/json")
    assert made.status_code == 201
    assert {name: made.json()[name] for name in names} == {name: row[name] for name in names}


def test_others_see_neither_the_exact_place_nor_what_is_internal() -> None:
    listing = full("supply")
    answer = Client().get(reverse("api-listing", args=[listing.pk]))
    row = answer.json()
    assert {"reference", "site", "updated_at", "catchment_kind"} & row.keys() == set()
    assert (row["location"]["lat"], row["location"]["lon"]) != (51.0543, 3.7174)
    assert "ETag" not in answer


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"status": "withdrawn"}, "status"),
        ({"municipality": {"nis": "11002", "name": "Antwerpen"}}, "municipality"),
        ({"price": 3}, "price"),
        ({"price": {"amount": 3}}, "price"),
        ({"price": {"kind": "free"}, "price_kind": "fixed"}, "price_kind"),
        ({"location": {"lat": 51.05, "lon": 3.72, "precision": "ongeveer"}}, "precision"),
        ({"updated_at": "gisteren"}, "updated_at"),
    ],
)
def test_what_can_t_be_written_is_refused_by_name(body: dict[str, Any], field: str) -> None:
    listing = full("supply")
    answer = client_of(listing).patch(reverse("api-listing", args=[listing.pk]), body, content_type="application/json")
    assert answer.status_code == 400
    assert field in {error["field"] for error in answer.json()["errors"]}


@pytest.mark.parametrize("way", ["If-Match", "updated_at"])
def test_who_comes_second_over_the_api_overwrites_nothing(way: str) -> None:
    listing = full("supply")
    client, path = client_of(listing), reverse("api-listing", args=[listing.pk])
    read = client.get(path)
    first = client.patch(path, {"title": "De eerste"}, content_type="application/json")
    for answer, status in ((read, 412), (first, 200)):
        headers = {"If-Match": answer["ETag"]} if way == "If-Match" else {}
        body = {"title": "De tweede"} | ({} if headers else {"updated_at": answer.json()["updated_at"]})
        second = client.patch(path, body, content_type="application/json", headers=headers)
        assert second.status_code == status
        assert Listing.objects.get(pk=listing.pk).title == ("De eerste" if status == 412 else "De tweede")


def test_any_version_and_no_version_do_not_ask() -> None:
    listing = full("supply")
    client, path = client_of(listing), reverse("api-listing", args=[listing.pk])
    for headers in ({"If-Match": "*"}, {}):
        answer = client.patch(path, {"quantity": 7}, content_type="application/json", headers=headers)
        assert answer.status_code == 200


def fields_of(page: Any) -> dict[str, Any]:
    """What a browser would send of the form as it stands."""
    form, listing = page.context["form"], page.context["listing"]
    given = {name: form[name].value() for name in form.fields}
    given = {name: value for name, value in given.items() if value not in (None, False, "")}
    return given | {
        "site": given["site"].pk if hasattr(given.get("site"), "pk") else given.get("site", ""),
        "available_from": listing.available_from.isoformat(),
        "seen_at": page.content.decode().split('name="seen_at" value="')[1].split('"')[0],
        "action": "save",
    }


def test_two_people_edit_one_listing_and_the_second_is_asked_first() -> None:
    listing = published()
    colleague = make_user()
    Membership.objects.create(user=colleague, organisation=listing.organisation, role="member")
    mine, theirs, path = client_of(listing), Client(), reverse("listing-edit", args=[listing.pk])
    theirs.force_login(colleague)
    my_form, their_form = fields_of(mine.get(path)), fields_of(theirs.get(path))
    assert theirs.post(path, their_form | {"quantity": "12"}).status_code == 302

    refused = mine.post(path, my_form | {"title": "Mijn titel"})
    assert refused.status_code == 200
    page = refused.content.decode()
    assert "Dit zoekertje is intussen gewijzigd, door iemand anders of door jou in een ander venster" in page
    assert "Bekijk hoe het nu is" in page
    assert 'value="Mijn titel"' in page
    after = Listing.objects.get(pk=listing.pk)
    assert (after.title, after.quantity) == ("Houten paletten", Decimal(12))

    again = my_form | {"title": "Mijn titel", "seen_at": fields_of(refused)["seen_at"]}
    assert mine.post(path, again).status_code == 302
    assert Listing.objects.get(pk=listing.pk).title == "Mijn titel"


def test_a_form_that_is_sent_twice_is_no_conflict() -> None:
    listing = published()
    client, path = client_of(listing), reverse("listing-edit", args=[listing.pk])
    form = fields_of(client.get(path)) | {"title": "Nieuwe titel"}
    assert client.post(path, form).status_code == 302
    assert client.post(path, form).status_code == 302
