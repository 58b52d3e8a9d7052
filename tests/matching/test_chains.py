"""Chains: columns, one listing's nearest, and three loops in plain Python agree; words, addresses and plans."""

import datetime as dt
import math
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings, target
from hypothesis import strategies as st

from accounts.models import Organisation
from geo.models import Hub, HubRegion, Municipality
from geo.points import metric
from listings.balances.free import standing_of
from listings.balances.periods import monday_of
from listings.balances.services import hold
from listings.capacity.services import book_capacity
from listings.derived import derive_mass, derive_material
from listings.enums import ListingKind
from listings.models import Listing
from matching import rules
from matching.chains.find import Chain, chains_of, load_sides
from matching.chains.score import all_chains
from matching.dismissals.services import dismiss_pair
from matching.explain import explain_chain
from matching.pairs.candidates import pairable
from matching.pairs.dismissed import Dismissed
from materials.enums import Unit
from materials.models import Material
from tests.makers import TODAY, make_organisation, material, published

pytestmark = pytest.mark.django_db
MONDAY = monday_of(TODAY)
WEEKS = {"weekly": 1.0, "monthly": 4.348214285714286, "quarterly": 13.044642857142858}

# ---- the same in three loops ----


def by_three_loops(rows: list[Listing]) -> dict[tuple[int, int, int], tuple[float, ...]]:
    found = {}
    for supply in (row for row in rows if row.kind == "supply"):
        for service in (row for row in rows if row.kind == "service"):
            if not _serves(service, supply):
                continue
            for demand in (row for row in rows if row.kind == "demand"):
                facts = _chain(supply, service, demand)
                if facts:
                    found[supply.pk, service.pk, demand.pk] = facts
    return found


def _needs(supply: Listing) -> set[str]:
    return set(supply.needs_services) or ({"repair"} if supply.condition == 2 else set())


def _serves(service: Listing, supply: Listing) -> bool:
    needs = _needs(supply)
    if not needs or not needs <= set(service.service_kinds) or supply.organisation_id == service.organisation_id:
        return False
    number = supply.material.tree_left  # type: ignore[union-attr]
    if not any(taken.tree_left <= number <= taken.tree_right for taken in service.materials.all()):
        return False
    if _metres(supply, service) > (supply.reach_km or math.inf) * 1000:
        return False
    if service.catchment_kind == "radius":
        return _metres(supply, service) <= (service.reach_km or math.inf) * 1000
    if service.catchment_kind == "municipalities":
        return supply.municipality in service.catchment_municipalities.all()
    return any(supply.municipality in region.municipalities.all() for region in service.catchment_regions.all())


def _metres(one: Listing, other: Listing) -> float:
    return math.dist(*(metric(side.shown_location).coords for side in (one, other) if side.shown_location))


def _chain(supply: Listing, service: Listing, demand: Listing) -> tuple[float, ...] | None:
    if supply.organisation_id == demand.organisation_id:
        return None
    if not set(supply.hub_ids) & set(service.hub_ids) & set(demand.hub_ids):
        return None
    one, other = supply.material, demand.material
    assert one
    assert other
    if not (
        one.tree_left <= other.tree_left <= one.tree_right or other.tree_left <= one.tree_left <= other.tree_right
    ):
        return None
    after = supply.condition
    if _needs(supply) & {"repair", "maintenance"}:
        after = max(after, 3)  # type: ignore[type-var]
    if demand.condition and after < demand.condition:  # type: ignore[operator]
        return None
    onward = _metres(service, demand)
    if onward > (demand.reach_km or math.inf) * 1000:
        return None
    all_days, free = _days(supply, service, demand)
    if not all_days:
        return None
    compared = _compared(supply, demand, min(len(all_days), 365))
    if compared is None or (not demand.splittable and compared[0] < compared[1]):
        return None
    room = _room(supply, service, all_days, free)
    if room is None:
        return None
    capacity, days, known = room
    offered, asked = compared
    coverage, lot_share = min(offered / asked, 1.0), min(asked / offered, 1.0)
    whole = _metres(supply, service) + onward
    parts = {
        "material": (1.0, 0.7, 0.5)[min(abs(one.depth - other.depth), 2)],
        "distance": 1 / (1 + whole / 25_000),
        "quantity": lot_share if not supply.splittable and offered > asked else (coverage + lot_share) / 2,
        "timing": min(days / 14, 1.0),
        "price": _price(supply, demand),
        "condition": 1.0 if demand.condition else 0.5 + after / 10,  # type: ignore[operator]
        "capacity": capacity,
    }
    weights = (0.25, 0.25, 0.15, 0.10, 0.10, 0.05, 0.10)
    score = sum(weight * part for weight, part in zip(weights, parts.values(), strict=True))
    return (score, *parts.values(), days, float(known), coverage)


