"""The form asks what the law asks of a material, and the page of a listing says what was declared, in plain words."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format

from listings.declarations import CHECKLIST
from listings.models import Listing
from tests.makers import GENT, TODAY, draft, material, published

pytestmark = pytest.mark.django_db

SOON = TODAY + dt.timedelta(days=6)
COMMON = {
    "title": "Lot", "quantity": "12", "condition": "3", "precision": "exact", "lat": str(GENT[0]),
    "lon": str(GENT[1]), "available_from": TODAY.isoformat(), "price_kind": "on_request",
    "price_basis": "lot", "recurrence": "one_off", "pickup": "on", "declared_status": "unsure", "action": "publish",
}  # fmt: skip
LAPTOPS = COMMON | {"material": "ict-laptops", "unit": "piece"}
DAIRY = COMMON | {"material": "food-dairy", "unit": "kg"}
YOGHURT: dict[str, Any] = {
    "food_date_kind": "use_by", "food_date": SOON.isoformat(), "food_storage": "chilled",
    "allergens": ["milk", "eggs"],
}  # fmt: skip


def member_of(listing: Listing) -> Client:
    client = Client()
    client.force_login(listing.maker)  # type: ignore[attr-defined]
    return client


def page_of(listing: Listing) -> str:
    return Client().get(listing.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("kind", "code", "shown", "hidden"),
    [
        ("supply", "ict-laptops", "reuse_safe", "food_date"),
        ("supply", "food-dairy", "food_date", "reuse_safe"),
        ("supply", "wood-pallets", "status_evidence", "reuse_safe"),
        ("demand", "ict-laptops", "quantity", "reuse_safe"),
        ("demand", "food-dairy", "quantity", "status_evidence"),
    ],
)
def test_the_form_asks_what_the_material_asks(kind: str, code: str, shown: str, hidden: str) -> None:
    unit = "kg" if code == "food-dairy" else "piece"
    listing = draft(kind, material=material(code), unit=unit)
    page = member_of(listing).get(reverse("listing-edit", args=[listing.pk])).content.decode()
    assert f'name="{shown}"' in page
    assert f'name="{hidden}"' not in page


def test_another_material_brings_other_questions_and_leaves_those_that_are_there() -> None:
    listing = draft()
    client, path = member_of(listing), reverse("listing-autosave", args=[listing.pk])
    given = {name: value for name, value in LAPTOPS.items() if name != "action"}
    answer = client.post(path, given | {"declared_shown": ""}).content.decode()
    assert 'name="reuse_safe"' in answer
    answer = client.post(path, given | {"declared_shown": "electrical", "reuse_safe": "True"}).content.decode()
    assert 'name="reuse_safe"' not in answer
    assert Listing.objects.get(pk=listing.pk).reuse_safe is True
    answer = client.post(path, given | {"declared_shown": "electrical", "material": "wood-pallets"}).content.decode()
    assert 'id="declared"' in answer
    assert Listing.objects.get(pk=listing.pk).reuse_safe is None


def test_a_checklist_is_answered_in_the_form_and_shown_on_the_page() -> None:
    listing = draft()
    client, path = member_of(listing), reverse("listing-edit", args=[listing.pk])
    answers = dict.fromkeys(CHECKLIST, "True")
    assert client.post(path, LAPTOPS | answers | {"reuse_safe": "False"}).status_code == 200
    assert client.post(path, LAPTOPS | answers).status_code == 302
    stored = Listing.objects.get(pk=listing.pk)
    assert (stored.status, stored.reuse_ready) == ("published", True)
    page = page_of(stored)
    assert "Klaar voor hergebruik" in page
    assert "Elektrisch veilig: ja" in page


def test_a_page_says_that_nobody_looked_where_that_matters() -> None:
    goods: dict[str, Any] = {"material": material("ict-laptops"), "quantity": 4}
    assert "Nog niet helemaal nagekeken voor hergebruik" in page_of(published(**goods))
    for condition in (1, 2, 5):
        assert "nagekeken voor hergebruik" not in page_of(published(**goods, condition=condition))


def test_food_is_declared_in_the_form_and_shown_on_the_page() -> None:
    listing = draft()
    client, path = member_of(listing), reverse("listing-edit", args=[listing.pk])
    refused = client.post(path, DAIRY)
    assert refused.context["form"].has_error("food_date_kind")
    late = DAIRY | YOGHURT | {"available_until": (SOON + dt.timedelta(days=1)).isoformat()}
    assert client.post(path, late).context["form"].has_error("available_until")
    assert client.post(path, DAIRY | YOGHURT).status_code == 302
    page = page_of(Listing.objects.get(pk=listing.pk))
    assert f"Te gebruiken tot (TGT): {date_format(SOON, 'j F Y')}." in page
    assert "gekoeld, zoals op het etiket" in page
    assert "Allergenen: eieren, melk." in page


@pytest.mark.parametrize(
    ("kind", "words"),
    [("best_before", "kijk, ruik en proef eerst"), ("use_by", "dit mag niemand meer eten")],
)
def test_a_page_says_that_the_date_on_food_is_past(kind: str, words: str) -> None:
    listing = published(
        material=material("food-dairy"), unit="kg", food_date_kind=kind, food_date=SOON, food_storage="chilled",
        allergens=["milk"],
    )  # fmt: skip
    past = TODAY - dt.timedelta(days=2)
    Listing.objects.filter(pk=listing.pk).update(
        status="reserved", available_from=past, available_until=past, food_date=past
    )
    assert words in page_of(listing)


def test_a_page_of_waste_says_who_may_carry_it_and_that_we_arrange_nothing() -> None:
    page = page_of(published(declared_status="waste", eural_code="150103"))
    for words in ("geregistreerd als vervoerder", "(IHM)", "digitaal identificatieformulier", "regelt geen vervoer"):
        assert words in page, words
    for link in ("https://ovam.vlaanderen.be/identificatieformulier", "https://www.vlaanderen.be/registratie-als-"):
        assert link in page
    assert "hou het gescheiden" in page_of(published(declared_status="waste", eural_code="150110*"))
    assert "geregistreerd als vervoerder" not in page_of(published())


def test_a_page_says_on_what_a_status_rests_and_whether_that_still_holds() -> None:
    listing = published(
        declared_status="by_product", status_evidence="raw_material", status_number="GV-0417", status_until=SOON
    )
    page = page_of(listing)
    assert "grondstofverklaring van OVAM" in page
    assert "Nummer GV-0417." in page
    assert f"Geldig tot en met {date_format(SOON, 'j F Y')}." in page
    past = TODAY - dt.timedelta(days=2)
    Listing.objects.filter(pk=listing.pk).update(status_until=past)
    assert f"Vervallen sinds {date_format(past, 'j F Y')}." in page_of(listing)
    assert "zonder bewijs" in page_of(published(declared_status="product"))


def test_evidence_is_stored_by_the_form() -> None:
    listing = draft()
    fields = COMMON | {
        "material": "wood-pallets", "unit": "piece", "declared_status": "by_product",
        "status_evidence": "raw_material", "status_number": "GV-0417", "status_until": SOON.isoformat(),
    }  # fmt: skip
    client, path = member_of(listing), reverse("listing-edit", args=[listing.pk])
    refused = client.post(path, fields | {"status_number": ""})
    assert refused.context["form"].has_error("status_number")
    assert refused.context["more_open"]
    assert client.post(path, fields).status_code == 302
    assert Listing.objects.get(pk=listing.pk).status_number == "GV-0417"
