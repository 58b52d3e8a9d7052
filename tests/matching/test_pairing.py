"""Pairing: one listing at a time, all at once, and plain Python agree."""

import datetime as dt
import itertools
import math
import random
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from geo.models import Hub
from listings import services
from listings.balances.periods import monday_of
from listings.balances.services import hold, release
from listings.enums import PriceKind
from listings.models import Listing
from matching import rules
from matching.dismissals.services import dismiss_pair, take_back_dismissal
from matching.explain import explain
from matching.models import Dismissal, Match, PairingWeights
from matching.pairs.batch import pair_all
from matching.pairs.best import BestPairs, keep_best
from matching.pairs.columns import HubBits
from matching.pairs.fingerprints import fingerprints
from matching.pairs.incremental import pair
from matching.weights.default_weights import WEIGHT_POINTS, WEIGHTS
from materials.enums import Unit
from tests.databases import demo_listings
from tests.makers import TODAY, draft, keep_at_most, make_organisation, make_user, material, published

pytestmark = pytest.mark.django_db
NOW = timezone.now()
Stored = dict[tuple[int, int], tuple[float | None, ...]]


def stored() -> Stored:
    return {
        (row.demand_id, row.supply_id): (
            row.score, row.material_part, row.distance_part, row.quantity_part, row.timing_part, row.price_part,
            row.condition_part, row.distance_m, row.overlap_days, row.coverage, row.lot_share, row.kept_by,
        )
        for row in Match.objects.all()
    }  # fmt: skip


def by_brute_force() -> Stored:
    """Every supply against every demand, with the rules written out once more."""
    goods = Listing.objects.filter(status="published").exclude(kind="service").select_related("material")
    rows = [row for row in goods if row.hub_ids and not row.eural_code.endswith("*") and not _over(row)]
    supplies, demands = ([row for row in rows if row.kind == kind] for kind in ("supply", "demand"))
    aside = set(Dismissal.objects.values_list("listing_id", "other_id"))
    fitting: Stored = {}
    said = {row.hub_id: row for row in PairingWeights.objects.all()}
    for demand in demands:
        weights = {name: _weight(name, [said.get(hub_id) for hub_id in demand.hub_ids]) for name in WEIGHTS}
        fitting |= {(demand.pk, supply.pk): parts for supply in supplies if (parts := _parts(supply, demand, weights))}
    kept: Counter[tuple[int, int]] = Counter()
    for place, (side, listings) in enumerate((("demand", demands), ("supply", supplies))):
        for own in listings:
            mine = [
                (-(parts[0] or 0), pair[1 - place], pair) for pair, parts in fitting.items() if pair[place] == own.pk
            ]
            shown = sorted(one for one in mine if (own.pk, one[1]) not in aside)
            kept.update({pair: place + 1 for _score, _other, pair in shown[: rules.BEST_PER_LIST[side]]})
    return {pair: (*fitting[pair], who) for pair, who in kept.items()}


def _weight(part: str, hubs: list[PairingWeights | None]) -> float:
    """The mean of what the demand's hubs say, in points of all their points."""
    shares = []
    for hub in hubs:
        points = {name: getattr(hub, name) for name in WEIGHTS} if hub else WEIGHT_POINTS
        shares.append(points[part] / sum(points.values()))
    return sum(shares) / len(shares)


def _over(row: Listing) -> bool:
    return row.available_until is not None and row.available_until < TODAY


#: Weeks between two deliveries, from the calendar: 365.25 days, 12 months and 4 quarters to a year, 7 days to a week.
_WEEKS = {"weekly": 1.0, "monthly": 4.348214285714286, "quarterly": 13.044642857142858}


def _amount(row: Listing, mass: bool) -> float | None:
    assert row.quantity is not None
    free = row.quantity - row.taken_quantity
    if mass:
        return None if row.mass_kg is None else float(round(row.mass_kg * free / row.quantity, 3))
    return float(free) * float(Unit(row.unit).factor)


def _compared(supply: Listing, demand: Listing, mass: bool, days: int) -> tuple[float, float] | None:
    """What is offered and asked: lots as they are, streams per week, a stream against a lot over the shared weeks."""
    sides = [_amount(row, mass) for row in (supply, demand)]
    if None in sides:
        return None
    streams = [row.recurrence != "one_off" for row in (supply, demand)]
    for place, row in enumerate((supply, demand)):
        if streams[place]:
            sides[place] /= _WEEKS[row.recurrence]  # type: ignore[operator]
            if not streams[1 - place]:
                sides[place] *= min(days / 7, 26)  # type: ignore[operator]
    return sides[0], sides[1]  # type: ignore[return-value]


