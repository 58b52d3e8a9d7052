"""Random people, in random order and at random moments, with agreements about one stream: each period adds up, each
date comes once, and time ends what nobody ends.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from exchanges import services
from exchanges.agreements.rhythm import is_day_of
from exchanges.agreements.sweep import sweep_agreements
from exchanges.agreements.terms import Terms
from exchanges.enums import HOLDING
from exchanges.models import Delivery, Exchange, StandingAgreement
from exchanges.services.agreement_steps import BY_NAME
from exchanges.sweep import sweep
from listings.balances.recount import recount_balances
from listings.models import Balance, Reservation
from tests.exchanges.makers import Stream
from tests.machines import as_deep_as_asked
from tests.makers import make_organisation, make_user

pytestmark = pytest.mark.django_db


class Agreements(RuleBasedStateMachine):
    """Two organisations want of forty a week, each on its own days."""

    @initialize()
    def begin(self) -> None:
        # Each example is undone.
        self.savepoint = transaction.savepoint()
        self.stream = Stream()
        self.at = self.stream.at
        self.people = [self.stream.owner]
        self.organisations = []
        for _number in range(2):
            person = make_user()
            self.people.append(person)
            self.organisations.append(make_organisation(person))

    def day(self, number: int) -> dt.date:
        return self.at.date() + dt.timedelta(days=number)

    @rule(which=st.integers(0, 1), quantity=st.integers(5, 45), first=st.integers(-1, 20), every=st.integers(1, 2))
    def ask(self, which: int, quantity: int, first: int, every: int) -> None:
        terms = Terms(quantity=Decimal(quantity), starts_on=self.day(first), every=every, ends_on=self.day(first + 60))
        self.attempt(lambda: services.ask_agreement(
            by=self.people[which + 1], organisation=self.organisations[which], listing=self.stream.listing,
            terms=terms, at=self.at,
        ))  # fmt: skip

    @rule(
        data=st.data(), name=st.sampled_from(sorted(BY_NAME)), person=st.integers(0, 2), quantity=st.integers(1, 45),
        days=st.integers(-2, 25),
    )  # fmt: skip
    def step(self, data: Any, name: str, person: int, quantity: int, days: int) -> None:
        agreements = list(StandingAgreement.objects.order_by("pk"))
        if not agreements:
            return
        agreement = data.draw(st.sampled_from(agreements))
        told: dict[str, Any] = {"reason": "Daarom."}
        dates = [*agreement.deliveries.values_list("due_on", flat=True), self.day(days)]
        if name in ("change", "counter"):
            told["terms"] = Terms(quantity=Decimal(quantity), starts_on=self.day(days), ends_on=agreement.ends_on)
        elif name == "skip_delivery":
            told["due_on"] = data.draw(st.sampled_from(dates))
        elif name == "change_delivery":
            told |= {"due_on": data.draw(st.sampled_from(dates)), "quantity": Decimal(quantity), "on": self.day(days)}
        self.attempt(lambda: BY_NAME[name](by=self.people[person], agreement=agreement, at=self.at, **told))

    @rule(data=st.data(), person=st.integers(0, 2))
    def cancel(self, data: Any, person: int) -> None:
        exchanges = list(Exchange.objects.order_by("pk"))
        if exchanges:
            chosen = data.draw(st.sampled_from(exchanges))
            self.attempt(lambda: services.cancel(by=self.people[person], exchange=chosen, reason="Ziek.", at=self.at))

    @rule(hours=st.sampled_from([1, 30, 100, 200]))
    def wait(self, hours: int) -> None:
        self.at += dt.timedelta(hours=hours)
        sweep(at=self.at)
        sweep_agreements(at=self.at)

    def attempt(self, do: Any) -> None:
        """What is refused changes nothing."""
        before = self.seen()
        try:
            with transaction.atomic():
                do()
        except (ValidationError, PermissionDenied):
            assert self.seen() == before

    def seen(self) -> list[Any]:
        return [
            list(StandingAgreement.objects.order_by("pk").values_list("pk", "state", "version")),
            list(Delivery.objects.order_by("pk").values_list("pk", "state", "on", "quantity")),
            list(Exchange.objects.order_by("pk").values_list("pk", "state", "version")),
        ]

    @invariant()
    def each_period_adds_up(self) -> None:
        if not hasattr(self, "stream"):
            return
        assert recount_balances() == []
        for balance in Balance.objects.all():
            assert balance.held + balance.given <= balance.quantity == 40
        for exchange in Exchange.objects.all():
            leg = exchange.legs.get()
            assert (leg.reservation is not None) == (exchange.state in HOLDING)
            assert leg.reservation is None or leg.reservation.period == exchange.period
        assert not Reservation.objects.exclude(state="released").filter(leg=None).exists()

    @invariant()
    def each_date_comes_once(self) -> None:
        if not hasattr(self, "stream"):
            return
        for agreement in StandingAgreement.objects.all():
            assert (agreement.due_at is not None) == agreement.is_open
            assert agreement.next_on is None or is_day_of(agreement, agreement.next_on)
            assert agreement.agreed_at is not None or not agreement.deliveries.exists()
        for delivery in Delivery.objects.select_related("exchange"):
            if delivery.exchange is not None and delivery.exchange.state in HOLDING:
                leg = delivery.exchange.legs.get()
                assert (delivery.state, leg.quantity, leg.wanted_on) == ("made", delivery.quantity, delivery.on)
        open_ones = Exchange.objects.open().filter(started_from="stream")
        assert open_ones.count() == open_ones.filter(delivery__isnull=False).count()

    def teardown(self) -> None:
        """Whatever was left, time ends it."""
        if hasattr(self, "stream"):
            for _month in range(10):
                self.at += dt.timedelta(days=30)
                sweep(at=self.at)
                sweep_agreements(at=self.at)
            assert not StandingAgreement.objects.open().exists()
            assert not Exchange.objects.open().exists()
            transaction.savepoint_rollback(self.savepoint)


def test_whatever_people_do_it_adds_up_and_ends() -> None:
    run_state_machine_as_test(Agreements, settings=as_deep_as_asked())
