"""Accepting a request against the same statements bare, and ten thousand that race for two hundred lots."""

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import TypeVar
from uuid import uuid4

from django.db import OperationalError, connection, models, transaction
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Membership, Organisation, User
from benchmarks import databases, report
from benchmarks.report import Target, median, say
from exchanges import services
from exchanges.enums import ExchangeState, Role, Side, Turn
from exchanges.letters import tell_of_step
from exchanges.models import Exchange, ExchangeLeg, ExchangeStep
from exchanges.steps import STATES
from exchanges.taking import record_of
from exchanges.verbs import ExchangeVerb
from journal.enums import Source
from listings.balances.free import NotEnoughFree
from listings.enums import ListingKind, ListingStatus, Recurrence, ReservationState
from listings.models import Balance, Listing, Reservation
from matching.models import Match

CONNECTIONS = 16
#: Members that are told of each step, on either side.
MEMBERS = 2
Row = TypeVar("Row", bound=models.Model)


def run(*, quick: bool) -> list[Target]:
    """Both in a copy of a small database: how large it is doesn't count for either."""
    accepted, lots, raced = (20, 20, 400) if quick else (300, 200, 10_000)
    shared = databases.whole(3_000 if quick else 20_000)
    report.ready()
    with databases.copy_of(shared):
        ratio = _accepting(accepted)
        return [ratio, *_racing(lots, raced)]


# What one costs


def _accepting(count: int) -> Target:
    """Accept requests, and send the same statements bare, turn by turn."""
    (lot,) = _lots(1, quantity=8 * count)
    requests = _requests([lot], 2 * count)
    times: dict[str, list[float]] = {"statements": [], "accept": []}
    owner = lot.organisation.memberships.first()
    assert owner is not None
    for ours, theirs in zip(requests[::2], requests[1::2], strict=True):
        times["accept"].append(report.seconds(lambda pk=ours: _accept(owner.user, pk)))  # type: ignore[misc]
        statements = _statements_of(owner.user, theirs)
        times["statements"].append(report.seconds(lambda sent=statements: _send(sent)))  # type: ignore[misc]
    report.times(f"accepting {count} requests", times, against="statements")
    ratio = median(ours / bare for ours, bare in zip(times["accept"], times["statements"], strict=True))
    return Target("accept ÷ the same statements bare, median", ratio, 3, "at most")


def _accept(by: User, pk: int) -> None:
    services.accept(by=by, exchange=Exchange(pk=pk))


def _statements_of(by: User, pk: int) -> list[str]:
    """What accepting sends to the database, with its values; undone."""
    with transaction.atomic(), CaptureQueriesContext(connection) as sent:
        _accept(by, pk)
        held = ExchangeLeg.objects.values_list("reservation", flat=True).get(exchange=pk)
        transaction.set_rollback(True)
    texts = [query["sql"] for query in sent.captured_queries]
    texts = [text for text in texts if not re.match(r"(SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT)", text)]
    # The last one only asked for the number of the reservation: sent again, the next number is given.
    return [re.sub(rf"\b{held}\b", str(held + 1), text) for text in texts[:-1]]


def _send(statements: list[str]) -> None:
    with transaction.atomic(), connection.connection.cursor() as cursor:  # type: ignore[union-attr]
        for text in statements:
            cursor.execute(text)


# Many at once


