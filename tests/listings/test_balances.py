"""What of a listing is held, given and free: the database keeps it, and refuses to promise more than there is."""

import datetime as dt
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from journal.models import Event
from listings import services
from listings.balances.free import NotEnoughFree, Standing, standing_of
from listings.balances.periods import monday_of
from listings.balances.recount import recount_balances
from listings.balances.services import give, hold, release
from listings.models import WHOLE_LOT, Balance, Listing, Reservation
from tests.makers import TODAY, draft, make_organisation, published

pytestmark = pytest.mark.django_db
MONDAY = monday_of(TODAY) + dt.timedelta(weeks=1)
INSERT = (
    "INSERT INTO listings_reservation (listing_id, period, quantity, given_quantity, state, note) "
    "VALUES (%s, %s, %s, %s, %s, '')"
)


def held(of: Listing, quantity: Any, period: dt.date = WHOLE_LOT) -> Reservation:
    return hold(by=None, listing=of, quantity=Decimal(quantity), period=period)


def parts(of: Listing, period: dt.date = WHOLE_LOT) -> tuple[Any, ...]:
    """What is given, held and free."""
    standing = standing_of(of, period)
    return standing.given, standing.held, standing.free


def status(of: Listing) -> str:
    return Listing.objects.get(pk=of.pk).status


