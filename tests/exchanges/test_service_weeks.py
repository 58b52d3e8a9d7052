"""Weeks of a service as exchanges: asked for and answered as goods are, or reserved by the service's own people."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from accounts.models import HubStaff, User
from exchanges import services
from exchanges.impact.totals import totals_of
from exchanges.models import Exchange, ImpactEntry
from exchanges.schedule import BRUSSELS
from exchanges.sweep import sweep
from frontend.exchanges.service_request import MOST_SUPPLIES
from journal.letter_text import render_letter
from journal.models import Letter
from listings.balances.free import NotEnoughFree
from listings.balances.periods import monday_of
from listings.capacity.services import book_capacity, cancel_booking
from listings.capacity.weeks import free_capacity
from listings.models import Listing
from materials import figures
from tests.exchanges.makers import Story
from tests.exchanges.test_pages import as_, hidden, read, take
from tests.makers import TODAY, make_organisation, make_site, make_user, published

WEEK = dt.timedelta(weeks=1)
MONDAY = monday_of(TODAY) + WEEK


class Workshop(Story):
    """A service that repairs 20 pieces a week, and somebody who asks for some of it."""

    def __init__(self, **fields: Any) -> None:
        super().__init__("service", **fields)

    def ask(self, quantity: Any = 10, **more: Any) -> Exchange:
        return super().ask(quantity, **({"period": MONDAY} | more))

    def proposed(self, by: User | None = None) -> Exchange:
        """In the week that was asked."""
        exchange = self.accepted()
        start = dt.datetime.combine(MONDAY + dt.timedelta(days=2), dt.time(10), BRUSSELS)
        times = [(start, start + dt.timedelta(hours=2))]
        return services.propose_times(by=by or self.owner, exchange=exchange, times=times, at=self.at)

    def after(self) -> dt.datetime:
        return dt.datetime.combine(MONDAY + dt.timedelta(days=2), dt.time(12, 5), BRUSSELS)

    def ask_weeks(self, quantity: Any, *weeks: dt.date, **more: Any) -> list[Exchange]:
        return services.request_weeks(
            by=self.requester, organisation=self.organisation, service=self.listing, weeks=weeks,
            quantity=Decimal(quantity), at=self.at, **more,
        )  # fmt: skip

    def own_supply(self, **fields: Any) -> Listing:
        return published(organisation=self.organisation, by=self.requester, **fields)


def free(service: Listing, week: dt.date = MONDAY) -> Decimal | None:
    return free_capacity([service.pk], week, 1)[service.pk][0].free


@pytest.mark.django_db
def test_a_week_is_asked_held_when_accepted_and_given_when_confirmed() -> None:
    shop = Workshop()
    exchange = shop.ask(12)
    leg = exchange.legs.get()
    assert (leg.giver, leg.receiver, leg.unit) == (shop.organisation, shop.listing.organisation, "piece")
    assert free(shop.listing) == 20
    exchange = shop.accepted()
    assert free(shop.listing) == 8
    held = shop.listing.reservations.get()
    assert (held.period, held.organisation, held.is_booking) == (MONDAY, shop.organisation, False)
    exchange = services.state_weight(
        sure=True, by=shop.requester, exchange=exchange, method="weighed", kg=Decimal(90), at=shop.at
    )
    exchange = services.confirm_weight(by=shop.owner, exchange=exchange, at=shop.at)
    assert exchange.state == "completed"
    assert [free(shop.listing, week) for week in (MONDAY, MONDAY + WEEK)] == [8, 20]
    held.refresh_from_db()
    assert (held.state, held.given_quantity) == ("given", Decimal(12))


@pytest.mark.django_db
def test_what_came_to_less_leaves_the_rest_of_the_week_free_and_more_takes_of_it() -> None:
    less, more = Workshop(), Workshop()
    for shop, brought, left in ((less, 7, 13), (more, 15, 5)):
        exchange = shop.scheduled()
        exchange = services.state_weight(
            sure=True,
            by=shop.requester,
            exchange=exchange,
            method="weighed",
            quantity=Decimal(brought),
            kg=Decimal(90),
        )
        services.confirm_weight(by=shop.owner, exchange=exchange)
        assert free(shop.listing) == left


@pytest.mark.django_db
def test_a_counter_offer_a_refusal_and_a_cancellation_go_as_with_goods() -> None:
    shop = Workshop()
    shop.countered(6)
    assert free(shop.listing) == 14
    exchange = services.agree(by=shop.requester, exchange=shop.exchange)
    services.cancel(by=shop.owner, exchange=exchange, reason="Machine stuk.")
    assert free(shop.listing) == 20
    declined = services.decline(by=shop.owner, exchange=shop.ask(), reason="Geen tijd.")
    assert declined.state == "declined"


@pytest.mark.django_db
def test_one_may_ask_for_several_weeks_but_for_each_once() -> None:
    shop = Workshop()
    shop.ask()
    with pytest.raises(ValidationError, match="vroeg dit al aan"):
        shop.ask()
    assert shop.ask(period=MONDAY + WEEK).period == MONDAY + WEEK


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"period": MONDAY + dt.timedelta(days=1)}, "Een week begint op maandag."),
        ({"period": MONDAY - 2 * WEEK}, "Kies een week van nu tot een jaar ver."),
        ({"period": MONDAY + 54 * WEEK}, "Kies een week van nu tot een jaar ver."),
        ({"period": dt.date(1, 1, 2)}, "Kies een week."),
        ({"quantity": "0"}, "De hoeveelheid moet meer dan 0 zijn."),
        ({"quantity": "NaN"}, "De hoeveelheid moet meer dan 0 zijn."),
        ({"quantity": "21"}, "Nog 20 stuks vrij."),
    ],
)
def test_what_makes_no_sense_of_a_week_is_refused_in_words(more: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Workshop().ask(**more)
    assert says in " ".join(refused.value.messages).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.django_db
def test_a_closed_week_a_silent_service_and_a_lot_have_no_week_to_ask_for() -> None:
    closed = Workshop(available_from=MONDAY + WEEK)
    with pytest.raises(ValidationError, match="werkt deze dienst niet"):
        closed.ask()
    silent = Workshop()
    Listing.objects.filter(pk=silent.listing.pk).update(capacity_per_week=None)
    with pytest.raises(ValidationError, match="zegt niet hoeveel ze per week aankan"):
        silent.ask()
    with pytest.raises(ValidationError, match="Alleen van een dienst"):
        Story().ask(period=MONDAY)
    with pytest.raises(ValidationError, match="Alleen van een dienst"):
        services.request_weeks(
            by=silent.requester, organisation=silent.organisation, service=published(), weeks=[MONDAY],
            quantity=Decimal(1),
        )  # fmt: skip


@pytest.mark.django_db
def test_a_week_is_for_a_supply_of_ones_own() -> None:
    shop = Workshop()
    supply = shop.own_supply()
    exchange = shop.ask(matched=supply)
    assert (exchange.matched, exchange.started_from, exchange.material) == (supply, "match", supply.material)
    shop.accepted()
    assert shop.listing.reservations.get().supply == supply
    with pytest.raises(ValidationError, match="je eigen organisatie"):
        Workshop().ask(matched=published())
    other = Workshop()
    demand = published("demand", organisation=other.organisation, by=other.requester)
    with pytest.raises(ValidationError, match="Een dienst werkt aan aanbod"):
        other.ask(matched=demand)


@pytest.mark.django_db
def test_an_unanswered_week_lapses_at_its_end_at_the_latest() -> None:
    shop = Workshop()
    exchange = shop.ask(period=monday_of(TODAY)) if TODAY.weekday() < 5 else shop.ask()
    end = dt.datetime.combine(exchange.period + WEEK, dt.time(), BRUSSELS)
    earliest = shop.at + dt.timedelta(days=2)
    assert exchange.deadline_at is not None
    assert exchange.deadline_at <= max(end, earliest)
    sweep(at=exchange.deadline_at + dt.timedelta(minutes=1))
    exchange.refresh_from_db()
    assert exchange.state == "lapsed"


@pytest.mark.django_db
def test_a_reserved_week_waits_for_its_end_with_reminders_before_it() -> None:
    shop = Workshop()
    exchange = shop.ask(period=MONDAY + 8 * WEEK)
    exchange = shop.accepted()
    begins = dt.datetime.combine(exchange.period, dt.time(9), BRUSSELS)
    assert exchange.deadline_at == dt.datetime.combine(exchange.period + WEEK, dt.time(), BRUSSELS)
    assert exchange.due_at == begins - WEEK
    sweep(at=begins - WEEK)
    exchange.refresh_from_db()
    assert (exchange.state, exchange.due_at) == ("accepted", begins)
    sweep(at=begins + WEEK)
    exchange.refresh_from_db()
    assert exchange.state == "lapsed"
    assert free(shop.listing, exchange.period) == 20


@pytest.mark.django_db
def test_several_weeks_are_asked_in_one_press_the_first_filled_first() -> None:
    shop = Workshop()
    by = shop.listing.maker  # type: ignore[attr-defined]
    book_capacity(by=by, service=shop.listing, week_start=MONDAY, quantity=Decimal(15))
    made = shop.ask_weeks(28, MONDAY, MONDAY + WEEK, MONDAY + 2 * WEEK, idempotency_key="een")
    assert [(one.period, int(one.legs.get().quantity)) for one in made] == [
        (MONDAY, 5), (MONDAY + WEEK, 20), (MONDAY + 2 * WEEK, 3),
    ]  # fmt: skip
    arrangement = made[0].arrangement
    assert arrangement is not None
    assert {one.arrangement for one in made} == {arrangement}
    assert arrangement.kind == "weeks"
    assert shop.ask_weeks(28, MONDAY, MONDAY + WEEK, MONDAY + 2 * WEEK, idempotency_key="een") == made
    with pytest.raises(ValidationError, match="samen is er nog plaats voor"):
        shop.ask_weeks(41, MONDAY + 5 * WEEK, MONDAY + 6 * WEEK)
    with pytest.raises(ValidationError, match="vroeg dit al aan"):
        shop.ask_weeks(25, MONDAY + WEEK, MONDAY + 4 * WEEK)
    assert Exchange.objects.count() == 3


@pytest.mark.django_db
def test_what_fits_in_the_first_of_the_weeks_is_one_exchange_that_stands_alone() -> None:
    shop = Workshop()
    (exchange,) = shop.ask_weeks(5, MONDAY, MONDAY + WEEK)
    assert exchange.period == MONDAY
    page = read(as_(shop.owner).get(f"/uitwisselingen/{exchange.pk}/"))
    assert "Meer dan één week" not in page


@pytest.mark.django_db(transaction=True)
def test_who_accept_at_once_never_promise_more_than_the_week_has() -> None:
    shop = Workshop()
    asked: list[Exchange] = []
    for _number in range(6):
        other = Story.__new__(Workshop)
        other.__dict__ |= shop.__dict__ | {"requester": make_user()}
        other.organisation = make_organisation(other.requester)
        asked.append(other.ask(8))

    def accept(exchange: Exchange) -> bool:
        try:
            services.accept(by=shop.owner, exchange=exchange)
            return True
        except NotEnoughFree:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(accept, asked)) == 2
    assert free(shop.listing) == 4


@pytest.mark.django_db
def test_the_ledger_counts_what_a_service_worked_on_apart_and_nothing_twice() -> None:
    shop = Workshop()
    supply = shop.own_supply()
    shop.ask(matched=supply)
    shop.completed()
    line = ImpactEntry.objects.get()
    assert (line.kg, line.unknown, line.material) == (Decimal(250), "service", supply.material)
    assert line.value_eur is None
    # When the same goods then go to whoever uses them
    lot = Story()
    make_site(lot.organisation)
    lot.completed()
    totals = totals_of(ImpactEntry.objects.current())
    assert (totals.handed_over, totals.worked_on) == (1, 1)
    assert totals.kg_confirmed == totals.kg_worked_on == 250
    assert (totals.without_weight, totals.without_emissions) == (0, 0)


@pytest.mark.django_db
def test_what_is_held_for_an_exchange_isn_t_cancelled_as_a_booking() -> None:
    shop = Workshop()
    shop.accepted()
    held = shop.listing.reservations.get()
    with pytest.raises(ValidationError, match="geen boeking van een week"):
        cancel_booking(by=shop.owner, booking=held)
    client = as_(shop.owner)
    assert client.get(f"/api/v1/listings/{shop.listing.pk}/capacity/").json()["bookings"] == []
    address = f"/api/v1/listings/{shop.listing.pk}/capacity/bookings/{held.pk}/"
    assert client.delete(address).status_code == 404
    page = read(client.get(f"/zoekertje/{shop.listing.pk}/"))
    assert f"/uitwisselingen/{shop.exchange.pk}/" in page
    assert f"/weken/{held.pk}/weg/" not in page


# ---- reserved by the service's own people, for the supply of somebody else ----


def reserve(shop: Workshop, supply: Listing, by: User | None = None, quantity: int = 12, *weeks: dt.date) -> Any:
    return services.book_weeks_for(
        by=by or shop.owner, service=shop.listing, supply=supply, weeks=weeks or [MONDAY],
        quantity=Decimal(quantity), note="Breng maar.",
    )  # fmt: skip


@pytest.mark.django_db
def test_a_week_reserved_for_a_supply_of_others_is_an_exchange_that_they_may_call_off() -> None:
    shop = Workshop()
    supply = shop.own_supply()
    (exchange,) = reserve(shop, supply)
    assert (exchange.state, exchange.requester, exchange.matched) == ("accepted", shop.organisation, supply)
    assert free(shop.listing) == 8
    step = exchange.steps.get()
    assert (step.step, step.role, step.side) == ("exchange.booked", "owner", "owner")
    assert Letter.objects.get(template="exchange_step").recipient == shop.requester.email
    assert exchange.conversation.messages.get().text == "Breng maar."
    services.cancel(by=shop.requester, exchange=exchange, reason="Toch niet.")
    assert free(shop.listing) == 20


@pytest.mark.django_db
def test_staff_of_the_hub_reserve_on_behalf_and_others_don_t() -> None:
    shop = Workshop()
    supply = shop.own_supply()
    staff = HubStaff.objects.create(hub_id=shop.listing.hub_ids[0], user=make_user(), role="editor").user
    for stranger in (make_user(), shop.requester, make_user(is_superuser=True)):
        with pytest.raises(PermissionDenied):
            reserve(shop, supply, stranger)
    made = reserve(shop, supply, staff, 25, MONDAY, MONDAY + WEEK)
    assert [one.steps.get().role for one in made] == ["hub", "hub"]
    assert [one.legs.get().quantity for one in made] == [20, 5]
    assert made[0].arrangement == made[1].arrangement
    with pytest.raises(ValidationError, match="vroeg dit al aan"):
        reserve(shop, supply, staff, 1, MONDAY + WEEK)


@pytest.mark.django_db
def test_what_is_for_ones_own_supply_is_booked_and_what_is_for_others_is_agreed() -> None:
    shop = Workshop()
    supply = shop.own_supply()
    given: dict[str, Any] = {"by": shop.owner, "service": shop.listing, "week_start": MONDAY, "quantity": Decimal(1)}
    with pytest.raises(ValidationError, match="spreek het af in een uitwisseling"):
        book_capacity(**given, supply=supply)
    own = published(organisation=shop.listing.organisation, by=shop.owner)
    assert book_capacity(**given, supply=own).is_booking
    with pytest.raises(ValidationError, match="je eigen organisatie"):
        reserve(shop, own)


# ---- one letter ----


@pytest.mark.django_db
def test_of_weeks_that_are_asked_for_in_one_go_there_is_one_letter_that_names_them() -> None:
    shop = Workshop()
    weeks = [MONDAY, MONDAY + WEEK, MONDAY + 2 * WEEK]
    made = shop.ask_weeks(50, *weeks, idempotency_key="k")
    assert shop.ask_weeks(50, *weeks, idempotency_key="k") == made
    (letter,) = Letter.objects.filter(template="exchange_step")
    assert letter.recipient == shop.owner.email
    days = [figures.day_and_month(week) for week in weeks]
    says = f"de weken van {days[0]} (20 stuks), {days[1]} (20 stuks), {days[2]} (10 stuks)."
    assert says in " ".join(render_letter(letter).text.replace("\N{NO-BREAK SPACE}", " ").split())


@pytest.mark.django_db
def test_of_weeks_that_are_reserved_for_somebody_too_and_each_answer_is_told_alone() -> None:
    shop = Workshop()
    for one in reserve(shop, shop.own_supply(), None, 30, MONDAY, MONDAY + WEEK):
        last = one
    (letter,) = Letter.objects.filter(template="exchange_step", recipient=shop.requester.email)
    assert "(20 stuks)" in letter.data["weeks"].replace("\N{NO-BREAK SPACE}", " ")
    services.cancel(by=shop.requester, exchange=last, reason="Niet nodig.")
    letter = Letter.objects.get(template="exchange_step", recipient=shop.owner.email)
    assert letter.data["weeks"] == ""


@pytest.mark.django_db
def test_of_one_week_the_letter_names_no_others() -> None:
    shop = Workshop()
    shop.ask_weeks(5, MONDAY)
    letter = Letter.objects.get(template="exchange_step")
    assert letter.data["weeks"] == ""
    assert "Samen gaat het om" not in render_letter(letter).text


# ---- pages and programs ----


@pytest.mark.django_db
def test_two_people_bring_work_to_a_service_through_the_pages() -> None:
    shop = Workshop()
    supply = shop.own_supply(title="Stapel stoelen", quantity=32)
    requester, owner = as_(shop.requester), as_(shop.owner)
    address = f"/zoekertje/{shop.listing.pk}/aanvragen/"
    assert address in read(requester.get(f"/zoekertje/{shop.listing.pk}/"))
    page = read(requester.get(f"{address}?voor={supply.pk}"))
    assert 'name="quantity" value="32"' in page
    assert "Stapel stoelen" in page
    assert page.count("checked") >= 2
    weeks = [MONDAY.isoformat(), (MONDAY + WEEK).isoformat()]
    given = hidden(page) | {"weeks": weeks, "quantity": "32", "matched": supply.pk, "message": "Poten los."}
    for _click in range(2):
        sent = requester.post(address, given)
        assert sent.status_code == 302
    first, second = Exchange.objects.order_by("period")
    assert sent["Location"] == f"/uitwisselingen/{first.pk}/"
    page = read(owner.get(f"/uitwisselingen/{first.pk}/"))
    assert "Poten los." in page
    assert "week van" in page
    assert f"/uitwisselingen/{second.pk}/" in page
    assert take(owner, first, "accept").status_code == 302
    assert free(shop.listing) == 0
    assert take(owner, first, "state_weight", quantity="20", method="weighed", kg="180", sure="on").status_code == 302
    assert take(requester, first, "confirm_weight").status_code == 302
    assert "Dit is afgerond." in read(requester.get(f"/uitwisselingen/{first.pk}/"))


@pytest.mark.django_db
def test_whoever_has_many_supplies_names_the_one_they_mean() -> None:
    shop = Workshop()
    oldest = shop.own_supply(title="Eerste partij", quantity=12)
    client, address = as_(shop.requester), f"/zoekertje/{shop.listing.pk}/aanvragen/"
    assert ">Eerste partij</option>" in read(client.get(address))
    for number in range(MOST_SUPPLIES):
        copy_of(oldest, f"Partij {number // 2}")
    page = read(client.get(address))
    assert "Partij 3" not in page
    assert "Typ enkele woorden en kies, of plak het adres van zijn pagina." in page
    assert 'data-source="/api/v1/listings/?kind=supply&amp;status=published" data-shape="own"' in page
    given = hidden(page) | {"weeks": [MONDAY.isoformat()], "quantity": "12", "message": ""}
    for wrong, says in {
        "Partij 3": "Meer dan één aanbod van je heet zo.",
        "Partij 999": "Dit is geen openbaar aanbod van je.",
        str(published().pk): "Dit is geen openbaar aanbod van je.",
    }.items():
        assert says in read(client.post(address, given | {"matched": wrong})), wrong
    chosen = hidden(read(client.get(f"{address}?voor={oldest.pk}")))
    assert chosen["matched_id"] == str(oldest.pk)
    twin = Listing.objects.filter(title="Partij 3").order_by("pk")[1]
    for number, more in enumerate((
        {"matched": f"{settings.SITE_URL}/zoekertje/{oldest.pk}/"}, {"matched": "eerste partij"},
        {"matched": "Partij 3", "matched_id": str(twin.pk)},
    )):  # fmt: skip
        week = {"key": f"k{number}", "weeks": [(MONDAY + number * WEEK).isoformat()]}
        assert client.post(address, given | week | more).status_code == 302
    assert [one.matched for one in Exchange.objects.order_by("pk")] == [oldest, oldest, twin]


def copy_of(supply: Listing, title: str) -> None:
    """One more that is published."""
    row = Listing.objects.get(pk=supply.pk)
    row.pk, row.title = None, title
    row._state.adding = True
    row.save(force_insert=True)


@pytest.mark.django_db
def test_a_refused_request_for_weeks_says_why_at_its_field() -> None:
    shop = Workshop()
    client, address = as_(shop.requester), f"/zoekertje/{shop.listing.pk}/aanvragen/"
    given = hidden(read(client.get(address)))
    refused = client.post(address, given | {"weeks": [MONDAY.isoformat()], "quantity": "21", "message": "Hallo"})
    assert refused.status_code == 409
    assert "Nog 20 stuks vrij." in read(refused)
    assert "Hallo" in read(refused)
    assert "Kies minstens één week." in read(client.post(address, given | {"quantity": "2"}))
    foreign = client.post(address, given | {"weeks": [MONDAY.isoformat()], "quantity": "2", "matched": published().pk})
    assert foreign.status_code == 409
    assert not Exchange.objects.exists()


@pytest.mark.django_db
def test_on_the_page_of_its_weeks_a_service_reserves_for_others_and_books_for_itself() -> None:
    shop = Workshop()
    supply, client = shop.own_supply(), as_(shop.owner)
    address = f"/zoekertje/{shop.listing.pk}/weken/"
    given = {"weeks": [MONDAY.isoformat()], "quantity": "12", "supply": str(supply.pk), "note": ""}
    assert client.post(address, given).status_code == 302
    exchange = Exchange.objects.get()
    page = read(client.get(f"/zoekertje/{shop.listing.pk}/"))
    assert "8 van 20 stuks vrij" in page
    assert f"/uitwisselingen/{exchange.pk}/" in page
    again = client.post(address, given | {"quantity": "1"})
    assert "vroeg dit al aan" in read(again)
    assert client.post(address, given | {"supply": "", "quantity": "3"}).status_code == 302
    assert shop.listing.reservations.bookings().get().quantity == 3


@pytest.mark.django_db
def test_programs_ask_for_a_week() -> None:
    shop = Workshop()
    client, address = as_(shop.requester), "/api/v1/exchanges/"
    given = {"organisation": shop.organisation.slug, "listing": shop.listing.pk, "quantity": 25}
    assert client.post(address, given, content_type="application/json").status_code == 400
    given["week_start"] = MONDAY.isoformat()
    refused = client.post(address, given, content_type="application/json")
    assert (refused.status_code, refused.json()["free"]) == (409, 20)
    made = client.post(address, given | {"quantity": 5}, content_type="application/json")
    assert made.status_code == 201
    assert (made.json()["week_start"], made.json()["unit"]) == (MONDAY.isoformat(), "piece")


# ---- a service works in its week ----


@pytest.mark.django_db
def test_a_day_is_wanted_within_the_week_that_is_asked() -> None:
    shop = Workshop()
    for day in (MONDAY - dt.timedelta(days=1), MONDAY + WEEK):
        with pytest.raises(ValidationError) as refusal:
            shop.ask(5, wanted_on=day)
        assert list(refusal.value.message_dict) == ["wanted_on"]
    assert not Exchange.objects.exists()
    assert shop.ask(5, wanted_on=MONDAY + dt.timedelta(days=6)).legs.get().wanted_on == MONDAY + dt.timedelta(days=6)


def _times(day: dt.date) -> list[tuple[dt.datetime, dt.datetime]]:
    start = dt.datetime.combine(day, dt.time(10), BRUSSELS)
    return [(start, start + dt.timedelta(hours=2))]


@pytest.mark.django_db
def test_times_are_in_the_week_of_the_service_as_long_as_it_isn_t_over() -> None:
    shop = Workshop()
    exchange = shop.accepted()
    sunday = MONDAY + dt.timedelta(days=6)
    for day in (MONDAY - dt.timedelta(days=1), MONDAY + WEEK):
        with pytest.raises(ValidationError, match="kies een moment in die week"):
            services.propose_times(by=shop.owner, exchange=exchange, times=_times(day), at=shop.at)
    # One of several is enough to refuse them.
    with pytest.raises(ValidationError, match="kies een moment in die week"):
        services.propose_times(
            by=shop.owner, exchange=exchange, times=_times(sunday) + _times(MONDAY + WEEK), at=shop.at
        )
    assert not exchange.legs.get().appointments.exists()
    for day in (MONDAY, sunday):
        services.propose_times(by=shop.owner, exchange=exchange, times=_times(day), at=shop.at)
    # What nobody planned in its week can still be done after it.
    later = dt.datetime.combine(MONDAY + WEEK, dt.time(8), BRUSSELS)
    services.propose_times(by=shop.owner, exchange=exchange, times=_times(MONDAY + WEEK * 2), at=later)


@pytest.mark.django_db
def test_who_did_not_turn_up_may_come_in_a_later_week() -> None:
    shop = Workshop()
    exchange = shop.accepted()
    sunday = MONDAY + dt.timedelta(days=6)
    services.propose_times(by=shop.owner, exchange=exchange, times=_times(sunday), at=shop.at)
    chosen = exchange.legs.get().appointments.get()
    services.confirm_time(by=shop.requester, exchange=exchange, appointment=chosen, at=shop.at)
    missed = dt.datetime.combine(sunday, dt.time(13), BRUSSELS)
    services.report_no_show(by=shop.owner, exchange=exchange, at=missed)
    services.propose_times(by=shop.owner, exchange=exchange, times=_times(MONDAY + WEEK), at=missed)
