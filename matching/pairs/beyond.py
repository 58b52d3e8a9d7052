"""What lies just beyond a listing that has no matches: the nearest of the other side, and what would bring them in."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from django.contrib.gis.db.models.functions import GeometryDistance
from django.utils import timezone

from listings.models import Listing
from listings.search.facets import kind_token, material_tokens
from matching.pairs.candidates import is_pairable, pairable
from matching.pairs.columns import Columns, Floats, HubBits, load_columns
from matching.pairs.score import Mask, amounts, overlap_days
from matching.pairs.sides import SUPPLIES, Side, side_of
from materials.models import Material

#: So many of the nearest of related material are looked at.
LOOKED_AT = 200


class Hurdle(StrEnum):
    """One of the hard conditions of a pair, as what keeps two listings apart."""

    REACH = "reach"
    THEIR_REACH = "their_reach"
    HUB = "hub"
    UNIT = "unit"
    CONDITION = "condition"
    WINDOW = "window"
    WHOLE = "whole"


@dataclass(frozen=True)
class Help:
    """How many would fit if this hurdle alone were gone, and how far the nearest of them is, in metres."""

    hurdle: Hurdle
    count: int
    nearest_m: int


@dataclass(frozen=True)
class Beyond:
    """The nearest listing of the other side (with for_cards()), what keeps it apart, and what would help most."""

    nearest: Listing
    distance_m: int
    apart: list[Hurdle]
    helps: list[Help]


def beyond(listing: Listing, *, at: dt.datetime) -> Beyond | None:
    """What lies beyond a supply or demand; None where nobody else has or wants anything of its material.

    It looks at the LOOKED_AT nearest of related material, in any hub, in as many queries for many as for one.
    """
    today, side = timezone.localdate(at), side_of(listing.kind)
    if side is None or not is_pairable(listing, today):
        return None
    ids = _nearest(listing, side, today)
    if not ids:
        return None
    bits = HubBits()
    own = load_columns(Listing.objects.filter(pk=listing.pk), bits)
    others = load_columns(Listing.objects.filter(pk__in=ids), bits)
    metres = np.hypot(others.x - own.x[0], others.y - own.y[0])
    masks = _hurdles(own, others, side, metres)
    apart = np.sum(list(masks.values()), axis=0)
    rows = np.flatnonzero(apart > 0)
    if not len(rows):
        return None
    row = int(rows[np.argmin(metres[rows])])
    nearest = Listing.objects.for_cards().filter(pk=int(others.id[row])).first()
    if nearest is None:
        return None
    helps = [
        Help(hurdle, len(alone), round(float(metres[alone].min())))
        for hurdle, mask in masks.items()
        if len(alone := np.flatnonzero(mask & (apart == 1)))
    ]
    helps.sort(key=lambda one: (-one.count, one.nearest_m))
    return Beyond(nearest, round(float(metres[row])), [hurdle for hurdle, mask in masks.items() if mask[row]], helps)


def _nearest(listing: Listing, side: Side, today: dt.date) -> list[int]:
    """Ids of the nearest of the other side that have related material and aren't of the same organisation."""
    assert listing.material is not None  # published goods have one, by constraint
    related = Material.objects.related_to(listing.material)
    found = pairable(side.other.kind, today).with_facets(
        [[kind_token(side.other.name)], material_tokens(related.values_list("tree_left", flat=True))]
    )
    found = found.exclude(organisation=listing.organisation_id)
    away = GeometryDistance("position", listing.position)
    return list(found.order_by(away, "pk").values_list("pk", flat=True)[:LOOKED_AT])


def _hurdles(own: Columns, others: Columns, side: Side, metres: Floats) -> dict[Hurdle, Mask]:
    """For each hurdle whether it keeps each of the others apart from a listing: matching.pairs.score asks the same."""
    one, many = np.zeros(len(others), dtype=np.int64), np.arange(len(others))
    supplies, demands, s, d = (own, others, one, many) if side is SUPPLIES else (others, own, many, one)
    days = overlap_days(supplies, demands, s, d)
    comparable = (supplies.dimension[s] == demands.dimension[d]) | (supplies.has_mass[s] & demands.has_mass[d])
    offered, asked = amounts(supplies, demands, s, d, np.maximum(days, 1))
    with np.errstate(invalid="ignore"):
        too_little = demands.whole[d] & (offered < asked)
    return {
        Hurdle.REACH: metres > own.reach_m[0],
        Hurdle.THEIR_REACH: metres > others.reach_m,
        Hurdle.HUB: (own.hubs[0] & others.hubs) == 0,
        Hurdle.UNIT: ~comparable,
        Hurdle.CONDITION: supplies.condition[s] < demands.condition[d],
        Hurdle.WINDOW: days <= 0,
        Hurdle.WHOLE: comparable & too_little,
    }
