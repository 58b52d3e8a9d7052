"""An amount that hardly anybody has is asked about before others see it, and stands once its owner is sure."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from exchanges.models import HEAVIEST_KG
from listings.likely import MOST_LIKELY_KG, check_likely
from listings.models import Listing
from tests.frontend.test_pages import form
from tests.makers import draft, material, published

pytestmark = pytest.mark.django_db
ASKED = "is heel veel"


@pytest.mark.parametrize(
    ("amount", "unit", "code", "says"),
    [
        ("10000000", "kg", None, ""),
        ("10000000.001", "kg", None, ASKED),
        ("10000", "tonne", None, ""),
        ("10001", "tonne", None, ASKED),
        ("1000000", "piece", None, ""),
        ("1000001", "piece", None, ASKED),
        ("400000", "piece", "wood-pallets-eur", ""),
        ("400001", "piece", "wood-pallets-eur", "ongeveer 10"),
        (None, "piece", None, ""),
        ("1000001", "", None, ""),
    ],
)
def test_what_is_likely_goes_by_weight_and_else_by_number(
    amount: str | None, unit: str, code: str | None, says: str
) -> None:
    given = None if amount is None else Decimal(amount), unit, material(code) if code else None
    if not says:
        check_likely(*given)
        return
    with pytest.raises(ValidationError, match=says) as asked:
        check_likely(*given)
    assert asked.value.code == "unlikely"


def test_more_than_is_likely_is_what_no_hand_over_may_weigh() -> None:
    assert MOST_LIKELY_KG == HEAVIEST_KG


def of_owner(listing: Listing) -> Client:
    client = Client()
    client.force_login(listing.maker)  # type: ignore[attr-defined]
    return client


def sent(listing: Listing, **given: Any) -> Any:
    return of_owner(listing).post(f"/zoekertje/{listing.pk}/wijzigen/", form(listing, **given))


@pytest.mark.parametrize(("make", "action"), [(draft, "publish"), (published, "save")])
def test_a_billion_pieces_come_online_only_for_who_is_sure(make: Any, action: str) -> None:
    listing = make()
    asked = sent(listing, quantity="1.000.000.000", action=action)
    assert asked.status_code == 200
    page = asked.content.decode()
    assert ASKED in page
    assert '<input type="checkbox" name="sure"' in page
    now = Listing.objects.get(pk=listing.pk)
    assert (now.status, now.quantity if now.status == "published" else 40) == (listing.status, 40)
    assert sent(listing, quantity="1.000.000.000", action=action, sure="on").status_code == 302
    now = Listing.objects.get(pk=listing.pk)
    assert (now.status, now.quantity) == ("published", 10**9)
    # What others see already isn't asked about again.
    again = sent(now_of(listing), quantity="1.000.000.000", description="Met logo.", action="save")
    assert again.status_code == 302


def now_of(listing: Listing) -> Listing:
    now = Listing.objects.get(pk=listing.pk)
    now.maker = listing.maker  # type: ignore[attr-defined]
    return now


def test_nothing_is_asked_of_an_amount_that_is_likely() -> None:
    listing = draft()
    page = of_owner(listing).get(f"/zoekertje/{listing.pk}/wijzigen/").content.decode()
    assert 'name="sure"' not in page
    assert sent(listing, quantity="1.000").status_code == 302


def test_a_service_that_says_an_unlikely_capacity_is_asked() -> None:
    listing = published("service")
    given = {
        "title": "Atelier", "service_kinds": ["repair"], "materials": ["appliances"], "capacity_per_week": "5000000",
        "capacity_unit": "piece", "lead_time_days": "", "catchment_kind": "radius", "reach_km": "30",
        "lat": "51.05", "lon": "3.72", "precision": "exact", "available_from": "2026-01-01",
        "price_kind": "on_request", "price_basis": "lot", "action": "save",
    }  # fmt: skip
    address, client = f"/zoekertje/{listing.pk}/wijzigen/", of_owner(listing)
    assert ASKED in client.post(address, given).content.decode()
    assert client.post(address, given | {"sure": "on"}).status_code == 302
    assert Listing.objects.get(pk=listing.pk).capacity_per_week == 5_000_000