def refused_by(constraint: str, sql: str, *values: Any) -> bool:
    """Whether the database itself refuses a statement, by that constraint."""
    with pytest.raises(IntegrityError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
    cause = refused.value.__cause__
    assert isinstance(cause, psycopg.Error)
    return cause.diag.constraint_name == constraint


# ---- what is free ----


def test_what_is_held_and_given_is_free_no_longer() -> None:
    lot = published(quantity=20)
    held(lot, 4)
    give(reservation=held(lot, 6), quantity=Decimal(6))
    assert parts(lot) == (6, 4, 10)
    lot.refresh_from_db()
    assert lot.taken_quantity == lot.free_quantity == 10


def test_what_came_to_less_leaves_the_rest_free_and_what_is_released_comes_back() -> None:
    lot = published(quantity=20)
    first, second = held(lot, 8), held(lot, 5)
    give(reservation=first, quantity=Decimal("6.5"))
    release(reservation=second)
    assert parts(lot) == (Decimal("6.5"), 0, Decimal("13.5"))
    release(reservation=second)
    assert parts(lot) == (Decimal("6.5"), 0, Decimal("13.5"))


def test_what_came_to_more_is_given_while_that_much_is_free() -> None:
    lot = published(quantity=20)
    one = held(lot, 6)
    held(lot, 10)
    give(reservation=one, quantity=Decimal(10))
    assert parts(lot) == (10, 10, 0)
    with pytest.raises(NotEnoughFree):
        give(reservation=one, quantity=Decimal("10.001"))
    assert parts(lot) == (10, 10, 0)


def test_what_was_given_is_corrected_and_what_is_released_is_not_given() -> None:
    lot = published(quantity=20)
    one = held(lot, 6)
    give(reservation=one, quantity=Decimal(6))
    give(reservation=one, quantity=Decimal(5))
    assert parts(lot) == (5, 0, 15)
    release(reservation=one)
    with pytest.raises(ValidationError, match="al vrijgegeven"):
        give(reservation=one, quantity=Decimal(5))


def test_an_old_copy_of_a_reservation_counts_as_it_is_stored() -> None:
    lot = published(quantity=20)
    one = held(lot, 6)
    old = Reservation.objects.get(pk=one.pk)
    release(reservation=one)
    with pytest.raises(ValidationError, match="al vrijgegeven"):
        give(reservation=old, quantity=Decimal(6))
    assert parts(lot) == (0, 0, 20)


def test_a_refusal_says_what_is_left() -> None:
    lot = published(quantity=20)
    held(lot, 17)
    with pytest.raises(NotEnoughFree) as refused:
        held(lot, 4)
    assert refused.value.free == 3
    assert [text.replace("\N{NO-BREAK SPACE}", " ") for text in refused.value.message_dict["quantity"]] == [
        "Nog 3 stuks vrij."
    ]
    held(lot, 3)
    with pytest.raises(NotEnoughFree, match="Er is niets meer van vrij"):
        held(lot, 1)


def test_what_goes_whole_is_held_whole_or_not() -> None:
    lot = published(quantity=20, splittable=False)
    with pytest.raises(NotEnoughFree, match="alleen in haar geheel weg: 20"):
        held(lot, 19)
    one = held(lot, 20)
    with pytest.raises(NotEnoughFree):
        give(reservation=one, quantity=Decimal(19))
    give(reservation=one, quantity=Decimal(20))
    assert parts(lot) == (20, 0, 0)


@pytest.mark.parametrize("wrong", ["0", "-1", "0.0001", "NaN", "Infinity", "1e12"])
def test_a_quantity_that_nobody_can_hold_is_refused_at_its_field(wrong: str) -> None:
    lot = published(quantity=20)
    with pytest.raises(ValidationError) as refused:
        held(lot, wrong)
    assert list(refused.value.message_dict) == ["quantity"]
    assert parts(lot) == (0, 0, 20)


def test_each_week_of_a_service_and_each_period_of_a_stream_counts_apart() -> None:
    service, stream = published("service"), published(recurrence="weekly", quantity=10)
    held(service, 15, MONDAY)
    held(service, 20, MONDAY + dt.timedelta(weeks=1))
    held(stream, 10, MONDAY)
    assert parts(service, MONDAY) == (0, 15, 5)
    assert parts(stream, MONDAY) == (0, 10, 0)
    assert parts(stream, MONDAY + dt.timedelta(days=7)) == (0, 0, 10)
    with pytest.raises(NotEnoughFree, match="Nog 5"):
        held(service, 6, MONDAY)
    assert (status(service), status(stream)) == ("published", "published")


PERIODS: dict[str, tuple[Callable[[], Listing], dt.date, str]] = {
    "a day that is no Monday": (lambda: published("service"), MONDAY + dt.timedelta(days=1), "begint op maandag"),
    "a service as a whole": (lambda: published("service"), WHOLE_LOT, "begint op maandag"),
    "a lot by the week": (lambda: published(quantity=20), MONDAY, "er één keer"),
    "a stream as a whole": (lambda: published(quantity=20, recurrence="monthly"), WHOLE_LOT, "begint op de eerste"),
    "a day of a stream": (
        lambda: published(quantity=20, recurrence="weekly"),
        MONDAY + dt.timedelta(days=2),
        "maandag",
    ),
    "a month of a quarter": (
        lambda: published(quantity=20, recurrence="quarterly"),
        dt.date(2030, 2, 1),
        "begint op de eerste",
    ),
}


@pytest.mark.parametrize("case", PERIODS)
def test_a_period_that_doesn_t_fit_is_refused_in_words_and_by_the_database(case: str) -> None:
    make, period, says = PERIODS[case]
    listing = make()
    with pytest.raises(ValidationError, match=says) as refused:
        held(listing, 1, period)
    assert list(refused.value.message_dict) == ["period"]
    assert refused_by("period_fits_listing", INSERT, listing.pk, period, 1, None, "held")


def test_of_what_is_not_public_or_says_no_quantity_nothing_is_held() -> None:
    withdrawn, unknown = published(quantity=20), published("service")
    Listing.objects.filter(pk=unknown.pk).update(capacity_per_week=None)
    services.withdraw_listing(by=withdrawn.maker, listing=withdrawn)  # type: ignore[attr-defined]
    for listing, says in ((withdrawn, "ingetrokken"), (draft(), "concept")):
        with pytest.raises(ValidationError, match=says):
            held(listing, 1)
    with pytest.raises(ValidationError, match="zegt niet hoeveel"):
        held(unknown, 1, MONDAY)


# ---- what the database refuses ----


def test_the_database_refuses_to_oversell() -> None:
    lot = published(quantity=20)
    held(lot, 17)
    assert refused_by("never_oversold", INSERT, lot.pk, WHOLE_LOT, 4, None, "held")
    assert refused_by("never_oversold", INSERT, lot.pk, WHOLE_LOT, 1, 4, "given")
    assert refused_by("never_oversold", "UPDATE listings_reservation SET quantity = 21")
    assert refused_by("never_oversold", "UPDATE listings_reservation SET state = 'given', given_quantity = 21")
    assert parts(lot) == (0, 17, 3)


def test_the_database_refuses_a_part_of_what_goes_whole() -> None:
    lot = published(quantity=20, splittable=False)
    assert refused_by("goes_whole", INSERT, lot.pk, WHOLE_LOT, 19, None, "held")
    split = published(quantity=20)
    held(split, 19)
    assert refused_by("goes_whole", "UPDATE listings_listing SET splittable = false WHERE id = %s", split.pk)


def test_the_database_refuses_to_lower_a_lot_or_a_week_under_what_is_promised() -> None:
    lot, service = published(quantity=20), published("service")
    held(lot, 6)
    held(service, 15, MONDAY)
    assert refused_by("never_oversold", "UPDATE listings_listing SET quantity = 5.999 WHERE id = %s", lot.pk)
    sql = "UPDATE listings_listing SET capacity_per_week = 14 WHERE id = %s"
    assert refused_by("never_oversold", sql, service.pk)


@pytest.mark.parametrize("change", ["unit = 'kg'", "kind = 'demand'", "recurrence = 'weekly'"])
def test_the_database_refuses_another_unit_kind_or_recurrence_under_promises(change: str) -> None:
    lot = published(quantity=20)
    one = held(lot, 6)
    sql = f"UPDATE listings_listing SET {change} WHERE id = %s"
    assert refused_by("promised_in_its_unit", sql, lot.pk)
    release(reservation=one)
    with connection.cursor() as cursor:
        cursor.execute(sql, [lot.pk])


def test_nothing_but_reservations_says_what_is_taken() -> None:
    lot = published(quantity=20)
    old = Listing.objects.get(pk=lot.pk)
    held(lot, 6)
    assert refused_by("taken_by_reservations", "UPDATE listings_listing SET taken_quantity = 5 WHERE id = %s", lot.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        old.save()
    assert parts(lot) == (0, 6, 14)


def test_a_reservation_stays_with_its_listing() -> None:
    lot, other = published(quantity=20), published(quantity=20)
    held(lot, 6)
    with pytest.raises(IntegrityError), transaction.atomic():
        Reservation.objects.update(listing=other)


def test_a_week_that_is_past_doesn_t_hinder_a_capacity_that_shrinks() -> None:
    service = published("service")
    held(service, 15, monday_of(TODAY) - dt.timedelta(weeks=2))
    Listing.objects.filter(pk=service.pk).update(capacity_per_week=3)
    assert Balance.objects.get(listing=service).quantity == 20


def test_a_reservation_that_moves_to_another_week_is_counted_there() -> None:
    service = published("service")
    one = held(service, 15, MONDAY)
    Reservation.objects.filter(pk=one.pk).update(period=MONDAY + dt.timedelta(weeks=1))
    assert (parts(service, MONDAY), parts(service, MONDAY + dt.timedelta(weeks=1))) == ((0, 0, 20), (0, 15, 5))


def test_reservations_that_are_deleted_with_their_listing_leave_nothing() -> None:
    lot = published(quantity=20)
    one = held(lot, 6)
    held(lot, 3)
    Reservation.objects.filter(pk=one.pk).delete()
    assert parts(lot) == (0, 3, 17)
    lot.organisation.delete()
    assert not Reservation.objects.exists()
    assert not Balance.objects.exists()


@pytest.mark.parametrize("whose", ["owner", "taker"])
def test_an_organisation_goes_with_its_lots_whoever_something_is_held_for(whose: str) -> None:
    lot, taker = published(quantity=20), make_organisation()
    owner = lot.organisation
    for organisation, quantity in ((owner, 2), (taker, 3)):
        hold(by=None, listing=lot, quantity=Decimal(quantity), organisation=organisation)
    {"owner": owner, "taker": taker}[whose].delete()
    left = Balance.objects.values_list("held", flat=True)
    assert list(left) == ([] if whose == "owner" else [5])


# ---- the status that follows ----


def test_a_lot_of_which_nothing_is_free_is_reserved_and_public_again_when_something_is() -> None:
    lot = published(quantity=20)
    held(lot, 15)
    last = held(lot, 5)
    assert status(lot) == "reserved"
    release(reservation=last)
    assert status(lot) == "published"
    verbs = Event.objects.filter(subject_id=lot.pk, subject_kind="listings.listing").order_by("pk")
    assert list(verbs.values_list("verb", flat=True))[-2:] == ["listing.reserved", "listing.published"]


def test_a_lot_that_is_given_is_closed() -> None:
    lot = published(quantity=20)
    for part in (12, 8):
        give(reservation=held(lot, part), quantity=Decimal(part))
    lot.refresh_from_db()
    assert lot.status == "closed"
    assert lot.closed_at is not None


def test_what_its_owner_reserved_stays_so_while_something_was_free() -> None:
    lot = published(quantity=20)
    one = held(lot, 5)
    services.reserve_listing(by=lot.maker, listing=lot)  # type: ignore[attr-defined]
    release(reservation=one)
    assert status(lot) == "reserved"


@pytest.mark.parametrize("gone", ["withdrawn", "expired", "closed"])
def test_what_is_no_longer_public_isn_t_published_by_what_is_freed(gone: str) -> None:
    lot = published(quantity=20)
    one = held(lot, 20)
    Listing.objects.filter(pk=lot.pk).update(status=gone)
    release(reservation=one)
    assert status(lot) == gone


def test_pairing_follows_what_is_free_also_when_it_was_reading_meanwhile() -> None:
    lot = published(quantity=20)
    Listing.objects.filter(pk=lot.pk).update(paired_at=lot.updated_at)
    before = Listing.objects.get(pk=lot.pk).updated_at
    held(lot, 5)
    lot.refresh_from_db()
    assert lot.paired_at is None
    assert lot.updated_at > before


# ---- counted over ----


def test_a_recount_finds_nothing_wrong_and_tells_what_a_repair_by_hand_made_wrong(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    lot, service = published(quantity=20), published("service")
    give(reservation=held(lot, 6), quantity=Decimal(5))
    held(lot, 4)
    held(service, 4, MONDAY)
    assert recount_balances() == []
    Balance.objects.filter(listing=service).update(held=5)
    (found,) = recount_balances()
    assert found == (service.pk, MONDAY, Decimal(5), Decimal(4))
    assert "says that 5" in caplog.text
    call_command("recount_balances")
    assert "1 differences" in capsys.readouterr().out
    # It tells, and mends nothing.
    assert Balance.objects.get(listing=service).held == 5


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["hold", "give", "release"]),
        st.integers(0, 5),
        st.decimals("0.001", 25, places=3, allow_nan=False),
    ),
    max_size=12,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, splittable=st.booleans())