def _days(supply: Listing, service: Listing, demand: Listing) -> tuple[list[dt.date], dict[dt.date, Any]]:
    """Each day on which the work can be done, up to two years ahead, and what is free by week."""
    lead = dt.timedelta(days=service.lead_time_days or 0)
    found = []
    for number in range(730):
        done = TODAY + dt.timedelta(days=number)
        comes_in = done - lead
        if comes_in < TODAY or not _holds(supply, comes_in) or comes_in < service.available_from:  # type: ignore[operator]
            continue
        if service.available_until and done > service.available_until:
            continue
        if _holds(demand, done):
            found.append(done)
    free = {}
    for number in range(12):
        week = MONDAY + dt.timedelta(weeks=number)
        booked = sum(row.quantity for row in service.reservations.live() if row.period == week)
        free[week] = None if service.capacity_per_week is None else max(service.capacity_per_week - booked, 0)
    return found, free


def _holds(row: Listing, day: dt.date) -> bool:
    return row.available_from <= day and (row.available_until is None or day <= row.available_until)  # type: ignore[operator]


def _compared(supply: Listing, demand: Listing, days: int) -> tuple[float, float] | None:
    same = Unit(supply.unit).dimension == Unit(demand.unit).dimension
    amounts = [_amount(row, "" if same else "mass") for row in (supply, demand)]
    if None in amounts:
        return None
    for place, (row, opposite) in enumerate(((supply, demand), (demand, supply))):
        if row.recurrence != "one_off":
            weeks = min(days / 7, 26) if opposite.recurrence == "one_off" else 1
            amounts[place] *= weeks / WEEKS[row.recurrence]  # type: ignore[operator]
    return amounts[0], amounts[1]  # type: ignore[return-value]


def _amount(row: Listing, dimension: str) -> float | None:
    """What is free, in the base unit of its own dimension or in kilograms."""
    assert row.quantity is not None
    free = row.quantity - row.taken_quantity
    if dimension == "mass" and Unit(row.unit).dimension != "mass":
        return None if row.mass_kg is None else float(round(row.mass_kg * free / row.quantity, 3))
    return float(free * Unit(row.unit).factor)


def _room(
    supply: Listing, service: Listing, days: list[dt.date], free: dict[dt.date, Any]
) -> tuple[float, int, bool] | None:
    """The capacity part, on how many days, and whether it is known."""
    unit = Unit(service.capacity_unit)
    same = Unit(supply.unit).dimension == unit.dimension
    amount = _amount(supply, "") if same else _amount(supply, "mass") if unit.dimension == "mass" else None
    stream = supply.recurrence != "one_off"
    if stream and amount is not None:
        amount /= WEEKS[supply.recurrence]
    suiting = {week: sum(1 for day in days if monday_of(day) == week) for week in free}
    suiting = {week: count for week, count in suiting.items() if count and (free[week] is None or free[week] > 0)}
    known = amount is not None and service.capacity_per_week is not None
    if not known:
        return (0.5, sum(suiting.values()), False) if suiting else None
    assert amount is not None
    room = {week: float(free[week] * unit.factor) for week in suiting}
    if stream:
        room = {week: left for week, left in room.items() if left >= amount - 1e-9}
    if not room or (not stream and sum(room.values()) < amount - 1e-9):
        return None
    return min(max(room.values()) / amount, 1.0), sum(suiting[week] for week in room), True


def _price(supply: Listing, demand: Listing) -> float:
    """These listings are free, or say no price."""
    return 1.0 if supply.price_kind == "free" else 0.5