def _parts(supply: Listing, demand: Listing, weights: dict[str, float]) -> tuple[float, ...] | None:
    if supply.organisation_id == demand.organisation_id or not set(supply.hub_ids) & set(demand.hub_ids):
        return None
    one, other = supply.material, demand.material
    assert one
    assert other
    inside = other.tree_left <= one.tree_left <= other.tree_right
    if not inside and not one.tree_left <= other.tree_left <= one.tree_right:
        return None
    if demand.condition and (supply.condition or 0) < demand.condition:
        return None
    assert supply.available_from
    assert demand.available_from
    assert supply.condition
    first = max(supply.available_from, demand.available_from)
    last = min(supply.available_until or dt.date.max, demand.available_until or dt.date.max)
    if last < first:
        return None
    away = math.hypot(supply.position.x - demand.position.x, supply.position.y - demand.position.y)
    if away > min((side.reach_km or math.inf) * 1000 for side in (supply, demand)):
        return None
    same = Unit(supply.unit).dimension == Unit(demand.unit).dimension
    days = min((last - first).days + 1, 365)
    compared = _compared(supply, demand, not same, days)
    if compared is None or (not demand.splittable and compared[0] < compared[1]):
        return None
    offered, asked = compared
    coverage, lot_share = min(offered / asked, 1.0), min(asked / offered, 1.0)
    too_large = not supply.splittable and offered > asked
    works_first = supply.needs_services or supply.condition == 2
    parts = {
        "material": (1.0, 0.7, 0.5)[min(abs(one.depth - other.depth), 2)],
        "distance": 1 / (1 + away / 25_000),
        "quantity": lot_share if too_large else (coverage + lot_share) / 2,
        "timing": min(days / 14, 1.0),
        "price": _price(supply, demand, same),
        "condition": _condition(supply.condition, demand.condition, bool(works_first)),
    }
    parts = {name: round(part, 6) for name, part in parts.items()}
    score = round(sum(weights[name] * part for name, part in parts.items()), 6)
    return (score, *parts.values(), round(away), days, coverage, lot_share)


def _condition(has: int, asked: int | None, works_first: bool) -> float:
    if works_first:
        return 1.0 if asked in (1, 2) else 0.0
    return 1.0 if asked else 0.5 + has / 10


def assert_holds_what_brute_force_finds() -> Stored:
    """Keys and values; returns them."""
    found, expected = stored(), by_brute_force()
    assert found.keys() == expected.keys()
    for key, parts in found.items():
        assert parts == pytest.approx(expected[key], abs=2e-6), key
    return found


def _price_of_one(row: Listing) -> float:
    """Of one unit that its dimension is measured in."""
    assert row.price_eur is not None
    assert row.quantity is not None
    return float(row.price_eur) / (
        float(Unit(row.unit).factor) * (1 if row.price_basis == "unit" else float(row.quantity))
    )


def _price(supply: Listing, demand: Listing, same: bool) -> float:
    if demand.price_kind == PriceKind.REMOVAL_FEE:
        return 1.0 if supply.price_kind == PriceKind.REMOVAL_FEE else 0.25
    if supply.price_kind in (PriceKind.FREE, PriceKind.REMOVAL_FEE):
        return 1.0
    if supply.price_kind == PriceKind.FIXED and demand.price_kind == PriceKind.FREE:
        return 1.0 if not supply.price_eur else 0.0
    if supply.price_kind == demand.price_kind == PriceKind.FIXED and same:
        asked, offered = (_price_of_one(side) for side in (supply, demand))
        return 1.0 if asked <= offered else offered / asked
    return 0.5


