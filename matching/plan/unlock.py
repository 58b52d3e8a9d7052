"""Says why lots stay in a plan: for each lot the first reason that holds, added up by material and reason."""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from django.contrib.gis.db.models.functions import GeometryDistance

from geo.hubs import centre_of
from geo.models import Hub
from listings.enums import Condition, ListingKind
from matching.pairs.candidates import pairable
from matching.pairs.columns import NO_END, SERVICE_BITS, Columns, Floats, Integers
from matching.pairs.score import score_pairs
from matching.plan.load import Loaded, Region, candidate_pairs, direct_edges
from matching.plan.problem import NO_SERVICE, Mask
from matching.plan.rules import LEAST_LEFT_KG, MOST_UNLOCKS, SERVICE_NEAR_KM
from materials.models import Material


class Reason(StrEnum):
    """Why a lot stays. If several hold, the first counts."""

    NO_SERVICE = "no_service"
    NO_DEMAND = "no_demand"
    #: It can go only through a service, and there or at the demand is no room left.
    SERVICE_FULL = "service_full"
    #: It fits demands alone with which one of both sides doesn't want to be paired.
    DISMISSED = "dismissed"
    FULL = "full"
    OTHER_WINDOW = "other_window"
    CONDITION = "condition"
    TOO_FAR = "too_far"
    SEVERAL = "several"
    #: Of a demand: nobody has what it asks for.
    NO_SUPPLY = "no_supply"


@dataclass(frozen=True)
class Unlock:
    """The lots of one material that stay for one reason, with what is left of them.

    material: its number in the tree. service: the kind that lacks, or that is full. hub_id: the nearest hub with a
    demand for it.
    """

    reason: Reason
    material: int
    mass_kg: float
    lots: int
    service: str = ""
    hub_id: int | None = None


def find_unlocks(hub: Hub, loaded: Loaded, flow_kg: Floats) -> list[Unlock]:
    """The MOST_UNLOCKS heaviest groups of lots that stay, the heaviest first; also of demands that aren't met."""
    region, edges = loaded.region, loaded.problem.edges
    left = region.supply_kg - np.bincount(edges.supply, flow_kg, len(region.supplies))
    unmet = region.demand_kg - np.bincount(edges.demand, flow_kg, len(region.demands))
    stays = np.flatnonzero(left >= LEAST_LEFT_KG)
    codes, services = _reasons(loaded, stays)
    found = _grouped(region.supplies.number[stays], left[stays], codes, services)
    lacking = np.flatnonzero(unmet >= LEAST_LEFT_KG)
    codes, services = [Reason.NO_SUPPLY] * len(lacking), [""] * len(lacking)
    found += _grouped(region.demands.number[lacking], unmet[lacking], codes, services)
    found.sort(key=lambda one: (-one.mass_kg, one.material, one.reason))
    return [_with_hub(one, hub, region) if one.reason == Reason.NO_DEMAND else one for one in found[:MOST_UNLOCKS]]


def _reasons(loaded: Loaded, stays: Integers) -> tuple[list[Reason], list[str]]:
    """For each of some supplies why it stays, and the kind of service that lacks ("" where none does)."""
    region = loaded.region
    supplies, demands = region.supplies, region.demands
    lacks = _lacking_service(region)
    edges = loaded.problem.edges
    has_edge = _among(edges.supply, supplies)
    open_now = {"starts": np.zeros(len(demands), dtype=np.int64), "ends": np.full(len(demands), NO_END)}
    best = replace(supplies, condition=np.full(len(supplies), int(Condition.NEW)))
    everywhere = np.full(len(supplies), np.inf)
    tests: list[tuple[Reason, Mask]] = [
        (Reason.NO_SERVICE, lacks != ""),
        (Reason.NO_DEMAND, ~_has_demand(supplies, demands)),
        (Reason.SERVICE_FULL, has_edge & ~_among(edges.supply[edges.service == NO_SERVICE], supplies)),
        (Reason.DISMISSED, ~has_edge & _pairs_with(supplies, demands) & ~_pairs_wanted(region)),
        (Reason.FULL, has_edge | _pairs_with(supplies, demands)),
        (Reason.OTHER_WINDOW, _pairs_with(supplies, replace(demands, **open_now))),
        (Reason.CONDITION, _pairs_with(best, demands)),
        (Reason.TOO_FAR, _pairs_with(replace(supplies, reach_m=everywhere),
                                     replace(demands, reach_m=np.full(len(demands), np.inf)))),
        (Reason.SEVERAL, np.ones(len(supplies), dtype=bool)),
    ]  # fmt: skip
    reasons = [next(reason for reason, mask in tests if mask[row]) for row in stays]
    first = _first_needed(supplies)
    service_of = {Reason.NO_SERVICE: lacks, Reason.SERVICE_FULL: first}
    return reasons, [
        str(service_of[reason][row]) if reason in service_of else ""
        for row, reason in zip(stays, reasons, strict=True)
    ]


