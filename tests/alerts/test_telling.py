"""Who hears of a listing, once, and when."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Membership
from alerts import services, tasks
from alerts.enums import Frequency, Topic
from alerts.models import Alert, WaitingListing
from alerts.schedule import BRUSSELS, due_at, is_quiet
from alerts.telling import tell_of
from journal.models import SetAside
from listings import services as listings
from listings.balances.services import hold, release
from listings.models import Listing
from matching.pairs.incremental import pair
from tests.alerts.makers import NOON, saved, tell, told, waits
from tests.makers import make_user, published

pytestmark = pytest.mark.django_db


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=BRUSSELS)


# ---- what waits ----


def test_what_is_published_waits_until_somebody_was_told() -> None:
    search = saved()
    listing = published()
    assert waits(listing)
    assert tell(listing) == 1
    assert not waits(listing)
    assert told(search.owner) == [listing.pk]
    assert tell(listing) == 0


def test_a_draft_waits_for_nothing_and_what_was_withdrawn_is_told_to_nobody() -> None:
    saved()
    listing = published()
    listings.withdraw_listing(by=listing.maker, listing=listing)  # type: ignore[attr-defined]
    assert tell(listing) == 0
    assert not waits(listing)


def test_pairing_is_no_news_and_a_change_is() -> None:
    saved(material="furniture")
    listing = published()
    tell(listing)
    pair(listing_id=listing.pk, at=timezone.now())
    assert not waits(listing)
    listings.update_listing(by=listing.maker, listing=listing, title="Paletten")  # type: ignore[attr-defined]
    assert waits(listing)


def test_a_change_tells_those_whom_it_fits_now_and_nobody_again() -> None:
    cheap, any_price = saved(max_price="50"), saved()
    listing = published(price_kind="fixed", price_eur=Decimal(80))
    tell(listing)
    assert (told(cheap.owner), told(any_price.owner)) == ([], [listing.pk])
    listings.update_listing(by=listing.maker, listing=listing, price_eur=Decimal(40))  # type: ignore[attr-defined]
    assert tell(listing) == 1
    assert (told(cheap.owner), told(any_price.owner)) == ([listing.pk], [listing.pk])


def test_what_is_free_again_is_news_again() -> None:
    search = saved()
    listing = published()
    tell(listing)
    assert listing.quantity is not None
    held = hold(by=None, listing=listing, quantity=listing.quantity)
    assert Listing.objects.get(pk=listing.pk).status == "reserved"
    assert tell(listing) == 0
    release(reservation=held)
    assert tell(listing) == 1
    assert told(search.owner) == [listing.pk, listing.pk]
    assert sorted(Alert.objects.values_list("version", flat=True)) == [1, 2]


def test_of_two_searches_that_fit_the_sooner_tells() -> None:
    user = make_user()
    saved(by=user, frequency=Frequency.WEEKLY), saved(by=user, frequency=Frequency.AT_ONCE, q="houten")
    saved(by=user, frequency=Frequency.DAILY, kind="supply")
    listing = published()
    assert tell(listing) == 1
    (alert,) = Alert.objects.filter(person=user)
    assert alert.due_at == NOON


def test_a_sooner_search_that_fits_only_later_hastens_what_wasn_t_sent() -> None:
    user = make_user()
    saved(by=user, frequency=Frequency.WEEKLY)
    sooner = saved(by=user, frequency=Frequency.AT_ONCE, max_price="50")
    listing = published(price_kind="fixed", price_eur=Decimal(80))
    tell(listing)
    listings.update_listing(by=listing.maker, listing=listing, price_eur=Decimal(40))  # type: ignore[attr-defined]
    tell(listing)
    (alert,) = Alert.objects.filter(person=user)
    assert (alert.due_at, alert.search) == (NOON, sooner)


def test_one_s_own_listings_are_no_news_nor_is_anything_to_a_closed_account() -> None:
    listing = published()
    colleague, closed, other = make_user(), make_user(), make_user()
    Membership.objects.create(organisation=listing.organisation, user=colleague, role="member")
    for user in (colleague, closed, other):
        saved(by=user)
    closed.is_active = False
    closed.save()
    assert tell(listing) == 1
    assert [told(user) for user in (colleague, closed, other)] == [[], [], [listing.pk]]


@pytest.mark.parametrize("how", ["paused", "off"])
def test_who_wants_nothing_is_told_nothing(how: str) -> None:
    search = saved()
    change = {"paused": True} if how == "paused" else {"frequency": Frequency.OFF}
    services.change_search(by=search.owner, search=search, **change)
    assert tell(published()) == 0
    back = {"paused": False} if how == "paused" else {"frequency": Frequency.DAILY}
    services.change_search(by=search.owner, search=search, **back)
    assert tell(published()) == 1


def test_the_minute_s_task_finds_what_the_broker_missed() -> None:
    search = saved()
    made = [published() for _number in range(3)]
    assert tasks.tell_of_waiting() >= 3
    assert told(search.owner) == [listing.pk for listing in made]
    assert not WaitingListing.objects.of_topic(Topic.SEARCHES).exists()


def test_a_listing_that_can_t_be_told_of_stops_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    search = saved()
    bad, good = published(), published()

    def tell_unless_broken(*, listing_id: int, topic: Topic, at: dt.datetime) -> int:
        told = tell_of(listing_id=listing_id, topic=topic, at=at)
        if listing_id == bad.pk:
            raise ZeroDivisionError
        return told

    with monkeypatch.context() as broken:
        broken.setattr(tasks, "tell_of", transaction.atomic(tell_unless_broken))
        assert tasks.tell_of_waiting() >= 1
        # Its pause isn't over.
        assert tasks.tell_of_waiting() == 0
    assert told(search.owner) == [good.pk]
    assert waits(bad)
    (failed,) = SetAside.objects.all()
    assert (failed.sweep, failed.subject_kind, failed.times) == ("what is new", "alerts.waitinglisting", 1)
    assert "Set aside" in caplog.text
    SetAside.objects.update(again_at=timezone.now())
    assert tasks.tell_of_waiting() == 1
    assert told(search.owner) == [bad.pk, good.pk]
    assert not SetAside.objects.exists()


def test_where_nobody_listens_nothing_is_looked_up() -> None:
    published()
    assert tasks.tell_of_waiting() == 0
    assert not WaitingListing.objects.exists()


def test_what_is_gone_by_then_is_passed_over() -> None:
    saved()
    listing = published()
    Listing.objects.filter(pk=listing.pk).delete()
    assert waits(listing)
    tasks.tell_of_waiting()
    assert not waits(listing)


def test_telling_many_takes_as_many_queries_as_telling_one() -> None:
    numbers = []
    for count in (1, 10):
        for _number in range(count):
            saved()
        listing = published()
        with CaptureQueriesContext(connection) as context:
            assert tell(listing) > 0
        numbers.append(len(context))
    assert numbers[0] == numbers[1] <= 12


# ---- matches ----


def test_a_match_is_told_to_who_wants_it_once_it_is_paired() -> None:
    demand = published("demand")
    user = demand.maker  # type: ignore[attr-defined]
    services.choose_match_alerts(by=user, frequency=Frequency.AT_ONCE)
    supply = published()
    assert tell(supply, topic=Topic.MATCHES) == 0
    assert waits(supply, Topic.MATCHES)
    pair(listing_id=supply.pk, at=timezone.now())
    assert tell(supply, topic=Topic.MATCHES) == 1
    (alert,) = Alert.objects.filter(person=user)
    assert (alert.listing_id, alert.own_id, alert.search_id) == (supply.pk, demand.pk, None)


def test_a_match_that_a_saved_search_told_already_isn_t_told_again() -> None:
    demand = published("demand")
    user = demand.maker  # type: ignore[attr-defined]
    services.choose_match_alerts(by=user, frequency=Frequency.AT_ONCE)
    saved(by=user)
    supply = published()
    pair(listing_id=supply.pk, at=timezone.now())
    assert tell(supply) == 1
    assert tell(supply, topic=Topic.MATCHES) == 0
    assert told(user) == [supply.pk]


def test_matches_are_told_to_nobody_who_didn_t_ask() -> None:
    published("demand")
    supply = published()
    pair(listing_id=supply.pk, at=timezone.now())
    assert tell(supply, topic=Topic.MATCHES) == 0


def test_the_minute_s_task_leaves_what_isn_t_paired_yet() -> None:
    demand = published("demand")
    services.choose_match_alerts(by=demand.maker, frequency=Frequency.DAILY)  # type: ignore[attr-defined]
    supply = published()
    tasks.tell_of_waiting()
    assert waits(supply, Topic.MATCHES)
    for listing in (demand, supply):
        pair(listing_id=listing.pk, at=timezone.now())
    tasks.tell_of_waiting()
    assert told(demand.maker) == [supply.pk]  # type: ignore[attr-defined]


# ---- when ----


@pytest.mark.parametrize(
    ("frequency", "now", "expected"),
    [
        ("at_once", "2026-11-30T12:00", "2026-11-30T12:00"),
        ("at_once", "2026-11-30T20:59", "2026-11-30T20:59"),
        ("at_once", "2026-11-30T21:00", "2026-12-01T07:00"),
        ("at_once", "2026-12-01T06:59", "2026-12-01T07:00"),
        ("at_once", "2026-12-01T07:00", "2026-12-01T07:00"),
        ("daily", "2026-11-30T07:59", "2026-11-30T08:00"),
        ("daily", "2026-11-30T08:00", "2026-12-01T08:00"),
        ("daily", "2026-11-30T23:30", "2026-12-01T08:00"),
        # A Monday.
        ("weekly", "2026-11-30T07:59", "2026-11-30T08:00"),
        ("weekly", "2026-11-30T08:00", "2026-12-07T08:00"),
        ("weekly", "2026-12-06T23:59", "2026-12-07T08:00"),
        # Nights in which clocks change.
        ("at_once", "2027-03-27T23:00", "2027-03-28T07:00"),
        ("daily", "2027-03-27T23:00", "2027-03-28T08:00"),
        ("daily", "2026-10-24T23:00", "2026-10-25T08:00"),
    ],
)
def test_a_letter_goes_at_its_hour_by_the_clocks_of_brussels(frequency: str, now: str, expected: str) -> None:
    assert due_at(frequency, at=at(now).astimezone(dt.UTC)) == at(expected)


@given(st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2028, 1, 1)), st.sampled_from(["at_once", "daily", "weekly"]))
def test_nothing_is_due_at_night_nor_before_it_is_known_nor_later_than_promised(
    now: dt.datetime, frequency: str
) -> None:
    known = now.replace(tzinfo=dt.UTC)
    due = due_at(frequency, at=known)
    assert not is_quiet(due)
    longest = {
        "at_once": dt.timedelta(hours=11),
        "daily": dt.timedelta(hours=25),
        "weekly": dt.timedelta(days=7, hours=1),
    }
    assert known <= due <= known + longest[frequency]
