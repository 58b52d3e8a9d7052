"""An amount in a form may have its unit behind it: it agrees with the unit that is chosen, or is refused in words."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from exchanges.models import ExchangeLeg
from frontend.capacity.forms import BookingForm
from frontend.components import figures
from frontend.exchanges.forms import CounterForm
from frontend.posting.forms import listing_form
from listings.amounts import Amount, amount
from listings.models import Listing
from listings.numbers import BELGIAN, Marks
from materials.enums import Unit
from tests.makers import draft, material

WOOD = "wood-pallets"


def posted(kind: str = "supply", **fields: str) -> Any:
    """The form of a draft, sent with these fields."""
    given = {"material": WOOD, "precision": "exact", "price_kind": "on_request", "price_basis": "lot",
             "recurrence": "one_off", "declared_status": "unsure", "catchment_kind": "radius"}  # fmt: skip
    form = listing_form(draft(kind), given | fields)
    form.is_valid()
    return form


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "unit", "stored", "stored_unit"),
    [
        ("20", "piece", 20, "piece"),
        ("20 st.", "piece", 20, "piece"),
        ("20 stuks", "piece", 20, "piece"),
        ("20pcs", "piece", 20, "piece"),
        ("1.250,5 kg", "kg", Decimal("1250.5"), "kg"),
        ("500 kg", "tonne", Decimal("0.5"), "tonne"),
        ("2,5 ton", "kg", 2500, "kg"),
        ("20 st.", "", 20, "piece"),
        ("500 kg", "", 500, "kg"),
        ("3 tonnes", "", 3, "tonne"),
        ("20", "", 20, ""),
    ],
)
def test_an_amount_with_its_unit_is_read_in_the_unit_that_is_chosen_or_chooses_it(
    typed: str, unit: str, stored: int | Decimal, stored_unit: str
) -> None:
    form = posted(quantity=typed, unit=unit)
    assert not {"quantity", "unit"} & form.errors.keys()
    assert (form.cleaned_data["quantity"], form.cleaned_data["unit"]) == (stored, stored_unit)
    assert form["unit"].value() == stored_unit


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "unit", "says"),
    [
        ("500 kg", "piece", "Hier staat kg, en als eenheid is stuks gekozen. Kies één van de twee."),
        ("20 st.", "kg", "Hier staat stuks, en als eenheid is kg gekozen. Kies één van de twee."),
        ("20 dozijn", "piece", "“20 dozijn” is geen getal. Schrijf het als 1250 of 12,5."),
        ("20 st. of 30", "piece", "In “20 st. of 30” staat meer dan één getal. Geef er één."),
        ("0 kg", "kg", "Geef een hoeveelheid van meer dan 0 en hoogstens een miljard."),
        ("kg", "kg", "“kg” is geen getal. Schrijf het als 1250 of 12,5."),
        ("1e9", "piece", "“1e9” is een verkorte schrijfwijze. Schrijf het getal voluit, met al zijn cijfers."),
        ("-5 kg", "kg", "Geef een hoeveelheid van meer dan 0 en hoogstens een miljard."),
    ],
)
def test_an_amount_that_contradicts_its_unit_or_is_none_is_refused_in_words(typed: str, unit: str, says: str) -> None:
    form = posted(quantity=typed, unit=unit)
    assert form.errors["quantity"] == [says]
    assert "quantity" not in form.cleaned_data


@pytest.mark.django_db
def test_an_amount_of_a_unit_that_does_not_fit_waits_for_the_unit() -> None:
    form = posted(quantity="20 st.", unit="litre")
    assert "unit" in form.errors
    assert "quantity" not in form.writable()


@pytest.mark.django_db
def test_a_services_capacity_is_read_alike() -> None:
    form = posted("service", capacity_per_week="500 kg", capacity_unit="")
    assert (form.cleaned_data["capacity_per_week"], form.cleaned_data["capacity_unit"]) == (500, "kg")
    form = posted("service", capacity_per_week="500 kg", capacity_unit="piece")
    assert form.errors["capacity_per_week"] == [
        "Hier staat kg, en als eenheid is stuks gekozen. Kies één van de twee."
    ]


@pytest.mark.django_db
def test_a_draft_keeps_what_the_amount_chose_and_its_page_shows_it() -> None:
    listing = draft(material=material(WOOD), quantity=None, unit="")
    client = Client()
    client.force_login(listing.maker)  # type: ignore[attr-defined]
    sent = {"material": WOOD, "quantity": "20 st.", "unit": "", "precision": "exact", "price_kind": "on_request",
            "price_basis": "lot", "recurrence": "one_off", "declared_status": "unsure"}  # fmt: skip
    page = client.post(reverse("listing-autosave", args=[listing.pk]), sent).content.decode()
    stored = Listing.objects.get(pk=listing.pk)
    assert (stored.quantity, stored.unit) == (Decimal(20), "piece")
    assert '<option value="piece" selected>' in page
    # Sent once more as it stands now, nothing is changed.
    sent["unit"] = "piece"
    client.post(reverse("listing-autosave", args=[listing.pk]), sent)
    assert Listing.objects.get(pk=listing.pk).quantity == 20


@pytest.mark.parametrize(
    ("typed", "unit", "stored"), [("20 st.", "piece", 20), ("500 kg", "tonne", Decimal("0.5")), ("7", "kg", 7)]
)
def test_what_is_booked_or_asked_of_a_listing_is_read_in_its_unit(
    typed: str, unit: str, stored: int | Decimal
) -> None:
    forms = (
        BookingForm({"quantity": typed}, weeks=[], unit=unit),
        CounterForm({"quantity": typed, "version": 0, "key": "k"}, leg=ExchangeLeg(unit=unit)),
    )
    for form in forms:
        form.errors.pop("weeks", None)
        assert form.cleaned_data["quantity"] == stored
    wrong = CounterForm({"quantity": "3 m²", "version": 0, "key": "k"}, leg=ExchangeLeg(unit=unit))
    assert str(wrong.errors["quantity"][0]).startswith("Hier staat m², en het gaat om ")


@given(
    quantity=st.decimals(Decimal("0.001"), 10**9, places=3),
    unit=st.sampled_from(list(Unit)),
    language=st.sampled_from(["nl", "fr", "en"]),
)
def test_every_amount_that_a_page_writes_can_be_typed(quantity: Decimal, unit: Unit, language: str) -> None:
    with translation.override(language):
        written = figures.stored_amount(quantity, unit)
    # Whoever reads English is asked what "1,250" means; here it is known.
    marks = Marks(decimal=frozenset("."), grouping=frozenset(",")) if language == "en" else BELGIAN
    assert amount(written, marks) == Amount(quantity, unit)


@given(
    quantity=st.decimals(Decimal("0.001"), 10**9, places=3),
    named=st.sampled_from(list(Unit)),
    chosen=st.sampled_from(list(Unit)),
)
def test_an_amount_converts_there_and_back_within_a_dimension_and_nowhere_else(
    quantity: Decimal, named: Unit, chosen: Unit
) -> None:
    if named.dimension != chosen.dimension:
        with pytest.raises(ValidationError):
            Amount(quantity, named).in_unit(chosen)
    else:
        assert Amount(Amount(quantity, named).in_unit(chosen), chosen).in_unit(named) == quantity