# ---- random sets ----

PLACES = [(51.05, 3.72), (51.06, 3.75), (51.10, 3.60), (50.95, 3.80), (51.2, 3.9)]
CODES = ["wood", "wood-pallets", "wood-pallets-eur", "furniture"]


def _window(draw: Any, kind: str) -> dict[str, Any]:
    """Who, where and when. What makes a chain comes first and often: else hardly any of the drawn sets has one."""
    own = ["supply", "service", "demand"].index(kind)
    starts = TODAY + dt.timedelta(days=draw(st.sampled_from([0, -20, -3, 5, 20, 40])))
    ends = draw(st.sampled_from([None, None, 60, 30, 14, 3, 0]))
    return {
        "available_from": starts,
        "available_until": None if ends is None else max(starts, TODAY) + dt.timedelta(days=ends),
        "organisation": draw(st.sampled_from([own, own, own, 0, 1, 2])),
        "place": draw(st.integers(0, len(PLACES) - 1)),
        "hubs": draw(st.sampled_from([(0, 1), (0,), (0,), (1,)])),
    }


@st.composite
def goods(draw: Any, kind: str) -> dict[str, Any]:
    made = _window(draw, kind) | {
        "kind": kind,
        "code": draw(st.sampled_from(["wood", *CODES])),
        "unit": draw(st.sampled_from(["kg", "kg", "tonne", "piece"])),
        "quantity": Decimal(draw(st.integers(1, 60))),
        "promised": Decimal(draw(st.sampled_from([0, 0, 1, 7, 20]))),
        "splittable": draw(st.booleans()),
        "recurrence": draw(st.sampled_from(["one_off", "one_off", "weekly", "monthly", "quarterly"])),
        "reach_km": draw(st.sampled_from([None, None, 10, 30])),
        "price_kind": draw(st.sampled_from(["free", "on_request"])),
    }
    if kind == "supply":
        needs = draw(st.sampled_from([["repair"], [], ["washing"], ["sorting", "repair"]]))
        return made | {"condition": draw(st.sampled_from([2, 2, 1, 3, 4])), "needs_services": needs}
    return made | {"condition": draw(st.sampled_from([None, 2, 3, 4]))}


@st.composite
def a_service(draw: Any) -> dict[str, Any]:
    return _window(draw, "service") | {
        "kind": "service",
        "codes": draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=3, unique=True)),
        "service_kinds": draw(st.sampled_from([["repair", "sorting", "washing"], ["repair"], ["washing"]])),
        "capacity_per_week": draw(st.sampled_from([Decimal(40), Decimal(7), Decimal(1), None])),
        "capacity_unit": draw(st.sampled_from(["kg", "kg", "tonne", "piece"])),
        "lead_time_days": draw(st.sampled_from([None, 0, 5, 14])),
        "catchment_kind": draw(st.sampled_from(["radius", "radius", "municipalities", "regions"])),
        "reach_km": draw(st.sampled_from([60, 25, 10])),
        "booked": draw(st.lists(st.tuples(st.integers(0, 11), st.integers(1, 60)), max_size=6)),
    }


def store(rows: list[dict[str, Any]]) -> list[Listing]:
    """Published listings as drawn: their hubs too, so that some share one and some don't."""
    hubs = [Hub.objects.get(slug=slug).pk for slug in ("sociaal-circulaire-hub-gent", "repair-zkt-hubs")]
    Hub.objects.filter(pk__in=hubs).update(buffer_km=50)  # both may show all these places
    organisations = [make_organisation() for _number in range(3)]
    codes = {code: material(code) for code in CODES}
    towns = list(Municipality.objects.order_by("nis")[: len(PLACES)])
    region = HubRegion.objects.order_by("pk")[0]
    region.municipalities.set(towns[:2])
    return [_store(row, hubs, organisations, codes, towns, region) for row in rows]


