"""The terms of a standing agreement: what a date keeps of them, counter-offers, and those of a service."""

import datetime as dt
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from exchanges import services
from exchanges.agreements.dates import dates_of
from exchanges.agreements.steps import turn_of
from exchanges.agreements.sweep import sweep_agreements
from exchanges.agreements.terms import asked_terms, terms_of
from exchanges.models import ImpactEntry
from exchanges.schedule import BRUSSELS
from exchanges.taking import ExchangeMoved
from journal.models import Event
from listings.balances.free import NotEnoughFree
from listings.balances.periods import monday_of
from listings.capacity.services import book_capacity
from listings.late import TooLate
from listings.models import Listing, OwnerDisclosure
from tests.exchanges.makers import Stream
from tests.exchanges.test_agreements import HOURS, WEEK, exchange_of, free, later, leg_of, read_again, states, told
from tests.makers import TODAY

pytestmark = pytest.mark.django_db


def test_dates_before_a_change_keep_the_hours_and_the_place_that_were_agreed_for_them() -> None:
    """Given an agreement from nine at the gate, when from the fourth date on it goes on at the quay from eleven,
    then the three before stay at the gate from nine, reserved already or not, also after a pause.
    """
    stream = Stream()
    stream.agreed(**HOURS, place="Aan de poort")
    fourth = stream.first + 3 * WEEK
    later_hours: dict[str, Any] = {"from_time": dt.time(11), "to_time": dt.time(12)}
    stream.change(
        by=stream.owner,
        terms=stream.terms(starts_on=fourth, place="Kade 3", **later_hours),
    )  # fmt: skip
    coming, _past = dates_of(read_again(stream), TODAY)
    assert [(date.hours, date.place) for date in coming[:4]] == [
        *[((dt.time(9), dt.time(10)), "Aan de poort")] * 3, ((dt.time(11), dt.time(12)), "Kade 3"),
    ]  # fmt: skip
    services.pause_agreement(by=stream.owner, agreement=stream.agreement, reason="Vakantie.")
    services.resume_agreement(by=stream.owner, agreement=stream.agreement)
    sweep_agreements(at=later(12))
    sweep_agreements(at=later(12))
    begins = [
        leg_of(stream, number).appointments.get(state="confirmed").period.lower.astimezone(BRUSSELS).time()
        for number in range(4)
    ]
    assert begins == [dt.time(9)] * 3 + [dt.time(11)]
    # What was skipped follows what is agreed from its day on, should it take place after all.
    fifth = stream.first + 4 * WEEK
    services.skip_delivery(by=stream.owner, agreement=stream.agreement, due_on=fifth, reason="Feestdag.", at=later(12))
    stream.change(
        by=stream.owner, terms=stream.terms(starts_on=fifth, place="Hal 2", **HOURS),
        at=later(12),
    )  # fmt: skip
    assert [(row.from_time, row.place) for row in stream.deliveries()][3:] == [
        (dt.time(11), "Kade 3"), (dt.time(9), "Hal 2"),
    ]  # fmt: skip


def test_a_change_moves_an_appointment_only_where_the_hours_are_others() -> None:
    stream = Stream()
    stream.agreed(**HOURS)
    stream.change(by=stream.owner, terms=stream.terms(quantity=Decimal(8), place="Kade 3", **HOURS))
    for row, number in zip(stream.deliveries(), range(2), strict=True):
        leg = leg_of(stream, number)
        assert (leg.calendar_sequence, int(leg.quantity), row.place) == (0, 8, "Kade 3")


