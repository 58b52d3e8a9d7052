"""Standing agreements: each date becomes an exchange, and what happens to one of them ends none of the others."""

import datetime as dt
import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction

from accounts.models import Membership
from exchanges import services
from exchanges.agreements.dates import dates_of
from exchanges.agreements.steps import STEPS, WAITS
from exchanges.agreements.sweep import sweep_agreements
from exchanges.enums import AGREEMENT_OPEN, AgreementState
from exchanges.models import Delivery, Exchange, ExchangeLeg, ImpactEntry, StandingAgreement
from exchanges.schedule import BRUSSELS
from exchanges.sweep import sweep
from exchanges.taking import ExchangeMoved
from journal.models import Event, Letter
from listings.balances.free import NotEnoughFree, standing_of
from listings.balances.periods import period_of
from listings.models import Listing, OwnerDisclosure
from listings.services import withdraw_listing
from tests.exchanges.makers import Stream
from tests.exchanges.test_at_once import at_once, elsewhere
from tests.makers import TODAY, make_user

WEEK = dt.timedelta(weeks=1)
HOURS: dict[str, Any] = {"from_time": dt.time(9), "to_time": dt.time(10)}


def later(days: int) -> dt.datetime:
    """At noon on our clocks, so many days from now."""
    return dt.datetime.combine(TODAY + dt.timedelta(days=days), dt.time(12), BRUSSELS)


def states(stream: Stream) -> list[str]:
    return [row.state for row in stream.deliveries()]


def free(stream: Stream, day: dt.date) -> Any:
    listing = Listing.objects.get(pk=stream.listing.pk)
    return standing_of(listing, period_of(listing, day)).free


def read_again(stream: Stream) -> StandingAgreement:
    stream.agreement = StandingAgreement.objects.select_related("listing").get(pk=stream.agreement.pk)
    return stream.agreement


def told(template: str = "agreement_step") -> list[tuple[str, str]]:
    """To whom each letter went, and its sentence, since they were last looked at."""
    found = [
        (letter.recipient, letter.data.get("sentence", ""))
        for letter in Letter.objects.filter(template=template).order_by("pk")
    ]
    Letter.objects.all().delete()
    return found


def exchange_of(row: Delivery) -> Exchange:
    assert row.exchange is not None
    row.exchange.refresh_from_db()
    return row.exchange


def leg_of(stream: Stream, number: int = 0) -> ExchangeLeg:
    return exchange_of(stream.deliveries()[number]).legs.get()


# ---- asking, answering, and what follows ----


@pytest.mark.django_db
def test_it_is_answered_once_and_each_date_becomes_an_exchange_three_weeks_before() -> None:
    stream = Stream()
    asked = stream.ask_standing(**HOURS, place="Aan de poort", remark="Met eigen bakken.")
    assert (asked.state, asked.unit, asked.hub_ids) == ("asked", "piece", stream.listing.hub_ids)
    ((to, sentence),) = told()
    assert to == stream.owner.email
    assert "vroeg een vaste afspraak voor “Houten paletten”: 10" in sentence
    assert not Exchange.objects.exists()
    agreed = stream.agreed()
    assert (agreed.state, agreed.next_on) == ("agreed", stream.first + 2 * WEEK)
    assert [to for to, _sentence in told()] == [stream.requester.email]
    assert [(row.due_on, row.on, row.state) for row in stream.deliveries()] == [
        (day, day, "made") for day in (stream.first, stream.first + WEEK)
    ]
    for row in stream.deliveries():
        exchange = exchange_of(row)
        leg = exchange.legs.get()
        assert (exchange.state, exchange.started_from) == ("scheduled", "stream")
        assert exchange.period == period_of(stream.listing, row.on)
        assert (leg.giver, leg.receiver) == (stream.listing.organisation, stream.organisation)
        assert leg.quantity == 10
        begins = leg.appointments.get().period.lower.astimezone(BRUSSELS)
        assert (begins.date(), begins.time()) == (row.on, dt.time(9))
        assert free(stream, row.on) == 30
    # What was agreed on in one go isn't told again for each date.
    assert not Letter.objects.filter(template="exchange_step").exists()


@pytest.mark.django_db
def test_a_sweep_makes_what_is_due_once_and_reminders_come_before_each_day() -> None:
    stream = Stream()
    stream.agreed(**HOURS)
    assert sweep_agreements(at=later(0)) == 0
    assert sweep_agreements(at=later(9)) == 2
    before = Delivery.objects.count(), Exchange.objects.count(), Event.objects.count()
    assert before[:2] == (4, 4)
    assert sweep_agreements(at=later(9)) == 0
    assert (Delivery.objects.count(), Exchange.objects.count(), Event.objects.count()) == before
    Letter.objects.all().delete()
    sweep(at=later(7))
    assert {to for to, _sentence in told("exchange_reminder")} == {stream.owner.email, stream.requester.email}