def scatter(count: int, seed: int) -> list[Listing]:
    """Random goods around Ghent: few materials and organisations, so that much competes and much is ruled out."""
    draw = random.Random(seed)
    users = [make_user() for _number in range(4)]
    organisations = [(user, make_organisation(user)) for user in users]
    codes = ["wood", "wood-pallets", "wood-pallets-eur", "plastics", "plastic-film"]
    made = []
    for _number in range(count):
        by, organisation = draw.choice(organisations)
        kind = draw.choice(["supply", "demand"])
        price = draw.choice(["free", "fixed", "on_request", "removal_fee"])
        code = draw.choice(codes)
        starts = TODAY + dt.timedelta(days=draw.randint(-10, 20))
        made.append(
            published(
                kind, by=by, organisation=organisation, material=material(code),
                unit=draw.choice(["kg", "tonne", "piece"] if code.startswith("wood") else ["kg", "tonne"]),
                quantity=draw.randint(1, 900), splittable=draw.random() < 0.6,
                recurrence=draw.choice(["one_off", "one_off", "weekly", "monthly", "quarterly"]),
                available_from=starts,
                available_until=draw.choice([None, starts + dt.timedelta(days=draw.randint(12, 40))]),
                condition=draw.randint(1, 5) if kind == "supply" else draw.choice([None, 2, 3]),
                price_kind=price, price_eur=draw.randint(1, 80) if price in ("fixed", "removal_fee") else None,
                price_basis=draw.choice(["unit", "lot"]), reach_km=draw.choice([None, 5, 15, 40]),
                needs_services=draw.choice([[], [], [], ["washing"]]) if kind == "supply" else [],
                eural_code=draw.choice(["", "", "", "170204*"]) if kind == "supply" else "",
                at=(draw.uniform(50.9, 51.15), draw.uniform(3.5, 3.95)),
            )
        )  # fmt: skip
        _promise_some(made[-1], draw)
    return made


def _promise_some(lot: Listing, draw: random.Random) -> None:
    """Hold a part of some lots: what is left is what counts."""
    if lot.splittable and lot.recurrence == "one_off" and lot.quantity > 1 and draw.random() < 0.5:  # type: ignore[operator]
        hold(by=None, listing=lot, quantity=Decimal(draw.randint(1, int(lot.quantity) - 1)))  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", [1, 2])