def _store(
    drawn: dict[str, Any], hubs: list[int], organisations: list[Organisation], codes: dict[str, Material],
    towns: list[Municipality], region: HubRegion,
) -> Listing:  # fmt: skip
    row = dict(drawn)
    lat, lon = PLACES[place := row.pop("place")]
    taken = [codes[code] for code in row.pop("codes", [])]
    booked, promised = row.pop("booked", []), row.pop("promised", Decimal(0))
    listing = Listing(
        status="published", title="Iets", material=codes.get(row.pop("code", "")),
        organisation=organisations[row.pop("organisation")], hub_ids=[hubs[place] for place in row.pop("hubs")],
        location=Point(lon, lat, srid=4326), shown_location=Point(lon, lat, srid=4326), municipality=towns[place],
        **({"price_kind": "on_request"} | row),
    )  # fmt: skip
    derive_material(listing, taken)
    derive_mass(listing)
    listing.save()
    if listing.kind == "service":
        listing.materials.set(taken)
        listing.catchment_municipalities.set(towns[1:3])
        listing.catchment_regions.set([region])
        for week, quantity in booked:
            day = MONDAY + dt.timedelta(weeks=week)
            if listing.capacity_per_week is not None and standing_of(listing, day).free >= quantity:
                hold(by=None, listing=listing, period=day, quantity=Decimal(quantity))
    elif listing.splittable and listing.recurrence == "one_off" and 0 < promised < listing.quantity:
        hold(by=None, listing=listing, quantity=promised)
        listing.refresh_from_db()
    return listing


def facts_of(chain: Chain) -> tuple[float, ...]:
    return (
        chain.score, *chain.parts.values(), chain.overlap_days, float(chain.capacity_known), chain.coverage,
    )  # fmt: skip


def key_of(chain: Chain) -> tuple[int, int, int]:
    return chain.supply.pk, chain.service.pk, chain.demand.pk


def test_chains_are_those_of_three_loops() -> None:
    tried = []

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        rows=st.tuples(
            st.lists(goods("supply"), min_size=2, max_size=4),
            st.lists(a_service(), min_size=2, max_size=3),
            st.lists(goods("demand"), min_size=2, max_size=4),
        )
    )
    def try_one(rows: tuple[list[dict[str, Any]], ...]) -> None:
        with transaction.atomic():
            made = store([row for side in rows for row in side])
            expected = by_three_loops(made)
            tried.append(expected.values())
            target(float(len(expected)))
            assert_all_find(made, expected)
            transaction.set_rollback(True)

    try_one()
    # Else the examples would have tried nothing.
    assert sum(len(facts) > 0 for facts in tried) >= 10
    # The capacity was known, and some of it free.
    assert sum(any(known for *_parts, known, _coverage in facts) for facts in tried) >= 5


def assert_all_find(made: list[Listing], expected: dict[tuple[int, int, int], tuple[float, ...]]) -> None:
    """Each listing is shown the chains that it is part of, in order."""
    for listing in made:
        chains = chains_of(listing, at=timezone.now(), limit=1000)
        found = {key_of(chain): facts_of(chain) for chain in chains}
        assert found.keys() == {key for key in expected if listing.pk in key}
        for key, facts in found.items():
            assert facts == pytest.approx(expected[key], abs=3e-6), key
        assert chains == sorted(chains, key=lambda chain: (-chain.score, *key_of(chain)))


# ---- by hand ----


def desks(**fields: Any) -> Listing:
    """Forty desks to repair."""
    given: dict[str, Any] = {
        "material": material("furniture"),
        "condition": 2,
        "available_until": TODAY + dt.timedelta(days=60),
    }
    return published(**(given | fields))


def repairs(**fields: Any) -> Listing:
    given = {"materials": [material("furniture")], "capacity_per_week": 40, "capacity_unit": "piece"}
    return published("service", **(given | fields))


def wanted(**fields: Any) -> Listing:
    return published("demand", **({"material": material("furniture"), "condition": 3} | fields))


def chains(listing: Listing, **more: Any) -> list[Chain]:
    return chains_of(Listing.objects.get(pk=listing.pk), at=timezone.now(), **more)