@pytest.mark.django_db
def test_a_delivery_goes_on_as_every_exchange_to_its_line_in_the_ledger() -> None:
    stream = Stream()
    stream.agreed()
    exchange = exchange_of(stream.deliveries()[0])
    # Without clock times both agree on a moment.
    assert (exchange.state, exchange.turn) == ("accepted", "both")
    at = later(8)
    assert exchange.deadline_at is not None
    assert exchange.deadline_at > at + dt.timedelta(days=6)
    services.state_weight(by=stream.owner, exchange=exchange, method="weighed", kg=Decimal(240), at=at)
    done = services.confirm_weight(by=stream.requester, exchange=exchange, at=at)
    assert done.state == "completed"
    assert ImpactEntry.objects.get().leg.exchange == done
    assert (free(stream, stream.first), read_again(stream).state) == (30, "agreed")


@pytest.mark.django_db
def test_a_demand_that_comes_back_is_brought_by_who_offers_it() -> None:
    stream = Stream(kind="demand")
    stream.agreed()
    leg = exchange_of(stream.deliveries()[0]).legs.get()
    assert (leg.giver, leg.receiver) == (stream.organisation, stream.listing.organisation)
    assert str(stream.agreement.shown_giver) == str(stream.organisation)


@pytest.mark.django_db
def test_it_may_be_declined_withdrawn_or_left_without_an_answer() -> None:
    for take, state in (
        (
            lambda one: services.decline_agreement(by=one.owner, agreement=one.agreement, reason="Al beloofd."),
            "declined",
        ),
        (lambda one: services.withdraw_agreement(by=one.requester, agreement=one.agreement), "withdrawn"),
        (lambda _one: sweep_agreements(at=later(8)), "lapsed"),
    ):
        stream = Stream()
        stream.ask_standing()
        take(stream)
        assert (read_again(stream).state, stream.agreement.due_at) == (state, None)
        # It may be asked again.
        stream.ask_standing()
        StandingAgreement.objects.all().delete()


@pytest.mark.django_db
def test_who_is_to_answer_is_reminded_before_time_decides_and_each_wait_ends() -> None:
    stream = Stream()
    stream.ask_standing()
    told()
    for days, count in ((2, 0), (3, 1), (4, 0), (6, 1)):
        sweep_agreements(at=stream.at + dt.timedelta(days=days, minutes=1))
        assert [to for to, _sentence in told("agreement_reminder")] == [stream.owner.email] * count, days
    sweep_agreements(at=stream.at + dt.timedelta(days=7, minutes=1))
    assert {to for to, _sentence in told()} == {stream.owner.email, stream.requester.email}
    assert all(STEPS[wait.time_out].target not in AGREEMENT_OPEN for wait in WAITS.values())
    assert {*WAITS, AgreementState.AGREED} == AGREEMENT_OPEN


# ---- one date ----


@pytest.mark.django_db
def test_skipping_one_frees_it_tells_both_once_and_ends_nothing() -> None:
    """Both: the appointment leaves the calendar of whoever skips it, too."""
    stream = Stream()
    stream.agreed(**HOURS)
    told()
    services.skip_delivery(by=stream.owner, agreement=stream.agreement, due_on=stream.first, reason="Gesloten.")
    letters = told()
    assert sorted(to for to, _sentence in letters) == sorted([stream.owner.email, stream.requester.email])
    assert all("sloeg de levering van “Houten paletten” op" in sentence for _to, sentence in letters)
    row = stream.deliveries()[0]
    assert (row.state, exchange_of(row).state, free(stream, row.on)) == ("skipped", "cancelled", 40)
    assert states(stream) == ["skipped", "made"]
    # Once more changes nothing, and nobody hears of it again.
    services.skip_delivery(by=stream.owner, agreement=stream.agreement, due_on=stream.first, reason="Gesloten.")
    assert told() == []
    assert read_again(stream).state == "agreed"
    sweep_agreements(at=later(9))
    assert states(stream) == ["skipped", "made", "made", "made"]


