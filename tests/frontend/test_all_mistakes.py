"""A form names all of its mistakes at once: wrong fields, rules over several of them, and what publishing lacks."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from listings.models import Listing
from tests.makers import GENT, TODAY, draft, material, published

pytestmark = pytest.mark.django_db
LATER, EARLIER = TODAY.replace(year=TODAY.year + 1).isoformat(), TODAY.replace(year=TODAY.year - 1).isoformat()
BLANK = {
    "title": "", "material": "", "quantity": "", "unit": "", "precision": "exact", "available_from": "",
    "price_kind": "on_request", "price_basis": "lot", "recurrence": "one_off", "declared_status": "unsure",
}  # fmt: skip


def client_of(listing: Listing) -> Client:
    client = Client()
    assert listing.created_by is not None
    client.force_login(listing.created_by)
    return client


def mistakes(listing: Listing, action: str = "publish", **fields: Any) -> dict[str, list[str]]:
    """What the page says of each field, by its name; "" for what stands above the form."""
    sent = {name: value for name, value in (BLANK | fields | {"action": action}).items() if value is not None}
    answer = client_of(listing).post(reverse("listing-edit", args=[listing.pk]), sent)
    assert answer.status_code == 200, answer["Location"]
    page = answer.content.decode()
    found = {("" if name == "__all__" else name): said for name, said in answer.context["form"].errors.items()}
    # Whoever looks at the page reads each of them.
    assert all(text.replace("'", "&#x27;") in page for said in found.values() for text in said)
    return found


def empty_draft() -> Listing:
    listing = draft(title="", material=None, quantity=None, unit="", available_from=None, condition=None, pickup=False)
    Listing.objects.filter(pk=listing.pk).update(location=None, site=None)
    return Listing.objects.get(pk=listing.pk)


def test_what_lacks_is_named_beside_what_is_wrong() -> None:
    # Given a draft in which everything lacks, when it is published with two wrong fields,
    found = mistakes(empty_draft(), quantity="veel", eural_code="12")
    # then the wrong ones are named, and what lacks, each once.
    assert found == {
        "quantity": ["“veel” is geen getal. Schrijf het als 1250 of 12,5."],
        "eural_code": ["Een euralcode heeft zes cijfers, bijvoorbeeld 17 02 01."],
        "material": ["Kies een materiaal."],
        "unit": ["Kies een eenheid."],
        "condition": ["Kies in welke staat het materiaal is."],
        "pickup": ["Kies afhalen, leveren of allebei."],
        "available_from": ["Kies vanaf wanneer dit geldt."],
        "": ["Zeg waar het is: kies een vestiging of zet een punt op de kaart."],
    }


def test_rules_over_several_fields_come_in_the_same_answer() -> None:
    found = mistakes(
        empty_draft(), material="wood-pallets", unit="piece", quantity="0", condition="3", available_from=LATER,
        available_until=EARLIER, price_kind="fixed", reach_km="-1", lat=GENT[0], lon=GENT[1],
    )  # fmt: skip
    assert found.keys() == {"quantity", "available_until", "price_eur", "reach_km", "pickup"}
    assert found["available_until"] == ["De einddatum ligt voor de begindatum. Kies een latere einddatum."]
    assert found["price_eur"] == ["Geef het bedrag, of kies een andere prijs."]


def test_what_the_database_would_refuse_comes_in_the_same_answer() -> None:
    listing = empty_draft()
    draft(organisation=listing.organisation, by=listing.created_by, reference="A-1")
    found = mistakes(listing, reference="A-1", price_kind="free", price_eur="12", quantity="veel")
    assert found["reference"] == ["Je organisatie gebruikt deze referentie al voor een ander zoekertje."]
    assert found["price_eur"] == ["Geef een bedrag bij een vaste prijs of vergoeding, en anders geen."]
    assert "quantity" in found


@pytest.mark.parametrize(
    ("wrong", "silent"),
    [
        # A field that is wrong isn't also called empty, and no rule looks at what stood there before.
        ({"material": "unobtainium", "unit": "piece", "quantity": "3"}, {"unit", "title"}),
        ({"material": "wood-pallets", "unit": "litre", "quantity": "20 st."}, {"quantity", "title"}),
        ({"lat": "40", "lon": "-3"}, {""}),
        ({"available_from": "ooit", "available_until": EARLIER}, {"title"}),
    ],
)
def test_one_mistake_is_not_told_as_two(wrong: dict[str, str], silent: set[str]) -> None:
    assert not silent & mistakes(empty_draft(), **wrong).keys()


def test_a_draft_with_all_right_but_what_lacks_stays_stored() -> None:
    listing = empty_draft()
    found = mistakes(listing, material="wood-pallets", quantity="7", unit="piece")
    assert found.keys() == {"condition", "pickup", "available_from", ""}
    stored = Listing.objects.get(pk=listing.pk)
    assert (stored.status, stored.quantity, stored.title) == ("draft", Decimal(7), "Houten paletten")


def test_a_service_names_all_that_it_lacks_too() -> None:
    listing = draft("service", title="", materials=[], service_kinds=[], capacity_per_week=None, reach_km=None)
    found = mistakes(
        listing,
        catchment_kind="radius",
        lead_time_days="-1",
        capacity_per_week="veel",
        available_from=TODAY.isoformat(),
    )
    assert found.keys() == {"service_kinds", "materials", "reach_km", "lead_time_days", "capacity_per_week"}


def test_a_public_listing_names_all_and_keeps_what_it_was() -> None:
    listing = published(material=material("wood-pallets"), quantity=40, unit="piece")
    found = mistakes(
        listing, action="save", material="wood-pallets", unit="piece", quantity="veel", condition="",
        available_from=TODAY.isoformat(), available_until=EARLIER, lat=GENT[0], lon=GENT[1],
    )  # fmt: skip
    assert found.keys() == {"quantity", "condition", "pickup", "available_until"}
    kept = Listing.objects.get(pk=listing.pk)
    assert (kept.quantity, kept.condition, kept.updated_at) == (Decimal(40), listing.condition, listing.updated_at)


def test_a_step_of_the_api_names_what_lacks_and_what_is_over_together() -> None:
    listing = draft(condition=None, quantity=None, available_until=None)
    Listing.objects.filter(pk=listing.pk).update(available_from=EARLIER, available_until=EARLIER)
    answer = client_of(listing).post(
        f"/api/v1/listings/{listing.pk}/status/", {"status": "published"}, content_type="application/json"
    )
    assert {one["field"] for one in answer.json()["errors"]} == {"condition", "quantity", "available_until"}
    assert Listing.objects.get(pk=listing.pk).quantity is None