def test_what_is_repaired_goes_on_as_used() -> None:
    supply, service, demand = desks(), repairs(), wanted()
    (chain,) = chains(supply)
    assert key_of(chain) == (supply.pk, service.pk, demand.pk)
    assert chain.condition_after.slug == "used"
    assert [key_of(found) for listing in (service, demand) for found in chains(listing)] == [key_of(chain)] * 2
    assert 0 < chain.score <= 1
    assert chain.score == pytest.approx(sum(rules.CHAIN_WEIGHTS[name] * part for name, part in chain.parts.items()))


@pytest.mark.parametrize(
    "change",
    [
        {"supply": {"condition": 3}},  # needs nothing
        {"supply": {"needs_services": ["washing"]}},  # another service
        {"supply": {"needs_services": ["repair", "washing"]}},  # a service that does one of two
        {"service": {"materials": "appliances"}},
        {"service": {"reach_km": 1, "at": (51.2, 3.9)}},
        {"service": {"lead_time_days": 500}, "supply": {"available_until": None}},
        {"service": {"capacity_per_week": 2}},  # 40 desks in 9 weeks
        {"demand": {"condition": 4}},  # repaired is used, not as new
        {"demand": {"available_from": TODAY + dt.timedelta(days=200)}},
        {"demand": {"reach_km": 1, "at": (51.2, 3.9)}},
    ],
    ids=str,
)
def test_there_is_no_chain_without(change: dict[str, dict[str, Any]]) -> None:
    supply = desks(**change.get("supply", {}))
    of_service = dict(change.get("service", {}))
    if "materials" in of_service:
        of_service["materials"] = [material(of_service["materials"])]
    repairs(**of_service)
    wanted(**change.get("demand", {}))
    assert chains(supply) == []


def test_the_service_is_not_the_supply_s_own_organisation() -> None:
    supply = desks()
    service = repairs(by=supply.maker, organisation=supply.organisation)  # type: ignore[attr-defined]
    wanted()
    assert chains(supply) == chains(service) == []


def fill(service: Listing, weeks: range, quantity: int = 40) -> None:
    for number in weeks:
        week = MONDAY + dt.timedelta(weeks=number)
        hold(by=None, listing=service, period=week, quantity=Decimal(quantity))


def test_full_weeks_don_t_count() -> None:
    supply, service, _demand = desks(available_until=TODAY), repairs(), wanted()
    assert [week.start for week in chains(supply)[0].weeks] == [MONDAY]
    fill(service, range(1))
    assert chains(supply) == []
    Listing.objects.filter(pk=supply.pk).update(available_until=None)
    (chain,) = chains(supply)
    assert chain.weeks[0].start == MONDAY + dt.timedelta(weeks=1)
    fill(service, range(1, 12))
    assert chains(supply) == chains(service) == []


def test_a_lot_that_takes_more_than_a_week_is_spread_over_weeks() -> None:
    supply, _service, _demand = desks(), repairs(capacity_per_week=16), wanted()
    (chain,) = chains(supply)
    assert chain.parts["capacity"] == pytest.approx(0.4)
    assert "te veel voor één week: te spreiden over weken" in explain_chain(chain).lacks


def test_a_stream_takes_weeks_with_room_for_what_it_brings_in_one() -> None:
    supply, service, _demand = desks(recurrence="weekly", available_until=None), repairs(), wanted()
    fill(service, range(5), quantity=1)
    (chain,) = chains(supply)
    assert [week.start for week in chain.weeks] == [MONDAY + dt.timedelta(weeks=number) for number in range(5, 12)]


def test_an_unknown_capacity_is_allowed_and_said() -> None:
    supply, service, _demand = desks(), repairs(capacity_unit="m3"), wanted()
    (chain,) = chains(supply)
    assert (chain.capacity_known, chain.parts["capacity"]) == (False, rules.UNKNOWN_CAPACITY)
    assert "niet bekend of deze partij in die weken past: vraag het na" in explain_chain(chain).lacks
    Listing.objects.filter(pk=service.pk).update(capacity_per_week=None)
    (chain,) = chains(supply)
    assert chain.weeks[0].free is None


def test_the_lead_time_counts() -> None:
    supply, _service, demand = desks(), repairs(lead_time_days=21), wanted(available_until=TODAY)
    assert chains(supply) == []
    Listing.objects.filter(pk=demand.pk).update(available_until=None)
    assert chains(supply)[0].weeks[0].start == monday_of(TODAY + dt.timedelta(days=21))