def test_whatever_is_held_given_and_released_adds_up(steps: list[Any], splittable: bool) -> None:
    total = Decimal(20)
    with transaction.atomic():
        lot = _plain_lot(total, splittable)
        made: list[tuple[Reservation, str, Decimal]] = []
        for step, which, amount in steps:
            quantity = amount if splittable or amount > 10 else total
            if step == "hold":
                _hold_by_model(lot, made, quantity, total, splittable)
            elif made:
                _go_on_by_model(step, which % len(made), made, quantity, total, splittable)
            taken = {
                state: sum((of for _, its, of in made if its == state), Decimal(0)) for state in ("held", "given")
            }
            assert standing_of(lot) == Standing(total, taken["held"], taken["given"], splittable)
        assert recount_balances() == []
        transaction.set_rollback(True)


def _plain_lot(quantity: Decimal, splittable: bool) -> Listing:
    lot = published(quantity=quantity, splittable=splittable)
    # Stays public whatever happens: here amounts are looked at, not statuses.
    Listing.objects.filter(pk=lot.pk).update(status="expired")
    return lot


def _fits(amounts: dict[str, Decimal], total: Decimal, splittable: bool) -> bool:
    whole = all(amount in (0, total) for amount in amounts.values())
    return sum(amounts.values()) <= total and (splittable or whole)


