"""Reads listings into columns: NumPy arrays of one length, with what pairing needs of many supplies or demands."""

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from listings.enums import Condition, PriceBasis, PriceKind, Recurrence, ServiceKind
from listings.models import Listing
from matching.pairs import binary_copy
from matching.rules import NEEDED_TO_REPAIR, WEEKS_PER_DELIVERY
from matching.weights.default_weights import WEIGHTS
from matching.weights.hub_weights import HubWeights
from materials.enums import Unit
from materials.models import Material

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: The last day, as a number, of a window without an end.
NO_END = np.iinfo(np.int64).max // 4
DIMENSIONS = {name: number for number, name in enumerate(sorted({Unit(unit).dimension for unit in Unit}))}
PRICE_KINDS = {kind.value: number for number, kind in enumerate(PriceKind)}
SERVICE_BITS = {kind.value: 1 << place for place, kind in enumerate(ServiceKind)}


class HubBits:
    """Sets of hubs as bits of one 64-bit number, so that two listings have a hub in common where `a & b` isn't 0."""

    def __init__(self) -> None:
        self._weights = HubWeights()
        self.ids = self._weights.hub_ids
        if len(self.ids) > 63:
            raise ValueError(f"Pairing handles at most 63 hubs at once, and there are {len(self.ids)}")
        self._bit = {hub_id: 1 << place for place, hub_id in enumerate(self.ids)}

    def pack(self, hub_ids: list[int]) -> int:
        """The number for a set of hubs."""
        return sum(self._bit.get(hub_id, 0) for hub_id in set(hub_ids))

    def unpack(self, bits: int) -> list[int]:
        """The ids of the hubs in a number, ascending."""
        return [hub_id for place, hub_id in enumerate(self.ids) if bits >> place & 1]

    def weights_of(self, hubs: Integers) -> Floats:
        """For each set of hubs a row of what the parts of a score weigh, in order of WEIGHTS."""
        sets, place = np.unique(hubs, return_inverse=True)
        table = [list(self._weights.of(self.unpack(bits)).values()) for bits in sets.tolist()]
        weights: Floats = np.array(table, dtype=np.float64).reshape(-1, len(WEIGHTS))[place]
        return weights


@dataclass(frozen=True)
class Columns:
    """One row per supply or demand, in order of id.

    - x, y: its position, in METRIC_SRID. reach_m: how far it goes, infinite where it doesn't say.
    - hubs: as HubBits has them. municipality: its id, 0 where there is none.
    - number, number_end, depth: its material in the tree; the numbers below it end with number_end.
    - amount: what is free, in the base unit of `dimension`. mass_kg: of that, NaN where unknown. Of a stream, both are
      those of one week.
    - whole: whether it doesn't come in parts. stream: whether it comes back.
    - starts, ends: its first and last day, as the number that date.toordinal() gives; NO_END where it has no end.
    - condition: 0 where a demand asks for none. needs: the services that it names, as SERVICE_BITS.
    - price_kind: as PRICE_KINDS. price: euro per base unit, 0 where free, NaN where unknown.
    - weights: what the parts of a score weigh where this is the demand, in order of WEIGHTS.
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
    stream: npt.NDArray[np.bool_]
    starts: Integers
    ends: Integers
    condition: Integers
    price_kind: Integers
    price: Floats
    municipality: Integers
    needs: Integers
    weights: Floats

    def __len__(self) -> int:
        return len(self.id)

    @cached_property
    def weigh_alike(self) -> bool:
        """Whether the parts of a score weigh the same in every row."""
        return bool((self.weights == self.weights[:1]).all())

    @cached_property
    def needed(self) -> Integers:
        """What each supply needs before a demand can take it, as SERVICE_BITS; 0 where it needs nothing.

        matching.chains.needs says the same of one listing.
        """
        to_repair = (self.needs == 0) & (self.condition == int(Condition.TO_REPAIR))
        return np.asarray(np.where(to_repair, SERVICE_BITS[NEEDED_TO_REPAIR], self.needs), dtype=np.int64)

    @cached_property
    def as_it_is(self) -> Integers:
        """The condition of each supply for who takes it as it is: 0 where it needs something first."""
        return np.asarray(np.where(self.needed != 0, 0, self.condition), dtype=np.int64)

    @cached_property
    def has_mass(self) -> npt.NDArray[np.bool_]:
        """In which rows the mass is known."""
        return np.isfinite(self.mass_kg)

    def take(self, rows: Any) -> "Columns":
        """The rows named by an index array or mask."""
        return Columns(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


def bits_sql(column: str, kind: str) -> str:
    """SQL for the values of an array column as bits of one number: bit k stands for the k-th value of an array %s.

    Values that aren't in that array are left out. The statement takes it as a parameter twice. An array of one value,
    as most are, has an expression of its own: the subquery for the others costs more than reading all other columns.
    """
    one = f"1::bigint << array_position(%s::{kind}[], {column}[1]) - 1"
    more = f"SELECT bit_or(1::bigint << array_position(%s::{kind}[], value) - 1) FROM unnest({column}) AS value"
    return f"CASE cardinality({column}) WHEN 0 THEN 0 WHEN 1 THEN coalesce({one}, 0) ELSE coalesce(({more}), 0) END"


def _code(column: str) -> str:
    """SQL for the place of a text column's value in an array %s, counted from 0."""
    return f"array_position(%s::text[], {column}::text) - 1"


