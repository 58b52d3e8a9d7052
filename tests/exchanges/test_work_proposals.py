"""A hub brings a supply to a service that is to work on it: with two yeses a week of the service is reserved."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import HubPartner, HubStaff, User
from exchanges import services
from exchanges.models import Exchange, Proposal
from exchanges.proposal_sweep import sweep_proposals
from exchanges.serving import doubts_about
from exchanges.taking import ExchangeMoved
from geo.models import Hub, Municipality
from journal.letter_text import render_letter
from journal.models import Event, Letter
from listings.balances.free import NotEnoughFree
from listings.balances.periods import monday_of
from listings.capacity.services import book_capacity
from listings.capacity.weeks import free_capacity
from listings.late import TooLate
from listings.models import Listing
from matching.chains.find import load_sides
from matching.chains.score import can_serve
from tests.exchanges.test_at_once import at_once
from tests.exchanges.test_pages import as_, read
from tests.makers import TODAY, make_user, material, published

MONDAY = monday_of(TODAY) + dt.timedelta(weeks=1)
NOTE = "An Peeters, per telefoon op 3 maart"
#: In Kortrijk: further from Gent than a service of thirty kilometres comes.
FAR = (50.828, 3.265)


class Bench:
    """Twelve broken chairs, a workshop that repairs twenty a week, and somebody of their hub."""

    def __init__(self, **service: Any) -> None:
        self.supply = self.chairs(12)
        self.service = published("service", **({"materials": [material("furniture")], "title": "Atelier"} | service))
        self.giver, self.worker = (self.maker(one) for one in (self.supply, self.service))
        self.hub = Hub.objects.get(pk=self.supply.hub_ids[0])
        self.staff: User = HubStaff.objects.create(hub=self.hub, user=make_user(name="Hanne"), role="editor").user

    @staticmethod
    def chairs(quantity: int, **fields: Any) -> Listing:
        given: dict[str, Any] = {"material": material("furniture"), "condition": 2, "title": "Stoelen"} | fields
        return published(quantity=quantity, **given)

    @staticmethod
    def maker(listing: Listing) -> User:
        return listing.maker  # type: ignore[attr-defined, no-any-return]

    def propose(self, **more: Any) -> Proposal:
        given: dict[str, Any] = {
            "by": self.staff, "hub": self.hub, "supply": self.supply, "service": self.service, "week": MONDAY,
            "work": Decimal(12),
        }  # fmt: skip
        return services.propose_work(**(given | more))

    def agreed(self, **more: Any) -> Proposal:
        proposal = self.propose(**more)
        services.answer_proposal(by=self.maker(proposal.supply), proposal=proposal, answer="yes")
        return services.answer_proposal(by=self.worker, proposal=proposal, answer="yes")

    def free(self, week: dt.date = MONDAY) -> Decimal | None:
        return free_capacity([self.service.pk], week, 1)[self.service.pk][0].free

    def choose(self, listing: Listing, query: str = "") -> Any:
        return as_(self.staff).get(f"/hubs/{self.hub.slug}/voorstellen/{listing.pk}/{query}")

    @property
    def page(self) -> str:
        return f"/hubs/{self.hub.slug}/voorstellen/{self.supply.pk}/dienst/{self.service.pk}/"


@pytest.mark.django_db
def test_with_two_yeses_the_week_is_reserved_as_a_request_would() -> None:
    bench = Bench()
    proposal = bench.propose(note="Jullie zijn buren.")
    told = Letter.objects.filter(template="exchange_proposal")
    assert {letter.recipient for letter in told} == {bench.giver.email, bench.worker.email}
    assert all("12 stuks in de week van" in render_letter(letter).text for letter in told)
    event = Event.objects.get(verb="exchange.proposed")
    assert (event.changes["listing"], event.changes["other"]) == (bench.supply.pk, bench.service.pk)
    services.answer_proposal(by=bench.worker, proposal=proposal, answer="yes")
    assert bench.free() == 20
    assert not Exchange.objects.exists()
    exchange = services.answer_proposal(by=bench.giver, proposal=proposal, answer="yes").exchange
    assert exchange is not None
    assert (exchange.state, exchange.listing, exchange.matched, exchange.period) == (
        "accepted", bench.service, bench.supply, MONDAY,
    )  # fmt: skip
    assert (exchange.requester, exchange.owner) == (bench.supply.organisation, bench.service.organisation)
    leg = exchange.legs.get()
    assert (leg.quantity, leg.unit) == (Decimal(12), "piece")
    assert (leg.giver, leg.receiver) == (bench.supply.organisation, bench.service.organisation)
    assert bench.free() == 8
    services.cancel(by=bench.giver, exchange=exchange, reason="Toch niet.")
    assert bench.free() == 20


@pytest.mark.django_db
def test_a_no_a_lapse_and_taking_it_back_hold_nothing_and_it_may_be_asked_anew() -> None:
    bench = Bench()
    refused = bench.propose()
    services.answer_proposal(by=bench.worker, proposal=refused, answer="no", reason="timing")
    with pytest.raises(ExchangeMoved):
        services.answer_proposal(by=bench.giver, proposal=refused, answer="yes")
    services.withdraw_proposal(by=bench.staff, proposal=bench.propose())
    lapsing = bench.propose()
    assert lapsing.lapses_at <= timezone.now() + dt.timedelta(days=14)
    assert timezone.localdate(lapsing.lapses_at) <= MONDAY + dt.timedelta(weeks=1)
    assert sweep_proposals(at=lapsing.lapses_at) == 1
    assert bench.free() == 20
    # What was taken back went when it was asked anew; what still waits isn't asked twice.
    with pytest.raises(ValidationError):
        bench.propose()
    assert set(Proposal.objects.all()) == {refused, lapsing}


@pytest.mark.django_db
def test_what_cannot_be_proposed_is_refused_by_field_and_stores_nothing() -> None:
    bench = Bench()
    own = published("service", organisation=bench.supply.organisation, by=bench.giver)
    weekly = bench.chairs(5, recurrence="weekly")
    silent = published("service")
    Listing.objects.filter(pk=silent.pk).update(capacity_per_week=None, capacity_unit="")
    silent.refresh_from_db()
    later = bench.chairs(5, available_from=MONDAY + dt.timedelta(weeks=3))
    elsewhere = Hub.objects.exclude(pk__in=bench.supply.hub_ids).order_by("pk")[0]
    refused: list[tuple[dict[str, Any], type[Exception], str]] = [
        ({"by": bench.giver}, PermissionDenied, ""),
        ({"by": HubStaff.objects.create(hub=elsewhere, user=make_user(), role="editor").user, "hub": elsewhere},
         PermissionDenied, ""),
        ({"supply": published("demand")}, ValidationError, "service"),
        ({"service": published("demand")}, ValidationError, "service"),
        ({"service": own}, ValidationError, "supply"),
        ({"supply": weekly}, TooLate, "supply"),
        ({"service": silent}, TooLate, "supply"),
        ({"supply": later}, ValidationError, "week_start"),
        ({"week": MONDAY + dt.timedelta(days=1)}, ValidationError, "week_start"),
        ({"week": MONDAY - dt.timedelta(weeks=2)}, ValidationError, "week_start"),
        ({"work": Decimal(21)}, NotEnoughFree, "work"),
        ({"work": Decimal(0)}, ValidationError, "work"),
        ({"work": Decimal("NaN")}, ValidationError, "work"),
        ({"note": "x" * 1001}, ValidationError, "note"),
        ({"note": "a\0b"}, ValidationError, "note"),
    ]  # fmt: skip
    for given, kind, field in refused:
        with pytest.raises(kind) as error:
            bench.propose(**given)
        if isinstance(error.value, ValidationError):
            assert list(error.value.message_dict) == [field], given
    assert (Proposal.objects.count(), Letter.objects.filter(template="exchange_proposal").count()) == (0, 0)


@pytest.mark.django_db
def test_food_that_comes_out_after_its_date_is_proposed_by_who_is_sure() -> None:
    bench = Bench()
    last = {"food_date": MONDAY, "available_until": MONDAY}
    Listing.objects.filter(pk=bench.supply.pk).update(**last, food_date_kind="best_before")
    bench.supply.refresh_from_db()
    with pytest.raises(ValidationError) as error:
        bench.propose()
    assert list(error.value.message_dict) == ["sure"]
    assert bench.propose(sure=True).pk


@pytest.mark.django_db
def test_what_happened_in_between_is_said_at_the_last_yes_and_nothing_begins() -> None:
    """Given that others took the week, or that the supply is gone, when the last yes comes, then it says why not."""
    bench = Bench()
    proposal = bench.propose()
    services.answer_proposal(by=bench.giver, proposal=proposal, answer="yes")
    booked = book_capacity(by=bench.worker, service=bench.service, week_start=MONDAY, quantity=Decimal(15))
    page = read(as_(bench.worker).get(proposal.get_absolute_url()))
    assert "Nog 5 stuks vrij" in page
    (row,) = [as_(bench.worker).get(f"/api/v1/proposals/{proposal.pk}/").json()]
    assert [words for words in row["obstacles"] if "5" in words]
    with pytest.raises(NotEnoughFree):
        services.answer_proposal(by=bench.worker, proposal=proposal, answer="yes")
    proposal.refresh_from_db()
    assert (proposal.service_answer, proposal.exchange, Exchange.objects.count()) == ("", None, 0)
    booked.delete()
    Listing.objects.filter(pk=bench.supply.pk).update(status="withdrawn")
    with pytest.raises(ExchangeMoved):
        services.answer_proposal(by=bench.worker, proposal=proposal, answer="yes")
    assert Exchange.objects.count() == 0


@pytest.mark.django_db
def test_staff_answer_for_a_partner_and_history_says_who_asked_them() -> None:
    bench = Bench()
    HubPartner.objects.create(hub=bench.hub, organisation=bench.service.organisation)
    proposal = bench.propose()
    services.answer_proposal(by=bench.giver, proposal=proposal, answer="yes")
    with pytest.raises(ValidationError) as error:
        services.answer_proposal(by=bench.staff, proposal=proposal, answer="yes")
    assert list(error.value.message_dict) == ["behalf_note"]
    exchange = services.answer_proposal(by=bench.staff, proposal=proposal, answer="yes", behalf_note=NOTE).exchange
    assert exchange is not None
    assert [(step.role, step.side, step.behalf_note) for step in exchange.steps.all()] == [
        ("requester", "requester", ""), ("hub", "owner", NOTE),
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_table_keeps_what_is_half_said_out() -> None:
    bench = Bench()
    proposal = bench.propose()
    for wrong in ({"week": None}, {"work": None}, {"service": None}, {"quantity": 5}, {"hub": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Proposal.objects.filter(pk=proposal.pk).update(**wrong)


# ---- what doesn't fit, in words ----


def found(response: Any) -> dict[str, tuple[str, list[str]]]:
    """The headings of what can be chosen from, each with its obstacle and its doubts."""
    assert response.status_code == 200
    return {one.listing.heading: (one.obstacle, one.doubts) for one, _card in response.context["rows"]}


@pytest.mark.django_db
def test_from_a_supply_the_hub_chooses_a_service_and_reads_what_does_not_fit() -> None:
    bench = Bench()
    published("service", title="Wasserij", service_kinds=["washing"], materials=[material("furniture")])
    published("service", title="Fietsatelier", materials=[material("wood-pallets")])
    published("service", title="Ver weg", materials=[material("furniture")], at=FAR)
    full = published("service", title="Volzet", materials=[material("furniture")])
    Listing.objects.filter(pk=full.pk).update(available_until=TODAY)
    page = bench.choose(bench.supply, "?soort=dienst")
    rows = found(page)
    assert next(iter(rows)) == "Atelier"
    assert list(rows)[-1] == "Volzet"
    assert rows["Atelier"] == ("", [])
    assert rows["Wasserij"] == ("", ["Het aanbod heeft iets anders nodig: herstellen. Dat doet deze dienst niet."])
    assert rows["Fietsatelier"] == ("", [f"Deze dienst neemt dit materiaal niet aan: {bench.supply.material}."])
    (far,) = rows["Ver weg"][1]
    assert far.startswith("Te ver: de dienst werkt hoogstens 30 km ver, en dit ligt op 4")
    assert rows["Volzet"][0] == "De komende 12 weken heeft deze dienst geen plaats meer vrij."
    assert bench.page in read(page)
    assert "?soort=dienst" in read(bench.choose(bench.supply))
    for wrong in ("?soort=vraag", "?soort="):
        assert bench.choose(bench.supply, wrong).status_code == 404
    assert bench.choose(bench.service, "?soort=dienst").status_code == 404


@pytest.mark.django_db
def test_from_a_service_a_supply_is_chosen_and_then_no_demand() -> None:
    bench = Bench()
    assert found(bench.choose(bench.service))["Stoelen"] == ("", [])
    second = read(bench.choose(bench.service, f"?aanbod={bench.supply.pk}"))
    assert bench.page in second
    assert "Alleen deze dienst, zonder vraag" in second


@pytest.mark.django_db
def test_the_page_says_what_does_not_fit_and_asks_both_all_the_same() -> None:
    """Given a service that says it doesn't take this, when the hub knows better, then both are asked, and read it."""
    bench = Bench(materials=[material("wood-pallets")], service_kinds=["washing"])
    client = as_(bench.staff)
    page = read(client.get(bench.page))
    for words in ("neemt dit materiaal niet aan", "Dat doet deze dienst niet", "1 persoon krijgt een mail"):
        assert words in page
    assert 'name="work" value="12"' in page
    given = {"work": "12", "week": MONDAY.isoformat(), "note": "Ze doen het toch."}
    assert client.post(bench.page, given | {"work": "21"}).status_code == 409
    assert client.post(bench.page, given | {"week": "2020-01-06"}).status_code == 409
    made = client.post(bench.page, given)
    proposal = Proposal.objects.get()
    assert (made.status_code, made["Location"]) == (302, f"/voorstellen/{proposal.pk}/")
    again = read(client.get(bench.page))
    assert "Dit is al gevraagd" in again
    assert 'name="work"' not in again
    for user in (bench.giver, bench.worker, bench.staff):
        seen = read(as_(user).get(proposal.get_absolute_url()))
        assert "Het gaat om 12 stuks werk" in seen
        assert "neemt dit materiaal niet aan" in seen
        assert "Ze doen het toch." in seen
    board = read(client.get(f"/hubs/{bench.hub.slug}/uitwisselingen/"))
    assert "Stoelen → Atelier" in board
    assert "12 stuks" in board
    assert "Stoelen → Atelier" in read(as_(bench.worker).get("/mijn/uitwisselingen/"))
    answer = as_(bench.giver).post(f"/voorstellen/{proposal.pk}/antwoord/", {"side": "supply", "answer": "yes"})
    assert answer.status_code == 302
    last = as_(bench.worker).post(f"/voorstellen/{proposal.pk}/antwoord/", {"side": "service", "answer": "yes"})
    assert last["Location"] == Exchange.objects.get().get_absolute_url()


