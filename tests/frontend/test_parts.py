"""What of a lot is given, held and free, on its page and its card; and what its owner then can't change."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from listings import services
from listings.balances.periods import period_of
from listings.balances.services import give, hold, release
from listings.models import Listing, Reservation
from tests.makers import TODAY, published

pytestmark = pytest.mark.django_db


def plain(page: bytes) -> str:
    return page.decode().replace("\N{NO-BREAK SPACE}", " ")


def held(lot: Listing, quantity: Any) -> Reservation:
    return hold(by=None, listing=lot, quantity=Decimal(quantity))


def partly(kind: str = "supply", **fields: Any) -> Listing:
    """Twenty, of which six are given and four held."""
    lot = published(kind, quantity=20, **fields)
    give(reservation=held(lot, 6), quantity=Decimal(6))
    held(lot, 4)
    return lot


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("supply", ["6 gegeven", "4 gereserveerd", "10 vrij"]),
        ("demand", ["6 gekregen", "4 toegezegd", "10 nog gezocht"]),
    ],
)
def test_the_page_says_how_a_lot_stands(client: Client, kind: str, says: list[str]) -> None:
    page = plain(client.get(f"/zoekertje/{partly(kind).pk}/").content)
    assert "<strong>20 stuks</strong> = " in page
    assert [page.count(words) for words in says] == [1, 1, 1]
    assert "nog 10 van 20 stuks" in page


def test_a_lot_of_which_nothing_is_promised_says_its_amount(client: Client) -> None:
    page = plain(client.get(f"/zoekertje/{published(quantity=20).pk}/").content)
    assert "parts__bar" not in page
    assert "20 stuks" in page


def test_the_card_and_the_api_say_what_is_free(client: Client) -> None:
    lot = partly()
    cards = plain(client.get("/?q=paletten&place=Gent").content)
    assert "nog 10 van 20 stuks" in cards
    row = client.get(f"/api/v1/listings/{lot.pk}/").json()
    assert [row[name] for name in ("quantity", "free_quantity", "held", "given")] == [20, 10, 4, 6]
    assert row["free_mass_kg"] == pytest.approx(row["mass_kg"] / 2)
    service = client.get(f"/api/v1/listings/{published('service').pk}/").json()
    assert [service[name] for name in ("free_quantity", "held", "given")] == [None, None, None]


CHANGES: dict[str, tuple[dict[str, Any], str]] = {
    "quantity": ({"quantity": "9.5"}, "Hiervan is 6 stuks gegeven en 4 stuks gereserveerd. Geef minstens 10 stuks."),
    "unit": ({"unit": "kg"}, "Zolang dat zo is, kan dit niet anders."),
    "splittable": ({"splittable": False}, "niet meer alleen in haar geheel weg"),
    "recurrence": ({"recurrence": "weekly"}, "Zolang dat zo is, kan dit niet anders."),
}


@pytest.mark.parametrize("field", CHANGES)
def test_what_breaks_a_promise_is_refused_in_words_at_its_field(field: str) -> None:
    lot = partly()
    change, says = CHANGES[field]
    with pytest.raises(ValidationError) as refused:
        services.update_listing(by=lot.maker, listing=lot, **change)  # type: ignore[attr-defined]
    assert set(refused.value.message_dict) == {field}
    assert says in " ".join(refused.value.message_dict[field]).replace("\N{NO-BREAK SPACE}", " ")
    own = Client()
    own.force_login(lot.maker)  # type: ignore[attr-defined]
    answer = own.patch(f"/api/v1/listings/{lot.pk}/", change, content_type="application/json")
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_a_lot_may_shrink_to_what_is_promised_and_other_fields_change_freely() -> None:
    lot = partly()
    services.update_listing(by=lot.maker, listing=lot, title="Paletten", quantity=10)  # type: ignore[attr-defined]
    lot.refresh_from_db()
    assert (lot.title, lot.free_quantity, lot.status) == ("Paletten", 0, "reserved")
    services.update_listing(by=lot.maker, listing=lot, quantity=11)  # type: ignore[attr-defined]
    assert Listing.objects.get(pk=lot.pk).status == "published"


def test_a_lot_that_goes_whole_keeps_its_quantity_while_it_is_promised() -> None:
    lot = published(quantity=20, splittable=False)
    one = held(lot, 20)
    with pytest.raises(ValidationError, match="Houd de hoeveelheid op 20"):
        services.update_listing(by=lot.maker, listing=lot, quantity=25)  # type: ignore[attr-defined]
    services.update_listing(by=lot.maker, listing=lot, splittable=True, quantity=25)  # type: ignore[attr-defined]
    release(reservation=one)
    services.update_listing(by=lot.maker, listing=lot, unit="kg", quantity=5)  # type: ignore[attr-defined]


def test_a_delivery_that_is_promised_keeps_a_stream_from_shrinking() -> None:
    stream = published(quantity=20, recurrence="weekly")
    hold(by=None, listing=stream, quantity=Decimal(12), period=period_of(stream, TODAY))
    with pytest.raises(ValidationError, match=r"Week van .*: al 12"):
        services.update_listing(by=stream.maker, listing=stream, quantity=11)  # type: ignore[attr-defined]


@pytest.mark.parametrize("status", ["withdrawn", "closed"])
def test_a_listing_doesn_t_go_from_under_what_is_held(status: str) -> None:
    lot, service = published(quantity=20), published("service")
    one = held(lot, 4)
    with pytest.raises(ValidationError, match="Rond dat eerst af"):
        services.take_step(by=lot.maker, listing=lot, status=status)  # type: ignore[attr-defined]
    own = Client()
    own.force_login(lot.maker)  # type: ignore[attr-defined]
    page = plain(own.post(f"/zoekertje/{lot.pk}/stap/", {"status": status}, follow=True).content)
    assert "Rond dat eerst af of annuleer het." in page
    release(reservation=one)
    services.take_step(by=lot.maker, listing=lot, status=status)  # type: ignore[attr-defined]
    services.take_step(by=service.maker, listing=service, status=status)  # type: ignore[attr-defined]


def test_a_lot_of_which_nothing_is_free_isn_t_published() -> None:
    lot = published(quantity=20)
    held(lot, 20)
    with pytest.raises(ValidationError, match="alles is gereserveerd of gegeven"):
        services.publish_listing(by=lot.maker, listing=lot)  # type: ignore[attr-defined]
