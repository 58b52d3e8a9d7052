"""Weeks of a service: what is free, who may book it, and that the last of it goes once."""

import datetime as dt
import threading
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import HubStaff, User
from geo.models import Hub
from listings import services
from listings.balances.periods import monday_of
from listings.balances.recount import recount_balances
from listings.balances.services import hold
from listings.capacity.services import book_capacity, cancel_booking
from listings.capacity.weeks import free_capacity
from listings.migrations._booking_sql import COPY
from listings.migrations._initial_sql import one_by_one
from listings.models import Balance, Listing, Reservation
from tests.makers import TODAY, make_organisation, make_user, published

pytestmark = pytest.mark.django_db
MONDAY = monday_of(TODAY) + dt.timedelta(weeks=1)


def service(**fields: Any) -> Listing:
    """Repairs five tonnes a week."""
    return published("service", **{"capacity_per_week": 5, "capacity_unit": "tonne", **fields})


def book(of: Listing, quantity: Any = 1, week: dt.date = MONDAY, **more: Any) -> Reservation:
    by = more.pop("by", None) or of.maker  # type: ignore[attr-defined]
    return book_capacity(by=by, service=of, week_start=week, quantity=Decimal(quantity), **more)


def free(of: Listing, week: dt.date = MONDAY) -> Decimal | None:
    return free_capacity([of.pk], week, 1)[of.pk][0].free


def hub_staff(role: str, slug: str = "sociaal-circulaire-hub-gent") -> User:
    return HubStaff.objects.create(hub=Hub.objects.get(slug=slug), user=make_user(), role=role).user


def test_what_is_booked_is_no_longer_free_and_comes_back() -> None:
    repairs = service()
    booking = book(repairs, "1.5")
    assert (free(repairs), free(repairs, MONDAY + dt.timedelta(weeks=1))) == (Decimal("3.5"), Decimal(5))
    cancel_booking(by=repairs.maker, booking=booking)  # type: ignore[attr-defined]
    assert free(repairs) == 5


def test_a_booking_for_a_supply_is_for_its_organisation() -> None:
    repairs = service()
    supply = published(organisation=repairs.organisation, by=repairs.maker)  # type: ignore[attr-defined]
    booking = book(repairs, supply=supply, note="na 10 uur")
    assert (booking.supply, booking.organisation, booking.note) == (supply, supply.organisation, "na 10 uur")


CALLERS: dict[str, Any] = {
    "someone without organisation": (lambda of: make_user(), False),
    "admin of another organisation": (lambda of: make_organisation(make_user()).memberships.get().user, False),
    "operator": (lambda of: make_user(is_superuser=True, is_staff=True), False),
    "editor of another hub": (
        lambda of: hub_staff("editor", Hub.objects.exclude(pk__in=of.hub_ids)[0].slug), False
    ),
    "editor of its hub": (lambda of: hub_staff("editor"), True),
    "manager of its hub": (lambda of: hub_staff("manager"), True),
    "member": (lambda of: of.maker, True),
}  # fmt: skip


@pytest.mark.parametrize("caller", CALLERS)
def test_members_and_staff_of_the_hub_book_and_cancel(caller: str) -> None:
    repairs = service()
    make, allowed = CALLERS[caller]
    user, kept = make(repairs), book(repairs)
    if allowed:
        cancel_booking(by=user, booking=book(repairs, by=user))
        cancel_booking(by=user, booking=kept)
        assert free(repairs) == 5
        return
    with pytest.raises(PermissionDenied):
        book(repairs, by=user)
    with pytest.raises(PermissionDenied):
        cancel_booking(by=user, booking=kept)
    assert free(repairs) == 4


def test_what_is_held_of_a_lot_is_no_booking_to_cancel() -> None:
    lot = published()
    held = hold(by=lot.maker, listing=lot, quantity=Decimal(3))  # type: ignore[attr-defined]
    with pytest.raises(ValidationError, match="geen boeking van een week"):
        cancel_booking(by=lot.maker, booking=held)  # type: ignore[attr-defined]
    held.refresh_from_db()
    assert held.state == "held"


def refusal(**booking: Any) -> str:
    with pytest.raises(ValidationError) as refused:
        book(**booking)
    return " ".join(refused.value.messages)


def test_a_refusal_says_what_is_still_free() -> None:
    at = dt.datetime(2031, 11, 25, 12, tzinfo=dt.UTC)
    repairs, week = service(), dt.date(2031, 12, 1)
    book(repairs, 3, week, at=at)
    said = refusal(of=repairs, quantity="2.1", week=week, at=at)
    assert said.replace("\N{NO-BREAK SPACE}", " ") == "In de week van 1 december is er nog plaats voor 2 ton."
    book(repairs, 2, week, at=at)
    assert refusal(of=repairs, quantity="0.001", week=week, at=at) == "De week van 1 december is volzet."


