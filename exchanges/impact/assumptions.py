"""What the ledger reckons with beside the factors of materials, each with where it comes from.

Whoever changes a figure here changes VERSION: a line keeps the version that it was reckoned by.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from exchanges.enums import Vehicle, WeightMethod
from exchanges.impact.formula import Range

VERSION = "2026-1"


@dataclass(frozen=True)
class Assumption:
    figure: Range
    source: str | Promise


def _range(low: str, middle: str, high: str) -> Range:
    return Range(Decimal(low), Decimal(middle), Decimal(high))


#: How far a weight may be off, as a share of it.
TOLERANCE: dict[WeightMethod, Decimal] = {
    WeightMethod.WEIGHED: Decimal(0),
    WeightMethod.COUNTED: Decimal("0.1"),
    WeightMethod.ESTIMATED: Decimal("0.25"),
}

#: How much new material one unit of reused material replaces, by the family of the material.
DISPLACEMENT: dict[str, Assumption] = {
    "textile": Assumption(
        _range("0.28", "0.6", "0.85"),
        "Stevenson & Gmitrowicz 2012 (WRAP): 0,28; "
        "Farrant, Olsen & Wangel 2010, Int. J. Life Cycle Assess. 15: 0,60–0,85",
    )
}
DISPLACEMENT_ELSEWHERE = Assumption(
    _range("0.5", "0.75", "1"),
    _("aanname van Werkstof: voor dit materiaal vonden we geen meting van hoeveel nieuw het vervangt"),
)

#: What making a thing ready to be used again emits, as a share of making it new, where the source has no factor for
#: it. These are the lowest, the middle and the highest share among the materials for which the source has both
#: (clothing, asphalt, wood, tyres, aggregates).
REUSED_SHARE = Assumption(
    _range("0.007", "0.143", "0.284"),
    _("afgeleid van de materialen waarvoor de bron beide cijfers geeft: kleding, asfalt, hout, banden en granulaten"),
)

#: Kilometres by road for each kilometre as the crow flies.
DETOUR = Assumption(
    _range("1.2", "1.3", "1.5"),
    "Chalasani, Engebretsen, Denstadli & Axhausen 2005, J. Transp. Stat. 8",
)

#: How far a vehicle may be from the average of its kind, as a share of it: an assumption.
VEHICLE_SPREAD = Decimal("0.3")
#: kg CO2e for each tonne and kilometre. A van up to 3.5 tonnes takes about a tonne: what is heavier goes by lorry.
PER_TONNE_KM: dict[Vehicle, Assumption] = {
    Vehicle.VAN: Assumption(
        Range.around(Decimal("0.63511"), VEHICLE_SPREAD),
        "UK Government GHG Conversion Factors 2026, Freighting goods: vans up to 3.5 t, diesel, average",
    ),
    Vehicle.LORRY: Assumption(
        Range.around(Decimal("0.10356"), VEHICLE_SPREAD),
        "UK Government GHG Conversion Factors 2026, Freighting goods: all HGVs, diesel, average laden",
    ),
}
MOST_KG_IN_A_VAN = Decimal(1000)


def vehicle_for(kg: Decimal) -> Vehicle:
    """By weight alone, where nobody said what carried it."""
    return Vehicle.VAN if kg <= MOST_KG_IN_A_VAN else Vehicle.LORRY


def displacement_of(family: str) -> Assumption:
    """`family` is the code of the material's family, "" where it has none."""
    return DISPLACEMENT.get(family, DISPLACEMENT_ELSEWHERE)
