"""Random people, in random order and at random moments, against a model: balances add up, and everything ends."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from exchanges import services
from exchanges.enums import ENDED, HOLDING
from exchanges.models import Exchange, ImpactEntry
from exchanges.schedule import BRUSSELS
from exchanges.steps import STEPS
from exchanges.sweep import sweep
from listings.balances.free import standing_of
from listings.models import WHOLE_LOT, Listing, Reservation
from tests.exchanges.makers import Story
from tests.exchanges.test_service_weeks import MONDAY, Workshop
from tests.machines import as_deep_as_asked
from tests.makers import make_organisation, make_user

pytestmark = pytest.mark.django_db
SERVICES = sorted(name for name in STEPS if hasattr(services, name))


class Exchanges(RuleBasedStateMachine):
    """Three organisations want of one lot of forty; the clock jumps between hours and weeks."""

    period = WHOLE_LOT

    def make_story(self) -> Story:
        return Story()

    @initialize()
    def begin(self) -> None:
        # Each example is undone.
        self.savepoint = transaction.savepoint()
        self.story = self.make_story()
        self.at = self.story.at
        self.people = [self.story.owner]
        self.organisations = []
        for _number in range(3):
            person = make_user()
            self.people.append(person)
            self.organisations.append(make_organisation(person))
        self.people.append(make_user(is_superuser=True))

    @rule(which=st.integers(0, 2), quantity=st.integers(-1, 50))
    def ask(self, which: int, quantity: int) -> None:
        self.attempt(lambda: services.request_exchange(
            by=self.people[which + 1], organisation=self.organisations[which], listing=self.story.listing,
            quantity=Decimal(quantity), period=self.period, at=self.at,
        ))  # fmt: skip

    @rule(
        data=st.data(), name=st.sampled_from(SERVICES), person=st.integers(0, 4), quantity=st.integers(1, 45),
        days=st.integers(-1, 10),
    )  # fmt: skip
    def step(self, data: Any, name: str, person: int, quantity: int, days: int) -> None:
        exchanges = list(Exchange.objects.order_by("pk"))
        if not exchanges:
            return
        exchange = data.draw(st.sampled_from(exchanges))
        told = self.told(name, exchange, quantity, days)
        if told is not None:
            told |= self.note_of(person, name)
            self.take(lambda **more: getattr(services, name)(
                by=self.people[person], exchange=exchange, at=self.at, **told, **more
            ))  # fmt: skip

    def told(self, name: str, exchange: Exchange, quantity: int, days: int) -> dict[str, Any] | None:
        """What a step needs; None where there is nothing to choose from."""
        told: dict[str, Any] = {"reason": "Daarom."} if STEPS[name].needs_reason else {}
        if name == "counter":
            told["quantity"] = Decimal(quantity)
        elif name in ("state_weight", "settle"):
            told |= {"method": "weighed", "kg": Decimal(quantity * 25), "quantity": Decimal(quantity)}
        elif name == "state_carrier":
            told |= {"name": "Vervoer De Kikker", "registration": "VL 0417"}
        elif name == "propose_times":
            start = (self.at + dt.timedelta(days=days)).astimezone(BRUSSELS)
            told["times"] = [(start, start + dt.timedelta(hours=2))]
        elif name == "confirm_time":
            found = exchange.legs.get().appointments.filter(state="proposed").first()
            if found is None:
                return None
            told["appointment"] = found
        return told

    def note_of(self, person: int, name: str) -> dict[str, str]:
        """What somebody says of who asked them to take a step: staff of a hub do."""
        return {}

    def take(self, step: Callable[..., Any]) -> None:
        self.attempt(step)

    @rule(hours=st.sampled_from([1, 30, 80, 200]))
    def wait(self, hours: int) -> None:
        self.at += dt.timedelta(hours=hours)
        self.sweep()

    def sweep(self) -> None:
        """What time does."""
        sweep(at=self.at)

    def attempt(self, do: Any) -> None:
        """What is refused changes nothing."""
        before = list(Exchange.objects.order_by("pk").values_list("pk", "state", "version"))
        try:
            with transaction.atomic():
                do()
        except (ValidationError, PermissionDenied):
            assert list(Exchange.objects.order_by("pk").values_list("pk", "state", "version")) == before

    @invariant()
    def balances_add_up(self) -> None:
        if not hasattr(self, "story"):
            return
        held: dict[tuple[int, dt.date], Decimal] = defaultdict(Decimal)
        given: dict[tuple[int, dt.date], Decimal] = defaultdict(Decimal)
        for exchange in Exchange.objects.all():
            leg, lot = exchange.legs.get(), (exchange.listing_id, exchange.period)
            if exchange.state in HOLDING:
                assert leg.reservation is not None
                assert leg.reservation.state == "held"
                held[lot] += leg.reservation.quantity
            elif exchange.state == "completed":
                assert leg.reservation is not None
                given[lot] += leg.reservation.given_quantity or 0
            elif exchange.state == "disputed":
                assert leg.reservation is not None
                held[lot] += leg.reservation.quantity if leg.reservation.state == "held" else 0
                given[lot] += leg.reservation.given_quantity or 0
            elif leg.reservation is not None:
                assert self.may_still_hold(exchange)
                held[lot] += leg.reservation.quantity if leg.reservation.state == "held" else 0
                given[lot] += leg.reservation.given_quantity or 0
            assert exchange.version == exchange.steps.count()
            self.is_settled_once(exchange)
            assert (exchange.due_at is None) == (exchange.state in ENDED)
            assert exchange.due_at is None or exchange.due_at > self.at - dt.timedelta(hours=200)
        for lot in {(self.story.listing.pk, self.period), *held, *given}:
            standing = standing_of(Listing.objects.get(pk=lot[0]), lot[1])
            assert standing.held + standing.given + standing.free == standing.quantity
            assert (standing.held, standing.given) == (held[lot], given[lot])
        assert Reservation.objects.exclude(state="released").filter(leg=None).count() == 0

    def may_still_hold(self, exchange: Exchange) -> bool:
        """Whether something may be held for what ended without a hand-over."""
        return False

    def is_settled_once(self, exchange: Exchange) -> None:
        """What was in dispute is so once, and its line says so as long as it is; who didn't come, the hub upholds."""
        disputed = exchange.steps.filter(state_after="disputed")
        assert disputed.count() <= 1
        assert exchange.no_show_by == "" or exchange.state in ("no_show", "handed_over", "disputed", "cancelled")
        if exchange.state == "cancelled" and exchange.no_show_by and disputed.exists():
            last = exchange.steps.latest("number")
            assert last.step in ("exchange.no_show_upheld", "exchange.cancelled_by_time")
        for step in exchange.steps.filter(step="exchange.no_show"):
            assert exchange.legs.get().appointments.exclude(state="proposed").filter(period__endswith__lte=step.at)
        line = ImpactEntry.objects.current().filter(leg__exchange=exchange).first()
        if line is not None:
            kinds = {"disputed": {"disputed"}, "completed": {"both", "hub", "one_sided"}, "cancelled": {"nothing"}}
            assert line.confirmation in kinds[exchange.state]
        else:
            assert exchange.state != "completed"

    def teardown(self) -> None:
        """Whatever was left, time ends it."""
        if hasattr(self, "story"):
            for _week in range(14):
                self.at += dt.timedelta(days=7)
                self.sweep()
            assert not Exchange.objects.open().exists()
            transaction.savepoint_rollback(self.savepoint)


class WeeksOfAService(Exchanges):
    """The same for a week of a service that takes forty."""

    period = MONDAY

    def make_story(self) -> Story:
        return Workshop(capacity_per_week=40)


@pytest.mark.parametrize("machine", [Exchanges, WeeksOfAService])
def test_whatever_people_do_it_adds_up_and_ends(machine: type[Exchanges]) -> None:
    run_state_machine_as_test(machine, settings=as_deep_as_asked())