def test_only_weeks_in_which_the_service_works_can_be_booked() -> None:
    days = dt.timedelta(days=1)
    repairs = service(available_from=MONDAY, lead_time_days=7, available_until=MONDAY + 20 * days)
    assert "werkt deze dienst niet" in refusal(of=repairs)
    assert "werkt deze dienst niet" in refusal(of=repairs, week=MONDAY + 21 * days)
    assert [week.is_open for week in free_capacity([repairs.pk], MONDAY, 4)[repairs.pk]] == [False, True, True, False]
    assert book(repairs, week=MONDAY + 14 * days)


@pytest.mark.parametrize(
    ("booking", "says"),
    [
        ({"week": MONDAY + dt.timedelta(days=1)}, "Een week begint op maandag."),
        ({"week": MONDAY - dt.timedelta(weeks=2)}, "Kies een week van nu tot een jaar ver."),
        ({"week": MONDAY + dt.timedelta(weeks=54)}, "Kies een week van nu tot een jaar ver."),
        ({"quantity": 0}, "De hoeveelheid moet meer dan 0 zijn."),
        ({"quantity": -1}, "De hoeveelheid moet meer dan 0 zijn."),
    ],
)
def test_a_booking_that_makes_no_sense_is_refused(booking: dict[str, Any], says: str) -> None:
    assert says in refusal(of=service(), **booking)


