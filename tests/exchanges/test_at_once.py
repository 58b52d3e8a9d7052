"""Many people at the same moment, each with a connection of their own: nothing is promised twice, nothing is lost."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import HubStaff, User
from exchanges import services
from exchanges.models import Exchange, ExchangeStep, ImpactEntry
from exchanges.routing import route_to
from exchanges.services.follow_up import follow_ups_of
from exchanges.sweep import sweep
from exchanges.verbs import EnquiryVerb
from geo.models import Hub
from journal.models import Event
from listings.balances.free import standing_of
from listings.balances.periods import monday_of
from listings.capacity.services import book_capacity, cancel_booking
from listings.capacity.weeks import WEEK, free_capacity
from listings.models import Listing
from tests.exchanges.makers import Story, Stream
from tests.makers import TODAY, make_organisation, make_user, published

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(tasks: Sequence[Callable[[], Any]]) -> Counter[str]:
    """Do all of it at the same moment; how often each came to which end."""
    start = Barrier(len(tasks))

    def do(task: Callable[[], Any]) -> str:
        start.wait()
        try:
            task()
        except ValidationError as error:
            return type(error).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(tasks)) as pool:
        return Counter(pool.map(do, tasks))


def test_fifty_that_want_of_twenty_get_twenty_and_not_one_more() -> None:
    listing = published(quantity=20)
    maker = listing.maker  # type: ignore[attr-defined]
    asked = []
    for number in range(50):
        by = make_user()
        asked.append(services.request_exchange(
            by=by, organisation=make_organisation(by), listing=listing, quantity=Decimal(1 + number % 3)
        ))  # fmt: skip
    came_to = at_once([lambda one=one: services.accept(by=maker, exchange=one) for one in asked])  # type: ignore[misc]
    standing = standing_of(Listing.objects.get(pk=listing.pk))
    accepted = Exchange.objects.filter(state="accepted")
    assert sum(leg.quantity for one in accepted for leg in one.legs.all()) == standing.held <= 20
    assert standing.free < 3
    assert came_to["done"] == accepted.count()
    assert came_to["done"] + came_to["NotEnoughFree"] == 50


def test_two_who_accept_at_once_accept_once() -> None:
    story = Story()
    exchange = story.ask()
    came_to = at_once([lambda: services.accept(by=story.owner, exchange=exchange) for _number in range(8)])
    assert came_to == {"done": 1, "ExchangeMoved": 7}
    assert standing_of(Listing.objects.get(pk=story.listing.pk)).held == 10


@pytest.mark.parametrize("other", ["settle", "settle_cancelled"])
def test_two_of_a_hub_who_decide_at_once_decide_once(other: str) -> None:
    """One that something was handed over, one that nothing was, or both: what the second saw is over."""
    for _round in range(3):
        story = Story()
        exchange = story.disputed()
        ways: dict[str, dict[str, Any]] = {
            "settle": {"method": "weighed", "quantity": Decimal(8), "kg": Decimal(200)},
            "settle_cancelled": {},
        }
        decide = [
            partial(
                getattr(services, name), by=staff, exchange=exchange, reason=f"Besluit van {staff.name}.",
                seen_version=exchange.version, at=story.after(), **ways[name],
            )
            for name, staff in zip(("settle", other), staff_at(exchange.hub_ids[0]), strict=True)
        ]  # fmt: skip
        assert at_once(decide) == {"done": 1, "ExchangeMoved": 1}
        exchange.refresh_from_db()
        (decided,) = exchange.steps.filter(state_before="disputed")
        standing = standing_of(Listing.objects.get(pk=story.listing.pk))
        assert (exchange.state, int(standing.given), int(standing.held)) in (("completed", 8, 0), ("cancelled", 0, 0))
        assert decided.state_after == exchange.state
        assert ImpactEntry.objects.filter(leg__exchange=exchange).current().count() == (exchange.state == "completed")


def test_two_of_a_hub_who_take_a_question_at_once_learn_who_has_it() -> None:
    hub = Hub.objects.all()[0]
    for _round in range(4):
        enquiry = services.ask_hub(by=make_user(), route=route_to(hub), subject="Kasten", text="Wie haalt ze op?")
        people = staff_at(hub.pk)
        came_to = at_once([partial(services.take_enquiry, by=one, enquiry=enquiry) for one in people])
        assert came_to == {"done": 1, "TooLate": 1}
        enquiry.refresh_from_db()
        (taken,) = Event.objects.filter(verb=EnquiryVerb.TAKEN_UP, subject_id=enquiry.pk)
        assert taken.changes["owner"] == enquiry.owner_id


@pytest.mark.parametrize("made", [lambda: Story().ask(), lambda: Stream().agreed()], ids=["exchange", "agreement"])
def test_two_of_a_hub_who_follow_it_up_at_once_learn_who_does(made: Callable[[], Any]) -> None:
    about = made()
    hub = Hub.objects.get(pk=about.hub_ids[0])
    for _round in range(4):
        people = staff_at(hub.pk)
        tasks = [partial(services.follow_up, by=one, about=about, hub=hub, user=one) for one in people]
        assert at_once(tasks) == {"done": 1, "TooLate": 1}
        (row,) = follow_ups_of(about)
        # And who lets it go with a colleague who takes it over: never both, and nobody has it twice.
        free = partial(services.follow_up, by=row.user, about=about, hub=hub, user=None, seen_owner=row.user_id)
        other = next(one for one in people if one != row.user)
        take = partial(services.follow_up, by=other, about=about, hub=hub, user=other, seen_owner=row.user_id)
        came_to = at_once([free, take])
        left = [one.user for one in follow_ups_of(about)]
        assert (came_to["done"], left) in ((2, [other]), (1, [other]))
        services.follow_up(by=other, about=about, hub=hub, user=None, seen_owner=other.pk)


def staff_at(hub_id: int) -> list[User]:
    people = [make_user(name=name) for name in ("Hanne Hub", "Bo Hub")]
    HubStaff.objects.bulk_create(HubStaff(hub_id=hub_id, user=one, role="editor") for one in people)
    return people


def test_a_double_click_sent_at_once_asks_once() -> None:
    story = Story()
    came_to = at_once([lambda: story.ask(5, idempotency_key="k") for _number in range(8)])
    assert came_to == {"done": 8}
    assert Exchange.objects.count() == 1
    assert ExchangeStep.objects.count() == 1
    came_to = at_once([lambda: services.withdraw(by=story.requester, exchange=story.exchange, key="w")] * 4)
    assert came_to == {"done": 4}
    assert ExchangeStep.objects.count() == 2


def test_a_sweep_and_a_hand_over_at_once_leave_one_of_both() -> None:
    for _round in range(4):
        story = Story()
        exchange = story.accepted()
        later = exchange.deadline_at or timezone.now()
        weigh = partial(
            services.state_weight, by=story.owner, exchange=exchange, method="weighed", kg=Decimal(9), at=later
        )
        came_to = at_once([partial(sweep, at=later)] * 3 + [weigh])
        exchange.refresh_from_db()
        standing = standing_of(Listing.objects.get(pk=story.listing.pk))
        assert (exchange.state, int(standing.held), came_to["ExchangeMoved"]) in (
            ("lapsed", 0, 1), ("handed_over", 10, 0),
        )  # fmt: skip
        assert exchange.steps.filter(state_after="lapsed").count() <= 1


def test_accepting_and_withdrawing_lots_in_opposite_order_ends() -> None:
    one, other = Story(), Story()
    asked = [one.ask(), other.ask()]
    tasks = [
        lambda e=e, s=s: services.accept(by=s.owner, exchange=e) for s, e in zip((one, other), asked, strict=True)
    ]  # type: ignore[misc]
    tasks += [
        lambda e=e, s=s: services.withdraw(by=s.requester, exchange=e)
        for s, e in zip((other, one), asked[::-1], strict=True)
    ]  # type: ignore[misc]
    assert at_once(tasks)["done"] >= 2  # type: ignore[arg-type]


def elsewhere(task: Callable[[], Any]) -> Any:
    try:
        return task()
    finally:
        connection.close()


def somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted")
        return cursor.fetchone() is not None


def test_a_week_that_is_reserved_for_who_asks_for_it_at_that_moment_is_asked_for_once() -> None:
    """Neither waits for the other for ever: the request is stored, and who reserves reads that it is there."""
    service, week, user = published("service"), monday_of(TODAY) + WEEK, make_user()
    organisation = make_organisation(user)
    supply = published(organisation=organisation, by=user)
    reserve = partial(
        services.book_weeks_for, by=service.maker, service=service, supply=supply,  # type: ignore[attr-defined]
        weeks=[week], quantity=Decimal(3),
    )  # fmt: skip
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            services.request_exchange(
                by=user, organisation=organisation, listing=service, quantity=Decimal(4), period=week
            )
            reserving = pool.submit(elsewhere, reserve)
            while not (somebody_waits_for_a_lock() or reserving.done()):
                time.sleep(0.01)
        with pytest.raises(ValidationError, match="vroeg dit al aan"):
            reserving.result()
    assert Exchange.objects.get().state == "requested"


def test_who_cancels_a_booking_doesn_t_wait_for_who_asks_for_the_service() -> None:
    service, week, user = published("service"), monday_of(TODAY) + WEEK, make_user()
    owner = service.maker  # type: ignore[attr-defined]
    booking = book_capacity(by=owner, service=service, week_start=week, quantity=Decimal(3))

    @transaction.atomic
    def cancel() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
        cancel_booking(by=owner, booking=booking)

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        services.request_exchange(
            by=user, organisation=make_organisation(user), listing=service, quantity=Decimal(4), period=week
        )
        with connection.cursor() as cursor:
            # What a commit does first.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        pool.submit(elsewhere, cancel).result()
    assert free_capacity([service.pk], week, 1)[service.pk][0].free == 20


def test_two_bundles_over_the_same_lots_in_opposite_order_end() -> None:
    """Colleagues of one organisation press at once, each with the lots in another order: one asks, none waits for
    ever.
    """
    for _round in range(3):
        lots = [published(quantity=10), published(quantity=8)]
        demand = published("demand", quantity=20)
        bundles: list[Callable[[], Any]] = [
            partial(
                services.request_bundle, by=demand.maker, demand=demand,  # type: ignore[attr-defined]
                parts=[(lot, Decimal(2)) for lot in (lots if number % 2 else lots[::-1])],
            )
            for number in range(8)
        ]  # fmt: skip
        came_to = at_once(bundles)
        assert (came_to["done"], sum(came_to.values())) == (1, 8)
        asked = list(Exchange.objects.filter(requester=demand.organisation))
        assert len(asked) == 2
        makers = {lot.pk: lot.maker for lot in lots}  # type: ignore[attr-defined]
        accepting: list[Callable[[], Any]] = [
            partial(services.accept, by=makers[one.listing_id], exchange=one) for one in asked
        ]
        assert at_once(accepting * 2)["done"] == 2


def test_two_chains_over_the_same_lot_and_week_begin_at_once_and_only_what_is_free_is_reserved() -> None:
    for turned in (False, True):
        kinds = ("service", "supply") if turned else ("supply", "service")
        made = {kind: published(kind, **_CHAINED[kind]) for kind in kinds}
        demands = [published("demand", **_CHAINED["demand"]) for _number in range(2)]
        week, last = monday_of(TODAY) + WEEK, list[Callable[[], Any]]()
        for demand in demands[::-1] if turned else demands:
            proposal = services.propose_chain(
                by=made["supply"].maker, supply=made["supply"], service=made["service"], demand=demand,  # type: ignore[attr-defined]
                week=week, quantity=Decimal(30), work=Decimal(30),
            )  # fmt: skip
            services.answer_proposal(by=made["service"].maker, proposal=proposal, answer="yes")  # type: ignore[attr-defined]
            last.append(partial(
                services.answer_proposal, by=demand.maker, proposal=proposal, answer="yes",  # type: ignore[attr-defined]
            ))  # fmt: skip
        came_to = at_once(last)
        assert (came_to["done"], sum(came_to.values())) == (1, 2)
        assert standing_of(Listing.objects.get(pk=made["supply"].pk)).held == 30
        assert free_capacity([made["service"].pk], week, 1)[made["service"].pk][0].free == 470


_CHAINED: dict[str, dict[str, Any]] = {
    "supply": {"condition": 2, "quantity": 40},
    "service": {"capacity_per_week": 500},
    "demand": {"condition": 3, "quantity": 30},
}
