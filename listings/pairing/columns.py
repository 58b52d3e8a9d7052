"""Listings as columns: what pairing needs of many listings, as NumPy arrays of one length."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import FloatField, Func, QuerySet

from geo.models import Hub
from listings.enums import PriceBasis, PriceKind
from listings.models import Listing
from listings.pairing.rules import PER_WEEK
from materials.enums import Unit
from materials.models import Material

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: Day numbers of open windows.
NO_END = np.iinfo(np.int64).max // 4
DIMENSIONS = {name: number for number, name in enumerate(sorted({Unit(unit).dimension for unit in Unit}))}
PRICE_KINDS = {kind.value: number for number, kind in enumerate(PriceKind)}


class HubBits:
    """Hub ids as bits of one 64-bit number, so that "a hub in common" is one AND."""

    def __init__(self) -> None:
        self.ids = list(Hub.objects.order_by("pk").values_list("pk", flat=True))
        if len(self.ids) > 63:
            raise ValueError(f"Pairing handles at most 63 hubs at once, and there are {len(self.ids)}")
        self._bit = {hub_id: 1 << place for place, hub_id in enumerate(self.ids)}

    def pack(self, hub_ids: list[int]) -> int:
        return sum(self._bit.get(hub_id, 0) for hub_id in set(hub_ids))

    def unpack(self, bits: int) -> list[int]:
        return [hub_id for place, hub_id in enumerate(self.ids) if bits >> place & 1]


@dataclass(frozen=True)
class Columns:
    """One row per listing, in order of id.

    x, y: metres (EPSG:3812). reach_m: infinite where the side sets none. number, number_end, depth: the material in
    the nested set. amount: in the base unit of `dimension`, per week for streams. mass_kg and price (euro per base
    unit): NaN where unknown. starts, ends: proleptic day numbers, NO_END where open. condition: 0 where none is asked.
    """

    id: Integers
    organisation: Integers
    x: Floats
    y: Floats
    reach_m: Floats
    hubs: Integers
    number: Integers
    number_end: Integers
    depth: Integers
    dimension: Integers
    amount: Floats
    mass_kg: Floats
    whole: npt.NDArray[np.bool_]
    starts: Integers
    ends: Integers
    condition: Integers
    price_kind: Integers
    price: Floats

    def __len__(self) -> int:
        return len(self.id)

    def take(self, rows: Any) -> "Columns":
        """The rows named by an index array or mask."""
        return Columns(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


_VALUES = (
    "id", "organisation_id", "px", "py", "reach_km", "hub_ids", "material_number", "unit", "quantity", "mass_kg",
    "splittable", "recurrence", "available_from", "available_until", "condition", "price_kind", "price_eur",
    "price_basis",
)  # fmt: skip


def load_columns(listings: QuerySet[Listing], bits: HubBits) -> Columns:
    """Read supply or demand (never services) into columns: one query, plus one for the material tree."""
    tree = {
        left: (right, depth) for left, right, depth in Material.objects.values_list("tree_left", "tree_right", "depth")
    }
    rows = (
        listings.annotate(
            px=Func("position", function="ST_X", output_field=FloatField()),
            py=Func("position", function="ST_Y", output_field=FloatField()),
        )
        .order_by("id")
        .values_list(*_VALUES)
    )
    return _columns([_row(row, tree, bits) for row in rows.iterator(chunk_size=10_000)])


def _row(row: tuple[Any, ...], tree: dict[int, tuple[int, int]], bits: HubBits) -> tuple[Any, ...]:
    (pk, organisation, x, y, reach_km, hub_ids, number, unit_name, quantity, mass_kg, splittable, recurrence,
     starts, ends, condition, price_kind, price_eur, price_basis) = row  # fmt: skip
    number_end, depth = tree[number]
    unit = Unit(unit_name)
    rate = PER_WEEK.get(recurrence, 1.0)
    amount = float(quantity) * float(unit.factor) * rate
    price = np.nan
    if price_eur is not None:
        per = float(unit.factor) if price_basis == PriceBasis.UNIT else float(quantity) * float(unit.factor)
        price = float(price_eur) / per
    return (
        pk, organisation, x, y, np.inf if reach_km is None else reach_km * 1000.0, bits.pack(hub_ids), number,
        number_end, depth, DIMENSIONS[unit.dimension], amount, np.nan if mass_kg is None else float(mass_kg) * rate,
        not splittable, starts.toordinal(), NO_END if ends is None else ends.toordinal(), condition or 0,
        PRICE_KINDS[price_kind], price,
    )  # fmt: skip


def _columns(rows: list[tuple[Any, ...]]) -> Columns:
    values = zip(*rows, strict=True) if rows else [()] * len(fields(Columns))
    made: dict[str, Any] = {}
    for field, column in zip(fields(Columns), values, strict=True):
        kind = np.bool_ if field.name == "whole" else np.float64 if field.type is Floats else np.int64
        made[field.name] = np.array(column, dtype=kind)
    return Columns(**made)
