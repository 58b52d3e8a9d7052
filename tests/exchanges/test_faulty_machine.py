"""The same random people and clocks while the database fails, answers are lost, and workers do things twice."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from accounts.models import Organisation, User
from exchanges import services
from exchanges.enums import OPEN
from exchanges.models import Exchange
from exchanges.steps import STEPS
from exchanges.sweep import sweep
from journal.models import Letter
from tests.exchanges.makers import Story
from tests.exchanges.test_machine import SERVICES, Exchanges, WeeksOfAService
from tests.machines import as_deep_as_asked
from tests.unchanged import digest_of

pytestmark = pytest.mark.django_db
#: Everything that a step may write: the exchanges' own tables, what is held, and what is told.
TABLES = [
    *(model._meta.db_table for model in apps.get_app_config("exchanges").get_models()),
    "listings_balance", "listings_reservation", "listings_listing", "journal_event", "journal_letter",
]  # fmt: skip
#: So many statements at most before it breaks: the longest step takes fewer.
MOST_STATEMENTS = 70


@contextmanager
def breaking_after(statements: int) -> Iterator[None]:
    """The database refuses, for real, right after this many more statements: what its transaction did is lost."""
    count = 0

    def break_one(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        nonlocal count
        found = execute(sql, params, many, context)
        # Between two of its transactions nothing is under way.
        count += not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))
        if count == statements:
            count += 1
            context["cursor"].execute("SELECT 1 / 0")
        return found

    with connection.execute_wrapper(break_one):
        yield


class Faults:
    """Rules beside those of a machine. `at`, `people` and `take` are its own."""

    at: dt.datetime
    people: list[User]
    organisations: list[Organisation]
    story: Story
    period: dt.date
    attempt: Callable[[Any], None]
    told: Callable[..., dict[str, Any] | None]

    @rule(
        data=st.data(), name=st.sampled_from(SERVICES), person=st.integers(0, 4), quantity=st.integers(1, 45),
        statements=st.integers(1, MOST_STATEMENTS),
    )  # fmt: skip
    def break_in_a_step(self, data: Any, name: str, person: int, quantity: int, statements: int) -> None:
        """Nothing of it is stored. Sent again it is taken; once more, as after a lost answer, and nothing changes."""
        step = self.a_step(data, name, person, quantity)
        if step is None:
            return
        before, is_broken = digest_of(TABLES), False
        try:
            with transaction.atomic(), breaking_after(statements):
                step()
        except DatabaseError:
            is_broken = True
            assert digest_of(TABLES) == before
        except (ValidationError, PermissionDenied):
            assert digest_of(TABLES) == before
            return
        self.attempt(step)
        if is_broken or digest_of(TABLES) != before:
            self.sent_once_more(step)

    @rule(data=st.data(), name=st.sampled_from(SERVICES), person=st.integers(0, 4), quantity=st.integers(1, 45))
    def lose_an_answer(self, data: Any, name: str, person: int, quantity: int) -> None:
        step = self.a_step(data, name, person, quantity)
        if step is not None:
            self.attempt(step)
            self.sent_once_more(step)

    def a_step(self, data: Any, name: str, person: int, quantity: int) -> Callable[[], Any] | None:
        """By one key, however often it is sent."""
        exchanges = list(Exchange.objects.order_by("pk"))
        if not exchanges:
            return None
        exchange = data.draw(st.sampled_from(exchanges))
        told = self.told(name, exchange, quantity, days=3)
        key = uuid4().hex
        if told is None:
            return None
        return lambda: getattr(services, name)(by=self.people[person], exchange=exchange, at=self.at, key=key, **told)

    def sent_once_more(self, step: Callable[[], Any]) -> None:
        before = digest_of(TABLES)
        self.attempt(step)
        assert digest_of(TABLES) == before

    @rule(which=st.integers(0, 2), quantity=st.integers(1, 45), statements=st.integers(1, MOST_STATEMENTS))
    def break_while_asking(self, which: int, quantity: int, statements: int) -> None:
        key, before = uuid4().hex, digest_of(TABLES)

        def ask() -> Any:
            return services.request_exchange(
                by=self.people[which + 1], organisation=self.organisations[which], listing=self.story.listing,
                quantity=Decimal(quantity), period=self.period, idempotency_key=key, at=self.at,
            )  # fmt: skip

        try:
            with transaction.atomic(), breaking_after(statements):
                ask()
        except (DatabaseError, ValidationError, PermissionDenied):
            assert digest_of(TABLES) == before
        self.attempt(ask)
        self.sent_once_more(ask)

    @rule(hours=st.sampled_from([1, 30, 80, 200]), statements=st.integers(1, MOST_STATEMENTS))
    def break_a_worker(self, hours: int, statements: int) -> None:
        """What it was doing is undone, what it had done stays; another does the rest, and then nothing is left."""
        self.at += dt.timedelta(hours=hours)
        with suppress(DatabaseError), breaking_after(statements):
            sweep(at=self.at)
        sweep_all(self.at)
        before = digest_of(TABLES)
        assert sweep(at=self.at) == 0
        assert digest_of(TABLES) == before

    @rule(
        data=st.data(), name=st.sampled_from(SERVICES), person=st.integers(0, 4), quantity=st.integers(1, 45),
        time_first=st.booleans(),
    )  # fmt: skip
    def step_as_time_runs_out(self, data: Any, name: str, person: int, quantity: int, time_first: bool) -> None:
        """At the very moment of a time-out either comes first, and the other then fits or changes nothing."""
        waiting = list(Exchange.objects.open().filter(deadline_at__gte=self.at).order_by("pk"))
        if not waiting:
            return
        exchange = data.draw(st.sampled_from(waiting))
        assert exchange.deadline_at is not None
        self.at = exchange.deadline_at
        told = self.told(name, exchange, quantity, days=3)
        steps: list[Callable[[], Any]] = [lambda: sweep_all(self.at)]
        if told is not None:
            steps.append(lambda: self.attempt(lambda: getattr(services, name)(
                by=self.people[person], exchange=exchange, at=self.at, **told
            )))  # fmt: skip
        for do in steps if time_first else reversed(steps):
            do()
        sweep_all(self.at)

    @invariant()
    def nobody_waits_for_ever(self) -> None:
        for exchange in Exchange.objects.filter(state__in=sorted(OPEN)):
            assert exchange.due_at is not None
            assert exchange.deadline_at is not None
            assert exchange.due_at <= exchange.deadline_at

    @invariant()
    def each_step_is_told_once(self) -> None:
        keys = list(Letter.objects.exclude(dedup_key="").values_list("dedup_key", flat=True))
        assert len(keys) == len(set(keys))
        for exchange in Exchange.objects.all():
            numbers = list(exchange.steps.order_by("pk").values_list("number", flat=True))
            assert numbers == list(range(1, exchange.version + 1))


def sweep_all(at: dt.datetime) -> None:
    while sweep(at=at):
        pass


class FaultyExchanges(Faults, Exchanges):
    """A lot."""


class FaultyWeeks(Faults, WeeksOfAService):
    """A week of a service."""


@pytest.mark.parametrize("machine", [FaultyExchanges, FaultyWeeks])
def test_whatever_breaks_nothing_is_half_stored_and_everything_ends(machine: type[Exchanges]) -> None:
    run_state_machine_as_test(machine, settings=as_deep_as_asked(20))


def test_every_statement_of_a_step_may_be_the_last() -> None:
    """One after the other: a step that breaks after its first statement, its second, and so on, until it doesn't."""
    story = Story()
    exchange = story.ask()
    before = digest_of(TABLES)
    for statements in range(1, 200):
        try:
            with transaction.atomic(), breaking_after(statements):
                services.accept(by=story.owner, exchange=exchange, at=story.at)
        except DatabaseError:
            assert digest_of(TABLES) == before, statements
        else:
            break
    assert 10 < statements < MOST_STATEMENTS
    assert Exchange.objects.get(pk=exchange.pk).state == STEPS["accept"].target
