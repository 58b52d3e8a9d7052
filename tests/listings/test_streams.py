"""What comes back counts by its own week, month or quarter; the one that runs says what is free of it."""

import datetime as dt
import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import OperationalError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from listings import services, tasks
from listings.balances.follow_periods import follow_periods
from listings.balances.free import NotEnoughFree, goods_standing
from listings.balances.periods import last_day_of, period_of, period_words
from listings.balances.recount import recount_balances
from listings.balances.services import give, hold, release
from listings.balances.streams import coming_periods
from listings.models import Balance, Listing
from tests.exchanges.test_at_once import elsewhere, somebody_waits_for_a_lock
from tests.listings.test_balances import refused_by
from tests.makers import TODAY, published

pytestmark = pytest.mark.django_db
RECURS = ("weekly", "monthly", "quarterly")


def held(of: Listing, quantity: int, day: dt.date = TODAY) -> Any:
    return hold(by=None, listing=of, quantity=Decimal(quantity), period=period_of(of, day))


def fresh(listing: Listing) -> Listing:
    return Listing.objects.get(pk=listing.pk)


@given(day=st.dates(dt.date(2020, 1, 1), dt.date(2040, 12, 31)), recurs=st.sampled_from([*RECURS, "one_off"]))
def test_a_day_is_in_the_period_that_the_database_says_too(day: dt.date, recurs: str) -> None:
    listing = Listing(kind="supply", recurrence=recurs)
    period = period_of(listing, day)
    with connection.cursor() as cursor:
        cursor.execute("SELECT listings_period_of('supply', %s, %s)", [recurs, day])
        assert cursor.fetchone() == (period,)
    if recurs != "one_off":
        assert period <= day <= last_day_of(listing, period)
        assert period_of(listing, period) == period
        assert period_of(listing, last_day_of(listing, period) + dt.timedelta(days=1)) > period


@pytest.mark.parametrize(
    ("recurs", "day", "words", "last"),
    [
        ("weekly", dt.date(2026, 12, 10), "week van 7 december", dt.date(2026, 12, 13)),
        ("monthly", dt.date(2026, 12, 10), "december 2026", dt.date(2026, 12, 31)),
        ("quarterly", dt.date(2026, 12, 10), "kwartaal van 1 oktober 2026", dt.date(2026, 12, 31)),
    ],
)
def test_a_period_is_named_and_ends(recurs: str, day: dt.date, words: str, last: dt.date) -> None:
    listing = Listing(kind="supply", recurrence=recurs)
    period = period_of(listing, day)
    assert (period_words(listing, period), last_day_of(listing, period)) == (words, last)


@pytest.mark.parametrize("recurs", RECURS)
def test_all_days_of_a_period_share_what_it_brings_and_the_next_brings_it_again(recurs: str) -> None:
    stream = published(recurrence=recurs, quantity=20)
    period = period_of(stream, TODAY)
    last, after = last_day_of(stream, period), last_day_of(stream, period) + dt.timedelta(days=1)
    held(stream, 12, period)
    held(stream, 5, last)
    with pytest.raises(NotEnoughFree, match="Nog 3"):
        held(stream, 4, last)
    held(stream, 20, after)
    assert list(Balance.objects.order_by("period").values_list("held", flat=True)) == [17, 20]


def test_what_is_free_of_the_period_that_runs_is_what_searches_go_by() -> None:
    stream = published(recurrence="weekly", quantity=20, unit="piece")
    one = held(stream, 6)
    held(stream, 15, TODAY + dt.timedelta(weeks=1))
    assert fresh(stream).taken_quantity == 6
    assert fresh(stream).free_quantity == 14
    assert fresh(stream).status == "published"
    give(reservation=one, quantity=Decimal(5))
    assert fresh(stream).free_quantity == 15
    release(reservation=one)
    assert fresh(stream).free_quantity == 20
    assert recount_balances() == []


def test_a_stream_of_which_all_of_a_period_is_taken_stays_public_and_can_be_published_again() -> None:
    stream = published(recurrence="monthly", quantity=20)
    held(stream, 20, TODAY)
    assert fresh(stream).status == "published"
    services.reserve_listing(by=stream.maker, listing=stream)  # type: ignore[attr-defined]
    assert services.take_step(by=stream.maker, listing=stream, status="published").status == "published"  # type: ignore[attr-defined]


