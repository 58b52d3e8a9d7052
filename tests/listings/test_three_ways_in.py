"""A list, the form and the API keep the same rules: what one refuses the others refuse, and they store the same."""

import csv
import datetime as dt
import io
import json
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.models import Organisation
from accounts.validators import visible
from listings.imports.services import confirm_import, run_check, run_store, start_import
from listings.models import Listing
from tests.makers import GENT, TODAY, draft, make_organisation, make_user

pytestmark = pytest.mark.django_db

#: What is given in each way: texts, as they are typed. An amount below zero is a list's way to say that it is paid.
Given = dict[str, str]
RIGHT: Given = {
    "title": "Lot", "reference": "R1", "description": "", "quantity": "40", "price_eur": "", "unit": "piece",
    "available_from": TODAY.isoformat(), "available_until": "", "eural_code": "",
}  # fmt: skip
COLUMNS = {
    "title": "titel", "reference": "referentie", "description": "beschrijving", "quantity": "hoeveelheid",
    "unit": "eenheid",
    "price_eur": "prijs", "available_from": "beschikbaar van", "available_until": "beschikbaar tot",
    "eural_code": "euralcode",
}  # fmt: skip


@pytest.fixture
def company() -> Organisation:
    return make_organisation(make_user())


@pytest.fixture
def member(client: Client, company: Organisation) -> Client:
    client.force_login(company.memberships.get().user)
    return client


def stored(listing: Listing) -> dict[str, Any]:
    names = [name for name in RIGHT if name != "reference"] + ["price_kind", "status", "material_id", "mass_kg"]
    return {name: getattr(listing, name) for name in names}


