"""A chain: all three say yes, both hand-overs go their own way, and one that falls through stops the other."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import HubStaff, Membership, User
from exchanges import services
from exchanges.chain_sweep import sweep_chains
from exchanges.facts import facts_of
from exchanges.fallen import fallen_chains
from exchanges.impact.totals import totals_of
from exchanges.models import Arrangement, Exchange, ImpactEntry, Proposal
from exchanges.steps import CONTEST_WITHIN
from exchanges.taking import ExchangeMoved
from geo.points import metric
from journal.models import Letter
from listings.balances.free import NotEnoughFree, standing_of
from listings.balances.periods import monday_of
from listings.capacity.services import book_capacity
from listings.capacity.weeks import free_capacity
from listings.models import Listing
from materials.models import Material
from tests.exchanges.makers import slot, times_of
from tests.exchanges.test_pages import as_, read, take
from tests.makers import TODAY, make_user, material, published

pytestmark = pytest.mark.django_db
MONDAY = monday_of(TODAY) + dt.timedelta(weeks=1)


class Desks:
    """Forty broken desks, a workshop that repairs 500 a week, and a school that asks for thirty."""

    def __init__(self) -> None:
        desks: dict[str, Any] = {"material": material("furniture"), "title": "Bureaus"}
        self.supply = published(**desks, condition=2, quantity=40)
        self.service = published("service", materials=[material("furniture")], capacity_per_week=500, title="Atelier")
        self.demand = published("demand", **desks, condition=3, quantity=30, at=(51.1, 3.8))
        self.giver, self.worker, self.school = (self.maker(one) for one in (self.supply, self.service, self.demand))

    @staticmethod
    def maker(listing: Listing) -> User:
        return listing.maker  # type: ignore[attr-defined, no-any-return]

    def propose(self, **more: Any) -> Proposal:
        given: dict[str, Any] = {
            "by": self.giver, "supply": self.supply, "service": self.service, "demand": self.demand, "week": MONDAY,
            "quantity": Decimal(30), "work": Decimal(30),
        }  # fmt: skip
        return services.propose_chain(**(given | more))

    def agreed(self) -> tuple[Exchange, Exchange]:
        """What is brought to the workshop, and what the school fetches there."""
        proposal = self.propose()
        for user in (self.worker, self.school):
            services.answer_proposal(by=user, proposal=proposal, answer="yes")
        brought, fetched = Exchange.objects.order_by("pk")
        return brought, fetched

    def free(self) -> tuple[int, int]:
        """Of the lot, and of the week."""
        lot = standing_of(Listing.objects.get(pk=self.supply.pk)).free
        return int(lot), int(free_capacity([self.service.pk], MONDAY, 1)[self.service.pk][0].free or 0)


def meet(exchange: Exchange, one: User, other: User, when: tuple[dt.datetime, dt.datetime]) -> Exchange:
    exchange = services.propose_times(by=one, exchange=exchange, times=[when])
    return services.confirm_time(by=other, exchange=exchange, appointment=times_of(exchange)[0])


def weigh(exchange: Exchange, kg: int, one: User, other: User) -> Exchange:
    exchange = services.state_weight(by=one, exchange=exchange, method="weighed", kg=Decimal(kg), sure=True)
    return services.confirm_weight(by=other, exchange=exchange)


# ---- all three say yes ----


def test_only_when_all_three_said_yes_the_week_and_the_lot_are_reserved() -> None:
    desks = Desks()
    proposal = desks.propose(note="Zo blijven ze in gebruik.")
    assert (proposal.supply_answer, proposal.service_answer, proposal.demand_answer) == ("yes", "", "")
    told = Letter.objects.filter(template="exchange_proposal").values_list("recipient", flat=True)
    assert set(told) == {desks.worker.email, desks.school.email}
    services.answer_proposal(by=desks.school, proposal=proposal, answer="yes")
    assert desks.free() == (40, 500)
    assert not Exchange.objects.exists()
    services.answer_proposal(by=desks.worker, proposal=proposal, answer="yes")
    assert desks.free() == (10, 470)
    brought, fetched = Exchange.objects.order_by("pk")
    legs = [one.legs.get() for one in (brought, fetched)]
    organisations = [one.organisation for one in (desks.supply, desks.service, desks.demand)]
    assert [(leg.giver, leg.receiver) for leg in legs] == [tuple(organisations[:2]), tuple(organisations[1:])]
    assert [one.state for one in (brought, fetched)] == ["accepted", "accepted"]
    assert brought.arrangement == fetched.arrangement
    assert fetched.place_listing == desks.service


def test_one_no_ends_it_and_nothing_begins() -> None:
    desks = Desks()
    proposal = desks.propose()
    services.answer_proposal(by=desks.worker, proposal=proposal, answer="no", reason="timing")
    with pytest.raises(ExchangeMoved):
        services.answer_proposal(by=desks.school, proposal=proposal, answer="yes")
    assert desks.free() == (40, 500)
    assert desks.propose().pk != proposal.pk


def test_what_others_took_meanwhile_is_said_to_the_last_and_nothing_is_half_reserved() -> None:
    desks, other = Desks(), make_user()
    proposal = desks.propose()
    services.answer_proposal(by=desks.worker, proposal=proposal, answer="yes")
    taken = services.request_exchange(
        by=desks.worker, organisation=desks.service.organisation, listing=desks.supply, quantity=Decimal(20)
    )
    services.accept(by=desks.giver, exchange=taken)
    with pytest.raises(NotEnoughFree):
        services.answer_proposal(by=desks.school, proposal=proposal, answer="yes")
    assert desks.free() == (20, 500)
    proposal.refresh_from_db()
    assert (proposal.demand_answer, proposal.arrangement) == ("", None)
    with pytest.raises(PermissionDenied):
        services.answer_proposal(by=other, proposal=proposal, answer="yes")


def test_a_hub_proposes_and_strangers_don_t() -> None:
    desks = Desks()
    staff = HubStaff.objects.create(hub_id=desks.supply.hub_ids[0], user=make_user(), role="editor").user
    for stranger in (make_user(), Desks().school, make_user(is_superuser=True)):
        with pytest.raises(PermissionDenied):
            desks.propose(by=stranger)
    proposal = desks.propose(by=staff)
    assert (proposal.hub_id, proposal.proposed_for, proposal.supply_answer) == (desks.supply.hub_ids[0], None, "")
    with pytest.raises(ValidationError, match="al gevraagd"):
        desks.propose()


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"quantity": Decimal(41)}, "quantity"),
        ({"quantity": Decimal(0)}, "quantity"),
        ({"work": Decimal(501)}, "work"),
        ({"work": Decimal("NaN")}, "work"),
        ({"week": MONDAY + dt.timedelta(days=1)}, "week_start"),
        ({"week": MONDAY - dt.timedelta(weeks=3)}, "week_start"),
    ],
)
def test_what_makes_no_chain_is_refused_at_its_field(more: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Desks().propose(**more)
    assert list(refused.value.message_dict) == [field]


def test_a_chain_has_three_organisations_and_three_kinds() -> None:
    desks = Desks()
    with pytest.raises(ValidationError, match="van een aanbod langs een dienst"):
        desks.propose(service=desks.demand)
    own = published("service", organisation=desks.supply.organisation, by=desks.giver)
    with pytest.raises(ValidationError, match="tussen drie organisaties"):
        desks.propose(service=own)
    Listing.objects.filter(pk=desks.demand.pk).update(status="withdrawn")
    desks.demand.refresh_from_db()
    with pytest.raises(ValidationError, match="ingetrokken"):
        desks.propose()


def test_the_database_knows_what_a_proposal_says() -> None:
    proposal = Desks().propose()
    for wrong in ({"week": None}, {"work": 0}, {"proposed_for": None}, {"service": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Proposal.objects.filter(pk=proposal.pk).update(**wrong)


# ---- what ends before its turn ----

SUNDAY, NEXT_MONDAY = MONDAY + dt.timedelta(days=6), MONDAY + dt.timedelta(weeks=1)


def day_before(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("name", "fits", "too_late", "says"),
    [
        ("supply", {"available_until": MONDAY}, {"available_until": day_before(MONDAY)}, "tot en met"),
        ("supply", {"available_from": SUNDAY}, {"available_from": NEXT_MONDAY}, "pas vanaf"),
        ("demand", {"available_until": NEXT_MONDAY}, {"available_until": SUNDAY}, "tot en met"),
        ("demand", {"available_from": NEXT_MONDAY + dt.timedelta(days=9)}, {"available_until": SUNDAY}, "tot en met"),
    ],
)
def test_a_chain_fits_the_days_of_all_three(
    name: str, fits: dict[str, dt.date], too_late: dict[str, dt.date], says: str
) -> None:
    late, good = Desks(), Desks()
    for desks, fields in ((late, too_late), (good, fits)):
        Listing.objects.filter(pk=getattr(desks, name).pk).update(**fields)
        getattr(desks, name).refresh_from_db()
    with pytest.raises(ValidationError) as refused:
        late.propose()
    (words,) = refused.value.message_dict["week_start"]
    assert words.startswith(f"{getattr(late, name).heading}: ")
    assert says in words
    proposal = good.propose()
    for user in (good.worker, good.school):
        services.answer_proposal(by=user, proposal=proposal, answer="yes")
    assert Exchange.objects.count() == 2


def test_food_goes_through_a_chain_by_its_use_by_date_at_the_latest() -> None:
    said: dict[str, Any] = {"food_storage": "chilled", "allergens": ["milk"]}
    for kind, day, is_refused in (
        ("use_by", SUNDAY, True), ("use_by", NEXT_MONDAY, False), ("best_before", NEXT_MONDAY, False),
    ):  # fmt: skip
        desks = Desks()
        food: dict[str, Any] = {"food_date_kind": kind, "food_date": day, "available_until": day} | said
        desks.supply = published(
            material=material("food-dairy"), unit="kg", quantity=40, organisation=desks.supply.organisation,
            by=desks.giver, **food,
        )  # fmt: skip
        if not is_refused:
            assert desks.propose()
            continue
        with pytest.raises(ValidationError, match="TGT-datum") as refused:
            desks.propose()
        assert list(refused.value.message_dict) == ["week_start"]


@pytest.mark.parametrize(
    ("quantity", "work", "unit", "asks"),
    [(27, 1, "piece", True), (27, 28, "piece", True), (27, 27, "piece", False), (27, 1, "kg", False)],
)
def test_work_for_another_number_of_pieces_than_go_there_is_asked_about(
    quantity: int, work: int, unit: str, asks: bool
) -> None:
    desks = Desks()
    Listing.objects.filter(pk=desks.service.pk).update(capacity_unit=unit)
    desks.service.refresh_from_db()
    given: dict[str, Any] = {"quantity": Decimal(quantity), "work": Decimal(work)}
    if asks:
        with pytest.raises(ValidationError, match=r"27.stuks, en je vraagt er werk of plaats voor") as refused:
            desks.propose(**given)
        assert list(refused.value.message_dict) == ["sure"]
        assert not Proposal.objects.exists()
        given["sure"] = True
    assert desks.propose(**given).work == work


def test_whoever_proposes_work_for_one_of_many_says_on_the_page_that_it_is_so() -> None:
    desks = Desks()
    three = f"{desks.supply.pk}/keten/{desks.service.pk}/{desks.demand.pk}"
    client, address = as_(desks.giver), f"/zoekertje/{three}/voorstellen/"
    given = {"quantity": "27", "work": "1", "week": MONDAY.isoformat(), "note": ""}
    asked = client.post(address, given)
    assert asked.status_code == 409
    assert "Naar de dienst gaat 27 stuks, en je vraagt er werk of plaats voor 1 stuk. Klopt dat?" in read(asked)
    assert 'type="checkbox" name="sure"' in read(asked)
    assert client.post(address, given | {"sure": "on"}).status_code == 302


def test_food_that_comes_after_its_best_before_date_is_asked_about_and_all_three_read_it() -> None:
    """Given dairy with a THT date within the week of the work, when its chain is proposed, then whoever does so says
    first that they know, and those who are asked read it.
    """
    desks = Desks()
    desks.supply = published(
        material=material("food-dairy"), unit="kg", quantity=40, organisation=desks.supply.organisation,
        by=desks.giver, food_date_kind="best_before", food_date=SUNDAY, available_until=SUNDAY,
        food_storage="chilled", allergens=["milk"],
    )  # fmt: skip
    with pytest.raises(ValidationError, match=r"THT-datum is .*kijk, ruik en proef") as refused:
        desks.propose()
    assert list(refused.value.message_dict) == ["sure"]
    three = f"{desks.supply.pk}/keten/{desks.service.pk}/{desks.demand.pk}"
    client, address = as_(desks.giver), f"/zoekertje/{three}/voorstellen/"
    given = {"quantity": "30", "work": "30", "week": MONDAY.isoformat(), "note": ""}
    asked = client.post(address, given)
    assert asked.status_code == 409
    assert 'type="checkbox" name="sure"' in read(asked)
    assert client.post(address, given | {"sure": "on"}).status_code == 302
    page = read(as_(desks.school).get(f"/voorstellen/{Proposal.objects.get().pk}/"))
    assert "De THT-datum is" in page


def test_what_ends_sooner_since_it_was_proposed_is_said_to_the_last_and_nothing_is_reserved() -> None:
    desks = Desks()
    proposal = desks.propose()
    services.answer_proposal(by=desks.worker, proposal=proposal, answer="yes")
    Listing.objects.filter(pk=desks.demand.pk).update(available_until=SUNDAY)
    with pytest.raises(ValidationError, match="tot en met"), transaction.atomic():
        services.answer_proposal(by=desks.school, proposal=proposal, answer="yes")
    assert desks.free() == (40, 500)
    assert not Exchange.objects.exists()


# ---- both hand-overs, and the ledger ----


def test_the_ledger_counts_what_a_chain_replaces_once_over_the_whole_way() -> None:
    desks = Desks()
    brought, fetched = desks.agreed()
    weigh(brought, 600, desks.giver, desks.worker)
    weigh(fetched, 590, desks.worker, desks.school)
    first, second = ImpactEntry.objects.order_by("pk")
    assert (first.unknown, second.material) == ("service", desks.supply.material)
    totals = totals_of(ImpactEntry.objects.current())
    assert totals.handed_over == 1
    assert [totals.kg_confirmed, totals.kg_worked_on] == [590, 600]
    stops = [metric(one.location) for one in (desks.supply, desks.service, desks.demand) if one.location]
    whole = stops[0].distance(stops[1]) + stops[1].distance(stops[2])
    assert float(second.distance_km or 0) == pytest.approx(whole / 1000, abs=0.06)


def test_what_a_service_made_ready_is_reckoned_by_the_figure_for_that_once() -> None:
    """On paper: wood is 269.50416 new and 38.54288 made ready, in kg CO2e per tonne, by the same source. 590 kg of it
    replaces three quarters: 0.59 × 0.75 × (269.50416 − 38.54288) = 102.2, less the driving past the workshop.
    """
    desks = Desks()
    wood = Material.objects.get(code="wood")
    for one in (desks.supply, desks.demand):
        Listing.objects.filter(pk=one.pk).update(material=wood)
    desks.supply.refresh_from_db()
    desks.demand.refresh_from_db()
    brought, fetched = desks.agreed()
    weigh(brought, 600, desks.giver, desks.worker)
    weigh(fetched, 590, desks.worker, desks.school)
    worked_on, line = ImpactEntry.objects.order_by("pk")
    assert (worked_on.avoided_kg_co2e, worked_on.reused_kg_co2e_per_tonne) == (None, None)
    assert (line.primary_kg_co2e_per_tonne, line.reused_kg_co2e_per_tonne) == (
        Decimal("269.50416"),
        Decimal("38.54288"),
    )
    driving = Decimal("0.59") * (line.distance_km or 0) * Decimal("1.3") * Decimal("0.63511")
    by_hand = Decimal("0.59") * Decimal("0.75") * (Decimal("269.50416") - Decimal("38.54288")) - driving
    assert line.avoided_kg_co2e is not None
    assert abs(line.avoided_kg_co2e - by_hand) < Decimal("0.3")


def test_what_is_fetched_after_the_work_waits_for_it() -> None:
    desks = Desks()
    proposal = desks.propose(week=MONDAY + dt.timedelta(weeks=8))
    for user in (desks.worker, desks.school):
        services.answer_proposal(by=user, proposal=proposal, answer="yes")
    _brought, fetched = Exchange.objects.order_by("pk")
    assert fetched.deadline_at is not None
    assert fetched.deadline_at.date() == MONDAY + dt.timedelta(weeks=11)


# ---- one falls through ----


def test_one_that_falls_through_stops_the_other_and_tells_all_of_the_next_best_chain() -> None:
    desks = Desks()
    brought, fetched = desks.agreed()
    other = published(
        "service", materials=[material("furniture")], capacity_per_week=500, title="Tweede atelier", at=(51.06, 3.73)
    )
    services.cancel(by=desks.worker, exchange=brought, reason="Brand in het atelier.")
    Letter.objects.all().delete()
    assert sweep_chains(at=fetched.created_at + dt.timedelta(minutes=1)) == 1
    fetched.refresh_from_db()
    assert fetched.state == "cancelled"
    assert fetched.steps.get(number=2).step == "exchange.chain_fell"
    assert desks.free() == (40, 500)
    letters = Letter.objects.filter(template="chain_fell")
    assert {letter.recipient for letter in letters} == {one.email for one in (desks.giver, desks.worker, desks.school)}
    # The workshop that ended it is offered nothing; both others the same three.
    said = {letter.recipient: letter.data["chain"] for letter in letters}
    following = " → ".join(str(one.heading) for one in (desks.supply, other, desks.demand))
    assert said == {desks.giver.email: following, desks.school.email: following, desks.worker.email: ""}
    # Once is enough.
    assert sweep_chains(at=fetched.created_at + dt.timedelta(minutes=2)) == 0
    assert Letter.objects.filter(template="chain_fell").count() == 3


def test_whose_hand_over_it_is_not_reads_how_it_stands_and_ended_without_whose_it_is() -> None:
    desks = Desks()
    brought, fetched = desks.agreed()
    pages = {desks.giver: brought, desks.school: fetched}

    def seen(user: User) -> str:
        page = read(as_(user).get(f"/uitwisselingen/{pages[user].pk}/"))
        return page.split('id="samen"')[1].split("</section>")[0]

    assert "Van de dienst naar wie het gebruikt" in seen(desks.giver)
    assert "gereserveerd sinds" in seen(desks.giver)
    assert "Naar de dienst" in seen(desks.school)
    for user, other in ((desks.giver, fetched), (desks.school, brought)):
        assert f"/uitwisselingen/{other.pk}/" not in seen(user)
        assert as_(user).get(f"/uitwisselingen/{other.pk}/").status_code == 404
    assert desks.demand.organisation.name not in seen(desks.giver)
    # Who is in both reads each by its page.
    both = read(as_(desks.worker).get(f"/uitwisselingen/{fetched.pk}/")).split('id="samen"')[1].split("</section>")[0]
    assert f"/uitwisselingen/{brought.pk}/" in both
    assert "Naar de dienst" not in both
    services.cancel(by=desks.worker, exchange=brought, reason="Brand in het atelier.")
    sweep_chains(at=fetched.created_at + dt.timedelta(minutes=1))
    assert "geannuleerd sinds" in seen(desks.school)
    assert "ging niet door" in seen(desks.school)
    assert "geannuleerd sinds" in seen(desks.giver)


def test_a_chain_of_which_all_was_handed_over_says_so_to_each() -> None:
    desks = Desks()
    brought, fetched = desks.agreed()
    weigh(brought, 600, desks.worker, desks.giver)
    page = read(as_(desks.school).get(f"/uitwisselingen/{fetched.pk}/"))
    assert "afgerond sinds" in page
    assert "Deze keten is rond" not in page
    weigh(fetched, 600, desks.worker, desks.school)
    for user, one in ((desks.giver, brought), (desks.school, fetched), (desks.worker, fetched)):
        assert "Deze keten is rond: alle 2 delen zijn afgerond." in read(as_(user).get(f"/uitwisselingen/{one.pk}/"))


def test_of_a_chain_that_falls_those_hear_who_take_part_and_not_all_their_colleagues() -> None:
    desks = Desks()
    for listing in (desks.supply, desks.service, desks.demand):
        Membership.objects.create(user=make_user(), organisation=listing.organisation, role="member")
    brought, fetched = desks.agreed()
    services.cancel(by=desks.worker, exchange=brought, reason="Brand in het atelier.")
    sweep_chains(at=fetched.created_at + dt.timedelta(minutes=1))
    told = Letter.objects.filter(template="chain_fell").values_list("recipient", flat=True)
    assert sorted(told) == sorted(one.email for one in (desks.giver, desks.worker, desks.school))


def test_the_hub_that_proposed_a_chain_hears_that_it_fell() -> None:
    desks = Desks()
    staff = HubStaff.objects.create(hub_id=desks.supply.hub_ids[0], user=make_user(), role="editor").user
    proposal = desks.propose(by=staff)
    for user in (desks.giver, desks.worker, desks.school):
        services.answer_proposal(by=user, proposal=proposal, answer="yes")
    brought, fetched = Exchange.objects.order_by("pk")
    services.cancel(by=desks.worker, exchange=brought, reason="Brand in het atelier.")
    sweep_chains(at=fetched.created_at + dt.timedelta(minutes=1))
    told = {letter.recipient: letter for letter in Letter.objects.filter(template="chain_fell")}
    assert set(told) == {one.email for one in (desks.giver, desks.worker, desks.school, staff)}
    assert {email for email, letter in told.items() if letter.data["is_hub"]} == {staff.email}


def test_a_chain_that_held_the_whole_lot_is_free_before_all_are_told_of_the_next_best() -> None:
    desks = Desks()
    Listing.objects.filter(pk=desks.supply.pk).update(quantity=30)
    brought, fetched = desks.agreed()
    assert desks.free() == (0, 470)
    other = published(
        "service", materials=[material("furniture")], capacity_per_week=500, title="Tweede atelier", at=(51.06, 3.73)
    )
    services.cancel(by=desks.worker, exchange=brought, reason="Brand in het atelier.")
    assert sweep_chains(at=fetched.created_at + dt.timedelta(minutes=1)) == 1
    assert desks.free() == (30, 500)
    told = Letter.objects.filter(template="chain_fell").exclude(recipient=desks.worker.email)
    assert [letter.data["chain"].split(" → ")[1] for letter in told] == [other.heading] * 2


@pytest.mark.django_db(transaction=True)
def test_nobody_is_told_of_a_chain_while_something_of_it_is_still_to_stop() -> None:
    desks = Desks()
    brought, fetched = desks.agreed()
    services.cancel(by=desks.worker, exchange=brought, reason="Brand in het atelier.")
    at = fetched.created_at + dt.timedelta(minutes=1)

    def sweep_elsewhere() -> int:
        try:
            return sweep_chains(at=at)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Exchange.objects.select_for_update().get(pk=fetched.pk)
            assert pool.submit(sweep_elsewhere).result() == 0
        assert not Letter.objects.filter(template="chain_fell").exists()
        assert pool.submit(sweep_elsewhere).result() == 1
    fetched.refresh_from_db()
    assert fetched.state == "cancelled"


def test_what_was_handed_over_stays_so_and_the_giver_hears_that_it_goes_no_further() -> None:
    desks = Desks()
    brought, fetched = desks.agreed()
    weigh(brought, 600, desks.giver, desks.worker)
    services.cancel(by=desks.school, exchange=fetched, reason="Te laat.")
    sweep_chains(at=fetched.created_at + dt.timedelta(minutes=1))
    brought.refresh_from_db()
    assert brought.state == "completed"
    assert Letter.objects.filter(template="chain_fell", recipient=desks.giver.email).exists()
    # It lies at the workshop, and isn't free at its old address.
    assert desks.free() == (10, 470)


def test_a_chain_that_goes_well_is_left_alone() -> None:
    desks = Desks()
    brought, fetched = desks.agreed()
    weigh(brought, 600, desks.giver, desks.worker)
    assert not fallen_chains().exists()
    assert sweep_chains(at=fetched.created_at + dt.timedelta(minutes=1)) == 0
    assert Arrangement.objects.get().fell_at is None


def test_what_fell_is_looked_for_in_as_many_queries_however_many_stand() -> None:
    counts = []
    for _round in range(2):
        desks = Desks()
        proposal = desks.propose()
        for user in (desks.worker, desks.school):
            services.answer_proposal(by=user, proposal=proposal, answer="yes")
        with CaptureQueriesContext(connection) as queries:
            sweep_chains(at=proposal.made_at)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_chain_that_has_reached_its_end_falls_no_more() -> None:
    desks = Desks()
    brought, fetched = desks.agreed()
    at = fetched.created_at
    fetched = services.state_weight(
        by=desks.worker, exchange=fetched, method="weighed", kg=Decimal(590), sure=True, at=at
    )
    services.cancel(by=desks.giver, exchange=brought, reason="De school kwam ze zelf halen.", at=at)
    assert sweep_chains(at=at) == 0
    fetched = services.dispute(by=desks.school, exchange=fetched, reason="Het was minder.", at=at)
    assert sweep_chains(at=at) == 0
    assert not Letter.objects.filter(template="chain_fell").exists()
    # The hub decides that nothing came: then it fell after all.
    staff = HubStaff.objects.create(hub_id=fetched.hub_ids[0], user=make_user(), role="editor").user
    services.settle_cancelled(by=staff, exchange=fetched, reason="Er kwam niets.", at=at)
    assert sweep_chains(at=at) == 1


@pytest.mark.parametrize(("waited", "counted"), [(dt.timedelta(0), 0), (CONTEST_WITHIN + dt.timedelta(hours=1), 1)])
def test_a_no_show_of_a_chain_that_falls_counts_once_it_could_have_been_contested(
    waited: dt.timedelta, counted: int
) -> None:
    desks, reported = Desks(), slot(3)[1]
    brought, fetched = desks.agreed()
    meet(fetched, desks.school, desks.worker, slot(3))
    services.report_no_show(by=desks.worker, exchange=fetched, at=reported)
    services.cancel(by=desks.worker, exchange=brought, reason="Brand in het atelier.", at=reported)
    sweep_chains(at=reported + waited)
    fetched.refresh_from_db()
    assert fetched.state == "cancelled"
    assert facts_of(desks.demand.organisation, at=reported + waited).no_shows == counted


# ---- pages ----


def test_three_people_bring_a_chain_about_through_the_pages() -> None:
    desks = Desks()
    giver, worker, school = (as_(one) for one in (desks.giver, desks.worker, desks.school))
    address = f"/zoekertje/{desks.supply.pk}/keten/{desks.service.pk}/{desks.demand.pk}/voorstellen/"
    assert address in read(giver.get(f"/zoekertje/{desks.supply.pk}/matches/"))
    page = read(giver.get(address))
    assert 'name="quantity" value="30"' in page
    assert 'name="work" value="30"' in page
    given = {"quantity": "30", "work": "30", "week": MONDAY.isoformat(), "note": "Fijn."}
    sent = giver.post(address, given)
    proposal = Proposal.objects.get()
    assert sent["Location"] == proposal.get_absolute_url()
    assert "Bureaus → Atelier → Bureaus" in read(worker.get("/mijn/uitwisselingen/"))
    for client, side in ((worker, "service"), (school, "demand")):
        assert "30 stuks" in read(client.get(proposal.get_absolute_url()))
        answer = client.post(f"{proposal.get_absolute_url()}antwoord/", {"answer": "yes", "side": side})
        assert answer.status_code == 302
    brought, fetched = Exchange.objects.order_by("pk")
    assert f"/uitwisselingen/{brought.pk}/" in read(giver.get(proposal.get_absolute_url()))
    page = read(worker.get(f"/uitwisselingen/{brought.pk}/"))
    assert "delen van een keten" in page
    assert f"/uitwisselingen/{fetched.pk}/" in page
    assert f"/uitwisselingen/{fetched.pk}/" not in read(giver.get(f"/uitwisselingen/{brought.pk}/"))
    assert giver.get(f"/uitwisselingen/{fetched.pk}/").status_code == 404
    times = {"day_1": slot(9)[0].date(), "from_1": "10:00", "to_1": "12:00"}
    assert take(school, fetched, "propose_times", **times).status_code == 302
    assert take(worker, brought, "cancel", reason="Ziek.").status_code == 302
    sweep_chains(at=fetched.created_at + dt.timedelta(minutes=1))
    assert "ging niet door" in read(school.get(f"/uitwisselingen/{fetched.pk}/"))


def test_the_page_of_a_chain_says_what_is_refused_and_is_for_whom_it_concerns() -> None:
    desks = Desks()
    address = f"/zoekertje/{desks.supply.pk}/keten/{desks.service.pk}/{desks.demand.pk}/voorstellen/"
    given = {"quantity": "41", "work": "30", "week": MONDAY.isoformat(), "note": ""}
    refused = as_(desks.school).post(address, given)
    assert refused.status_code == 409
    assert "Nog 40 stuks vrij." in read(refused)
    assert as_(make_user()).post(address, given | {"quantity": "3"}).status_code == 403
    wrong = f"/zoekertje/{desks.demand.pk}/keten/{desks.service.pk}/{desks.supply.pk}/voorstellen/"
    assert as_(desks.school).get(wrong).status_code == 404
    assert not Proposal.objects.exists()


def test_who_said_yes_is_not_asked_again_and_one_s_list_marks_what_waits_for_oneself() -> None:
    desks = Desks()
    proposal = desks.propose()
    there = f"/voorstellen/{proposal.pk}/"
    said = read(as_(desks.giver).get(there))
    assert "Jullie zeiden ja." in said
    assert "Ja, graag" not in said
    assert "Nee, dit past niet" in said
    assert "Ja, graag" in read(as_(desks.worker).get(there))
    for user, waits in ((desks.giver, False), (desks.worker, True)):
        listed = read(as_(user).get("/mijn/uitwisselingen/")).split('id="proposals"')[1].split("</ul>")[0]
        assert there in listed
        assert ("jij bent aan zet" in listed) == waits


def test_a_chain_is_proposed_in_the_first_week_that_takes_all_of_it() -> None:
    desks = Desks()
    full, next_one = MONDAY, MONDAY + dt.timedelta(weeks=1)
    book_capacity(by=desks.worker, service=desks.service, week_start=full, quantity=Decimal(480), note="van de buren")
    address = f"/zoekertje/{desks.supply.pk}/keten/{desks.service.pk}/{desks.demand.pk}/voorstellen/"
    page = read(as_(desks.giver).get(address))
    assert f'<option value="{full.isoformat()}">' in page
    assert "(20 stuks vrij)" in page
    assert f'<option value="{next_one.isoformat()}" selected>' in page


@pytest.mark.parametrize("gone", ["giver", "school"])
def test_a_chain_begins_also_where_who_said_yes_has_no_account_any_more(gone: str) -> None:
    desks = Desks()
    proposal, who = desks.propose(), getattr(desks, gone)
    first, last = (desks.school, desks.worker)
    services.answer_proposal(by=first, proposal=proposal, answer="yes")
    listing = desks.supply if gone == "giver" else desks.demand
    Membership.objects.create(organisation=listing.organisation, user=make_user(), role="member")
    User.objects.filter(pk=who.pk).delete()
    begun = services.answer_proposal(by=last, proposal=proposal, answer="yes").arrangement
    assert begun is not None
    assert [one.state for one in begun.exchanges.all()] == ["accepted", "accepted"]