def _racing(lots: int, count: int) -> list[Target]:
    """The same requests twice: accepted by the service, and by code that trusts in an advisory lock."""
    rates, ends = {}, {}
    for name, accept in (("advisory lock", _accept_under_advisory_lock), ("service", _accept_as_owner)):
        raced = _lots(lots, quantity=2 * count // lots)
        requests = _requests(raced, count)
        taken, ends[name] = _race(accept, requests)
        rates[name] = count / taken
        say(f"  {name}: {dict(ends[name])}, {rates[name]:.0f} a second")
    found = ends["service"]
    oversold = Balance.objects.filter(listing__in=raced, quantity__lt=0).count() + sum(
        balance.held + balance.given > balance.quantity for balance in Balance.objects.filter(listing__in=raced)
    )
    accepted = Exchange.objects.filter(pk__in=requests, state=ExchangeState.ACCEPTED)
    held = Reservation.objects.filter(leg__exchange__in=accepted, state=ReservationState.HELD)
    lost = abs(found["accepted"] - held.count()) + abs(count - found["accepted"] - found["refused"])
    report.table(
        f"{count} requests for {lots} lots over {CONNECTIONS} connections",
        ["", "a second", "accepted", "refused", "deadlocks"],
        [
            (name, rates[name], *(end[what] for what in ("accepted", "refused", "deadlock")))
            for name, end in ends.items()
        ],
    )
    return [
        Target("lots that are oversold", float(oversold), 0, "at most"),
        Target("requests that are lost", float(lost), 0, "at most"),
        Target("deadlocks", float(found["deadlock"]), 0, "at most"),
        Target("throughput ÷ code under an advisory lock", rates["service"] / rates["advisory lock"], 0.5, "at least"),
    ]


def _race(accept: Callable[[int], None], requests: list[int]) -> tuple[float, Counter[str]]:
    """Accept all of them over so many connections at once: the seconds, and how often each came to which end."""
    ends, waiting, guard = Counter[str](), iter(requests), threading.Lock()
    start = threading.Barrier(CONNECTIONS + 1)

    def work() -> None:
        mine = Counter[str]()
        try:
            start.wait()
            while True:
                with guard:
                    pk = next(waiting, None)
                if pk is None:
                    break
                mine[_end_of(accept, pk)] += 1
        finally:
            connection.close()
            with guard:
                ends.update(mine)

    threads = [threading.Thread(target=work) for _number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began, ends


def _end_of(accept: Callable[[int], None], pk: int) -> str:
    try:
        accept(pk)
    except NotEnoughFree:
        return "refused"
    except OperationalError as error:
        return "deadlock" if "deadlock" in str(error) else f"error: {str(error).strip().splitlines()[0]}"
    return "accepted"


def _accept_as_owner(pk: int) -> None:
    owner = Membership.objects.filter(organisation__owned_exchanges=pk).select_related("user").first()
    assert owner is not None
    _accept(owner.user, pk)


def _accept_under_advisory_lock(pk: int) -> None:
    """What code without balances would do: lock a number, add up what is held, write; and tell as the service does."""
    now = timezone.now()
    with transaction.atomic():
        leg = ExchangeLeg.objects.select_related("exchange", "listing").get(exchange=pk)
        owner = Membership.objects.filter(organisation=leg.exchange.owner_id).select_related("user").first()
        assert owner is not None
        with _locked(leg.listing_id):
            held = Reservation.objects.filter(listing=leg.listing_id).exclude(state=ReservationState.RELEASED)
            taken = held.aggregate(total=Sum("quantity"))["total"] or Decimal(0)
            assert leg.listing.quantity is not None
            if taken + leg.quantity > leg.listing.quantity:
                raise NotEnoughFree(leg.listing.quantity - taken, leg.listing)
            leg.reservation = Reservation.objects.create(
                listing=leg.listing, quantity=leg.quantity, organisation_id=leg.exchange.requester_id,
                created_by=owner.user,
            )  # fmt: skip
            leg.save(update_fields=["reservation"])
            leg.exchange.state, leg.exchange.version = ExchangeState.ACCEPTED, 2
            leg.exchange.save(update_fields=["state", "version"])
            step = ExchangeStep.objects.create(
                exchange=leg.exchange, number=2, step=ExchangeVerb.ACCEPTED, state_after=ExchangeState.ACCEPTED,
                actor_id=owner.user_id, organisation_id=leg.exchange.owner_id, role=Role.OWNER, side=Side.OWNER,
                cause=Source.COMMAND, at=now,
            )  # fmt: skip
            amount = {"quantity": leg.quantity, "unit": leg.unit}
            record_of(
                leg.exchange, ExchangeVerb.ACCEPTED, owner.user, leg.exchange.owner_id, ExchangeState.REQUESTED, amount
            )
            tell_of_step(leg.exchange, step)


@contextmanager
def _locked(number: int) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
    yield


# What is raced for


def _lots(count: int, quantity: int) -> list[Listing]:
    """Lots that go in parts, of so much each, each of an organisation with members."""
    rows = Listing.objects.filter(
        kind=ListingKind.SUPPLY, status=ListingStatus.PUBLISHED, recurrence=Recurrence.ONE_OFF, splittable=True,
        taken_quantity=0, exchanges=None, available_until=None,
    ).exclude(pk__in=Match.objects.values("supply")).select_related("organisation")  # fmt: skip
    found = list(rows.order_by("pk")[:count])
    if len(found) < count:
        raise ValueError(f"There are {len(found)} lots that go in parts; {count} are wanted")
    Listing.objects.filter(pk__in=[lot.pk for lot in found]).update(quantity=quantity)
    for lot in found:
        _people(lot.organisation)
    return found


def _people(organisation: Organisation) -> None:
    for _number in range(MEMBERS - organisation.memberships.count()):
        user = User.objects.create(email=f"{uuid4().hex}@bench.example", password="!")
        Membership.objects.create(organisation=organisation, user=user, role="admin")


def _requests(lots: list[Listing], count: int) -> list[int]:
    """So many requests of one to three, lot by lot, each of an organisation of its own; their primary keys."""
    now, state = timezone.now(), STATES[ExchangeState.REQUESTED]
    askers = _store(
        [
            Organisation(name=f"Bench {number}", slug=f"bench-{uuid4().hex[:12]}", kind="company")
            for number in range(count)
        ]
    )
    users = _store([User(email=f"{uuid4().hex}@bench.example", password="!") for _asker in askers])
    _store(
        [Membership(organisation=asker, user=user, role="admin") for asker, user in zip(askers, users, strict=True)]
    )
    exchanges = _store(
        [
            Exchange(
                listing=lots[number % len(lots)], requester=asker, owner=lots[number % len(lots)].organisation,
                version=1, turn=Turn.OWNER, idempotency_key=uuid4().hex, created_at=now, state_since=now,
                due_at=now + state.reminders[0], deadline_at=now + state.lasts,
                hub_ids=lots[number % len(lots)].hub_ids,
            )
            for number, asker in enumerate(askers)
        ]
    )  # fmt: skip
    _store(
        [
            ExchangeLeg(
                exchange=exchange, giver=exchange.owner, receiver=exchange.requester, listing=exchange.listing,
                quantity=1 + number % 3, asked_quantity=1 + number % 3, unit=exchange.listing.unit,
            )
            for number, exchange in enumerate(exchanges)
        ]
    )  # fmt: skip
    _store(
        [
            ExchangeStep(
                exchange=exchange, number=1, step=ExchangeVerb.REQUESTED, state_after=ExchangeState.REQUESTED,
                actor_id=1, role=Role.REQUESTER, side=Side.REQUESTER, cause=Source.COMMAND, at=now,
            )
            for exchange in exchanges
        ]
    )  # fmt: skip
    return [exchange.pk for exchange in exchanges]


def _store(rows: list[Row]) -> list[Row]:
    """In several statements: one takes 65,535 values at most."""
    return type(rows[0])._default_manager.bulk_create(rows, batch_size=1_000)