def test_batch_one_by_one_and_brute_force_agree(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_at_most(monkeypatch, 4)
    rows = scatter(90, seed)
    pair_all(at=NOW)
    assert assert_holds_what_brute_force_finds()
    Match.objects.all().delete()
    makers = {row.pk: row.maker for row in rows}  # type: ignore[attr-defined]
    order = random.Random(seed)
    order.shuffle(rows)
    for row in rows:
        pair(listing_id=row.pk, at=NOW)
    assert_holds_what_brute_force_finds()
    for row in order.sample(rows, 25):
        for reservation in row.reservations.live():
            release(reservation=reservation)
        if row.status == "published":
            services.withdraw_listing(by=row.maker, listing=row)  # type: ignore[attr-defined]
            pair(listing_id=row.pk, at=NOW)
    assert_holds_what_brute_force_finds()
    for row in order.sample(rows, 15):
        fresh = Listing.objects.get(pk=row.pk)
        least = int(fresh.taken_quantity) + 1
        services.update_listing(by=row.maker, listing=fresh, quantity=order.randint(least, 900), reach_km=30)  # type: ignore[attr-defined]
        pair(listing_id=row.pk, at=NOW)
    assert_holds_what_brute_force_finds()
    # Whatever one side dismisses, or takes back, the lists of both stay the best of what they want.
    for match in order.sample(list(Match.objects.all()), 12):
        own, other = order.sample([match.supply, match.demand], 2)
        dismiss_pair(by=makers[own.pk], listing=own, other=other, reason="price")
        pair(listing_id=own.pk, at=NOW)
    assert_holds_what_brute_force_finds()
    for dismissal in order.sample(list(Dismissal.objects.all()), 6):
        take_back_dismissal(by=makers[dismissal.listing_id], dismissal=dismissal)
        pair(listing_id=dismissal.listing_id, at=NOW)
    found = assert_holds_what_brute_force_finds()
    assert {parts[-1] for parts in found.values()} == {1, 2, 3}
    assert (pair_all(at=NOW).written, pair_all(at=NOW).deleted) == (0, 0)


@pytest.fixture(scope="class")
def many(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Two thousand listings as the demo makes them, brought together in one hub so that they compete."""
    with django_db_blocker.unblock(), demo_listings(2_000, seed=1, paired=True):
        goods = Listing.objects.published().exclude(kind="service").exclude(hub_ids=[])
        goods.update(hub_ids=[Hub.objects.first().pk], reach_km=None)  # type: ignore[union-attr]
        yield


def test_a_batch_over_many_holds_what_brute_force_finds(many: None) -> None:
    assert Listing.objects.published().count() >= 1500
    pair_all(at=NOW)
    found = assert_holds_what_brute_force_finds()
    full = Counter(demand_id for demand_id, _supply_id in found)
    assert len(found) > 900
    assert max(full.values()) > rules.BEST_PER_LIST["demand"]  # lists that had to choose


def test_a_batch_leaves_what_changes_meanwhile_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    still, changed = published(), published()
    late: list[Listing] = []

    def meanwhile(*arguments: Any) -> Any:
        services.update_listing(by=changed.maker, listing=changed, quantity=7)  # type: ignore[attr-defined]
        late.append(published("demand"))
        return BestPairs(*arguments)

    monkeypatch.setattr("matching.pairs.batch.BestPairs", meanwhile)
    pair_all(at=NOW)
    assert set(Listing.objects.waiting_for_pairing()) == {changed, *late}
    still.refresh_from_db()
    assert still.paired_at == NOW


def test_a_listing_that_changes_while_it_is_paired_goes_on_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    published()
    demand = published("demand")

    def meanwhile(*arguments: Any) -> Any:
        services.update_listing(by=demand.maker, listing=demand, quantity=7)  # type: ignore[attr-defined]
        return keep_best(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr("matching.pairs.incremental.keep_best", meanwhile)
        assert pair(listing_id=demand.pk, at=NOW) == 1
    demand.refresh_from_db()
    assert demand.paired_at is None
    pair(listing_id=demand.pk, at=NOW)
    demand.refresh_from_db()
    assert demand.paired_at == NOW


FITS, HIGHER, OPEN = "prijs past", "vraagprijs ligt hoger dan geboden", "prijs nog af te spreken"
WANTS_FEE = "de vraag rekent een vergoeding om het op te halen"
LOWER_FEE = "vergoeding voor het ophalen ligt lager dan gevraagd"


@pytest.mark.parametrize(
    ("supply", "demand", "says"),
    [
        (("free", None), ("free", None), FITS),
        (("free", None), ("fixed", 5), FITS),
        (("free", None), ("on_request", None), FITS),
        (("free", None), ("removal_fee", 5), WANTS_FEE),
        (("fixed", 5), ("free", None), HIGHER),
        (("fixed", 0), ("free", None), FITS),
        (("fixed", 5), ("fixed", 5), FITS),
        (("fixed", 10), ("fixed", 5), HIGHER),  # scores one half, as an unknown price does
        (("fixed", 5), ("fixed", 0), HIGHER),
        (("fixed", 5), ("on_request", None), OPEN),
        (("fixed", 5), ("removal_fee", 5), WANTS_FEE),
        (("on_request", None), ("free", None), OPEN),
        (("on_request", None), ("fixed", 5), OPEN),
        (("on_request", None), ("on_request", None), OPEN),
        (("on_request", None), ("removal_fee", 5), OPEN),
        (("removal_fee", 5), ("free", None), FITS),
        (("removal_fee", 5), ("fixed", 5), FITS),
        (("removal_fee", 5), ("on_request", None), FITS),
        (("removal_fee", 5), ("removal_fee", 5), FITS),
        (("removal_fee", 4), ("removal_fee", 5), LOWER_FEE),
    ],
)
def test_the_words_for_a_price_follow_from_what_both_sides_say(
    supply: tuple[str, int | None], demand: tuple[str, int | None], says: str
) -> None:
    one = published(price_kind=supply[0], price_eur=supply[1])
    other = published("demand", price_kind=demand[0], price_eur=demand[1])
    assert price_words(one, other) == [says]


@pytest.mark.parametrize(
    ("supply", "demand", "says"),
    [
        ({"unit": "tonne", "price_eur": 100}, {"unit": "kg", "price_eur": "0.10"}, FITS),
        ({"unit": "tonne", "price_eur": 101}, {"unit": "kg", "price_eur": "0.10"}, HIGHER),
        ({"unit": "kg", "price_eur": 80, "price_basis": "lot"}, {"unit": "kg", "price_eur": 2}, FITS),
        ({"unit": "kg", "price_eur": 81, "price_basis": "lot"}, {"unit": "kg", "price_eur": 2}, HIGHER),
        ({"unit": "piece", "price_eur": 5}, {"unit": "kg", "price_eur": 1}, OPEN),
        ({"unit": "piece", "price_eur": 5}, {"unit": "kg", "price_eur": 0}, OPEN),
        ({"unit": "piece", "price_eur": 0}, {"unit": "kg", "price_eur": 0}, OPEN),
    ],
)
def test_prices_are_compared_in_one_unit(supply: dict[str, Any], demand: dict[str, Any], says: str) -> None:
    both: dict[str, Any] = {"price_kind": "fixed", "price_basis": "unit", "quantity": 40}
    one, other = published(**(both | supply)), published("demand", **(both | demand))
    assert price_words(one, other) == [says]
    assert says != OPEN or Match.objects.get(supply=one, demand=other).price_part == 0.5


def price_words(supply: Listing, demand: Listing) -> list[str]:
    pair(listing_id=demand.pk, at=NOW)
    said = explain(Match.objects.for_cards().get(supply=supply, demand=demand))
    known = {FITS, HIGHER, OPEN, WANTS_FEE, LOWER_FEE}
    assert not {HIGHER, OPEN, WANTS_FEE, LOWER_FEE} & set(said.reasons)
    assert FITS not in said.lacks
    return [words for words in (*said.reasons, *said.lacks) if words in known]


def test_a_second_batch_writes_nothing() -> None:
    scatter(60, 5)
    first = pair_all(at=NOW)
    again = pair_all(at=NOW)
    assert first.places > 20
    assert (again.written, again.deleted) == (0, 0)


def test_a_listing_outside_every_hub_pairs_with_nothing() -> None:
    antwerp = (51.2194, 4.4025)
    supply, _demand = published(at=antwerp), published("demand", at=antwerp)
    assert supply.hub_ids == []
    assert pair(listing_id=supply.pk, at=NOW) == 0


def test_a_match_explains_itself_in_words(client: Client) -> None:
    supply = published(quantity=32, available_until=TODAY + dt.timedelta(days=20))
    demand = published("demand", quantity=40, at=(51.1, 3.8))
    pair(listing_id=supply.pk, at=NOW)
    (row,) = client.get(f"/api/v1/listings/{demand.pk}/matches/").json()["results"]
    assert row["supply"]["id"] == supply.pk
    assert "80 % van de vraag · de hele partij" in row["reasons"]
    assert "3 weken overlap" in row["reasons"]
    assert "materiaal exact" in row["reasons"]
    assert "nog 20 % te vinden" in row["lacks"]
    assert row["reasons"][0] == "7,7\xa0km"


def test_words_about_amounts_speak_to_each_side() -> None:
    supply, demand = published(quantity=80), published("demand", quantity=40)
    pair(listing_id=demand.pk, at=NOW)
    match = Match.objects.for_cards().get(supply=supply, demand=demand)
    said = {of: explain(match, of).reasons[1] for of in ("", "supply", "demand")}
    assert said == {
        "": "de hele vraag · 50 % van de partij",
        "supply": "de hele vraag · 50 % van je partij",
        "demand": "je hele vraag · 50 % van de partij",
    }
    assert match.quantity_part == 0.75


def test_a_new_lot_sees_who_would_take_it_though_their_lists_are_full() -> None:
    """Twenty better supplies fill the list of every demand, and still the last one sees ten of them."""
    demands = [published("demand") for _number in range(12)]
    for _number in range(20):
        published()
    new = published(at=(51.1, 3.9))
    pair(listing_id=new.pk, at=NOW)
    pair_all(at=NOW)
    seen = Match.objects.filter(supply=new)
    assert [match.demand_id for match in seen.best_first()] == [demand.pk for demand in demands[:10]]
    assert {match.kept_by for match in seen} == {2}


@pytest.mark.parametrize(
    ("supply", "asked", "says", "part"),
    [
        ({"condition": 2}, None, ["moet eerst hersteld worden"], 0),
        ({"condition": 2}, 2, [], 1),
        ({"condition": 2}, 1, [], 1),
        ({"condition": 3, "needs_services": ["washing", "sorting"]}, None,
         ["moet eerst gewassen worden", "moet eerst gesorteerd worden"], 0),
        ({"condition": 4, "needs_services": ["dismantling"]}, 3, ["moet eerst gedemonteerd worden"], 0),
        ({"condition": 3}, None, [], 0.8),
        ({"condition": 1}, None, [], 0.6),
    ],
)  # fmt: skip
def test_what_needs_work_first_says_so_and_scores_no_part_for_its_condition(
    supply: dict[str, Any], asked: int | None, says: list[str], part: float
) -> None:
    one, demand = published(**supply), published("demand", condition=asked)
    pair(listing_id=demand.pk, at=NOW)
    match = Match.objects.for_cards().get(supply=one)
    assert [lack for lack in explain(match).lacks if lack.startswith("moet eerst")] == says
    assert match.condition_part == part
    assert part or match.score <= 0.9


@pytest.mark.parametrize(("unit", "estimated"), [("kg", True), ("tonne", True), ("piece", False)])
def test_a_match_says_that_amounts_in_other_units_are_estimated(unit: str, estimated: bool) -> None:
    supply, demand = published(unit="piece", quantity=40), published("demand", unit=unit, quantity=10)
    pair(listing_id=demand.pk, at=NOW)
    said = explain(Match.objects.for_cards().get(supply=supply))
    assert ("hoeveelheden vergeleken op geschat gewicht" in said.lacks) == estimated


@pytest.mark.parametrize(
    ("supply", "demand", "coverage", "says"),
    [
        (("weekly", 20), ("weekly", 40), 0.5, "per week 20 van de gevraagde 40 kg · alles wat vrijkomt"),
        (
            ("monthly", 87),
            ("weekly", 40),
            87 * 12 / 52.17857 / 40,
            "per week 20 van de gevraagde 40 kg · alles wat vrijkomt",
        ),
        (("weekly", 40), ("weekly", 20), 1.0, "per week 20 kg gevraagd, er komt 40 vrij · 50 % van wat vrijkomt"),
        (("quarterly", 40), ("monthly", 40), 1 / 3, "per week 3,1 van de gevraagde 9,2 kg · alles wat vrijkomt"),
        (("weekly", 10), ("one_off", 40), 1.0, "over 4 weken: de hele vraag · alles wat vrijkomt"),
        (("weekly", 5), ("one_off", 40), 0.5, "over 4 weken: 50 % van de vraag · alles wat vrijkomt"),
        (("one_off", 80), ("weekly", 40), 0.5, "over 4 weken: 50 % van de vraag · de hele partij"),
        (("one_off", 20), ("one_off", 40), 0.5, "50 % van de vraag · de hele partij"),
        (("one_off", 80), ("one_off", 40), 1.0, "de hele vraag · 50 % van de partij"),
    ],
)
def test_streams_compare_by_the_week(
    supply: tuple[str, int], demand: tuple[str, int], coverage: float, says: str
) -> None:
    until = TODAY + dt.timedelta(days=27)
    one, other = (
        published(kind, recurrence=recurrence, quantity=quantity, unit="kg", available_until=until)
        for kind, (recurrence, quantity) in (("supply", supply), ("demand", demand))
    )
    pair(listing_id=other.pk, at=NOW)
    match = Match.objects.for_cards().get(supply=one)
    assert match.coverage == pytest.approx(coverage, abs=1e-5)
    assert says in explain(match).reasons


def test_a_match_says_that_of_a_stream_the_period_that_runs_was_counted() -> None:
    """Given twenty a week of which half of this week is promised, then ten count, and the match says so."""
    until = TODAY + dt.timedelta(days=27)
    one, other = (
        published(kind, recurrence="weekly", quantity=20, unit="kg", available_until=until)
        for kind in ("supply", "demand")
    )
    words = "gerekend met wat nu nog vrij is"
    pair(listing_id=other.pk, at=NOW)
    assert words not in " ".join(explain(Match.objects.for_cards().get(supply=one)).lacks)
    hold(by=None, listing=one, quantity=Decimal(10), period=monday_of(TODAY))
    pair(listing_id=other.pk, at=NOW)
    match = Match.objects.for_cards().get(supply=one)
    assert match.coverage == pytest.approx(0.5)
    said = explain(match)
    assert "per week 10 van de gevraagde 20 kg · alles wat vrijkomt" in said.reasons
    assert words in " ".join(said.lacks)


def test_a_stream_counts_for_half_a_year_at_most_against_a_lot() -> None:
    published(recurrence="weekly", quantity=1, unit="kg")
    demand = published("demand", quantity=52, unit="kg")
    pair(listing_id=demand.pk, at=NOW)
    assert Match.objects.get().coverage == rules.STREAM_WEEKS / 52


def test_a_hub_lists_its_pairs_best_first(client: Client) -> None:
    near, far = published(), published(at=(51.2, 3.9))
    demand = published("demand")
    for listing in (near, far):
        pair(listing_id=listing.pk, at=NOW)
    rows = client.get("/api/v1/hubs/sociaal-circulaire-hub-gent/pairs/").json()["results"]
    assert [row["supply"]["id"] for row in rows] == [near.pk, far.pk][: len(rows)]
    assert {row["demand"]["id"] for row in rows} == {demand.pk}
    assert client.get("/api/v1/hubs/nowhere/pairs/").status_code == 404


@pytest.mark.parametrize("count", [1, 8])
def test_a_hub_s_pairs_take_the_same_queries_for_one_and_many(
    client: Client, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    published("demand")
    for _number in range(count):
        pair(listing_id=published().pk, at=NOW)
    with django_assert_max_num_queries(4):
        answer = client.get("/api/v1/hubs/sociaal-circulaire-hub-gent/pairs/")
    assert len(answer.json()["results"]) == count


def test_a_waiting_listing_is_paired_by_the_minute_s_task() -> None:
    from matching.pairs.tasks import pair_waiting

    supply, _demand = published(), published("demand")
    assert pair_waiting() == 2
    assert Match.objects.of_listing(supply).count() == 1
    assert pair_waiting() == 0


def test_a_draft_is_never_paired() -> None:
    published("demand")
    listing = draft()
    assert pair(listing_id=listing.pk, at=NOW) == 0


@pytest.mark.parametrize(
    ("metres", "words"), [(2_856, "2,9 km"), (9_949, "9,9 km"), (9_960, "10 km"), (43_608, "44 km"), (0, "vlakbij")]
)
def test_a_distance_in_words_is_rounded(metres: int, words: str) -> None:
    supply, demand = published(), published("demand")
    pair_all(at=timezone.now())
    match = Match.objects.for_cards().get(supply=supply, demand=demand)
    match.distance_m = metres
    assert explain(match).reasons[0] == words.replace(" ", "\N{NO-BREAK SPACE}")


def test_a_second_batch_writes_nothing_and_a_third_what_was_lost_or_has_changed() -> None:
    scatter(60, seed=9)
    first = pair_all(at=NOW)
    assert first.written == first.places > 30
    assert (pair_all(at=NOW).written, pair_all(at=NOW).deleted) == (0, 0)
    gone, other, moved = random.Random(1).sample(list(Match.objects.all()), 3)
    gone.delete()
    Match.objects.filter(pk=other.pk).update(fingerprint=other.fingerprint ^ 1)
    Listing.objects.filter(pk=moved.supply_id).update(condition=5 if moved.supply.condition != 5 else 4)
    assert pair_all(at=NOW).written >= 2
    assert_holds_what_brute_force_finds()


COLUMNS = ("supply", "demand", "score", "distance")


@given(
    rows=st.lists(st.tuples(*(st.floats(0, 1) for _name in COLUMNS), st.integers(0, 7)), min_size=2, max_size=6),
    data=st.data(),
)
def test_rows_have_one_fingerprint_where_all_is_the_same_and_only_there(rows: list[Any], data: Any) -> None:
    bits = HubBits()
    columns = {name: np.array([row[place] for row in rows]) for place, name in enumerate(COLUMNS)}
    hubs = np.array([row[-1] for row in rows])
    prints = fingerprints(columns, hubs, bits)
    for one, other in itertools.combinations(range(len(rows)), 2):
        bytes_of = [tuple(columns[name][row].tobytes() for name in COLUMNS) for row in (one, other)]
        same = bytes_of[0] == bytes_of[1] and hubs[one] == hubs[other]
        assert (prints[one] == prints[other]) == same
    # In any company.
    row = data.draw(st.integers(0, len(rows) - 1))
    alone = fingerprints({name: column[[row]] for name, column in columns.items()}, hubs[[row]], bits)
    assert alone[0] == prints[row]
