"""Makes bundles of demands' lists of matches, and writes those that differ from the stored ones.

Whoever calls these functions holds Lock.MATCHES, as for the lists (matching.pairs.stored_matches).
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from django.db import connection

from matching.bundles.choose import ROUNDING, choose
from matching.models import Bundle
from matching.pairs import binary_copy
from matching.pairs.columns import Floats, Integers
from matching.pairs.score import Mask
from matching.pairs.sides import DEMANDS

#: Columns of pairs by name, of one length: those of _KINDS, and others that aren't read.
Pairs = Mapping[str, npt.NDArray[Any]]
#: What is read of each pair. `whole` is 1 where the supply doesn't come in parts.
_KINDS: binary_copy.Kinds = {
    "demand_id": "i", "supply_id": "i", "distance_m": "i", "whole": "i", "coverage": "f", "quantity_part": "f",
}  # fmt: skip


class Made(NamedTuple):
    """A bundle, as it is to be stored. Stops are in order, largest first."""

    demand_id: int
    supply_ids: list[int]
    shares: list[float]
    distances_m: list[int]
    proven: bool


def replace_bundles(pairs: Pairs, demand_ids: Iterable[int], *, at: dt.datetime) -> None:
    """Replace the bundles of some demands by those that their lists make. `pairs` holds all pairs of these lists."""
    made = list(bundles_of(pairs))
    has_one = {bundle.demand_id for bundle in made}
    delete_bundles(demand_id for demand_id in demand_ids if demand_id not in has_one)
    _upsert(made, at)


def replace_stored(demand_ids: list[int], *, at: dt.datetime) -> None:
    """Replace the bundles of some demands by those that their stored lists make."""
    if not demand_ids:
        return
    pairs = binary_copy.read(
        _KINDS,
        "SELECT pair.demand_id, pair.supply_id, pair.distance_m, (NOT supply.splittable)::int, pair.coverage, "
        "pair.quantity_part FROM matching_match pair JOIN listings_listing supply ON supply.id = pair.supply_id "
        f"WHERE pair.kept_by & {DEMANDS.bit} <> 0 AND pair.demand_id = ANY(%s)",
        [demand_ids],
    )
    replace_bundles({name: pairs[name] for name in _KINDS}, demand_ids, at=at)


def delete_bundles(demand_ids: Iterable[int]) -> None:
    if ids := list(demand_ids):
        Bundle.objects.filter(demand_id__in=ids).delete()


def bundles_of(pairs: Pairs) -> Iterator[Made]:
    """The bundles of whole lists, in no order: of demands that two supplies or more serve better than any one.

    Only where no single supply serves all that is asked, sets of supplies are looked at.
    """
    order = np.lexsort((pairs["supply_id"], pairs["demand_id"]))
    demand_id, supply_id, distance_m = (pairs[name][order].astype(np.int64) for name in _KINDS if name in _IDS)
    coverage, quantity = (pairs[name][order].astype(np.float64) for name in ("coverage", "quantity_part"))
    whole = pairs["whole"][order] == 1
    # Coverage stops at 1. What goes whole and is more than is asked, has a lower part for its quantity.
    usable = ~(whole & (coverage >= 1) & (quantity < 1))
    starts = np.flatnonzero(np.r_[True, demand_id[1:] != demand_id[:-1]][: len(demand_id)])
    for start, end in _worth_a_look(starts, coverage, usable):
        some = start + np.flatnonzero(usable[start:end])
        choice = choose(coverage[some], whole[some], distance_m[some].astype(np.float64))
        stops = [row for row in np.argsort(-choice.shares, kind="stable").tolist() if choice.shares[row] > ROUNDING]
        if len(stops) > 1:
            rows = some[stops]
            shares = choice.shares[stops].round(6).tolist()
            yield Made(
                int(demand_id[start]), supply_id[rows].tolist(), shares, distance_m[rows].tolist(), choice.proven
            )


_IDS = ("demand_id", "supply_id", "distance_m")


def _worth_a_look(starts: Integers, coverage: Floats, usable: Mask) -> list[tuple[int, int]]:
    """(start, end) of the lists of which no supply serves all, and more than one some."""
    if not len(starts):
        return []
    covered = np.logical_or.reduceat(usable & (coverage >= 1 - ROUNDING), starts)
    several = np.add.reduceat(usable.astype(np.int64), starts) > 1
    ends = np.r_[starts[1:], len(coverage)]
    rows = np.flatnonzero(several & ~covered)
    return list(zip(starts[rows].tolist(), ends[rows].tolist(), strict=True))


def _upsert(made: list[Made], at: dt.datetime) -> None:
    if not made:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO matching_bundle AS stored "
            "(demand_id, supply_ids, shares, distances_m, proven, computed_at) "
            "SELECT demand_id, supply_ids::bigint[], shares::float8[], distances_m::int[], proven, %s "
            "FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::bool[]) "
            "AS made (demand_id, supply_ids, shares, distances_m, proven) "
            "ON CONFLICT (demand_id) DO UPDATE SET supply_ids = EXCLUDED.supply_ids, shares = EXCLUDED.shares, "
            "distances_m = EXCLUDED.distances_m, proven = EXCLUDED.proven, computed_at = EXCLUDED.computed_at "
            "WHERE (stored.supply_ids, stored.shares, stored.distances_m, stored.proven) IS DISTINCT FROM "
            "(EXCLUDED.supply_ids, EXCLUDED.shares, EXCLUDED.distances_m, EXCLUDED.proven)",
            [
                at,
                [bundle.demand_id for bundle in made],
                *([_array(getattr(bundle, name)) for bundle in made] for name in _ARRAYS),
                [bundle.proven for bundle in made],
            ],
        )


_ARRAYS = ("supply_ids", "shares", "distances_m")


def _array(values: list[Any]) -> str:
    """An array of numbers as PostgreSQL writes it: unnest() would take lists of several lengths apart."""
    return "{" + ",".join(map(repr, values)) + "}"
