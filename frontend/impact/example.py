"""The example of the page on the method: each figure is reckoned by the formula that the ledger uses."""

from decimal import Decimal
from typing import Any

from django.utils.functional import Promise

from exchanges.enums import Vehicle
from exchanges.impact import assumptions
from exchanges.impact.formula import Range, avoided_kg_co2e, transport_kg_co2e
from materials.enums import Basis
from materials.models import ImpactFactor

#: A tonne of clothing, weighed, that goes 20 km as the crow flies.
MATERIAL, FAMILY, KG, KM = "textile-clothing", "textile", Decimal(1000), Decimal(20)


def worked_example() -> dict[str, Any]:
    """What the page shows: the example's figures, and each assumption with its source."""
    factors = {row.basis: row for row in ImpactFactor.objects.filter(material__code=MATERIAL)}
    primary, reused = factors[Basis.PRIMARY], factors[Basis.REUSED]
    kg, displacement = Range.exactly(KG), assumptions.displacement_of(FAMILY)
    vehicle = assumptions.vehicle_for(KG)
    transport = transport_kg_co2e(
        kg=kg, distance_km=Range.exactly(KM).times(assumptions.DETOUR.figure),
        per_tonne_km=assumptions.PER_TONNE_KM[vehicle].figure,
    )  # fmt: skip
    avoided = avoided_kg_co2e(
        kg=kg, displacement=displacement.figure, primary=primary.kg_co2e_per_tonne,
        reused=Range.exactly(reused.kg_co2e_per_tonne), transport=transport,
    )  # fmt: skip
    return {
        "kg": KG, "km": KM, "primary": primary, "reused": reused, "displacement": displacement,
        "vehicle": vehicle.label,
        "detour": assumptions.DETOUR, "per_tonne_km": assumptions.PER_TONNE_KM[vehicle], "transport": transport,
        "avoided": avoided, "assumptions": _rows(), "version": assumptions.VERSION,
    }  # fmt: skip


def _rows() -> list[dict[str, Any]]:
    rows: list[tuple[str, Range, str | Promise]] = [
        ("displacement_textile", *_parts(assumptions.DISPLACEMENT["textile"])),
        ("displacement", *_parts(assumptions.DISPLACEMENT_ELSEWHERE)),
        ("reused_share", *_parts(assumptions.REUSED_SHARE)),
        ("detour", *_parts(assumptions.DETOUR)),
        ("van", *_parts(assumptions.PER_TONNE_KM[Vehicle.VAN])),
        ("lorry", *_parts(assumptions.PER_TONNE_KM[Vehicle.LORRY])),
    ]
    return [{"name": name, "figure": figure, "source": source} for name, figure, source in rows]


def _parts(assumption: assumptions.Assumption) -> tuple[Range, str | Promise]:
    return assumption.figure, assumption.source
