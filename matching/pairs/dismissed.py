"""Which pairs a side has dismissed, over columns: they stay out of its list, and the next best take their places."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from listings.enums import ListingKind
from matching.pairs import binary_copy
from matching.pairs.columns import Columns, Integers
from matching.pairs.score import Scored
from matching.pairs.sides import DEMANDS, SUPPLIES, Side

_KINDS: binary_copy.Kinds = {"listing_id": "i", "other_id": "i", "is_demand": "i"}


class Dismissed:
    """The dismissed pairs among some supplies and demands, by the side that dismissed them."""

    def __init__(self, supplies: Columns, demands: Columns, of: Iterable[int] | None = None) -> None:
        """Read them, or only those that the listings `of` have dismissed."""
        only, values = ("TRUE", list[Any]()) if of is None else ("listing_id = ANY(%s)", [list(of)])
        rows = binary_copy.read(
            _KINDS,
            "SELECT listing_id, other_id, (own.kind = %s)::int FROM matching_dismissal "
            f"JOIN listings_listing own ON own.id = listing_id WHERE {only}",
            [ListingKind.DEMAND.value, *values],
        )
        self._width = len(supplies)
        by_demand = rows["is_demand"] == 1
        self._keys = {
            DEMANDS: self._known(supplies, demands, rows["other_id"][by_demand], rows["listing_id"][by_demand]),
            SUPPLIES: self._known(supplies, demands, rows["listing_id"][~by_demand], rows["other_id"][~by_demand]),
        }

    def shown(self, side: Side, s: Integers, d: Integers) -> Any:
        """What selects the pairs (row numbers of supplies and demands) that a side hasn't dismissed."""
        if not len(self._keys[side]):
            return slice(None)
        return ~np.isin(d * self._width + s, self._keys[side])

    def by_neither(self, s: Integers, d: Integers) -> Any:
        """Which pairs (row numbers of supplies and demands) no side has dismissed, as a mask."""
        return ~np.isin(d * self._width + s, np.concatenate([self._keys[DEMANDS], self._keys[SUPPLIES]]))

    def left(self, side: Side, scored: Scored) -> Scored:
        """The pairs that a side hasn't dismissed."""
        return scored.take(self.shown(side, scored.supply, scored.demand))

    def _known(self, supplies: Columns, demands: Columns, supply_ids: Any, demand_ids: Any) -> Integers:
        """Keys of the pairs of which both listings are among the columns."""
        rows, found = list[Integers](), np.ones(len(supply_ids), dtype=np.bool_)
        for ids, wanted in ((supplies.id, supply_ids), (demands.id, demand_ids)):
            place = np.searchsorted(ids, wanted.astype(np.int64))
            found &= np.append(ids, -1)[place] == wanted
            rows.append(place)
        return (rows[1] * self._width + rows[0])[found]