#: What is read of each listing: whether it is a whole number ("i") or a float ("f"), its SQL, and the parameters of
#: that; HubBits stands for the hub ids that are known only when listings are read.
_READ: dict[str, tuple[Literal["i", "f"], str, Any]] = {
    "id": ("i", "id", []),
    "organisation": ("i", "organisation_id", []),
    "x": ("f", "ST_X(position)", []),
    "y": ("f", "ST_Y(position)", []),
    "reach_m": ("f", "coalesce(reach_km * 1000.0, 'Infinity')", []),
    "number": ("i", "material_number", []),
    "unit": ("i", _code("unit"), [Unit.values]),
    "quantity": ("f", "quantity", []),
    "free": ("f", "free_quantity", []),
    "mass_kg": ("f", "coalesce(free_mass_kg, 'NaN')", []),
    "whole": ("i", "(NOT splittable)::int", []),
    "recurrence": ("i", _code("recurrence"), [Recurrence.values]),
    "starts": ("i", "available_from - DATE '0001-01-01' + 1", []),
    "ends": ("i", "coalesce(available_until - DATE '0001-01-01' + 1, %s)", [NO_END]),
    "condition": ("i", "coalesce(condition, 0)", []),
    "price_kind": ("i", _code("price_kind"), [PriceKind.values]),
    "price_eur": ("f", "coalesce(price_eur, 'NaN')", []),
    "per_unit": ("i", "(price_basis = %s)::int", [PriceBasis.UNIT.value]),
    "municipality": ("i", "coalesce(municipality_id, 0)", []),
    "needs": ("i", bits_sql("(needs_services::text[])", "text"), [ServiceKind.values] * 2),
    "hubs": ("i", bits_sql("hub_ids", "int"), HubBits),
}
_KINDS: binary_copy.Kinds = {name: kind for name, (kind, _sql, _values) in _READ.items()}
_FACTORS = np.array([float(unit.factor) for unit in Unit])
_DIMENSION_OF_UNIT = np.array([DIMENSIONS[unit.dimension] for unit in Unit])
_WEEKS = np.array([WEEKS_PER_DELIVERY.get(recurrence, 1.0) for recurrence in Recurrence.values])


def load_columns(listings: QuerySet[Listing], bits: HubBits) -> Columns:
    """Read supply or demand (never services) into columns: one query, plus one for the material tree."""
    picked = [
        RawSQL(f"({sql})::{binary_copy.TYPES[kind]}", [bits.ids] * 2 if values is HubBits else values)
        for kind, sql, values in _READ.values()
    ]
    try:
        asked = listings.order_by().values_list(*picked).query.sql_with_params()
    except EmptyResultSet:
        # Of no ids at all Django makes no statement.
        return _columns(binary_copy.no_rows(_KINDS), bits)
    rows = binary_copy.read(_KINDS, *asked)
    return _columns(rows[np.argsort(rows["id"])], bits)


def _columns(rows: npt.NDArray[Any], bits: HubBits) -> Columns:
    tree = np.array(
        list(Material.objects.order_by("tree_left").values_list("tree_left", "tree_right", "depth")), dtype=np.int64
    )
    node = tree[np.searchsorted(tree[:, 0], rows["number"])]
    weeks = _WEEKS[rows["recurrence"]]
    factor = _FACTORS[rows["unit"]]
    made: dict[str, Any] = {name: rows[name] for name in _READ} | {
        "number_end": node[:, 1],
        "depth": node[:, 2],
        "dimension": _DIMENSION_OF_UNIT[rows["unit"]],
        "amount": rows["free"] * factor / weeks,
        "mass_kg": rows["mass_kg"] / weeks,
        "stream": rows["recurrence"] != Recurrence.values.index(Recurrence.ONE_OFF),
        "weights": bits.weights_of(rows["hubs"]),
        "price": _price(rows, rows["quantity"] * factor),
    }
    return Columns(**{field.name: made[field.name].astype(_NUMPY_TYPES[field.type]) for field in fields(Columns)})


def _price(rows: npt.NDArray[Any], whole_amount: Floats) -> Floats:
    """The price per base unit, from a price per unit or for the whole lot."""
    price: Floats = rows["price_eur"] / np.where(rows["per_unit"] == 1, _FACTORS[rows["unit"]], whole_amount)
    price[rows["price_kind"] == PRICE_KINDS[PriceKind.FREE]] = 0.0
    return price


_NUMPY_TYPES: dict[Any, Any] = {Integers: np.int64, Floats: np.float64, npt.NDArray[np.bool_]: np.bool_}
