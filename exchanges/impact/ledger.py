"""Writing the lines of the impact ledger: one when a leg is completed, a next one when that is corrected."""

import datetime as dt
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.contrib.gis.geos import Point
from django.utils import timezone

from accounts.models import Site
from exchanges.enums import Confirmation, ExchangeState, Role, Side, UnknownReason, Vehicle, WeightMethod
from exchanges.impact import assumptions
from exchanges.impact.formula import Range, avoided_kg_co2e, transport_kg_co2e
from exchanges.models import Exchange, ExchangeLeg, ImpactEntry, WeightStatement
from exchanges.verbs import ExchangeVerb
from geo.points import metric
from listings.enums import ListingKind, PriceBasis, PriceKind
from listings.models import Listing
from materials.enums import Basis
from materials.factors import factors_of
from materials.models import ImpactFactor, Material

_M_PER_KM = 1000
#: The steps by which a side says what went along.
_SAYING_WHAT_WENT = (ExchangeVerb.WEIGHT_STATED, ExchangeVerb.COMPLETED)
_CENT, _TENTH, _THOUSANDTH = Decimal("0.01"), Decimal("0.1"), Decimal("0.001")
#: A line holds a value below this many euros.
_TOO_MUCH_EUR = 10**10


def write_entry(*, exchange: Exchange, leg: ExchangeLeg, at: dt.datetime) -> ImpactEntry | None:
    """Write what the exchange did, where its state has just changed to completed, or from there to in dispute or
    cancelled.

    Nothing is written where the last line says the same, or of an exchange that had no line and wasn't completed. `at`
    is now.
    """
    last = leg.impact_entries.current().first()
    if exchange.state == ExchangeState.COMPLETED:
        figures = _figures(exchange, leg)
    elif last is not None and exchange.state == ExchangeState.DISPUTED:
        figures = _disputed(last)
    elif last is not None and exchange.state == ExchangeState.CANCELLED:
        figures = _nothing()
    else:
        return None
    if last is not None and all(getattr(last, name) == value for name, value in figures.items()):
        return None
    # What is corrected counts on the day on which it was completed.
    completed_on = last.completed_on if last else timezone.localdate(at)
    return ImpactEntry.objects.create(
        leg=leg, corrects=last, completed_on=completed_on, hub_ids=exchange.hub_ids, giver_id=leg.giver_id,
        receiver_id=leg.receiver_id, material=exchange.material, unit=leg.unit,
        assumptions=assumptions.VERSION, **figures,
    )  # fmt: skip


def _figures(exchange: Exchange, leg: ExchangeLeg) -> dict[str, Any]:
    stated = leg.weights.last()
    assert stated is not None, "what is completed was stated by a side"
    figures: dict[str, Any] = {
        "quantity": stated.quantity,
        "method": stated.method,
        "confirmation": _confirmation(exchange, stated),
        "kg": stated.kg,
        "value_eur": value_eur(leg.listing, stated.quantity),
    }
    distance_km = _distance_km(exchange, leg)
    if distance_km is not None:
        figures["distance_km"] = distance_km.quantize(_TENTH)
    if leg.listing.kind == ListingKind.SERVICE:
        return figures | {"unknown": UnknownReason.SERVICE}
    material = exchange.material
    factors = {row.basis: row for row in factors_of(material)} if material else {}
    if stated.kg is None:
        return figures | {"unknown": UnknownReason.WEIGHT}
    if Basis.PRIMARY not in factors:
        return figures | {"unknown": UnknownReason.FACTOR}
    if distance_km is None:
        return figures | {"unknown": UnknownReason.DISTANCE}
    assert material is not None
    return figures | _emissions(stated, factors, material, distance_km, _stated_vehicle(leg))


def _stated_vehicle(leg: ExchangeLeg) -> Vehicle | None:
    """The last one that anybody said: whoever says none leaves it as it is."""
    said = leg.weights.exclude(vehicle="").last()
    return Vehicle(said.vehicle) if said is not None else None


def _confirmation(exchange: Exchange, stated: WeightStatement) -> Confirmation:
    """Both stand behind it where two people said the same, each for their own side. Where staff of the hub said it on
    behalf of a side, or of both, the hub does; one person who is a member of both sides is one side.
    """
    if stated.by_hub:
        return Confirmation.HUB
    if exchange.one_sided:
        return Confirmation.ONE_SIDED
    said = exchange.steps.filter(step__in=_SAYING_WHAT_WENT)
    speakers = [step for side in Side if (step := said.filter(side=side).last()) is not None]
    if any(step.role == Role.HUB for step in speakers):
        return Confirmation.HUB
    return Confirmation.BOTH if len({step.actor_id for step in speakers}) == len(Side) else Confirmation.ONE_SIDED


