"""What food has to say, a list, the form and the API refuse alike, and store alike."""

import datetime as dt
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Organisation
from listings.imports.services import confirm_import, run_check, run_store, start_import
from listings.models import Listing
from tests.makers import GENT, TODAY, draft, make_organisation, make_user

pytestmark = pytest.mark.django_db

Stored = tuple[Any, ...]
SOON, LATER, PAST = (TODAY + dt.timedelta(days=days) for days in (5, 9, -1))
NAMES = ("food_date_kind", "food_date", "food_storage", "allergens", "available_until")
RIGHT: dict[str, Any] = {
    "material": "food-dairy", "kind": "use_by", "date": SOON, "storage": "chilled", "allergens": ["milk"],
    "until": None,
}  # fmt: skip


@pytest.fixture
def company() -> Organisation:
    return make_organisation(make_user())


def found(listing: Listing) -> Stored:
    return tuple(getattr(listing, name) for name in NAMES)


def by_list(company: Organisation, said: dict[str, Any]) -> Stored | None:
    dates = {"best_before": "", "use_by": ""}
    if said["kind"] in dates:
        dates[said["kind"]] = said["date"].isoformat() if said["date"] else ""
    elif said["kind"]:
        dates["best_before"] = said["kind"].replace("_", " ")
    row = {
        "materiaal": said["material"], "hoeveelheid": "20", "eenheid": "kg", "lat": str(GENT[0]), "lon": str(GENT[1]),
        "THT": dates["best_before"], "TGT": dates["use_by"], "bewaren": said["storage"],
        "allergenen": ",".join(said["allergens"]),
        "beschikbaar tot": said["until"].isoformat() if said["until"] else "",
    }  # fmt: skip
    file = SimpleUploadedFile("lijst.csv", f"{';'.join(row)}\n{';'.join(row.values())}\n".encode())
    made = start_import(by=company.memberships.get().user, organisation=company, upload=file)
    run_check(made)
    if made.mistakes:
        return None
    run_store(confirm_import(by=company.memberships.get().user, listing_import=made))
    return found(Listing.objects.get(organisation=company, status="published"))


def by_api(company: Organisation, client: Client, said: dict[str, Any]) -> Stored | None:
    body = {
        "organisation": company.pk, "kind": "supply", "material": said["material"], "quantity": 20, "unit": "kg",
        "title": "Lot", "condition": "used", "available_from": TODAY.isoformat(),
        "food_date_kind": said["kind"] or None,
        "food_date": said["date"] and said["date"].isoformat(), "food_storage": said["storage"] or None,
        "allergens": said["allergens"], "available_until": said["until"] and said["until"].isoformat(),
        "location": {"lat": GENT[0], "lon": GENT[1]},
    }  # fmt: skip
    made = client.post("/api/v1/listings/", json.dumps(body), content_type="application/json")
    if made.status_code != 201:
        assert made.status_code == 400
        return None
    pk = made.json()["id"]
    given = {"status": "published", "sure": True}
    step = client.post(f"/api/v1/listings/{pk}/status/", given, content_type="application/json")
    return found(Listing.objects.get(pk=pk)) if step.status_code == 200 else None


def by_form(company: Organisation, client: Client, said: dict[str, Any]) -> Stored | None:
    """The list's and the program's look just like it: it is published anyway."""
    listing = draft(by=company.memberships.get().user, organisation=company)
    fields = {
        "material": said["material"], "quantity": "20", "unit": "kg", "title": "Lot", "condition": "3",
        "available_from": TODAY.isoformat(), "precision": "exact", "price_kind": "on_request", "price_basis": "lot",
        "recurrence": "one_off", "pickup": "on", "declared_status": "unsure", "action": "publish-anyway",
        "lat": str(GENT[0]), "lon": str(GENT[1]), "food_date_kind": said["kind"], "food_storage": said["storage"],
        "food_date": said["date"].isoformat() if said["date"] else "", "allergens": said["allergens"],
        "available_until": said["until"].isoformat() if said["until"] else "",
    }  # fmt: skip
    answer = client.post(reverse("listing-edit", args=[listing.pk]), fields)
    return found(Listing.objects.get(pk=listing.pk)) if answer.status_code == 302 else None


@pytest.mark.parametrize(
    ("changed", "accepted"),
    [
        ({}, True),
        ({"kind": "best_before"}, True),
        ({"until": TODAY}, True),
        ({"until": LATER}, False),
        ({"kind": "", "date": None}, False),
        ({"date": PAST}, False),
        ({"storage": ""}, False),
        ({"allergens": []}, False),
        ({"allergens": ["none", "milk"]}, False),
        ({"allergens": ["on_label"]}, True),
        ({"kind": "none_needed", "date": None, "until": SOON}, False),
        ({"material": "food-bread", "kind": "none_needed", "date": None, "until": SOON}, True),
        ({"material": "food-bread", "kind": "none_needed", "date": None}, False),
        ({"kind": "not_eaten", "date": None, "storage": "", "allergens": []}, True),
    ],
)
def test_food_is_refused_and_stored_alike_in_each_way(
    company: Organisation, client: Client, changed: dict[str, Any], accepted: bool
) -> None:
    client.force_login(company.memberships.get().user)
    said = RIGHT | changed
    ways = [by_list(company, said), by_api(company, client, said), by_form(company, client, said)]
    assert [way is not None for way in ways] == [accepted] * 3
    assert ways[0] == ways[1] == ways[2]
