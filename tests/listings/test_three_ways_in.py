"""A list, the form and the API keep the same rules: what one refuses the others refuse, and they store the same."""

import csv
import datetime as dt
import io
import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from accounts.models import Organisation
from accounts.validators import visible
from frontend.posting.forms import listing_form
from listings import services
from listings.amounts import marks_in
from listings.enums import Condition
from listings.imports import values
from listings.imports.services import confirm_import, run_check, run_store, start_import
from listings.models import Listing, ListingImport
from listings.numbers import Marks
from tests.makers import GENT, TODAY, draft, make_organisation, make_user

pytestmark = pytest.mark.django_db

#: What is given in each way: texts, as they are typed. An amount below zero is a list's way to say that it is paid.
Given = dict[str, str]
RIGHT: Given = {
    "title": "Lot", "reference": "R1", "description": "", "quantity": "40", "price_eur": "", "price_basis": "lot",
    "unit": "piece", "condition": "used", "splittable": "ja", "lat": str(GENT[0]), "lon": str(GENT[1]),
    "available_from": TODAY.isoformat(), "available_until": "", "eural_code": "",
}  # fmt: skip
CONDITIONS = {choice.slug: choice for choice in Condition}
COLUMNS = {
    "title": "titel", "reference": "referentie", "description": "beschrijving", "quantity": "hoeveelheid",
    "price_eur": "prijs", "price_basis": "prijs per", "unit": "eenheid", "condition": "staat",
    "splittable": "deelbaar", "lat": "lat", "lon": "lon", "available_from": "beschikbaar van",
    "available_until": "beschikbaar tot", "eural_code": "euralcode",
}  # fmt: skip


@pytest.fixture
def company() -> Organisation:
    return make_organisation(make_user())


@pytest.fixture
def member(client: Client, company: Organisation) -> Client:
    client.force_login(company.memberships.get().user)
    return client


def stored(listing: Listing) -> dict[str, Any]:
    names = [name for name in RIGHT if name not in ("reference", "lat", "lon")]
    assert listing.location is not None
    place = (round(listing.location.y, 9), round(listing.location.x, 9))
    names += ["price_kind", "status", "material_id", "mass_kg"]
    return {name: getattr(listing, name) for name in names} | {"place": place}


def by_list(company: Organisation, rows: Sequence[Given]) -> list[dict[str, Any] | None]:
    """What each row becomes, None where it is refused. The rows that are right come in by a list of their own."""
    rows = [row | {"reference": referred(number, row)} for number, row in enumerate(rows)]
    checked = uploaded(company, rows)
    wrong = {mistake["row"] - 2 for mistake in checked.mistakes}
    assert len(checked.mistakes) == checked.mistake_count
    right = [row for number, row in enumerate(rows) if number not in wrong]
    if right:
        made = uploaded(company, right)
        assert made.mistakes == []
        run_store(confirm_import(by=company.memberships.get().user, listing_import=made))
    found = {listing.reference: stored(listing) for listing in Listing.objects.filter(organisation=company)}
    return [None if number in wrong else found[row["reference"]] for number, row in enumerate(rows)]


def referred(number: int, row: Given) -> str:
    """A reference as long as that of the row, but of this row alone."""
    return f"{number:03}{row['reference'][3:]}"