def _emissions(
    stated: WeightStatement,
    factors: dict[str, ImpactFactor],
    material: Material,
    distance_km: Decimal,
    stated_vehicle: Vehicle | None,
) -> dict[str, Any]:
    assert stated.kg is not None
    kg = Range.around(Decimal(stated.kg), assumptions.TOLERANCE[WeightMethod(stated.method)])
    primary = factors[Basis.PRIMARY]
    reused = reused_range(primary, factors.get(Basis.REUSED))
    displacement = assumptions.displacement_of(family_of(material)).figure
    vehicle = stated_vehicle or assumptions.vehicle_for(kg.middle)
    transport = transport_kg_co2e(
        kg=kg, distance_km=Range.exactly(distance_km).times(assumptions.DETOUR.figure),
        per_tonne_km=assumptions.PER_TONNE_KM[vehicle].figure,
    )  # fmt: skip
    avoided = avoided_kg_co2e(
        kg=kg, displacement=displacement, primary=primary.kg_co2e_per_tonne, reused=reused, transport=transport
    )
    return {
        "primary_kg_co2e_per_tonne": primary.kg_co2e_per_tonne,
        "reused_kg_co2e_per_tonne": round(reused.middle, 5),
        "factor_source": primary.source,
        "factor_year": primary.source_year,
        "displacement": displacement.middle,
        "vehicle": vehicle,
        "vehicle_stated": stated_vehicle is not None,
        "transport_kg_co2e": transport.middle.quantize(_TENTH),
        "low_kg_co2e": avoided.low.quantize(_TENTH),
        "avoided_kg_co2e": avoided.middle.quantize(_TENTH),
        "high_kg_co2e": avoided.high.quantize(_TENTH),
    }


def _disputed(last: ImpactEntry) -> dict[str, Any]:
    """Of what was completed until a side disagreed: what was said then. What it came to isn't known before the hub
    decides.
    """
    return {
        "quantity": last.quantity, "method": last.method, "confirmation": Confirmation.DISPUTED, "kg": last.kg,
        "distance_km": last.distance_km, "unknown": last.unknown or UnknownReason.DISPUTED,
    }  # fmt: skip


def _nothing() -> dict[str, Any]:
    """Of what turned out not to have been handed over."""
    zero = Decimal(0)
    return {
        "quantity": zero, "confirmation": Confirmation.NOTHING, "kg": zero, "value_eur": zero, "low_kg_co2e": zero,
        "avoided_kg_co2e": zero, "high_kg_co2e": zero,
    }  # fmt: skip


def reused_range(primary: ImpactFactor, reused: ImpactFactor | None) -> Range:
    """What making it ready again emits, in kg CO2e per tonne: as the source says, or else as a share of making it."""
    if reused is not None:
        return Range.exactly(reused.kg_co2e_per_tonne)
    return Range.exactly(primary.kg_co2e_per_tonne).times(assumptions.REUSED_SHARE.figure)


def family_of(material: Material) -> str:
    """The code of the family that a material belongs to."""
    found = Material.objects.families().filter(tree_left__lte=material.tree_left, tree_right__gte=material.tree_right)
    return str(found.values_list("code", flat=True).get())


def value_eur(listing: Listing, quantity: Decimal) -> Decimal | None:
    """What was asked for it. None where that isn't known, where the giver pays for its removal, and of all but supply:
    the price of a demand is the most that somebody would pay, that of a service is for work.
    """
    if listing.kind != ListingKind.SUPPLY:
        return None
    if listing.price_kind == PriceKind.FREE:
        return Decimal("0.00")
    if listing.price_kind != PriceKind.FIXED or listing.price_eur is None:
        return None
    if listing.price_basis == PriceBasis.UNIT:
        value = listing.price_eur * quantity
    elif listing.quantity:
        value = listing.price_eur * quantity / listing.quantity
    else:
        return None
    # No lot is worth so much: its price was typed wrong, and what it is worth isn't known.
    rounded = value.quantize(_CENT)
    return rounded if rounded < _TOO_MUCH_EUR else None


def _distance_km(exchange: Exchange, leg: ExchangeLeg) -> Decimal | None:
    """As the crow flies, from the lot to the requester: their listing that it pairs with, or their first site. In a
    chain the whole way, past the service: what went there first avoids something only now.
    """
    between = [exchange.via.location] if exchange.via is not None else []
    stops = [exchange.listing.location, *between, _place_of_requester(exchange)]
    metres = 0.0
    for one, other in pairwise(stops):
        if one is None or other is None:
            return None
        metres += metric(one).distance(metric(other))
    return Decimal(metres / _M_PER_KM).quantize(_THOUSANDTH)


def _place_of_requester(exchange: Exchange) -> Point | None:
    if exchange.matched is not None and exchange.matched.location is not None:
        return exchange.matched.location
    site = Site.objects.filter(organisation=exchange.requester_id).first()
    return site.location if site else None