def _first_needed(supplies: Columns) -> "np.ndarray[tuple[int], np.dtype[np.str_]]":
    """The first kind of service that each supply needs; "" where it needs none."""
    first = np.full(len(supplies), "", dtype="U12")
    for kind, bit in sorted(SERVICE_BITS.items()):
        first[(first == "") & ((supplies.needed & bit) != 0)] = str(kind)
    return first


def _pairs_with(supplies: Columns, demands: Columns) -> Mask:
    """Which supplies meet the hard conditions with any demand."""
    rows = [score_pairs(supplies, demands, s, d).supply for s, d in candidate_pairs(supplies, demands)]
    return _among(np.concatenate(rows) if rows else np.zeros(0, dtype=np.int64), supplies)


def _pairs_wanted(region: Region) -> Mask:
    """Which supplies meet the hard conditions with a demand where no side has dismissed the pair."""
    return _among(direct_edges(region, region.supplies, region.demands).supply, region.supplies)


def _has_demand(supplies: Columns, demands: Columns) -> Mask:
    """For which supplies another organisation has a demand of a related material, whether it fits or not."""
    rows = [s[supplies.organisation[s] != demands.organisation[d]] for s, d in candidate_pairs(supplies, demands)]
    return _among(np.concatenate(rows) if rows else np.zeros(0, dtype=np.int64), supplies)


def _among(rows: Integers, supplies: Columns) -> Mask:
    """Which supplies are among these rows."""
    found: Mask = np.zeros(len(supplies), dtype=bool)
    found[rows] = True
    return found


def _lacking_service(region: Region) -> "np.ndarray[tuple[int], np.dtype[np.str_]]":
    """For each supply the first kind of service that it needs and that no service near by has room for; else "".

    A service that doesn't say what is free counts as having room.
    """
    supplies, services = region.supplies, region.services
    needs = supplies.needed
    lacks = np.full(len(supplies), "", dtype="U12")
    metres = np.hypot(supplies.x[:, None] - services.x[None, :], supplies.y[:, None] - services.y[None, :])
    has_room: Mask = np.any(np.isnan(services.free) | (services.free > 0), axis=1)
    near: Mask = (metres <= SERVICE_NEAR_KM * 1000) & has_room[None, :]
    last = services.takes.shape[1] - 1
    near &= services.takes[:, np.minimum(supplies.number, last)].T & (supplies.number <= last)[:, None]
    for kind, bit in sorted(SERVICE_BITS.items()):
        none = ~(near & ((services.kinds & bit) != 0)[None, :]).any(axis=1)
        lacks[(lacks == "") & ((needs & bit) != 0) & none] = str(kind)
    return lacks


def _grouped(numbers: Integers, masses: Floats, reasons: list[Reason], services: list[str]) -> list[Unlock]:
    """Lots added up by reason, material and service."""
    sums: dict[tuple[Reason, int, str], tuple[float, int]] = {}
    for number, mass, reason, service in zip(numbers.tolist(), masses.tolist(), reasons, services, strict=True):
        before, count = sums.get((reason, number, service), (0.0, 0))
        sums[(reason, number, service)] = (before + mass, count + 1)
    return [Unlock(reason, number, mass, count, service) for (reason, number, service), (mass, count) in sums.items()]


def _with_hub(one: Unlock, hub: Hub, region: Region) -> Unlock:
    """The same, with the hub of the nearest demand for it in other hubs, as seen from the middle of this one."""
    related = Material.objects.related_to(Material.objects.get(tree_left=one.material))
    asked = (
        pairable(ListingKind.DEMAND, region.today)
        .exclude(hub_ids__contains=[hub.pk])
        .filter(material_number__in=list(related.values_list("tree_left", flat=True)))
    )
    nearest = asked.order_by(GeometryDistance("position", centre_of(hub))).values_list("hub_ids", flat=True).first()
    return replace(one, hub_id=nearest[0] if nearest else None)