def test_in_another_unit_all_that_comes_follows_the_change() -> None:
    stream = Stream(first=40)
    stream.agreed()
    how: dict[str, Any] = {"by": stream.owner, "agreement": stream.agreement}
    services.change_delivery(**how, due_on=stream.first + WEEK, quantity=Decimal(4))
    Listing.objects.filter(pk=stream.listing.pk).update(unit="kg", quantity=500)
    with pytest.raises(ValidationError, match="eerstvolgende levering"):
        services.change_agreement(**how, terms=stream.terms(quantity=Decimal(200), starts_on=stream.first + WEEK))
    changed = stream.change(by=stream.owner, terms=stream.terms(quantity=Decimal(200)))
    assert changed.unit == "kg"
    assert [(row.due_on, int(row.quantity)) for row in stream.deliveries()] == [(stream.first + WEEK, 200)]


# ---- a counter-offer ----


def test_a_counter_offer_waits_for_who_asked_and_runs_once_they_agree() -> None:
    stream = Stream()
    stream.ask_standing(**HOURS)
    told()
    offered = services.counter_agreement(
        by=stream.owner, agreement=stream.agreement, reason="Meer hebben we niet.",
        terms=stream.terms(quantity=Decimal(6), every=2, starts_on=stream.first + WEEK, **HOURS), at=stream.at,
    )  # fmt: skip
    assert (offered.state, offered.version, int(offered.quantity)) == ("countered", 2, 6)
    assert str(turn_of(offered)) == "requester"
    asked = asked_terms(offered)
    assert asked == stream.terms(**HOURS)
    ((to, sentence),) = told()
    assert to == stream.requester.email
    assert "deed een tegenvoorstel voor de vaste afspraak voor “Houten paletten”: 6" in sentence
    # Nothing is held, and its owner can't agree with what they offered themselves.
    assert free(stream, stream.first) == 40
    for step in (services.accept_agreement, services.agree_agreement):
        with pytest.raises((ExchangeMoved, PermissionDenied)):
            step(by=stream.owner, agreement=offered)
    agreed = services.agree_agreement(by=stream.requester, agreement=offered, seen_version=2, at=stream.at)
    assert (agreed.state, agreed.reason) == ("agreed", "")
    assert [(row.due_on, int(row.quantity)) for row in stream.deliveries()] == [(stream.first + WEEK, 6)]
    assert [to for to, _sentence in told()] == [stream.owner.email]
    assert OwnerDisclosure.objects.count() == 0
    assert list(Event.objects.filter(verb__startswith="agreement.").order_by("id").values_list("verb", flat=True)) == [
        "agreement.asked", "agreement.countered", "agreement.agreed",
    ]  # fmt: skip


def test_a_counter_offer_that_is_taken_back_leaves_what_was_asked_and_begins_no_week_anew() -> None:
    stream = Stream()
    asked = stream.ask_standing(**HOURS, place="Aan de poort", ends_on=stream.first + 20 * WEEK)
    terms, deadline = terms_of(asked), asked.deadline_at
    stream.countered_standing(place="Kade 3")
    at = stream.at + dt.timedelta(days=1)
    back = services.take_back_agreement(by=stream.owner, agreement=stream.agreement, at=at)
    assert (back.state, back.deadline_at) == ("asked", deadline)
    assert terms_of(back) == terms
    assert asked_terms(back) is None
    # However late, who is to answer has two days.
    stream.countered_standing()
    late = stream.at + dt.timedelta(days=6, hours=12)
    back = services.take_back_agreement(by=stream.owner, agreement=stream.agreement, at=late)
    assert back.deadline_at == late + dt.timedelta(days=2)


def test_a_counter_offer_that_nobody_answers_reminds_who_asked_and_lapses() -> None:
    stream = Stream()
    stream.countered_standing()
    told()
    for days, count in ((2, 0), (3, 1), (6, 1)):
        sweep_agreements(at=stream.at + dt.timedelta(days=days, minutes=1))
        assert [to for to, _sentence in told("agreement_reminder")] == [stream.requester.email] * count, days
    sweep_agreements(at=stream.at + dt.timedelta(days=7, minutes=1))
    assert (read_again(stream).state, stream.agreement.due_at) == ("lapsed", None)
    # It may be asked again, and withdrawn while a counter-offer stands.
    del stream.agreement
    stream.countered_standing()
    assert services.withdraw_agreement(by=stream.requester, agreement=stream.agreement).state == "withdrawn"