@pytest.mark.django_db
def test_one_that_lies_far_ahead_is_skipped_or_changed_before_it_is_reserved() -> None:
    stream = Stream()
    stream.agreed()
    third, fourth = stream.first + 2 * WEEK, stream.first + 3 * WEEK
    services.skip_delivery(by=stream.requester, agreement=stream.agreement, due_on=third, reason="Feestdag.")
    services.change_delivery(
        by=stream.requester, agreement=stream.agreement, due_on=fourth, quantity=Decimal(4),
        on=fourth + dt.timedelta(days=1),
    )  # fmt: skip
    assert states(stream) == ["made", "made", "skipped", "planned"]
    sweep_agreements(at=later(14))
    assert states(stream) == ["made", "made", "skipped", "made"]
    row = stream.deliveries()[3]
    assert row.on == fourth + dt.timedelta(days=1)
    assert exchange_of(row).legs.get().quantity == 4


@pytest.mark.django_db
def test_changing_one_moves_what_is_reserved_and_its_appointment() -> None:
    stream = Stream()
    stream.agreed(**HOURS)
    told()
    moved = stream.first + WEEK
    services.change_delivery(
        by=stream.requester, agreement=stream.agreement, due_on=stream.first, quantity=Decimal(25), on=moved
    )
    row = stream.deliveries()[0]
    exchange = exchange_of(row)
    leg = exchange.legs.get()
    assert (row.due_on, row.on, leg.wanted_on) == (stream.first, moved, moved)
    assert leg.quantity == 25
    assert (exchange.state, exchange.period) == ("scheduled", period_of(stream.listing, moved))
    confirmed = leg.appointments.get(state="confirmed")
    assert confirmed.period.lower.astimezone(BRUSSELS).date() == moved
    assert leg.calendar_sequence == 1
    assert (free(stream, stream.first), free(stream, moved)) == (40, 5)
    # It moves in both calendars, and so whoever moved it hears of it as well.
    letters = told()
    assert {to for to, _sentence in letters} == {stream.owner.email, stream.requester.email}
    assert all("wijzigde de levering" in sentence for _to, sentence in letters)
    assert exchange.steps.count() == 2
    with pytest.raises(NotEnoughFree, match="Nog 30"):
        services.change_delivery(
            by=stream.requester, agreement=stream.agreement, due_on=stream.first, quantity=Decimal(31)
        )
    assert exchange_of(stream.deliveries()[0]).legs.get().quantity == 25


@pytest.mark.django_db
def test_what_was_skipped_takes_place_after_all() -> None:
    stream = Stream()
    stream.agreed()
    for call_off in ("skip", "cancel"):
        row = stream.deliveries()[0]
        if call_off == "skip":
            services.skip_delivery(by=stream.owner, agreement=stream.agreement, due_on=row.due_on, reason="Ziek.")
        else:
            services.cancel(by=stream.owner, exchange=exchange_of(row), reason="Ziek.")
        before = row.exchange
        services.change_delivery(by=stream.requester, agreement=stream.agreement, due_on=row.due_on)
        again = stream.deliveries()[0]
        assert (again.state, exchange_of(again).state, free(stream, again.on)) == ("made", "accepted", 30)
        assert again.exchange != before


@pytest.mark.django_db
def test_what_is_handed_over_can_not_be_skipped_or_changed_any_more() -> None:
    stream = Stream()
    stream.agreed()
    exchange = exchange_of(stream.deliveries()[0])
    services.state_weight(
        by=stream.owner, exchange=exchange, method="weighed", kg=Decimal(240), at=later(7), sure=True
    )
    with pytest.raises(ExchangeMoved):
        services.skip_delivery(by=stream.owner, agreement=stream.agreement, due_on=stream.first, reason="Toch niet.")
    with pytest.raises(ExchangeMoved):
        services.change_delivery(by=stream.owner, agreement=stream.agreement, due_on=stream.first, quantity=Decimal(5))
    assert states(stream) == ["made", "made"]


@pytest.mark.django_db
def test_what_can_not_be_reserved_is_told_to_both_with_why_and_the_next_goes_on() -> None:
    stream = Stream()
    second = stream.first + WEEK
    stream.ask_standing()
    taken = services.request_exchange(
        by=stream.requester, organisation=stream.organisation, listing=stream.listing, quantity=Decimal(35),
        wanted_on=second,
    )  # fmt: skip
    services.accept(by=stream.owner, exchange=taken)
    told()
    stream.agreed()
    assert states(stream) == ["made", "unable"]
    letters = {
        letter.recipient: letter.data["reason"]
        for letter in Letter.objects.filter(template="agreement_step", data__sentence__icontains="niet gereserveerd")
    }
    assert set(letters) == {stream.owner.email, stream.requester.email}
    assert all("Nog 5" in reason for reason in letters.values())
    services.change_delivery(by=stream.requester, agreement=stream.agreement, due_on=second, quantity=Decimal(5))
    assert (states(stream), free(stream, second)) == (["made", "made"], 0)
    sweep_agreements(at=later(9))
    assert states(stream) == ["made"] * 4


