"""Asking for all parts of a bundle in one go: an exchange for each supply, or none."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import HubPartner, HubStaff, User
from exchanges import services
from exchanges.arrangements import errors_at_field
from exchanges.models import Arrangement, Exchange
from exchanges.portions import bundled_quantity
from journal.models import Letter
from listings.balances.free import NotEnoughFree
from listings.models import Listing
from matching.pairs.batch import pair_all
from tests.exchanges.test_pages import as_, hidden, read
from tests.makers import TODAY, make_user, published


class Doors:
    """A demand for twenty doors that two supplies serve together, of ten and of eight."""

    def __init__(self) -> None:
        self.ten, self.eight = published(quantity=10), published(quantity=8, at=(51.08, 3.72))
        self.demand = published("demand", quantity=20)
        self.member: User = self.demand.maker  # type: ignore[attr-defined]

    def ask(self, *amounts: int, **more: Any) -> Arrangement:
        parts = [(supply, Decimal(amount)) for supply, amount in zip((self.ten, self.eight), amounts, strict=False)]
        given: dict[str, Any] = {"by": self.member, "demand": self.demand, "parts": parts} | more
        return services.request_bundle(**given)


@pytest.mark.django_db
def test_one_press_asks_each_supplier_for_its_part() -> None:
    doors = Doors()
    made = doors.ask(10, 8, message="Voor onze school.")
    rows = list(made.exchanges.order_by("listing"))
    assert [(one.listing, int(one.legs.get().quantity), one.state, one.started_from) for one in rows] == [
        (doors.ten, 10, "requested", "bundle"), (doors.eight, 8, "requested", "bundle"),
    ]  # fmt: skip
    assert {one.matched_id for one in rows} == {doors.demand.pk}
    assert [one.conversation.messages.get().text for one in rows] == ["Voor onze school."] * 2
    told = Letter.objects.filter(template="exchange_step").values_list("recipient", flat=True)
    assert set(told) == {doors.ten.maker.email, doors.eight.maker.email}  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_where_one_part_is_refused_nobody_is_asked_and_the_refusal_names_it() -> None:
    doors = Doors()
    with pytest.raises(NotEnoughFree) as refused:
        doors.ask(10, 9)
    assert refused.value.message_dict == {f"part_{doors.eight.pk}": ["Nog 8\N{NO-BREAK SPACE}stuks vrij."]}
    assert refused.value.free == 8
    assert not Exchange.objects.exists()
    assert not Arrangement.objects.exists()


@pytest.mark.django_db
def test_a_part_that_runs_already_or_is_gone_stops_all_of_it() -> None:
    doors = Doors()
    services.request_exchange(
        by=doors.member, organisation=doors.demand.organisation, listing=doors.ten, quantity=Decimal(1)
    )
    with pytest.raises(ValidationError, match="vroeg dit al aan"):
        doors.ask(5, 8)
    Listing.objects.filter(pk=doors.eight.pk).update(status="withdrawn")
    with pytest.raises(ValidationError, match="ingetrokken"):
        doors.ask(parts=[(published(quantity=9), Decimal(5)), (doors.eight, Decimal(8))])
    assert Exchange.objects.count() == 1


def test_a_refusal_that_names_no_field_stands_at_the_part_too() -> None:
    with pytest.raises(ValidationError) as refused, errors_at_field("part_7"):
        raise ValidationError("Te laat.")
    assert refused.value.message_dict == {"part_7": ["Te laat."]}
    with pytest.raises(ValidationError) as refused, errors_at_field("part_7"):
        raise ValidationError({"message": "Te lang.", "quantity": "Te veel."})
    assert refused.value.message_dict == {"message": ["Te lang."], "part_7": ["Te veel."]}


@pytest.mark.django_db
def test_what_makes_no_bundle_is_refused_in_words() -> None:
    doors, other = Doors(), published(quantity=5)
    for parts, field in (
        ([(doors.ten, Decimal(1))], "parts"),
        ([(doors.ten, Decimal(1)), (doors.ten, Decimal(2))], "parts"),
        ([(doors.ten, Decimal(1)), (doors.demand, Decimal(2))], "parts"),
        ([(doors.ten, Decimal(1))] * 21, "parts"),
    ):
        with pytest.raises(ValidationError) as refused:
            doors.ask(parts=parts)
        assert list(refused.value.message_dict) == [field]
    with pytest.raises(ValidationError, match="hoort bij een vraag"):
        doors.ask(1, 1, demand=other)
    with pytest.raises(PermissionDenied):
        doors.ask(1, 1, by=make_user())
    with pytest.raises(PermissionDenied):
        doors.ask(1, 1, by=doors.ten.maker)  # type: ignore[attr-defined]
    assert not Arrangement.objects.exists()


@pytest.mark.django_db
def test_the_same_key_again_gives_what_it_began_and_belongs_to_nothing_else() -> None:
    doors, other = Doors(), published(quantity=5)
    first = doors.ask(10, 8, idempotency_key="een")
    assert doors.ask(10, 8, idempotency_key="een") == first
    assert Exchange.objects.count() == 2
    with pytest.raises(ValidationError, match="iets anders verstuurd"):
        doors.ask(parts=[(doors.ten, Decimal(1)), (other, Decimal(1))], idempotency_key="een")
    cases: list[tuple[tuple[int, int], dict[str, Any]]] = [
        ((9, 8), {}), ((10, 8), {"message": "Graag."}), ((10, 8), {"wanted_on": TODAY + dt.timedelta(days=2)}),
    ]  # fmt: skip
    for amounts, more in cases:
        with pytest.raises(ValidationError, match="iets anders verstuurd"):
            doors.ask(*amounts, **more, idempotency_key="een")


@pytest.mark.django_db
def test_staff_of_the_hub_ask_for_a_partner() -> None:
    doors, staff = Doors(), make_user()
    hub_id = doors.demand.hub_ids[0]
    HubStaff.objects.create(hub_id=hub_id, user=staff, role="editor")
    with pytest.raises(PermissionDenied):
        doors.ask(10, 8, by=staff)
    HubPartner.objects.create(hub_id=hub_id, organisation=doors.demand.organisation)
    with pytest.raises(ValidationError) as refused:
        doors.ask(10, 8, by=staff)
    assert list(refused.value.message_dict) == ["behalf_note"]
    assert not Exchange.objects.exists()
    made = list(doors.ask(10, 8, by=staff, behalf_note="An, per telefoon").exchanges.all())
    assert {one.behalf_note for one in made} == {"An, per telefoon"}
    assert len(made) == 2
    steps = [one.steps.get() for one in made]
    assert {(step.role, step.side) for step in steps} == {("hub", "requester")}


@pytest.mark.django_db(transaction=True)
def test_ten_presses_of_one_button_at_once_make_one_bundle() -> None:
    doors = Doors()

    def press(_number: int) -> int:
        try:
            return doors.ask(10, 8, idempotency_key="een").pk
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert len(set(pool.map(press, range(10)))) == 1
    assert Exchange.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("supply", "share", "quantity"),
    [
        ({"quantity": 10, "unit": "piece"}, 0.4, 8),
        ({"quantity": 5, "unit": "piece"}, 0.4, 5),
        ({"quantity": 10, "unit": "piece"}, 0.03, 1),
        ({"quantity": 12, "unit": "piece", "splittable": False}, 0.4, 12),
        ({"quantity": 1, "unit": "tonne"}, 0.4, "0.176"),
        ({"quantity": 600, "unit": "kg"}, 0.4, 176),
    ],
)
def test_a_share_of_a_demand_is_an_amount_in_the_unit_of_the_supply(
    supply: dict[str, Any], share: float, quantity: Any
) -> None:
    # A pallet weighs 22 kg: twenty of them are 440 kg.
    demand = published("demand", quantity=20)
    assert bundled_quantity(published(**supply), demand, share) == Decimal(quantity)


def bundle_page(doors: Doors) -> tuple[Client, str, str]:
    pair_all(at=timezone.now())
    client = as_(doors.member)
    address = f"/zoekertje/{doors.demand.pk}/bundel/aanvragen/"
    assert address in read(client.get(f"/zoekertje/{doors.demand.pk}/matches/"))
    return client, address, read(client.get(address))


@pytest.mark.django_db
def test_the_page_of_a_bundle_has_each_amount_filled_in_and_sends_all_in_one_press() -> None:
    doors = Doors()
    client, address, page = bundle_page(doors)
    assert f'name="part_{doors.ten.pk}" value="10"' in page
    assert f'name="part_{doors.eight.pk}" value="8"' in page
    given = hidden(page) | {f"part_{doors.ten.pk}": "9", f"part_{doors.eight.pk}": "8", "message": "", "wanted_on": ""}
    for _click in range(2):
        sent = client.post(address, given)
        assert sent["Location"] == "/mijn/uitwisselingen/"
    assert "Verstuurd naar 2 organisaties." in read(client.get("/mijn/uitwisselingen/"))
    mine, theirs = Exchange.objects.order_by("listing")
    page = read(client.get(f"/uitwisselingen/{mine.pk}/"))
    assert "bundel van 2 aanvragen" in page
    assert f"/uitwisselingen/{theirs.pk}/" in page
    # A supplier learns that there are others, and not who.
    page = read(as_(doors.ten.maker).get(f"/uitwisselingen/{mine.pk}/"))  # type: ignore[attr-defined]
    assert "bundel van 2 aanvragen" in page
    assert f"/uitwisselingen/{theirs.pk}/" not in page
    assert doors.eight.organisation.name not in page


@pytest.mark.django_db
def test_the_page_says_at_its_field_what_is_refused_and_leaves_out_what_is_empty() -> None:
    doors = Doors()
    client, address, page = bundle_page(doors)
    given = hidden(page) | {f"part_{doors.ten.pk}": "11", f"part_{doors.eight.pk}": "8"}
    refused = client.post(address, given)
    assert refused.status_code == 409
    assert "Nog 10 stuks vrij." in read(refused)
    refused = client.post(address, given | {f"part_{doors.ten.pk}": ""})
    assert "Kies er minstens twee" in read(refused)
    gone = client.post(address, given | {"supplies": f"{doors.ten.pk},999999999"})
    assert "Deze bundel is er niet meer" in read(gone)
    for odd in ("", "x", "9" * 30, "1,,2", "²"):
        assert client.post(address, given | {"supplies": odd}).status_code == 409
    assert not Exchange.objects.exists()


@pytest.mark.django_db
def test_a_bundle_is_asked_by_whose_demand_it_is() -> None:
    doors = Doors()
    _client, address, _page = bundle_page(doors)
    other = as_(make_user())
    assert address not in read(other.get(f"/zoekertje/{doors.demand.pk}/matches/"))
    for call in (other.get, other.post):
        assert call(address).status_code == 403
    assert Client().get(address).status_code == 302
    assert as_(doors.member).get(f"/zoekertje/{doors.ten.pk}/bundel/aanvragen/").status_code == 404


@pytest.mark.django_db
def test_programs_ask_for_a_bundle() -> None:
    doors = Doors()
    client, address = as_(doors.member), "/api/v1/exchanges/bundles/"
    asked = {
        "demand": doors.demand.pk,
        "parts": [{"supply": doors.ten.pk, "quantity": 10}, {"supply": doors.eight.pk, "quantity": 9}],
    }
    refused = client.post(address, asked, content_type="application/json")
    assert (refused.status_code, refused.json()["free"]) == (409, 8)
    asked["parts"][1]["quantity"] = 8  # type: ignore[index]
    made = client.post(address, asked, content_type="application/json")
    assert made.status_code == 201
    body = made.json()
    assert [(row["listing"], row["quantity"], row["arrangement"]) for row in body["exchanges"]] == [
        (doors.ten.pk, 10, body["id"]), (doors.eight.pk, 8, body["id"]),
    ]  # fmt: skip
