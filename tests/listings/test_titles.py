"""Titles are what people see of them."""

import pytest
from django.core.exceptions import ValidationError

from listings import services
from tests.makers import draft

pytestmark = pytest.mark.django_db


def test_a_title_loses_what_nobody_sees() -> None:
    assert draft(title=" \u202ePaletten\u200b\ufeff ").title == "Paletten"


@pytest.mark.parametrize(
    "title", ["\u200b", "\u200f \u2060", "\u202a\u202c", "\u2066\u2069", "\ufeff", "\u200c\u200d"]
)
def test_an_invisible_title_counts_as_empty(title: str) -> None:
    listing = draft(title=title)
    with pytest.raises(ValidationError, match="titel"):
        services.publish_listing(by=listing.maker, listing=listing)  # type: ignore[attr-defined]