# ---- all that follow ----


@pytest.mark.django_db
def test_changing_all_that_follow_changes_what_is_reserved_and_what_comes() -> None:
    stream = Stream()
    stream.agreed(**HOURS)
    told()
    second = stream.first + WEEK
    stream.change(
        by=stream.requester,
        terms=stream.terms(quantity=Decimal(6), starts_on=second, every=2, **HOURS),
    )  # fmt: skip
    assert [(row.due_on, row.state) for row in stream.deliveries()] == [(stream.first, "made"), (second, "made")]
    assert [row.quantity for row in stream.deliveries()] == [10, 6]
    assert (free(stream, stream.first), free(stream, second)) == (30, 34)
    assert read_again(stream).next_on == second + 2 * WEEK
    assert [to for to, _sentence in told()] == [stream.owner.email]
    third = second + WEEK
    stream.change(
        by=stream.owner,
        terms=stream.terms(quantity=Decimal(6), starts_on=second + dt.timedelta(days=1), **HOURS),
    )  # fmt: skip
    sweep_agreements(at=later(14))
    days = [row.due_on for row in stream.deliveries() if row.state == "made"]
    assert second in days
    assert third + dt.timedelta(days=1) in days


@pytest.mark.django_db
def test_a_change_that_can_not_be_reserved_changes_nothing() -> None:
    stream = Stream()
    stream.agreed()
    taken = services.request_exchange(
        by=stream.requester, organisation=stream.organisation, listing=stream.listing, quantity=Decimal(25),
        wanted_on=stream.first + WEEK,
    )  # fmt: skip
    services.accept(by=stream.owner, exchange=taken)
    with pytest.raises(NotEnoughFree):
        stream.change(by=stream.owner, terms=stream.terms(quantity=Decimal(20)))
    assert read_again(stream).quantity == 10
    assert [exchange_of(row).legs.get().quantity for row in stream.deliveries()] == [10, 10]


@pytest.mark.django_db
def test_a_pause_and_an_end_call_off_what_comes_and_leave_what_was() -> None:
    stream = Stream()
    stream.agreed()
    told()
    services.pause_agreement(by=stream.owner, agreement=stream.agreement, reason="Vakantie.", at=later(8))
    assert states(stream) == ["made", "planned"]
    assert [to for to, _sentence in told()] == [stream.requester.email]
    assert sweep_agreements(at=later(20)) == 0
    services.resume_agreement(by=stream.requester, agreement=stream.agreement, at=later(20))
    assert read_again(stream).state == "agreed"
    # From the day after on, in the same rhythm; what was past by then is skipped.
    assert states(stream)[:2] == ["made", "skipped"]
    assert [row.due_on for row in stream.deliveries()[2:]] == [stream.first + number * WEEK for number in (2, 3, 4)]
    services.end_agreement(by=stream.requester, agreement=stream.agreement, reason="We verhuizen.", at=later(21))
    assert states(stream) == ["made", "skipped", "skipped", "skipped", "skipped"]
    assert (read_again(stream).state, stream.agreement.reason) == ("ended", "We verhuizen.")
    assert sweep_agreements(at=later(60)) == 0


@pytest.mark.django_db
def test_what_a_pause_put_back_is_reserved_anew_when_it_is_resumed_in_time_and_an_end_skips_it() -> None:
    stream = Stream()
    stream.agreed()
    before = [row.exchange for row in stream.deliveries()]
    services.pause_agreement(by=stream.owner, agreement=stream.agreement, reason="Vakantie.")
    assert [(row.state, row.exchange) for row in stream.deliveries()] == [("planned", None)] * 2
    assert (free(stream, stream.first), dates_of(read_again(stream), TODAY)) == (40, ([], []))
    services.resume_agreement(by=stream.owner, agreement=stream.agreement, at=later(1))
    assert states(stream)[:2] == ["made", "made"]
    assert not {exchange_of(row) for row in stream.deliveries()} & set(before)
    assert (free(stream, stream.first), free(stream, stream.first + WEEK)) == (30, 30)
    services.pause_agreement(by=stream.owner, agreement=stream.agreement, reason="Vakantie.", at=later(2))
    services.end_agreement(by=stream.owner, agreement=stream.agreement, reason="Gedaan.", at=later(3))
    assert set(states(stream)) == {"skipped"}