@pytest.mark.parametrize(
    ("booking", "field"), [({"week": MONDAY + dt.timedelta(days=1)}, "week_start"), ({"quantity": -1}, "quantity")]
)
def test_a_refusal_names_its_field(booking: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        book(service(), **booking)
    assert list(refused.value.message_dict) == [field]


def test_only_a_published_service_is_booked_and_only_for_supply_that_one_may_see() -> None:
    assert refusal(of=published()) == "Alleen van een dienst kun je capaciteit boeken."
    repairs, demand, withdrawn = service(), published("demand"), published()
    services.withdraw_listing(by=withdrawn.maker, listing=withdrawn)  # type: ignore[attr-defined]
    for other in (demand, withdrawn):
        assert refusal(of=repairs, supply=other) == "Dit aanbod bestaat niet of is niet openbaar."
    own = published()
    services.withdraw_listing(by=own.maker, listing=own)  # type: ignore[attr-defined]
    Listing.objects.filter(pk=own.pk).update(organisation=repairs.organisation)
    assert refusal(of=repairs, supply=own) == "Dit aanbod is ingetrokken: daarvoor boek je niets meer."
    services.withdraw_listing(by=repairs.maker, listing=repairs)  # type: ignore[attr-defined]
    assert refusal(of=repairs) == "Alleen van een gepubliceerde dienst kun je capaciteit boeken."


def test_a_capacity_that_nobody_stated_stays_unknown() -> None:
    repairs = service()
    Listing.objects.filter(pk=repairs.pk).update(capacity_per_week=None)
    (week,) = free_capacity([repairs.pk], MONDAY, 1)[repairs.pk]
    assert (week.free, week.is_open, week.is_full) == (None, True, False)
    assert "zegt nog niet hoeveel" in refusal(of=repairs)


@pytest.mark.parametrize("capacity", [Decimal("3.999"), None])
def test_a_capacity_doesn_t_shrink_below_what_is_booked(capacity: Decimal | None) -> None:
    repairs = service()
    book(repairs, 1, MONDAY + dt.timedelta(weeks=1))
    book(repairs, 4)
    with pytest.raises(ValidationError) as refused:
        services.update_listing(by=repairs.maker, listing=repairs, capacity_per_week=capacity)  # type: ignore[attr-defined]
    assert set(refused.value.message_dict) == {"capacity_per_week"}
    assert "minstens 4" in " ".join(refused.value.messages).replace("\N{NO-BREAK SPACE}", " ")
    services.update_listing(by=repairs.maker, listing=repairs, capacity_per_week=4)  # type: ignore[attr-defined]
    assert free(repairs) == 0


def test_the_unit_stays_while_weeks_are_booked_in_it() -> None:
    repairs = service()
    book(repairs)
    with pytest.raises(ValidationError) as refused:
        services.update_listing(by=repairs.maker, listing=repairs, capacity_unit="kg")  # type: ignore[attr-defined]
    assert set(refused.value.message_dict) == {"capacity_unit"}


@pytest.mark.parametrize(
    "wrong", [{"period": MONDAY + dt.timedelta(days=6)}, {"quantity": Decimal(0)}, {"quantity": 6}]
)
def test_the_database_refuses_what_no_booking_is(wrong: dict[str, Any]) -> None:
    fields = {"listing": service(), "period": MONDAY, "quantity": Decimal(1)} | wrong
    with pytest.raises(IntegrityError), transaction.atomic():
        Reservation.objects.create(**fields)


def test_bookings_of_before_became_reservations_with_the_same_number() -> None:
    repairs, supply = service(), published()
    old: list[tuple[Any, ...]] = [
        (7, MONDAY, 3, "na 10 uur"),
        (8, MONDAY, 4, ""),
        (12, MONDAY + dt.timedelta(weeks=1), "1.5", ""),
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE listings_capacitybooking (id bigint GENERATED BY DEFAULT AS IDENTITY, service_id bigint, "
            "week_start date, quantity numeric(12, 3), supply_id bigint, organisation_id bigint, note varchar(200), "
            "created_by_id bigint, created_at timestamptz DEFAULT now())"
        )
        for number, week, quantity, note in old:
            cursor.execute(
                "INSERT INTO listings_capacitybooking (id, service_id, week_start, quantity, supply_id, note) "
                "VALUES (%s, %s, %s, %s, %s, %s)",
                [number, repairs.pk, week, quantity, supply.pk, note],
            )
        cursor.execute("SELECT setval(pg_get_serial_sequence('listings_capacitybooking', 'id'), 20)")
        for statement in one_by_one(COPY):
            cursor.execute(statement)
    moved = repairs.reservations.order_by("pk").values_list("pk", "period", "quantity", "note", "supply", "state")
    assert [*moved] == [
        (number, week, Decimal(quantity), note, supply.pk, "held") for number, week, quantity, note in old
    ]
    # Seven were booked where five fit by now: they stay booked, and nothing more is.
    assert Balance.objects.get(listing=repairs, period=MONDAY).quantity == 7
    assert (free(repairs), free(repairs, MONDAY + dt.timedelta(weeks=1))) == (Decimal(0), Decimal("3.5"))
    assert "is volzet" in refusal(of=repairs, quantity=1)
    assert book(repairs, 1, MONDAY + dt.timedelta(weeks=2)).pk == 21
    assert recount_balances() == []


@pytest.mark.parametrize("count", [1, 8])
def test_what_is_free_takes_one_query_for_one_and_many(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = [service() for _number in range(count)]
    for number, repairs in enumerate(made):
        book(repairs, 1, MONDAY + dt.timedelta(weeks=number % 3))
        book(repairs, 1, MONDAY + dt.timedelta(weeks=number % 3))
    with django_assert_num_queries(1):
        found = free_capacity([repairs.pk for repairs in made], TODAY, 12)
    assert [sum(week.booked for week in found[repairs.pk]) for repairs in made] == [2] * count
    assert {len(weeks) for weeks in found.values()} == {12}


@pytest.mark.django_db(transaction=True)
def test_two_who_want_the_last_tonne_at_once_don_t_both_get_it() -> None:
    repairs = service()
    book(repairs, 4)
    start, outcomes = threading.Barrier(2), []

    def try_to_book() -> None:
        try:
            start.wait(timeout=10)
            book(repairs, 1)
            outcomes.append("booked")
        except ValidationError as error:
            outcomes.append(" ".join(error.messages))
        finally:
            connection.close()

    threads = [threading.Thread(target=try_to_book) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(outcome == "booked" for outcome in outcomes) == [False, True]
    assert any("is volzet" in outcome for outcome in outcomes)
    assert free(repairs) == 0


def test_the_api_reads_books_and_cancels(client: Client) -> None:
    repairs = service()
    supply = published(organisation=repairs.organisation, by=repairs.maker)  # type: ignore[attr-defined]
    address = f"/api/v1/listings/{repairs.pk}/capacity/"
    client.force_login(repairs.maker)  # type: ignore[attr-defined]
    given = {"week_start": MONDAY.isoformat(), "quantity": "1.5", "supply": supply.pk}
    made = client.post(f"{address}bookings/", given, content_type="application/json")
    assert made.status_code == 201
    too_much = client.post(f"{address}bookings/", given | {"quantity": 4}, content_type="application/json")
    assert (too_much.status_code, too_much.json()["free"]) == (409, 3.5)
    assert "3,5" in too_much.json()["detail"]
    own = client.get(address).json()
    assert own["weeks"][1] == {"week_start": MONDAY.isoformat(), "is_open": True, "capacity": 5, "free": 3.5}
    assert [row["supply"] for row in own["bookings"]] == [supply.pk]
    assert Client().get(address).json()["bookings"] is None
    assert client.delete(f"{address}bookings/{made.json()['id']}/").status_code == 204
    assert client.get(address).json()["weeks"][1]["free"] == 5
    assert client.get(f"/api/v1/listings/{supply.pk}/capacity/").status_code == 404


def test_bookings_of_the_past_are_not_shown(client: Client) -> None:
    repairs = service()
    Reservation.objects.create(listing=repairs, period=MONDAY - dt.timedelta(weeks=9), quantity=1, is_booking=True)
    client.force_login(repairs.maker)  # type: ignore[attr-defined]
    assert client.get(f"/api/v1/listings/{repairs.pk}/capacity/").json()["bookings"] == []
    assert timezone.localdate() <= MONDAY