@pytest.mark.django_db
def test_a_program_proposes_it_and_reads_it_in_as_many_queries_for_many_as_for_one() -> None:
    bench = Bench(materials=[material("wood-pallets")])
    client, there = as_(bench.staff), f"/api/v1/hubs/{bench.hub.slug}/proposals/"
    sent = {"supply": bench.supply.pk, "service": bench.service.pk, "week_start": MONDAY.isoformat(), "work": 5}
    for wrong in ({"demand": published("demand").pk}, {"week_start": None}, {"work": None}):
        given = {name: value for name, value in (sent | wrong).items() if value is not None}
        assert client.post(there, given, content_type="application/json").status_code == 400
    made = client.post(there, sent, content_type="application/json")
    assert made.status_code == 201
    row = made.json()
    assert (row["demand"], row["week_start"], row["work"], row["quantity"]) == (None, MONDAY.isoformat(), 5.0, None)
    assert [words for words in row["obstacles"] if "materiaal" in words]
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(there)
    for _number in range(3):
        bench.propose(supply=bench.chairs(2), work=Decimal(1))
    with CaptureQueriesContext(connection) as many:
        assert len(client.get(there).json()["results"]) == 4
    assert len(many) == len(one)


@pytest.mark.django_db
def test_what_doubts_say_is_what_chains_go_by() -> None:
    """Given services and supplies of every sort, then there is a doubt exactly where no chain would join the two."""
    here = Municipality.objects.get(pk=published().municipality_id or 0)
    places: list[dict[str, Any]] = [{}, {"at": FAR}, {"reach_km": 5, "at": (51.12, 3.72)}]
    supplies = [
        Bench.chairs(3, **place, **sort)
        for place in places
        for sort in ({}, {"needs_services": ["washing"]}, {"material": material()})
    ]
    offered: list[dict[str, Any]] = [
        {}, {"service_kinds": ["repair", "washing"]}, {"materials": [material()]}, {"reach_km": 60},
        {"catchment_kind": "municipalities", "reach_km": None, "catchment_municipalities": [here]},
    ]  # fmt: skip
    doing = [published("service", **({"materials": [material("furniture")]} | one)) for one in offered]
    ids = [one.pk for one in supplies], [one.pk for one in doing]
    everywhere = list(Hub.objects.values_list("pk", flat=True))
    Listing.objects.filter(pk__in=[*ids[0], *ids[1]]).update(hub_ids=everywhere)
    rows, works = (list(Listing.objects.filter(pk__in=some).order_by("pk")) for some in ids)
    pairs = [(supply, service) for supply in rows for service in works]
    supplied, served = (Listing.objects.filter(pk__in=some) for some in ids)
    sides = load_sides(supplied, served, Listing.objects.none(), TODAY)
    s, v = np.repeat(np.arange(len(rows)), len(works)), np.tile(np.arange(len(works)), len(rows))
    joined = can_serve(sides.supplies, sides.services, s, v).tolist()
    assert [not doubts for doubts in doubts_about(pairs)] == joined
    assert 0 < sum(joined) < len(joined)