def _sums(made: list[tuple[Reservation, str, Decimal]]) -> dict[str, Decimal]:
    return {state: sum((of for _, its, of in made if its == state), Decimal(0)) for state in ("held", "given")}


def _hold_by_model(lot: Listing, made: list[Any], quantity: Decimal, total: Decimal, splittable: bool) -> None:
    after = _sums(made)
    after["held"] += quantity
    if _fits(after, total, splittable):
        made.append((held(lot, quantity), "held", quantity))
        return
    with pytest.raises(NotEnoughFree) as refused:
        held(lot, quantity)
    assert refused.value.free == total - sum(_sums(made).values())


def _go_on_by_model(
    step: str, place: int, made: list[Any], quantity: Decimal, total: Decimal, splittable: bool
) -> None:
    reservation, state, _amount = made[place]
    if step == "release":
        release(reservation=reservation)
        made[place] = (reservation, "released", Decimal(0))
        return
    after = _sums([*made[:place], (reservation, "given", quantity), *made[place + 1 :]])
    if state != "released" and _fits(after, total, splittable):
        give(reservation=reservation, quantity=quantity)
        made[place] = (reservation, "given", quantity)
        return
    with pytest.raises(ValidationError):
        give(reservation=reservation, quantity=quantity)


# ---- at once ----


