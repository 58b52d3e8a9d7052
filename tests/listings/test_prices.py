"""A price per unit that makes more of a lot than any lot is worth is refused, whichever way it comes."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from listings import services
from listings.models import Listing
from listings.validators import MOST_VALUE_EUR
from tests.listings.test_import_cells import refused
from tests.makers import make_organisation, make_user, published

pytestmark = pytest.mark.django_db
TYPED: dict[str, Any] = {
    "unit": "kg", "quantity": Decimal(1_000_000), "price_kind": "fixed", "price_eur": Decimal(15_000),
}  # fmt: skip


def test_the_price_of_the_whole_that_stands_as_that_of_one_is_refused_in_words() -> None:
    with pytest.raises(ValidationError) as wrong:
        published(**TYPED, price_basis="unit")
    (words,) = wrong.value.message_dict["price_eur"]
    assert "voor de hele partij" in words
    assert not Listing.objects.exists()
    assert published(**TYPED, price_basis="lot").price_eur == 15_000


def test_so_is_a_change_that_makes_it_so_and_just_below_is_taken() -> None:
    listing = published(**TYPED | {"price_eur": Decimal(999)}, price_basis="unit")
    with pytest.raises(ValidationError, match="prijs per eenheid"):
        services.update_listing(
            by=listing.maker,  # type: ignore[attr-defined]
            listing=listing, quantity=Decimal(MOST_VALUE_EUR),
        )  # fmt: skip
    assert Listing.objects.get().quantity == 1_000_000


def test_a_row_of_a_list_says_so_at_its_price() -> None:
    company = make_organisation(make_user())
    cells = {"prijs": "15000 per kg", "hoeveelheid": "1000000", "eenheid": "kg"}
    assert "voor de hele partij" in refused(company, **cells)