@pytest.mark.django_db
def test_dates_before_the_day_of_a_change_stay_and_what_is_on_none_of_the_new_ones_goes() -> None:
    stream = Stream()
    stream.agreed()
    days = [stream.first + number * WEEK for number in range(9)]
    services.change_delivery(
        by=stream.owner, agreement=stream.agreement, due_on=days[7], quantity=Decimal(4)
    )  # fmt: skip
    stream.change(
        by=stream.owner,
        terms=stream.terms(quantity=Decimal(6), starts_on=days[6], every=2),
    )  # fmt: skip
    # The eighth, of the week between two, isn't planned any more.
    found = [(row.due_on, row.state, int(row.quantity)) for row in stream.deliveries()]
    assert found == [(day, "made", 10) for day in days[:2]] + [(day, "planned", 10) for day in days[2:6]]
    assert read_again(stream).next_on == days[6]
    coming, _past = dates_of(stream.agreement, TODAY)
    assert [date.due_on for date in coming][:8] == [*days[:7], days[8]]
    sweep_agreements(at=later(2))
    assert states(stream) == ["made"] * 3 + ["planned"] * 3
    sweep_agreements(at=later(16))
    sweep_agreements(at=later(30))
    found = [(row.due_on, row.state, int(row.quantity)) for row in stream.deliveries()]
    assert found == [(day, "made", 10) for day in days[:6]] + [(days[6], "made", 6)]


@pytest.mark.django_db
def test_one_that_is_moved_to_an_earlier_day_is_reserved_three_weeks_before_that_day() -> None:
    stream = Stream()
    stream.agreed()
    far, sooner = stream.first + 5 * WEEK, stream.first + 2 * WEEK + dt.timedelta(days=1)
    services.change_delivery(by=stream.owner, agreement=stream.agreement, due_on=far, on=sooner)
    assert states(stream) == ["made", "made", "planned"]
    sweep_agreements(at=later(3))
    assert [(row.due_on, row.on, row.state) for row in stream.deliveries()][2:] == [
        (stream.first + 2 * WEEK, stream.first + 2 * WEEK, "made"), (far, sooner, "made"),
    ]  # fmt: skip
    assert exchange_of(stream.deliveries()[3]).legs.get().wanted_on == sooner
    assert read_again(stream).next_on == stream.first + 3 * WEEK


@pytest.mark.django_db
def test_a_change_leaves_what_was_agreed_for_one_date() -> None:
    stream = Stream()
    stream.agreed()
    how: dict[str, Any] = {"by": stream.owner, "agreement": stream.agreement}
    second, far = stream.first + WEEK, stream.first + 4 * WEEK
    services.change_delivery(**how, due_on=second, quantity=Decimal(4))
    services.change_delivery(**how, due_on=far, quantity=Decimal(5))
    for quantity in (10, 6):
        stream.change(by=stream.owner, terms=stream.terms(quantity=Decimal(quantity), place="Kade 3", **HOURS))
        assert [int(row.quantity) for row in stream.deliveries()] == [quantity, 4, 5]
        assert [int(exchange_of(row).legs.get().quantity) for row in stream.deliveries()[:2]] == [quantity, 4]
        assert [exchange_of(row).state for row in stream.deliveries()[:2]] == ["scheduled"] * 2


@pytest.mark.django_db
def test_a_change_may_use_what_it_lets_go_of() -> None:
    stream = Stream()
    stream.agreed()
    second = stream.first + WEEK
    services.change_delivery(by=stream.owner, agreement=stream.agreement, due_on=stream.first, on=second)
    assert free(stream, second) == 20
    stream.change(by=stream.owner, terms=stream.terms(quantity=Decimal(35), every=2))
    assert states(stream) == ["made", "skipped"]
    assert free(stream, second) == 5


@pytest.mark.django_db
def test_what_is_past_or_nobody_came_for_is_neither_skipped_nor_changed() -> None:
    stream = Stream()
    stream.agreed(**HOURS)
    how: dict[str, Any] = {"by": stream.owner, "agreement": stream.agreement, "due_on": stream.first}
    services.report_no_show(by=stream.owner, exchange=exchange_of(stream.deliveries()[0]), at=later(8))
    with pytest.raises(ExchangeMoved, match="niet komen opdagen"):
        services.skip_delivery(**how, reason="Ziek.", at=later(8))
    with pytest.raises(ExchangeMoved, match="niet komen opdagen"):
        services.change_delivery(**how, on=TODAY + dt.timedelta(days=10), at=later(8))
    assert exchange_of(stream.deliveries()[0]).state == "no_show"
    how["due_on"] = stream.first + WEEK
    with pytest.raises(ValidationError, match="Deze dag is voorbij"):
        services.skip_delivery(**how, reason="Ziek.", at=later(16))
    sweep(at=later(60))
    with pytest.raises(ExchangeMoved, match="vervallen"):
        services.change_delivery(**how, on=TODAY + dt.timedelta(days=70), at=later(60))
    assert states(stream)[:2] == ["made", "made"]