def _from_many_connections(count: int, what: Callable[[psycopg.Connection[Any], int], bool]) -> list[bool]:
    """Do something at the same time over so many connections, each its own transaction."""
    start = threading.Barrier(count)
    parameters = connection.get_connection_params()
    address = {name: parameters[name] for name in ("dbname", "host", "port", "user", "password") if name in parameters}

    def run(number: int) -> bool:
        with psycopg.connect(**address) as own:
            start.wait(timeout=60)
            return what(own, number)

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))


@pytest.mark.django_db(transaction=True)
def test_fifty_who_want_the_same_lot_get_no_more_than_there_is() -> None:
    lot, refusals = published(quantity=20), set[str | None]()

    def take(own: psycopg.Connection[Any], number: int) -> bool:
        try:
            own.execute(INSERT, [lot.pk, WHOLE_LOT, number % 3 + 1, None, "held"])
        except psycopg.errors.CheckViolation as error:
            refusals.add(error.diag.constraint_name)
            own.rollback()
            return False
        return True

    served = _from_many_connections(50, take)
    wanted = [number % 3 + 1 for number in range(50)]
    got = sum(part for part, has in zip(wanted, served, strict=True) if has)
    # Nobody who could still be served was sent away: at most the two are left that are less than a part of three.
    assert 18 <= got <= 20
    assert parts(lot) == (0, got, 20 - got)
    assert refusals == {"never_oversold"}
    assert recount_balances() == []


@pytest.mark.django_db(transaction=True)
def test_those_who_ask_the_service_at_once_get_no_more_than_there_is() -> None:
    lot = published(quantity=20)
    start, outcomes = threading.Barrier(4), list[bool]()

    def ask() -> None:
        try:
            start.wait(timeout=30)
            for _turn in range(4):
                try:
                    held(lot, 2)
                    outcomes.append(True)
                except NotEnoughFree:
                    outcomes.append(False)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert (outcomes.count(True), outcomes.count(False)) == (10, 6)
    assert (status(lot), parts(lot)) == ("reserved", (0, 20, 0))


@pytest.mark.django_db(transaction=True)
def test_two_lots_wanted_in_opposite_order_are_locked_by_id_and_nobody_waits_for_ever() -> None:
    lots = sorted((published(quantity=100), published(quantity=100)), key=lambda lot: lot.pk)
    lock = "SELECT id FROM listings_listing WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"

    def take_both(own: psycopg.Connection[Any], number: int) -> bool:
        wanted = lots if number % 2 else lots[::-1]
        own.execute("SET lock_timeout = '20s'")
        own.execute(lock, [[lot.pk for lot in lots]])
        for lot in wanted:
            own.execute(INSERT, [lot.pk, WHOLE_LOT, 5, None, "held"])
        return True

    assert all(_from_many_connections(20, take_both))
    assert [parts(lot) for lot in lots] == [(0, 100, 0)] * 2
