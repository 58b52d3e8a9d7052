"""What an exchange avoids: the formula, and nothing else. The page /methode/ explains it with an example.

avoided = mass × displacement × (primary − reused) − transport

in kg CO2e, with the mass in tonnes and the factors in kg CO2e per tonne. Each figure is a range: its ends give the
ends of the result, the most careful choice of each for the low end.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Self

_KG_PER_TONNE = Decimal(1000)


@dataclass(frozen=True)
class Range:
    """A figure between its low and its high end, with what it most likely is."""

    low: Decimal
    middle: Decimal
    high: Decimal

    @classmethod
    def exactly(cls, value: Decimal) -> Self:
        return cls(value, value, value)

    @classmethod
    def around(cls, value: Decimal, share: Decimal) -> Self:
        """So large a share of it less, and more."""
        return cls(value * (1 - share), value, value * (1 + share))

    def times(self, other: "Range") -> "Range":
        """The product of two figures that aren't negative."""
        return Range(self.low * other.low, self.middle * other.middle, self.high * other.high)


def avoided_kg_co2e(*, kg: Range, displacement: Range, primary: Decimal, reused: Range, transport: Range) -> Range:
    """What was avoided, in kg CO2e. `primary` and `reused` are in kg CO2e per tonne, `transport` in kg CO2e.

    Negative where making it ready again and driving it costs more than making it new.
    """
    replaced = Range(*(tonnes / _KG_PER_TONNE for tonnes in (kg.low, kg.middle, kg.high))).times(displacement)
    least, most = primary - reused.high, primary - reused.low
    return Range(
        # What is lost by each tonne is lost most where most went.
        (replaced.low if least >= 0 else replaced.high) * least - transport.high,
        replaced.middle * (primary - reused.middle) - transport.middle,
        (replaced.high if most >= 0 else replaced.low) * most - transport.low,
    )


def transport_kg_co2e(*, kg: Range, distance_km: Range, per_tonne_km: Range) -> Range:
    """What driving it emits, in kg CO2e; `per_tonne_km` is in kg CO2e for each tonne and kilometre."""
    tonnes = Range(kg.low / _KG_PER_TONNE, kg.middle / _KG_PER_TONNE, kg.high / _KG_PER_TONNE)
    return tonnes.times(distance_km).times(per_tonne_km)