# ---- at once ----


@pytest.mark.django_db(transaction=True)
def test_ten_that_say_yes_at_once_to_a_week_that_takes_three_get_three() -> None:
    """Given ten supplies proposed to one service with room for three, when all last yeses come at once, then three get
    their place, the others hear that there is none, and no more is held than there is.
    """
    bench = Bench()
    asked = [bench.propose(supply=bench.chairs(6), work=Decimal(6)) for _number in range(10)]
    for one in asked:
        services.answer_proposal(by=bench.maker(one.supply), proposal=one, answer="yes")
    yes: list[Callable[[], Any]] = [
        lambda one=one: services.answer_proposal(by=bench.worker, proposal=one, answer="yes")  # type: ignore[misc]
        for one in asked
    ]
    assert at_once(yes) == {"done": 3, "NotEnoughFree": 7}
    assert bench.free() == 2
    assert Exchange.objects.filter(state="accepted").count() == Exchange.objects.count() == 3
    assert Proposal.objects.exclude(exchange=None).count() == 3


@pytest.mark.django_db(transaction=True)
def test_both_yeses_and_a_request_at_once_never_hold_more_than_there_is() -> None:
    bench = Bench()
    proposal = bench.propose()
    others = bench.chairs(12)
    by = bench.maker(others)
    asked = services.request_exchange(
        by=by, organisation=others.organisation, listing=bench.service, period=MONDAY, quantity=Decimal(12),
        matched=others,
    )  # fmt: skip
    came_to = at_once([
        lambda: services.answer_proposal(by=bench.giver, proposal=proposal, answer="yes"),
        lambda: services.answer_proposal(by=bench.worker, proposal=proposal, answer="yes"),
        lambda: services.accept(by=bench.worker, exchange=asked),
    ])  # fmt: skip
    assert (came_to["done"], came_to["NotEnoughFree"]) == (2, 1)
    assert bench.free() == 8


@pytest.mark.django_db(transaction=True)
def test_two_of_the_hub_who_propose_the_same_at_once_ask_once() -> None:
    bench = Bench()
    came_to = at_once([lambda: bench.propose() for _number in range(6)])
    assert (came_to["done"], Proposal.objects.count()) == (1, 1)