@pytest.mark.django_db
def test_what_expired_or_comes_once_from_now_on_is_not_agreed_on_and_ends_what_runs_with_one_letter() -> None:
    for fields, words in (
        ({"status": "expired"}, "kunt het niet aanvragen"),
        ({"recurrence": "one_off"}, "terugkomt"),
    ):
        asked, runs = Stream(), Stream(first=40)
        asked.ask_standing()
        runs.agreed()
        told()
        Listing.objects.filter(pk__in=[asked.listing.pk, runs.listing.pk]).update(**fields)
        with pytest.raises(ValidationError, match=words):
            asked.agreed()
        with pytest.raises(ValidationError, match=words):
            runs.change(by=runs.owner, terms=runs.terms())
        assert (read_again(asked).state, read_again(runs).state) == ("asked", "agreed")
        StandingAgreement.objects.filter(pk=asked.agreement.pk).delete()
        services.skip_delivery(by=runs.owner, agreement=runs.agreement, due_on=runs.first, reason="Weg.")
        told()
        for days in (20, 27, 34):
            sweep_agreements(at=later(days))
        assert (read_again(runs).state, states(runs)) == ("ended", ["skipped"])
        assert {to for to, _sentence in told()} == {runs.owner.email, runs.requester.email}


@pytest.mark.django_db
def test_without_hours_both_are_reminded_a_week_before_its_day_to_agree_on_a_moment() -> None:
    stream = Stream()
    stream.agreed()
    told("exchange_reminder")
    both = {stream.owner.email, stream.requester.email}
    for days, heard in ((1, both), (2, set()), (6, both), (7, set()), (13, both)):
        sweep(at=later(days))
        letters = Letter.objects.about(leg_of(stream)).filter(template="exchange_reminder")
        assert {letter.recipient for letter in letters} == heard, days
        Letter.objects.all().delete()
    sweep(at=later(16))
    assert exchange_of(stream.deliveries()[0]).state == "lapsed"


@pytest.mark.django_db
def test_the_log_says_of_a_moved_delivery_which_date_it_is_of() -> None:
    stream = Stream()
    stream.agreed()
    services.change_delivery(by=stream.owner, agreement=stream.agreement, due_on=stream.first, on=stream.first + WEEK)
    changed = Event.objects.get(verb="agreement.delivery_changed")
    assert changed.changes["due_on"] == stream.first.isoformat()


@pytest.mark.django_db
def test_time_ends_what_is_paused_too_long_what_has_its_last_day_and_what_has_no_listing_any_more() -> None:
    paused, last, gone = Stream(), Stream(), Stream(first=40)
    paused.agreement = paused.paused()
    last.agreed(ends_on=last.first + dt.timedelta(days=10))
    assert (len(last.deliveries()), last.agreement.next_on) == (2, None)
    gone.agreed()
    withdraw_listing(by=gone.owner, listing=gone.listing)
    sweep_agreements(at=later(61))
    assert [read_again(one).state for one in (paused, last, gone)] == ["paused", "ended", "ended"]
    assert {to for to, _sentence in told("agreement_reminder")} == {paused.owner.email, paused.requester.email}
    sweep_agreements(at=later(190))
    assert read_again(paused).state == "ended"


@pytest.mark.django_db
def test_a_listing_that_ends_first_gives_the_agreement_its_last_day() -> None:
    stream = Stream(available_until=TODAY + dt.timedelta(days=17))
    stream.agreed()
    assert (len(stream.deliveries()), read_again(stream).next_on) == (2, stream.first + 2 * WEEK)
    sweep_agreements(at=later(3))
    assert (read_again(stream).ends_on, stream.agreement.next_on) == (TODAY + dt.timedelta(days=17), None)
    sweep_agreements(at=later(18))
    assert read_again(stream).state == "ended"
    assert states(stream) == ["made", "made"]