def uploaded(company: Organisation, rows: Sequence[Given]) -> ListingImport:
    """A list of these rows after its check."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow([*COLUMNS.values(), "materiaal"])
    writer.writerows([*(row[name] for name in COLUMNS), "wood-pallets"] for row in rows)
    by = company.memberships.get().user
    made = start_import(by=by, organisation=company, upload=SimpleUploadedFile("stock.csv", text.getvalue().encode()))
    run_check(made)
    return made


def by_form(company: Organisation, texts: Given) -> dict[str, Any] | None:
    """What the form becomes that says the same; its page does no more than this."""
    by = company.memberships.get().user
    listing = draft(by=by, organisation=company)
    fields = QueryDict(mutable=True)
    fields.update(texts | {
        "material": "wood-pallets", "precision": "exact",
        "price_kind": "fixed" if texts["price_eur"] else "on_request",
        "condition": str(int(CONDITIONS[texts["condition"]])), "recurrence": "one_off", "pickup": "on",
        "declared_status": "unsure",
    })  # fmt: skip
    if texts["splittable"] != "ja":
        del fields["splittable"]
    form = listing_form(listing, fields)
    if not form.is_valid():
        return None
    try:
        kept = services.update_listing(by=by, listing=listing, **form.writable())
        services.publish_listing(by=by, listing=kept)
    except ValidationError:
        return None
    return stored(Listing.objects.get(pk=listing.pk))


def by_api(company: Organisation, member: Client, texts: Given) -> dict[str, Any] | None:
    """What the same texts become as members of JSON."""
    own = ("title", "description", "lat", "lon", "splittable")
    body: dict[str, Any] = {name: text or None for name, text in texts.items() if name not in own}
    body |= {"title": texts["title"], "description": texts["description"], "organisation": company.pk}
    body |= {"kind": "supply", "material": "wood-pallets", "splittable": texts["splittable"] == "ja"}
    body |= {
        "location": {"lat": texts["lat"], "lon": texts["lon"]},
        "price_kind": "fixed" if texts["price_eur"] else "on_request",
    }
    answer = member.post("/api/v1/listings/", json.dumps(body), content_type="application/json")
    assert answer.status_code in (201, 400), answer.content
    if answer.status_code == 400:
        return None
    path = f"/api/v1/listings/{answer.json()['id']}/status/"
    if member.post(path, {"status": "published", "sure": True}, content_type="application/json").status_code == 400:
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
    "price_basis": st.sampled_from(["lot", "unit"]),
    "condition": st.sampled_from(sorted(CONDITIONS)),
    "splittable": st.sampled_from(["ja", "nee"]),
}
# As a map writes them: nobody types the place of a form. Half a place is a mistake in a list, and none in a form.
PLACES = st.sampled_from([
    ("51.2", "4.4"), ("50.85", "4.35"), ("3.72", "51.05"), ("48.85", "2.35"), ("noord", "4.4"),
    ("1e3", "4.4"), ("nan", "4.4"),
]).map(lambda point: {"lat": point[0], "lon": point[1]})  # fmt: skip
CHANGES = st.one_of(
    PLACES,
    st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=3, unique=True).flatmap(
        lambda names: st.fixed_dictionaries({name: VALUES[name] for name in names})
    ),
)
#: What went wrong once.
KNOWN: list[Given] = [
    {}, {"title": "\u200b"}, {"description": "\u202eomgekeerd\u2066 en \u200bonzichtbaar"},
    {"quantity": "1.250,5", "price_eur": "€ 12,-"},
    {"quantity": "12 stuks"}, {"quantity": "12 kg"}, {"available_until": "2101-01-01"},
    {"available_until": "2000-01-01"}, {"eural_code": "17.02.04 *"}, {"unit": "litre"}, {"price_eur": "12,505"},
    {"price_eur": "99999999,99"}, {"price_eur": "100000000"}, {"quantity": "1000000000"},
    {"quantity": "1000000000,001"}, {"price_eur": "12,50", "price_basis": "unit"}, {"splittable": "nee"},
    {"condition": Condition.FOR_PARTS.slug}, {"lat": "3.72", "lon": "51.05"}, {"lat": "51.2", "lon": "4.4"},
]  # fmt: skip


def read_as_alone(rows: Sequence[Given]) -> list[Given]:
    """The rows whose numbers don't mean something else because of others in their column ("1.250" beside "0.5")."""

    def is_alike(read: Callable[[str, Marks], Any], text: str, marks: Marks) -> bool:
        return outcome(read, text, marks) == outcome(read, text, marks_in([text]))

    marks = {name: marks_in(row[name] for row in rows) for name in ("quantity", "price_eur")}
    return [
        row
        for row in rows
        if is_alike(values.quantity, row["quantity"], marks["quantity"])
        and is_alike(values.price, row["price_eur"], marks["price_eur"])
    ]


def outcome(read: Callable[[str, Marks], Any], text: str, marks: Marks) -> Any:
    try:
        return read(text, marks)
    except ValidationError:
        return None


@settings(
    max_examples=2, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
@given(changes=st.lists(CHANGES, min_size=16, max_size=16))
@example(changes=KNOWN)
def test_a_list_the_form_and_the_api_read_and_refuse_alike(
    company: Organisation, member: Client, changes: list[Given]
) -> None:
    """Given many rows in one list, then each is read or refused as the form and the API do with the same texts."""
    rows = read_as_alone([RIGHT | changed for changed in changes])
    assert len(rows) * 2 > len(changes)
    with transaction.atomic():
        from_list = by_list(company, rows)
        transaction.set_rollback(True)
    for row, listed in zip(rows, from_list, strict=True):
        with transaction.atomic():
            from_form = by_form(company, row)
            transaction.set_rollback(True)
        with transaction.atomic():
            from_api = by_api(company, member, row)
            transaction.set_rollback(True)
        check_alike(row, listed, from_form, from_api)


def check_alike(
    row: Given, from_list: dict[str, Any] | None, from_form: dict[str, Any] | None, from_api: dict[str, Any] | None
) -> None:
    changed = {name: text for name, text in row.items() if text != RIGHT[name]}
    names_unit = any(word in changed.get("quantity", "") for word in ("stuks", "kg"))
    is_nothing = Decimal(0) in ((way or {}).get("price_eur") for way in (from_form, from_api))
    if is_nothing:
        # A price of nothing in a list says that it is free; the form and the API have a choice for that.
        assert from_list is not None
        assert from_list["price_kind"] == "free"
    else:
        assert from_list == from_form, row
    if from_api is not None:
        assert from_api == from_form, row
    elif not visible(row["title"]):
        # The form and a list call it by its material then.
        assert from_form is not None or len(changed) > 1
    elif from_form is not None and not names_unit:
        # A text such as "1.250" or "12 kg" isn't read by the API, which programs talk to: JSON has numbers.
        assert {"quantity", "price_eur"} & {
            name for name, text in changed.items() if text.count(".") + text.count(",") == 1
        }


def test_an_amount_below_zero_never_becomes_one_above_it_nor_vanishes(company: Organisation, member: Client) -> None:
    """Case f01: a list says by it that whoever takes the lot is paid; the form and the API have a choice for that."""
    rows = [RIGHT | {"price_eur": price} for price in ("-50", "−50", "–50", "(50)", "€ -50")]
    for listed in by_list(company, rows):
        assert listed is not None
        assert (listed["price_kind"], listed["price_eur"]) == ("removal_fee", 50)
    assert [by_form(company, row) for row in rows] == [None] * len(rows)
    assert [by_api(company, member, row) for row in rows] == [None] * len(rows)


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