def by_list(company: Organisation, texts: Given) -> dict[str, Any] | None:
    """What a row of a list becomes, or None where it is refused."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow([*COLUMNS.values(), "materiaal", "lat", "lon"])
    writer.writerow([*(texts[name] for name in COLUMNS), "wood-pallets", *GENT])
    by = company.memberships.get().user
    upload = SimpleUploadedFile("stock.csv", text.getvalue().encode())
    made = start_import(by=by, organisation=company, upload=upload)
    run_check(made)
    if made.mistake_count:
        return None
    run_store(confirm_import(by=by, listing_import=made))
    return stored(Listing.objects.get(organisation=company))


def by_form(company: Organisation, member: Client, texts: Given) -> dict[str, Any] | None:
    """What the form becomes that says the same."""
    listing = draft(by=company.memberships.get().user, organisation=company)
    kind = "fixed" if texts["price_eur"] else "on_request"
    fields = texts | {
        "material": "wood-pallets", "condition": "3", "lat": str(GENT[0]), "lon": str(GENT[1]), "precision": "exact",
        "price_kind": kind, "price_basis": "lot", "recurrence": "one_off", "pickup": "on", "declared_status": "unsure",
        "splittable": "on", "action": "publish",
    }  # fmt: skip
    answer = member.post(reverse("listing-edit", args=[listing.pk]), fields)
    assert answer.status_code in (200, 302)
    return stored(Listing.objects.get(pk=listing.pk)) if answer.status_code == 302 else None


def by_api(company: Organisation, member: Client, texts: Given) -> dict[str, Any] | None:
    """What the same texts become as members of JSON."""
    body: dict[str, Any] = {name: text or None for name, text in texts.items() if name not in ("title", "description")}
    body |= {"title": texts["title"], "description": texts["description"], "organisation": company.pk}
    body |= {"kind": "supply", "material": "wood-pallets", "condition": "used"}
    body |= {
        "location": {"lat": GENT[0], "lon": GENT[1]},
        "price_kind": "fixed" if texts["price_eur"] else "on_request",
    }
    answer = member.post("/api/v1/listings/", json.dumps(body), content_type="application/json")
    assert answer.status_code in (201, 400), answer.content
    if answer.status_code == 400:
        return None
    path = f"/api/v1/listings/{answer.json()['id']}/status/"
    if member.post(path, {"status": "published"}, content_type="application/json").status_code == 400:
        return None
    return stored(Listing.objects.get(pk=answer.json()["id"]))


NUMBERS = st.one_of(
    st.decimals(Decimal("0.001"), 10**9, places=3).map(lambda value: f"{value}".replace(".", ",")),
    st.integers(1, 10**10).map(str),
    st.from_regex(r"[0-9]{1,3}([.,' –x/\n-][0-9]{1,4}){0,2}( (euro|stuks|kg)|,-)?", fullmatch=True),
    st.sampled_from(["0", "1.250", "12,-", "€ 12,50", "£ 50", "5 – 10", "2½", "1e3", "1e999999999", "veel", "#N/A"]),
)  # fmt: skip
DAYS = st.one_of(
    st.dates().map(dt.date.isoformat),
    st.dates(TODAY, dt.date(2101, 1, 1)).map(dt.date.isoformat),
    st.sampled_from(["2026-02-30", "morgen"]),
)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20)
VALUES: dict[str, st.SearchStrategy[str]] = {
    "quantity": NUMBERS,
    "price_eur": NUMBERS,
    # A list that leaves the first day empty means today, as its page says.
    "available_from": DAYS,
    "available_until": DAYS | st.just(""),
    "eural_code": st.from_regex(r"(0?[0-9]{1,2}[. -]?){3} ?\*?", fullmatch=True),
    "title": TEXTS | st.integers(139, 142).map("x".__mul__),
    "reference": st.integers(79, 82).map("x".__mul__),
    "description": TEXTS | st.integers(3_999, 4_001).map("x".__mul__),
    "unit": st.sampled_from(["piece", "kg", "litre", "m2"]),
}
CHANGES = st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=2, unique=True).flatmap(
    lambda names: st.fixed_dictionaries({name: VALUES[name] for name in names})
)


def all_three(company: Organisation, member: Client, texts: Given) -> list[dict[str, Any] | None]:
    """What becomes of the same texts in a list, in the form and in the API; afterwards all is as it was."""
    ways: list[dict[str, Any] | None] = []
    for way in (partial(by_list, company), partial(by_form, company, member), partial(by_api, company, member)):
        with transaction.atomic():
            ways.append(way(texts))
            transaction.set_rollback(True)
    return ways


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changed=CHANGES)
@example(changed={})
@example(changed={"title": "\u200b"})
@example(changed={"description": "\u202eomgekeerd\u2066 en \u200bonzichtbaar"})
@example(changed={"quantity": "1.250,5", "price_eur": "€ 12,-"})
@example(changed={"available_until": "2101-01-01"})
@example(changed={"available_until": "2000-01-01"})
@example(changed={"eural_code": "17.02.04 *"})
@example(changed={"unit": "litre"})
@example(changed={"price_eur": "12,505"})
@example(changed={"price_eur": "99999999,99"})
@example(changed={"price_eur": "100000000"})
@example(changed={"quantity": "1000000000"})
@example(changed={"quantity": "1000000000,001"})
def test_a_list_the_form_and_the_api_read_and_refuse_alike(
    company: Organisation, member: Client, changed: Given
) -> None:
    from_list, from_form, from_api = all_three(company, member, RIGHT | changed)
    names_unit = any(word in changed.get("quantity", "") for word in ("stuks", "kg"))
    is_nothing = Decimal(0) in ((way or {}).get("price_eur") for way in (from_form, from_api))
    if is_nothing:
        # A price of nothing in a list says that it is free; the form and the API have a choice for that.
        assert from_list is not None
        assert from_list["price_kind"] == "free"
    elif not names_unit:
        # Only a list may name the unit behind the number: there it has a column of its own, which is compared.
        assert from_list == from_form
    if from_api is not None:
        assert from_api == from_form
    elif not visible((RIGHT | changed)["title"]):
        # The form and a list call it by its material then.
        assert from_form is not None or len(changed) > 1
    elif from_form is not None:
        # A text such as "1.250" isn't read by the API, which programs talk to: JSON has numbers.
        assert {"quantity", "price_eur"} & {
            name for name, text in changed.items() if text.count(".") + text.count(",") == 1
        }


@pytest.mark.parametrize("price", ["-50", "−50", "–50", "(50)", "€ -50"])
def test_an_amount_below_zero_never_becomes_one_above_it_nor_vanishes(
    company: Organisation, member: Client, price: str
) -> None:
    from_list, from_form, from_api = all_three(company, member, RIGHT | {"price_eur": price})
    assert from_list is not None
    assert (from_list["price_kind"], from_list["price_eur"]) == ("removal_fee", 50)
    assert from_form is None
    assert from_api is None


@pytest.mark.parametrize("kind", ["on_request", "free"])
@pytest.mark.parametrize("price", ["-50", "–50", "50", "5 – 10", "£ 50"])
def test_an_amount_beside_a_price_that_has_none_is_refused(
    company: Organisation, member: Client, kind: str, price: str
) -> None:
    listing = draft(by=company.memberships.get().user, organisation=company)
    fields = RIGHT | {
        "material": "wood-pallets", "condition": "3", "precision": "exact", "price_kind": kind, "price_basis": "lot",
        "recurrence": "one_off", "pickup": "on", "declared_status": "unsure", "price_eur": price,
    }  # fmt: skip
    answer = member.post(reverse("listing-edit", args=[listing.pk]), fields)
    assert answer.status_code == 200
    assert answer.context["form"].has_error("price_eur")
    # What is wrong is shown, though such a price hides its amount.
    assert 'data-when="price_kind=' not in answer.content.decode()
    sent = {"price_kind": kind, "price_eur": price}
    assert member.patch(f"/api/v1/listings/{listing.pk}/", sent, content_type="application/json").status_code == 400
    assert Listing.objects.get(pk=listing.pk).price_eur is None


def test_json_numbers_stay_what_they_are(company: Organisation, member: Client) -> None:
    body = {"organisation": company.pk, "kind": "supply", "quantity": 1.125, "price_kind": "fixed", "price_eur": 12.5}
    answer = member.post("/api/v1/listings/", json.dumps(body), content_type="application/json")
    assert answer.status_code == 201
    assert (answer.json()["quantity"], answer.json()["price"]["eur"]) == (1.125, 12.5)