@pytest.mark.django_db
def test_of_each_side_those_hear_who_take_part_and_of_what_waits_for_days_all_members() -> None:
    stream = Stream()
    colleagues = make_user(), make_user()
    for user, organisation in zip(colleagues, (stream.listing.organisation, stream.organisation), strict=True):
        Membership.objects.create(user=user, organisation=organisation, role="member")
    stream.ask_standing(**HOURS)
    assert {to for to, _sentence in told()} == {stream.owner.email}
    sweep_agreements(at=stream.at + dt.timedelta(days=3, minutes=1))
    assert {to for to, _sentence in told("agreement_reminder")} == {stream.owner.email, colleagues[0].email}
    stream.agreed()
    told()
    services.skip_delivery(by=stream.requester, agreement=stream.agreement, due_on=stream.first, reason="Ziek.")
    assert {to for to, _sentence in told()} == {stream.owner.email, stream.requester.email}
    # Of what comes near, the exchange reminds those two as well.
    sweep(at=later(13))
    assert {to for to, _sentence in told("exchange_reminder")} == {stream.owner.email, stream.requester.email}


# ---- rights, names, keys ----


@pytest.mark.django_db
def test_each_step_is_for_those_it_belongs_to() -> None:
    stream = Stream()
    stream.ask_standing()
    stranger = make_user()
    for by in (stream.requester, stranger):
        with pytest.raises(PermissionDenied):
            services.accept_agreement(by=by, agreement=stream.agreement)
    with pytest.raises(PermissionDenied):
        services.withdraw_agreement(by=stream.owner, agreement=stream.agreement)
    stream.agreed()
    how: dict[str, Any] = {"by": stranger, "agreement": stream.agreement}
    with pytest.raises(PermissionDenied):
        services.skip_delivery(**how, due_on=stream.first, reason="Zo maar.")
    for step in (services.pause_agreement, services.end_agreement):
        with pytest.raises(PermissionDenied):
            step(**how, reason="Zo maar.")
    assert read_again(stream).state == "agreed"


@pytest.mark.django_db
def test_whose_a_hub_only_listing_is_the_other_learns_when_it_agrees() -> None:
    stream = Stream(hub_only=True, precision="blurred")
    stream.ask_standing()
    assert not read_again(stream).shows_owner
    assert not OwnerDisclosure.objects.exists()
    stream.agreed()
    assert OwnerDisclosure.objects.get().organisation == stream.organisation
    assert read_again(stream).shows_owner
    services.end_agreement(by=stream.owner, agreement=stream.agreement, reason="Gedaan.")
    assert read_again(stream).shows_owner


@pytest.mark.django_db
def test_the_same_key_asks_once_and_one_runs_at_a_time() -> None:
    stream = Stream()
    first = stream.ask_standing(idempotency_key="een")
    assert stream.ask_standing(idempotency_key="een") == first
    with pytest.raises(ValidationError, match="al een vaste afspraak"):
        stream.ask_standing()
    with pytest.raises(ExchangeMoved):
        services.accept_agreement(by=stream.owner, agreement=first, seen_version=99)
    # Beside it, one may ask for more one time.
    stream.agreed()
    services.request_exchange(
        by=stream.requester, organisation=stream.organisation, listing=stream.listing, quantity=Decimal(3),
        wanted_on=stream.first,
    )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"quantity": Decimal(0)}, "quantity"),
        ({"quantity": Decimal(41)}, "quantity"),
        ({"quantity": Decimal("2.5")}, "quantity"),
        ({"quantity": Decimal("NaN")}, "quantity"),
        ({"starts_on": TODAY}, "starts_on"),
        ({"starts_on": TODAY + dt.timedelta(days=400)}, "starts_on"),
        ({"ends_on": TODAY + dt.timedelta(days=2)}, "ends_on"),
        ({"ends_on": dt.date(9999, 12, 31)}, "ends_on"),
        ({"every": 0}, "every"),
        ({"every": 13}, "every"),
        ({"rhythm": "dagen"}, "rhythm"),
        ({"from_time": dt.time(9)}, "to_time"),
        ({"from_time": dt.time(9), "to_time": dt.time(9)}, "to_time"),
        ({"from_time": dt.time(2, 30), "to_time": dt.time(9)}, "from_time"),
        ({"place": "x" * 201}, "place"),
        ({"place": "a\0b"}, "place"),
        ({"remark": "x" * 1_001}, "remark"),
        ({"idempotency_key": "x" * 65}, "idempotency_key"),
    ],
)
def test_terms_that_make_no_sense_are_refused_at_their_field(terms: dict[str, Any], field: str) -> None:
    stream = Stream()
    with pytest.raises(ValidationError) as refused:
        stream.ask_standing(**terms)
    assert list(refused.value.message_dict) == [field]
    assert not StandingAgreement.objects.exists()


