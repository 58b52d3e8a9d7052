"""What is sensible to list of a material. Nobody lists bread for parts, or telephones by the tonne.

`data/sense.psv` holds it; a material that lacks something there has it of the material above it.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from listings.demo.tables import rows_of, several
from listings.enums import Condition, ListingKind, PriceBasis, PriceKind, Recurrence, ServiceKind
from materials.enums import Unit
from materials.models import Material

#: Conditions by the letters that the tables use.
CONDITIONS = {
    "n": Condition.NEW, "a": Condition.AS_NEW, "u": Condition.USED, "r": Condition.TO_REPAIR,
    "p": Condition.FOR_PARTS,
}  # fmt: skip
#: What comes back this often may hold longer than each delivery keeps.
_STREAMS = frozenset(Recurrence.values) - {Recurrence.ONE_OFF}


@dataclass(frozen=True)
class Sense:
    """Of one material: conditions that it can have, services that it can take, the most of each unit that one lot
    holds, the most euro for one of a unit, and for what spoils in how many days it has to go.
    """

    conditions: frozenset[Condition]
    services: frozenset[ServiceKind]
    most: dict[Unit, Decimal]
    most_euro: dict[Unit, Decimal]
    days: int | None

    def nonsense_of(self, row: dict[str, Any]) -> list[str]:
        """What is wrong with a row of supply or demand of this material; nothing where all is well."""
        said = []
        unit = Unit(row["unit"])
        if unit not in self.most:
            return [f"nobody counts it in {unit}"]
        if row["quantity"] > self.most[unit]:
            said.append(f"{row['quantity']} {unit} is more than {self.most[unit]}")
        if row["condition"] is not None and row["condition"] not in self.conditions:
            said.append(f"it can't be {Condition(row['condition']).slug}")
        if wrong := set(row.get("needs_services", [])) - self.services:
            said.append(f"nobody does {', '.join(sorted(wrong))} with it")
        return said + self._wrong_price(row, unit) + self._wrong_days(row)

    def _wrong_price(self, row: dict[str, Any], unit: Unit) -> list[str]:
        if row["price_kind"] != PriceKind.FIXED:
            return []
        each = row["price_eur"] if row["price_basis"] == PriceBasis.UNIT else row["price_eur"] / row["quantity"]
        most = self.most_euro.get(unit, Decimal(0))
        return [f"{each:.2f} euro for 1 {unit} is more than {most}"] if each > most else []

    def _wrong_days(self, row: dict[str, Any]) -> list[str]:
        if self.days is None or row["kind"] != ListingKind.SUPPLY or row["recurrence"] in _STREAMS:
            return []
        if row["available_until"] is None:
            return ["it spoils, so it can't stay for ever"]
        kept = (row["available_until"] - row["available_from"]).days
        return [f"it spoils within {self.days} days, not {kept}"] if kept > self.days else []


def read_sense() -> dict[str, Sense]:
    """The sense of every material, by its code."""
    rows = {row["material"]: row for row in rows_of("sense.psv")}
    known: dict[str, Sense] = {}
    above: dict[int, dict[str, str]] = {}
    for material in Material.objects.in_tree_order():
        upper = above[material.parent_id] if material.parent_id else {}
        own = rows.pop(material.code, {})
        above[material.pk] = whole = upper | {column: cell for column, cell in own.items() if cell}
        known[material.code] = _sense(whole)
    if rows:
        raise ValueError(f"sense.psv: no material is called {', '.join(rows)}")
    return known


def _sense(row: dict[str, str]) -> Sense:
    days = row.get("days", "")
    return Sense(
        frozenset(CONDITIONS[letter] for letter in row["conditions"]),
        frozenset(ServiceKind(kind) for kind in row["services"].split()),
        _by_unit(row["most"]),
        _by_unit(row["most_euro"]),
        int(days) if days else None,
    )


def _by_unit(cell: str) -> dict[Unit, Decimal]:
    """ "40 piece; 2 tonne" by its units."""
    pairs = (re.fullmatch(r"([\d.]+) (\w+)", text) for text in several(cell))
    found = {Unit(pair[2]): Decimal(pair[1]) for pair in pairs if pair}
    if len(found) != len(several(cell)):
        raise ValueError(f"sense.psv: {cell!r} is no list of amounts")
    return found