def test_a_counter_offer_offers_something_else_that_makes_sense() -> None:
    stream = Stream()
    stream.ask_standing()
    how: dict[str, Any] = {"by": stream.owner, "agreement": stream.agreement}
    with pytest.raises(ValidationError, match="iets anders"):
        services.counter_agreement(**how, terms=stream.terms())
    with pytest.raises(NotEnoughFree, match="Meer dan 40"):
        services.counter_agreement(**how, terms=stream.terms(quantity=Decimal(41)))
    with pytest.raises(ValidationError, match="vanaf morgen"):
        services.counter_agreement(**how, terms=stream.terms(starts_on=TODAY))
    Listing.objects.filter(pk=stream.listing.pk).update(unit="kg")
    for step in (
        partial(services.counter_agreement, terms=stream.terms(quantity=Decimal(6))),
        services.accept_agreement,
    ):
        with pytest.raises(TooLate, match="De eenheid"):
            step(**how)
    assert (read_again(stream).state, stream.agreement.asked_terms) == ("asked", {})


# ---- a service ----


def test_a_service_takes_so_much_of_each_week_and_each_date_is_one_of_its_weeks() -> None:
    stream = Stream(kind="service", recurrence="one_off")
    stream.agreed(**HOURS, quantity=Decimal(15))
    assert (stream.agreement.unit, stream.agreement.gives) == ("piece", "requester")
    for row in stream.deliveries():
        exchange = exchange_of(row)
        leg = exchange.legs.get()
        assert (exchange.state, exchange.period) == ("scheduled", monday_of(row.on))
        assert (leg.giver, leg.receiver, leg.unit) == (stream.organisation, stream.listing.organisation, "piece")
        assert free(stream, row.on) == 5
    assert len(stream.deliveries()) == 2
    # Of what isn't free in a week, both hear, and the next ones go on.
    third = stream.first + 2 * WEEK
    book_capacity(
        by=stream.owner, service=stream.listing, week_start=monday_of(third), quantity=Decimal(10)
    )  # fmt: skip
    sweep_agreements(at=later(9))
    assert states(stream) == ["made", "made", "unable", "made"]
    # More than its week takes isn't agreed on.
    with pytest.raises(NotEnoughFree):
        stream.change(by=stream.owner, terms=stream.terms(quantity=Decimal(21)))


def test_a_delivery_to_a_service_ends_as_every_exchange_and_without_hours_waits_for_its_week() -> None:
    stream = Stream(kind="service", recurrence="one_off")
    stream.agreed(quantity=Decimal(15))
    exchange, at = exchange_of(stream.deliveries()[0]), later(8)
    assert (exchange.state, exchange.turn) == ("accepted", "both")
    assert exchange.deadline_at is not None
    assert exchange.deadline_at > at
    services.state_weight(by=stream.requester, exchange=exchange, method="weighed", kg=Decimal(240), at=at)
    done = services.confirm_weight(by=stream.owner, exchange=exchange, at=at)
    assert done.state == "completed"
    assert ImpactEntry.objects.get().unknown == "service"


def test_a_service_that_says_no_capacity_or_does_not_work_yet_has_no_standing_agreement() -> None:
    silent = Stream(kind="service", recurrence="one_off")
    Listing.objects.filter(pk=silent.listing.pk).update(capacity_per_week=None, capacity_unit="")
    with pytest.raises(ValidationError, match="per week"):
        silent.ask_standing()
    slow = Stream(kind="service", recurrence="one_off", lead_time_days=40)
    with pytest.raises(ValidationError) as refused:
        slow.ask_standing()
    assert list(refused.value.message_dict) == ["starts_on"]