@pytest.mark.django_db
def test_what_comes_once_has_no_standing_agreement_and_a_day_between_two_no_delivery() -> None:
    with pytest.raises(ValidationError, match="regelmatig terugkomt"):
        Stream(recurrence="one_off").ask_standing()
    stream = Stream()
    stream.agreed()
    for day in (
        stream.first + dt.timedelta(days=1), stream.first - WEEK, stream.first + 60 * WEEK, dt.date.max, dt.date.min,
    ):  # fmt: skip
        with pytest.raises(ValidationError, match="Op die dag is er geen levering"):
            services.skip_delivery(by=stream.owner, agreement=stream.agreement, due_on=day, reason="Zo maar.")
    with pytest.raises(ValidationError, match="vanaf morgen"):
        services.change_delivery(by=stream.owner, agreement=stream.agreement, due_on=stream.first, on=TODAY)


# ---- many at once ----


@pytest.mark.django_db(transaction=True)
def test_of_two_deliveries_for_the_last_of_a_period_one_is_reserved_and_the_other_told() -> None:
    """Given a week of forty of which two agreements want thirty each, when several sweeps run at the same moment, then
    one is reserved, the other says that it can't be, and another sweep changes nothing.
    """
    stream = Stream(first=40)
    stream.ask_standing(quantity=Decimal(30))
    stream.agreed()
    rival = Stream(first=40)
    rival.listing, rival.owner = stream.listing, stream.owner
    rival.ask_standing(quantity=Decimal(30))
    rival.agreed()
    at = later(20)
    at_once([lambda: sweep_agreements(at=at) for _number in range(4)])
    assert sorted([*states(stream), *states(rival)]) == ["made", "unable"]
    assert free(stream, stream.first) == 10
    assert sweep_agreements(at=at) == 0
    assert Delivery.objects.count() == 2
    assert Letter.objects.filter(data__sentence__icontains="niet gereserveerd").count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_who_skip_and_change_the_same_at_once_leave_one_state() -> None:
    stream = Stream()
    stream.agreed()
    how: dict[str, Any] = {"agreement": stream.agreement, "due_on": stream.first}
    at_once([
        lambda: services.skip_delivery(by=stream.owner, reason="Gesloten.", **how),
        lambda: services.change_delivery(by=stream.requester, quantity=Decimal(4), **how),
        lambda: services.cancel(by=stream.owner, exchange=exchange_of(stream.deliveries()[0]), reason="Gesloten."),
    ])  # fmt: skip
    row = stream.deliveries()[0]
    held = exchange_of(row).legs.get().quantity if exchange_of(row).state == "accepted" else Decimal(0)
    assert free(stream, stream.first) == 40 - held


def wait_for_locks(count: int) -> None:
    """Until so many connections wait for a lock."""
    waiting = "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted"
    ends = time.monotonic() + 20
    with connection.cursor() as cursor:
        while time.monotonic() < ends:
            cursor.execute(waiting)
            if cursor.fetchone()[0] >= count:
                return
            time.sleep(0.01)
    raise AssertionError("nobody waits")


@pytest.mark.django_db(transaction=True)
def test_who_calls_off_all_that_comes_and_who_calls_off_one_of_it_wait_for_each_other_in_one_order() -> None:
    """Given somebody who holds the listing, when a step on all deliveries and a step on the last of them wait for it,
    then both end, one after the other.
    """
    for name in ("pause", "end", "change"):
        stream = Stream()
        stream.agreed()
        how: dict[str, Any] = {"by": stream.owner, "agreement": stream.agreement, "reason": "Daarom."}
        takes = {
            "pause": partial(services.pause_agreement, **how),
            "end": partial(services.end_agreement, **how),
            "change": partial(services.change_agreement, **how, terms=stream.terms(quantity=Decimal(6))),
        }
        last = exchange_of(stream.deliveries()[1])
        with ThreadPoolExecutor(2) as pool:
            with transaction.atomic():
                Listing.objects.select_for_update(no_key=True).get(pk=stream.listing.pk)
                all_of_it = pool.submit(elsewhere, takes[name])
                wait_for_locks(1)
                one = pool.submit(elsewhere, partial(services.cancel, by=stream.owner, exchange=last, reason="Ziek."))
                wait_for_locks(2)
            assert all_of_it.result().state == {"pause": "paused", "end": "ended", "change": "agreed"}[name]
            if name == "change":
                assert one.result().state == "cancelled"
            else:
                with pytest.raises(ExchangeMoved):
                    one.result()
