"""What a material could become in the region of a hub: what is done with it there, as what it is asked for, what of it
was handed over before, and what reusing it avoids. Each by what is there, and by a source; nothing is made up.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.db.models import CharField, Count, Func, QuerySet, Sum

from exchanges.impact.assumptions import displacement_of
from exchanges.impact.formula import Range, avoided_kg_co2e
from exchanges.impact.ledger import family_of, reused_range
from exchanges.models import ImpactEntry
from geo.models import Hub
from listings.enums import ListingKind, ServiceKind
from listings.models import Listing
from listings.querysets import ListingQuerySet
from materials.enums import Basis
from materials.factors import factors_of
from materials.models import ImpactFactor, Material

_TONNE_KG = Decimal(1000)
#: Materials as which it is asked for, at most.
NAMES_SHOWN = 8


@dataclass(frozen=True)
class Avoided:
    """What reusing one tonne instead of making it new avoids, before transport, in kg CO2e; and by which source."""

    kg: Range
    factor: ImpactFactor


class HandedOver(NamedTuple):
    """How often something was handed over in the region, and how many kilograms of it are known."""

    times: int
    kg: Decimal


@dataclass(frozen=True)
class Becoming:
    """What is done with it by how many services, as what how many ask for it, what was handed over, what it avoids."""

    worked: list[tuple[str, int]]
    asked_as: list[tuple[Material, int]]
    handed_over: HandedOver
    avoided: Avoided | None


def becoming(
    material: Material, handed_over: HandedOver, *, services: ListingQuerySet, demands: ListingQuerySet
) -> Becoming:
    """`services` and `demands` are those of the region for the material, as `handed_over` is."""
    return Becoming(_worked(services), _asked_as(demands), handed_over, _avoided(material))


def _worked(services: ListingQuerySet) -> list[tuple[str, int]]:
    each = Func("service_kinds", function="unnest", output_field=CharField())
    rows = services.order_by().annotate(done=each).values_list("done").annotate(many=Count("pk", distinct=True))
    return [(str(ServiceKind(kind).label), many) for kind, many in rows.order_by("-many", "done")]


def _asked_as(demands: ListingQuerySet) -> list[tuple[Material, int]]:
    rows = demands.order_by().values_list("material").annotate(many=Count("pk")).order_by("-many", "material")
    asked = list(rows[:NAMES_SHOWN])
    named = Material.objects.in_bulk([pk for pk, _many in asked])
    return [(named[pk], many) for pk, many in asked if pk in named]


def handed_over_in(hub: Hub, materials: QuerySet[Material]) -> HandedOver:
    """Of lots that anyone may see, by the lines of the impact ledger that count."""
    lots = Listing.objects.public().filter(kind=ListingKind.SUPPLY, material__in=materials)
    found = ImpactEntry.objects.current().in_hub(hub.pk).of_lots(lots).aggregate(times=Count("pk"), kg=Sum("kg"))
    return HandedOver(found["times"], found["kg"] or Decimal(0))


def _avoided(material: Material) -> Avoided | None:
    """By the formula of the impact ledger, with the factors of the material; None where no source has any."""
    factors = {row.basis: row for row in factors_of(material)}
    primary = factors.get(Basis.PRIMARY)
    if primary is None:
        return None
    avoided = avoided_kg_co2e(
        kg=Range.exactly(_TONNE_KG), displacement=displacement_of(family_of(material)).figure,
        primary=primary.kg_co2e_per_tonne, reused=reused_range(primary, factors.get(Basis.REUSED)),
        transport=Range.exactly(Decimal(0)),
    )  # fmt: skip
    return Avoided(avoided, primary)
