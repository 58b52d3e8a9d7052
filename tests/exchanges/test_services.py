"""Steps of an exchange: who may take which from where, and what each does to the lot."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction

from accounts.models import HubPartner, HubStaff, Membership, User
from exchanges import services
from exchanges.checks import moment
from exchanges.letters import remind
from exchanges.models import Exchange, ExchangeStep, WeightStatement
from exchanges.open_steps import open_steps
from exchanges.sweep import sweep
from exchanges.taking import ExchangeMoved
from geo.models import Hub
from journal.letter_text import subject_of
from journal.models import Event, Letter
from listings.balances.free import NotEnoughFree, standing_of
from listings.models import Listing
from listings.services import close_listing, withdraw_listing
from tests.exchanges.makers import Story, slot, times_of
from tests.makers import TODAY, make_organisation, make_user, published

pytestmark = pytest.mark.django_db


def free(listing: Listing) -> Decimal:
    return standing_of(Listing.objects.get(pk=listing.pk)).free


def held_given_free(listing: Listing) -> tuple[int, int, int]:
    """Of what goes by the piece."""
    standing = standing_of(Listing.objects.get(pk=listing.pk))
    return int(standing.held), int(standing.given), int(standing.free)


def staff_of(story: Story) -> User:
    user = make_user(name="Hanne Hub")
    HubStaff.objects.create(hub_id=story.listing.hub_ids[0], user=user, role="editor")
    return user


# ---- the whole way ----


def test_from_request_to_completed_the_lot_is_held_and_then_given() -> None:
    story = Story()
    exchange = story.ask(10, message="Mag ik er tien?", wanted_on=TODAY + dt.timedelta(days=2))
    assert held_given_free(story.listing) == (0, 0, 40)
    assert (exchange.state, exchange.turn, exchange.version) == ("requested", "owner", 1)
    exchange = story.accepted()
    assert held_given_free(story.listing) == (10, 0, 30)
    exchange = services.propose_times(by=story.owner, exchange=exchange, times=[slot(3), slot(4)], at=story.at)
    assert (exchange.state, exchange.turn) == ("accepted", "requester")
    exchange = services.confirm_time(
        by=story.requester, exchange=exchange, appointment=times_of(exchange)[0], at=story.at
    )
    assert (exchange.state, exchange.turn) == ("scheduled", "nobody")
    exchange = services.state_weight(
        by=story.owner, exchange=exchange, method="weighed", kg=Decimal("251.5"), at=story.after()
    )
    assert (exchange.state, exchange.turn) == ("handed_over", "requester")
    assert held_given_free(story.listing) == (10, 0, 30)
    exchange = services.confirm_weight(by=story.requester, exchange=exchange, at=story.after())
    assert (exchange.state, exchange.turn, exchange.due_at, exchange.one_sided) == ("completed", "nobody", None, False)
    assert held_given_free(story.listing) == (0, 10, 30)
    assert [step.number for step in exchange.steps.all()] == [1, 2, 3, 4, 5, 6]
    assert list(WeightStatement.objects.values_list("side", "quantity", "kg")) == [
        ("owner", Decimal(10), Decimal("251.5")), ("requester", Decimal(10), Decimal("251.5")),
    ]  # fmt: skip
    assert Listing.objects.get(pk=story.listing.pk).status == "published"


def test_less_that_went_along_leaves_the_rest_free_and_more_takes_of_what_is_free() -> None:
    story = Story()
    said: dict[str, Any] = {"by": story.owner, "method": "counted", "at": story.after()}
    exchange = services.state_weight(exchange=story.scheduled(), quantity=Decimal(7), **said)
    services.confirm_weight(by=story.requester, exchange=exchange)
    assert held_given_free(story.listing) == (0, 7, 33)
    other = Story.__new__(Story)
    other.__dict__ |= story.__dict__
    other.organisation = make_organisation(story.requester)
    del other.exchange
    exchange = other.scheduled()
    with pytest.raises(NotEnoughFree) as refused:
        services.state_weight(exchange=exchange, quantity=Decimal(34), **said)
    assert refused.value.free == 33
    exchange = services.state_weight(exchange=exchange, quantity=Decimal(33), **said)
    assert held_given_free(story.listing) == (33, 7, 0)
    services.confirm_weight(by=story.requester, exchange=exchange)
    assert held_given_free(story.listing) == (0, 40, 0)
    assert Listing.objects.get(pk=story.listing.pk).status == "closed"


def test_both_sides_who_say_the_same_complete_it_and_others_correct_each_other() -> None:
    story = Story()
    exchange = story.handed_over()
    exchange = services.state_weight(
        by=story.requester, exchange=exchange, method="weighed", kg=Decimal(240), at=story.after()
    )
    assert (exchange.state, exchange.turn) == ("handed_over", "owner")
    with pytest.raises(PermissionDenied):
        services.confirm_weight(by=story.requester, exchange=exchange)
    exchange = services.state_weight(
        by=story.owner, exchange=exchange, method="weighed", kg=Decimal(240), at=story.after()
    )
    assert exchange.state == "completed"
    assert WeightStatement.objects.filter(side="owner").count() == 2


def test_a_counter_offer_is_held_and_agreed_or_taken_back() -> None:
    story = Story()
    exchange = story.countered(6)
    assert (exchange.state, exchange.turn) == ("countered", "requester")
    assert held_given_free(story.listing) == (6, 0, 34)
    exchange = services.take_back(by=story.owner, exchange=exchange, at=story.at)
    assert (exchange.state, exchange.legs.get().quantity) == ("requested", Decimal(10))
    assert held_given_free(story.listing) == (0, 0, 40)
    exchange = services.counter(by=story.owner, exchange=exchange, quantity=Decimal(6), at=story.at)
    exchange = services.agree(by=story.requester, exchange=exchange, at=story.at)
    assert (exchange.state, exchange.turn) == ("accepted", "both")
    assert held_given_free(story.listing) == (6, 0, 34)


def test_what_a_demand_asks_is_offered_by_whoever_has_it() -> None:
    story = Story("demand")
    leg = story.ask(15).legs.get()
    assert (leg.giver, leg.receiver) == (story.organisation, story.listing.organisation)
    story.accepted()
    assert free(story.listing) == 25


@pytest.mark.parametrize(
    ("state", "step", "more"),
    [
        ("asked", "decline", {"reason": "Al beloofd."}),
        ("countered", "withdraw", {}),
        ("accepted", "cancel", {"reason": "Onze wagen is stuk."}),
        ("scheduled", "cancel", {"reason": "Onze wagen is stuk."}),
    ],
)
def test_what_ends_early_frees_what_was_held(state: str, step: str, more: dict[str, Any]) -> None:
    story = Story()
    exchange = getattr(story, state)()
    by = story.requester if step == "withdraw" else story.owner
    ended = getattr(services, step)(by=by, exchange=exchange, at=story.at, **more)
    assert (ended.turn, ended.due_at, ended.deadline_at) == ("nobody", None, None)
    assert held_given_free(story.listing) == (0, 0, 40)
    assert ended.steps.last().reason == more.get("reason", "")


def test_who_cancels_within_a_day_of_the_appointment_does_so_late() -> None:
    story = Story()
    exchange = story.scheduled()
    at = slot(3)[0] - dt.timedelta(hours=23)
    assert services.cancel(by=story.owner, exchange=exchange, reason="Ziek", at=at).cancelled_late
    early = Story()
    assert not services.cancel(by=early.owner, exchange=early.scheduled(), reason="Ziek", at=early.at).cancelled_late


def test_a_no_show_is_said_by_the_other_contested_and_settled_by_the_hub() -> None:
    story = Story()
    with pytest.raises(ValidationError, match="nog niet voorbij"):
        services.report_no_show(by=story.owner, exchange=story.scheduled(), at=story.at)
    exchange = services.report_no_show(by=story.owner, exchange=story.exchange, at=story.after())
    assert (exchange.state, exchange.no_show_by) == ("no_show", "requester")
    with pytest.raises(PermissionDenied):
        services.contest_no_show(by=story.owner, exchange=exchange, reason="Toch niet")
    exchange = services.contest_no_show(
        by=story.requester, exchange=exchange, reason="We stonden er.", at=story.after()
    )
    assert (exchange.state, exchange.turn) == ("disputed", "hub")
    for somebody in (story.owner, story.requester, make_user()):
        with pytest.raises(PermissionDenied):
            services.settle(
                by=somebody, exchange=exchange, method="weighed", quantity=Decimal(9), kg=Decimal(9), reason="x"
            )
    exchange = services.settle(
        by=staff_of(story), exchange=exchange, method="weighed", quantity=Decimal(9), kg=Decimal(225),
        reason="Bon gezien.",
    )  # fmt: skip
    assert exchange.state == "completed"
    assert held_given_free(story.listing) == (0, 9, 31)
    assert set(WeightStatement.objects.values_list("by_hub", "quantity")) == {(True, Decimal(9))}


def test_who_disagreed_for_a_side_leaves_the_decision_to_a_colleague() -> None:
    story = Story()
    staff, colleague = staff_of(story), staff_of(story)
    exchange = services.dispute(
        by=staff, side="requester", exchange=story.handed_over(), reason="Aan de telefoon gezegd.",
        behalf_note="An, per telefoon", at=story.after(),
    )  # fmt: skip
    decision: dict[str, Any] = {"exchange": exchange, "reason": "Bon gezien.", "at": story.after()}
    assert "settle" not in {step.name for step in open_steps(exchange, exchange.legs.get(), staff, story.after())}
    with pytest.raises(PermissionDenied, match="collega"):
        services.settle_cancelled(by=staff, **decision)
    assert services.settle_cancelled(by=colleague, **decision).state == "cancelled"


def test_where_nobody_else_of_the_hub_is_left_operators_hear_of_the_disagreement() -> None:
    story = Story()
    operator = User.objects.create_superuser("operator@test.example", "geheim-woord-1")
    staff = staff_of(story)
    exchange = services.dispute(
        by=staff, side="requester", exchange=story.handed_over(), reason="Aan de telefoon gezegd.",
        behalf_note="An, per telefoon", at=story.after(),
    )  # fmt: skip
    letter = Letter.objects.get(recipient=operator.email)
    assert letter.data["next"] == "Lees wat beide partijen zeggen, en beslis."
    Letter.objects.all().delete()
    remind(exchange, exchange.legs.get(), 1, story.after())
    recipients = set(Letter.objects.values_list("recipient", flat=True))
    assert operator.email in recipients
    assert staff.email not in recipients
    decision: dict[str, Any] = {"exchange": exchange, "reason": "Bon gezien.", "at": story.after()}
    assert services.settle_cancelled(by=operator, **decision).state == "cancelled"


def test_what_a_slip_would_explain_is_asked_about_all_at_once() -> None:
    story = Story()
    said: dict[str, Any] = {"by": story.owner, "method": "weighed", "kg": Decimal(999_999), "at": story.at}
    with pytest.raises(ValidationError) as asked:
        services.state_weight(exchange=story.scheduled(), **said)
    doubts = asked.value.error_dict
    assert {name: [one.code for one in found] for name, found in doubts.items()} == {
        "__all__": ["unlikely"], "kg": ["unlikely"],
    }  # fmt: skip
    assert "De afspraak is pas" in str(doubts["__all__"][0].message)
    assert services.state_weight(exchange=story.exchange, sure=True, **said).state == "handed_over"
    # Who answers to that isn't asked about the day once more.
    corrected = said | {"by": story.requester, "kg": Decimal(250)}
    assert services.state_weight(exchange=story.exchange, **corrected).state == "handed_over"


def test_half_a_piece_does_not_go_along_unless_its_owner_counts_in_halves() -> None:
    story = Story()
    with pytest.raises(ValidationError, match="Stuks tel je in gehelen"):
        services.state_weight(
            by=story.owner, exchange=story.scheduled(), method="weighed", quantity=Decimal("2.5"), kg=Decimal(60),
            at=story.after(),
        )  # fmt: skip
    halves = Story(quantity=Decimal("2.5"))
    assert halves.ask("2.5").state == "requested"


def test_a_no_show_ends_where_both_agree_on_another_time() -> None:
    story = Story()
    exchange = story.no_show()
    exchange = services.propose_times(by=story.requester, exchange=exchange, times=[slot(8)], at=story.after())
    assert (exchange.state, exchange.turn) == ("no_show", "owner")
    exchange = services.confirm_time(
        by=story.owner, exchange=exchange, appointment=times_of(exchange)[0], at=story.after()
    )
    assert (exchange.state, exchange.no_show_by) == ("scheduled", "")


def test_what_is_completed_is_disputed_and_nothing_of_it_stays_given() -> None:
    story = Story()
    exchange = story.completed()
    exchange = services.dispute(by=story.requester, exchange=exchange, reason="Het was nat.", at=story.after())
    assert held_given_free(story.listing) == (0, 10, 30)
    exchange = services.settle_cancelled(by=staff_of(story), exchange=exchange, reason="Teruggebracht.")
    assert exchange.state == "cancelled"
    assert held_given_free(story.listing) == (0, 0, 40)
    # What a hub decided isn't disputed once more; nor is what time decided after a disagreement.
    settled, timed = Story(), Story()
    decided = services.settle(
        by=staff_of(settled), exchange=settled.disputed(), method="weighed", quantity=Decimal(9), kg=Decimal(225),
        reason="Bon gezien.", at=settled.after(),
    )  # fmt: skip
    deadline = timed.disputed().deadline_at
    assert deadline is not None
    sweep(at=deadline)
    timed.exchange.refresh_from_db()
    for story, exchange, at in ((settled, decided, settled.after()), (timed, timed.exchange, deadline)):
        assert exchange.state == "completed"
        assert "dispute" not in {step.name for step in open_steps(exchange, exchange.legs.get(), story.owner, at)}
        for somebody in (story.owner, story.requester):
            with pytest.raises(ValidationError, match="dat blijft zo"):
                services.dispute(by=somebody, exchange=exchange, reason="Nog eens.", at=at)
    late = Story()
    with pytest.raises(ValidationError, match="dertig dagen"):
        services.dispute(by=late.owner, exchange=late.completed(), reason="x", at=late.after() + dt.timedelta(days=31))


def test_of_a_lot_that_its_owner_closed_the_hub_may_find_that_more_was_given() -> None:
    story = Story()
    exchange = story.completed()
    close_listing(by=story.owner, listing=story.listing)
    exchange = services.dispute(by=story.owner, exchange=exchange, reason="Het waren er 12.", at=story.after())
    decision: dict[str, Any] = {"by": staff_of(story), "exchange": exchange, "method": "weighed", "reason": "Bon."}
    with pytest.raises(NotEnoughFree):
        services.settle(**decision, quantity=Decimal(41), kg=Decimal(1025))
    assert services.settle(**decision, quantity=Decimal(12), kg=Decimal(300)).state == "completed"
    assert held_given_free(story.listing) == (0, 12, 28)
    assert Listing.objects.get().status == "closed"


# ---- refusals ----


@pytest.mark.parametrize(
    ("fields", "asked", "field"),
    [
        ({}, {"quantity": 0}, "quantity"),
        ({}, {"quantity": -3}, "quantity"),
        ({}, {"quantity": "NaN"}, "quantity"),
        ({}, {"quantity": "1e30"}, "quantity"),
        ({}, {"quantity": "0.0001"}, "quantity"),
        ({}, {"quantity": 41}, "quantity"),
        ({}, {"quantity": "2.5"}, "quantity"),
        ({"splittable": False}, {"quantity": 39}, "quantity"),
        ({}, {"wanted_on": TODAY - dt.timedelta(days=1)}, "wanted_on"),
        ({}, {"wanted_on": TODAY + dt.timedelta(days=400)}, "wanted_on"),
        ({"available_from": TODAY + dt.timedelta(days=9)}, {"wanted_on": TODAY}, "wanted_on"),
        ({"available_until": TODAY}, {"wanted_on": TODAY + dt.timedelta(days=1)}, "wanted_on"),
        ({}, {"message": "x" * 5_000}, "message"),
        ({}, {"message": "a\0b"}, "message"),
        ({"recurrence": "weekly"}, {}, "wanted_on"),
        ({"recurrence": "weekly"}, {"period": TODAY - dt.timedelta(days=TODAY.weekday() + 7)}, "week_start"),
        ({"kind": "service"}, {}, "week_start"),
        ({}, {"idempotency_key": "x" * 65}, "idempotency_key"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused_at_its_field(fields: Any, asked: Any, field: str) -> None:
    story = Story(**fields)
    with pytest.raises(ValidationError) as refused:
        story.ask(**{"quantity": 5} | asked)
    assert list(refused.value.message_dict) == [field]
    assert not Exchange.objects.exists()


def test_ones_own_or_a_withdrawn_listing_is_not_asked_for() -> None:
    story = Story()
    own: dict[str, Any] = {"listing": story.listing, "quantity": Decimal(1)}
    with pytest.raises(ValidationError, match="eigen organisatie"):
        services.request_exchange(by=story.owner, organisation=story.listing.organisation, **own)
    with pytest.raises(PermissionDenied):
        services.request_exchange(by=make_user(), organisation=story.organisation, **own)
    withdraw_listing(by=story.owner, listing=story.listing)
    with pytest.raises(ValidationError, match="ingetrokken"):
        story.ask()


def test_only_as_much_as_is_free_is_accepted_and_it_says_what_is_left() -> None:
    story = Story()
    other = Story()
    other.listing, other.owner = story.listing, story.owner
    story.ask(30)
    other.ask(20)
    story.accepted()
    with pytest.raises(NotEnoughFree) as refused:
        other.accepted()
    assert refused.value.free == 10
    other.exchange.refresh_from_db()
    assert other.exchange.state == "requested"
    assert free(story.listing) == 10


def test_a_step_that_came_too_late_is_told_who_did_what_meanwhile() -> None:
    story = Story()
    exchange = story.ask()
    services.withdraw(by=story.requester, exchange=exchange)
    with pytest.raises(ExchangeMoved) as told:
        services.accept(by=story.owner, exchange=exchange)
    (words,) = told.value.messages
    assert "An Aanvrager" in words
    assert "trok de aanvraag" in words


def test_who_saw_an_older_version_agrees_to_nothing() -> None:
    story = Story()
    exchange = story.countered(6)
    seen = exchange.version
    services.take_back(by=story.owner, exchange=exchange)
    services.counter(by=story.owner, exchange=exchange, quantity=Decimal(2))
    with pytest.raises(ExchangeMoved):
        services.agree(by=story.requester, exchange=exchange, seen_version=seen)


def test_the_same_key_again_changes_nothing() -> None:
    story = Story()
    first = story.ask(10, idempotency_key="abc")
    assert story.ask(10, idempotency_key="abc") == first
    services.accept(by=story.owner, exchange=first, key="k1")
    again = services.accept(by=story.owner, exchange=first, key="k1")
    assert (again.state, again.version) == ("accepted", 2)
    with pytest.raises(ValidationError, match="vroeg dit al aan"):
        story.ask(5)
    other = published()
    with pytest.raises(ValidationError, match="iets anders verstuurd"):
        services.request_exchange(
            by=story.requester,
            organisation=story.organisation,
            listing=other,
            quantity=Decimal(1),
            idempotency_key="abc",
        )


@pytest.mark.parametrize("step", ["decline", "cancel", "dispute", "contest_no_show"])
def test_a_no_says_why(step: str) -> None:
    story = Story()
    state, by = {
        "decline": ("asked", story.owner), "cancel": ("accepted", story.owner),
        "dispute": ("handed_over", story.owner), "contest_no_show": ("no_show", story.requester),
    }[step]  # fmt: skip
    exchange = getattr(story, state)()
    with pytest.raises(ValidationError) as refused:
        getattr(services, step)(by=by, exchange=exchange, reason=" ", at=story.after())
    assert list(refused.value.message_dict) == ["reason"]


@pytest.mark.parametrize(
    "times",
    [
        [],
        [slot(-1)],
        [slot(1), slot(2), slot(3), slot(4)],
        [(slot(1)[1], slot(1)[0])],
        [(slot(1)[0], slot(2)[0])],
        [(slot(1)[0], slot(1)[0] + dt.timedelta(minutes=5))],
        [slot(500)],
        [(dt.datetime(2030, 1, 1), dt.datetime(2030, 1, 1, 1))],
    ],
)
def test_times_that_cannot_be_are_refused(times: Any) -> None:
    story = Story()
    with pytest.raises(ValidationError) as refused:
        services.propose_times(by=story.owner, exchange=story.accepted(), times=times)
    assert list(refused.value.message_dict) == ["times"]


@pytest.mark.parametrize(("day", "words"), [(dt.date(2027, 3, 28), "vooruit"), (dt.date(2027, 10, 31), "terug")])
def test_an_hour_that_the_clock_skips_or_repeats_is_refused(day: dt.date, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        moment(day, dt.time(2, 30))
    assert moment(day, dt.time(9)).utcoffset() is not None


# ---- rights ----


def test_staff_of_the_hub_act_on_behalf_and_are_shown_as_such() -> None:
    story = Story()
    staff = staff_of(story)
    asked = story.ask()
    with pytest.raises(ValidationError) as refused:
        services.accept(by=staff, exchange=asked)
    assert list(refused.value.message_dict) == ["behalf_note"]
    exchange = services.accept(by=staff, exchange=asked, behalf_note="An, per telefoon")
    step = exchange.steps.last()
    assert step is not None
    assert (step.role, step.side, step.organisation_id) == ("hub", "owner", exchange.owner_id)
    with pytest.raises(PermissionDenied):
        services.request_exchange(by=staff, organisation=make_organisation(), listing=published(), quantity=Decimal(1))
    partner = make_organisation()
    HubPartner.objects.create(hub=Hub.objects.get(pk=story.listing.hub_ids[0]), organisation=partner)
    asked = services.request_exchange(
        by=staff, organisation=partner, listing=story.listing, quantity=Decimal(1), behalf_note="An, per telefoon"
    )
    assert asked.steps.get().role == "hub"


def test_a_member_of_both_sides_says_for_which() -> None:
    story = Story()
    Membership.objects.create(user=story.requester, organisation=story.listing.organisation, role="member")
    exchange = services.accept(by=story.requester, exchange=story.ask())
    with pytest.raises(ValidationError) as refused:
        services.cancel(by=story.requester, exchange=exchange, reason="x")
    assert list(refused.value.message_dict) == ["side"]
    services.cancel(by=story.requester, exchange=exchange, reason="x", side="owner")


# ---- what is kept ----


def test_steps_and_weights_are_never_changed_nor_deleted_but_go_along_with_their_exchange() -> None:
    story = Story()
    story.completed()
    for wrong in (
        lambda: ExchangeStep.objects.update(reason="x"),
        lambda: ExchangeStep.objects.all().delete(),
        lambda: WeightStatement.objects.update(kg=1),
        lambda: WeightStatement.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            wrong()
    story.organisation.delete()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert not ExchangeStep.objects.exists()
    assert not WeightStatement.objects.exists()


def test_the_other_side_gets_a_letter_of_each_step_and_the_journal_an_event() -> None:
    story = Story()
    story.ask()
    letter = Letter.objects.get()
    assert letter.recipient == story.owner.email
    assert "vroeg 10 stuks aan" in letter.data["sentence"]
    assert subject_of(letter) == f"Uitwisseling (aangevraagd): {story.listing.heading}"
    story.accepted()
    assert Letter.objects.last().recipient == story.requester.email  # type: ignore[union-attr]
    verbs = list(Event.objects.filter(verb__startswith="exchange.").order_by("id").values_list("verb", flat=True))
    assert verbs == ["exchange.requested", "exchange.accepted"]


def test_a_message_goes_to_the_other_side_once() -> None:
    story = Story()
    exchange = story.ask()
    first = services.send_message(
        by=story.owner, conversation=exchange.conversation, text="Kom je met een wagen?", key="m1"
    )
    assert (
        services.send_message(
            by=story.owner, conversation=exchange.conversation, text="Kom je met een wagen?", key="m1"
        )
        == first
    )
    assert Letter.objects.filter(template="exchange_message").get().recipient == story.requester.email
    with pytest.raises(PermissionDenied):
        services.send_message(by=make_user(), conversation=exchange.conversation, text="Hallo")
    with pytest.raises(ValidationError):
        services.send_message(by=story.owner, conversation=exchange.conversation, text="  ")


# ---- what was given whole, and turns out not to be ----


def whole_lot_given() -> tuple[Story, Exchange]:
    story = Story()
    story.ask(40)
    exchange = story.completed()
    story.listing.refresh_from_db()
    assert (story.listing.status, held_given_free(story.listing)) == ("closed", (0, 40, 0))
    return story, exchange


def test_a_lot_that_was_given_whole_is_found_again_where_nothing_was_handed_over() -> None:
    story, exchange = whole_lot_given()
    exchange = services.dispute(by=story.requester, exchange=exchange, reason="Het was nat.", at=story.after())
    services.settle_cancelled(by=staff_of(story), exchange=exchange, reason="Teruggebracht.")
    story.listing.refresh_from_db()
    assert (story.listing.status, story.listing.closed_at) == ("published", None)
    assert held_given_free(story.listing) == (0, 0, 40)
    assert Listing.objects.published().filter(pk=story.listing.pk).exists()


def test_a_lot_of_which_less_was_given_is_found_again() -> None:
    story, exchange = whole_lot_given()
    exchange = services.dispute(by=story.requester, exchange=exchange, reason="Het waren er 30.", at=story.after())
    services.settle(
        by=staff_of(story), exchange=exchange, method="weighed", quantity=Decimal(30), kg=Decimal(750),
        reason="Nageteld.",
    )  # fmt: skip
    story.listing.refresh_from_db()
    assert (story.listing.status, held_given_free(story.listing)) == ("published", (0, 30, 10))


def test_what_its_owner_closed_stays_closed_when_something_of_it_is_freed() -> None:
    story = Story()
    story.ask(10)
    exchange = story.completed()
    close_listing(by=story.owner, listing=story.listing)
    exchange = services.dispute(by=story.requester, exchange=exchange, reason="Het was nat.", at=story.after())
    services.settle_cancelled(by=staff_of(story), exchange=exchange, reason="Teruggebracht.")
    story.listing.refresh_from_db()
    assert (story.listing.status, held_given_free(story.listing)) == ("closed", (0, 0, 40))


# ---- the same key ----


@pytest.mark.parametrize(
    "other", [{"quantity": 11}, {"wanted_on": TODAY + dt.timedelta(days=3)}, {"message": "Liever morgen."}]
)
def test_the_same_key_with_another_content_is_refused(other: dict[str, Any]) -> None:
    story = Story()
    given: dict[str, Any] = {"message": "Tien graag.", "idempotency_key": "abc"}
    first = story.ask(10, **given)
    services.counter(by=story.owner, exchange=first, quantity=Decimal(6))
    # What became of it since doesn't matter.
    assert story.ask(10, **given) == first
    with pytest.raises(ValidationError, match="iets anders verstuurd") as refused:
        story.ask(other.get("quantity", 10), **(given | {k: v for k, v in other.items() if k != "quantity"}))
    assert list(refused.value.message_dict) == ["idempotency_key"]
    assert Exchange.objects.count() == 1


def test_the_same_key_with_another_message_is_refused() -> None:
    story = Story()
    talk = story.ask().conversation
    services.send_message(by=story.owner, conversation=talk, text="Dinsdag.", key="k")
    with pytest.raises(ValidationError, match="iets anders verstuurd"):
        services.send_message(by=story.owner, conversation=talk, text="Woensdag.", key="k")
    assert talk.messages.count() == 1