def a_week_later(stream: Listing) -> None:
    """What is counted of a stream is of the week before."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("balance", "reservation"):
            cursor.execute(f"ALTER TABLE listings_{table} DISABLE TRIGGER USER")
            cursor.execute(f"UPDATE listings_{table} SET period = period - 7 WHERE listing_id = %s", [stream.pk])
            cursor.execute(f"ALTER TABLE listings_{table} ENABLE TRIGGER USER")


def test_when_a_period_has_ended_the_row_follows_and_waits_for_pairing() -> None:
    """Given streams that say what was taken of a week that is over, when the task runs, then they say what is taken of
    the one that runs, and it changes nothing more.
    """
    stream, other, lot = (published(recurrence=recurs, quantity=20) for recurs in ("weekly", "weekly", "one_off"))
    one = held(stream, 6)
    held(other, 3)
    held(lot, 4)
    a_week_later(stream)
    Listing.objects.update(paired_at=dt.datetime.now(dt.UTC))
    assert [row.listing_id for row in recount_balances()] == [stream.pk]
    assert (follow_periods(), follow_periods()) == (1, 0)
    assert [fresh(row).taken_quantity for row in (stream, other, lot)] == [0, 3, 4]
    assert [fresh(row).paired_at is None for row in (stream, other, lot)] == [True, False, False]
    assert recount_balances() == []
    one.refresh_from_db()
    standing = goods_standing(stream, TODAY)
    assert standing is not None
    assert standing.free == 20


def test_less_than_what_a_coming_month_promises_is_refused_and_past_ones_hinder_nothing() -> None:
    stream = published(recurrence="monthly", quantity=20)
    held(stream, 12, TODAY.replace(day=1) + dt.timedelta(days=40))
    with pytest.raises(ValidationError, match=r"gereserveerd of gegeven\. Geef minstens"):
        services.update_listing(by=stream.maker, listing=stream, quantity=Decimal(11))  # type: ignore[attr-defined]
    assert refused_by("never_oversold", "UPDATE listings_listing SET quantity = 11 WHERE id = %s", stream.pk)
    with pytest.raises(ValidationError, match="Nog 12"):
        services.withdraw_listing(by=stream.maker, listing=stream)  # type: ignore[attr-defined]
    past = published(recurrence="monthly", quantity=20)
    held(past, 12, TODAY - dt.timedelta(days=70))
    services.update_listing(by=past.maker, listing=past, quantity=Decimal(11))  # type: ignore[attr-defined]
    services.withdraw_listing(by=past.maker, listing=past)  # type: ignore[attr-defined]


def test_the_month_that_runs_follows_what_its_owner_changes_from_its_first_day_on() -> None:
    stream = published(recurrence="monthly", quantity=20)
    held(stream, 12)
    services.update_listing(by=stream.maker, listing=stream, quantity=Decimal(30))  # type: ignore[attr-defined]
    standing = goods_standing(stream, TODAY)
    assert standing is not None
    assert standing.quantity == 30
    assert standing.free == 18


@pytest.mark.parametrize("recurs", RECURS)
def test_periods_to_come_stand_as_each_one_does(recurs: str) -> None:
    ends = TODAY + dt.timedelta(days=400)
    stream = published(recurrence=recurs, quantity=20, available_until=ends)
    held(stream, 5, TODAY)
    held(stream, 7, TODAY + dt.timedelta(days=120))
    found = coming_periods(stream, TODAY, 30)
    days = [TODAY + dt.timedelta(days=number) for number in range(401)]
    assert list(found) == sorted({period_of(stream, day) for day in days})[:30]
    for period, standing in found.items():
        row = Balance.objects.filter(listing=stream, period=period).first()
        assert standing.free == 20 - (row.held if row else 0)


@pytest.mark.django_db(transaction=True)
def test_what_is_reserved_while_the_rows_follow_counts() -> None:
    """Given a stream whose row is a week behind, when the task finds it while somebody reserves of it, then it waits,
    and says what was reserved.
    """
    stream = published(recurrence="weekly", quantity=20)
    held(stream, 6)
    with transaction.atomic():
        a_week_later(stream)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Listing.objects.select_for_update(no_key=True).get(pk=stream.pk)
            following = pool.submit(elsewhere, follow_periods)
            while not (somebody_waits_for_a_lock() or following.done()):
                time.sleep(0.01)
            held(stream, 5)
        following.result()
    assert fresh(stream).taken_quantity == 5
    assert recount_balances() == []


def test_what_goes_wrong_with_periods_keeps_nothing_from_expiring(monkeypatch: pytest.MonkeyPatch) -> None:
    over = published()
    Listing.objects.filter(pk=over.pk).update(
        available_from=TODAY - dt.timedelta(days=9), available_until=TODAY - dt.timedelta(days=1)
    )

    def fails() -> int:
        raise OperationalError

    monkeypatch.setattr(tasks, "follow_periods", fails)
    with pytest.raises(OperationalError):
        tasks.expire_listings()
    assert fresh(over).status == "expired"