def test_the_whole_trip_counts() -> None:
    supply, near, _demand = desks(), repairs(), wanted()
    far = repairs(at=(51.1, 3.9))
    first, second = chains(supply)
    assert [chain.service.pk for chain in (first, second)] == [near.pk, far.pk]
    assert second.distance_m == second.to_service_m + second.to_demand_m
    assert second.to_service_m == pytest.approx(13_800, rel=0.02)
    assert [chain.service.pk for chain in chains(supply, limit=1)] == [near.pk]


def test_a_hub_s_chains_are_those_of_its_listings() -> None:
    supply, _service, _demand = desks(), repairs(), wanted()
    hub = Hub.objects.get(slug="sociaal-circulaire-hub-gent")
    kinds = (ListingKind.SUPPLY, ListingKind.SERVICE, ListingKind.DEMAND)
    supplies, services, demands = (pairable(kind, TODAY).in_hub(hub.pk) for kind in kinds)
    sides = load_sides(supplies, services, demands, TODAY)
    dismissed = Dismissed(sides.supplies, sides.demands)
    scored = all_chains(sides.supplies, sides.services, sides.demands, dismissed)
    assert scored.score.tolist() == [chain.score for chain in chains(supply)]


@pytest.mark.parametrize("by", ["supply", "demand"])
def test_what_one_side_doesn_t_want_forms_no_chain(by: str) -> None:
    supply, service, demand, other = desks(), repairs(), wanted(), wanted()
    assert {chain.demand.pk for chain in chains(supply)} == {demand.pk, other.pk}
    own, away = (supply, demand) if by == "supply" else (demand, supply)
    dismiss_pair(by=own.maker, listing=own, other=away, reason="too_far")  # type: ignore[attr-defined]
    assert [chain.demand.pk for chain in chains(supply)] == [other.pk]
    assert [chain.demand.pk for chain in chains(service)] == [other.pk]
    assert chains(demand) == []


def test_a_chain_explains_itself(client: Client) -> None:
    supply, service, demand = desks(quantity=30), repairs(), wanted(quantity=40, at=(51.1, 3.8))
    (row,) = client.get(f"/api/v1/listings/{service.pk}/chains/").json()["results"]
    assert [row[side]["id"] for side in ("supply", "service", "demand")] == [supply.pk, service.pk, demand.pk]
    assert row["reasons"][0] == "7,7\xa0km in totaal"
    assert {"75 % van de vraag · de hele partij", "materiaal exact", "daarna: gebruikt"} <= set(row["reasons"])
    assert any(words.startswith("plaats in ") for words in row["reasons"])
    assert row["weeks"][0] == {"week_start": MONDAY.isoformat(), "free": 40}
    assert row["condition_after"] == "used"


def test_what_isn_t_public_has_no_chains_to_read(client: Client) -> None:
    supply = desks()
    Listing.objects.filter(pk=supply.pk).update(status="withdrawn")
    assert client.get(f"/api/v1/listings/{supply.pk}/chains/").status_code == 404
    assert chains(supply) == []


def test_a_booking_fills_the_week_that_a_chain_needs() -> None:
    supply, service, _demand = desks(available_until=TODAY), repairs(), wanted()
    book_capacity(by=service.maker, service=service, week_start=MONDAY, quantity=Decimal(40))  # type: ignore[attr-defined]
    assert chains(supply) == []


@pytest.mark.parametrize("kind", ["supply", "service", "demand"])
def test_many_chains_take_no_more_queries_than_one(client: Client, kind: str) -> None:
    sides = {"supply": desks(), "service": repairs(), "demand": wanted()}
    path = f"/api/v1/listings/{sides[kind].pk}/chains/"
    counts = []
    for _round in range(3):
        with CaptureQueriesContext(connection) as queries:
            rows = client.get(path).json()["results"]
        counts.append((len(queries), len(rows)))
        if len(counts) == 2:
            for make in (desks, repairs, wanted) * 2:
                make()
    assert (counts[1][1], counts[2][1]) == (1, 9)
    assert counts[2][0] == counts[1][0] <= 20
