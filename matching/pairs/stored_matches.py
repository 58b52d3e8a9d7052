"""Writes matches: only what differs from the stored ones, by COPY. Notes which listings have been paired.

The bundle of a demand (matching.bundles) follows from its list, and is made anew with each list that differs.

A demand's pairs are its list. Pairs and lists are compared by one number each (matching.pairs.fingerprints): the
number of a list is those of its pairs combined by XOR, which the database computes itself. Whoever calls these
functions holds Lock.MATCHES (geo.locks): two processes at once could each delete what the other has just written.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection

from matching.bundles import stored as bundles
from matching.pairs import binary_copy
from matching.pairs.columns import Columns, HubBits, Integers
from matching.pairs.fingerprints import fingerprints
from matching.pairs.score import Scored
from matching.rules import BEST_PER_DEMAND

#: What is stored of a pair, as columns: both sides, score and parts, facts, fingerprint, and its hubs as bits.
_COLUMN_KINDS: binary_copy.Kinds = {
    "supply_id": "i", "demand_id": "i", "score": "f", "material_part": "f", "distance_part": "f", "quantity_part": "f",
    "timing_part": "f", "price_part": "f", "condition_part": "f", "distance_m": "i", "coverage": "f",
    "overlap_days": "i", "fingerprint": "i", "hubs": "i",
}  # fmt: skip
_SIDES = ("supply_id", "demand_id")
_STORED_WITH_PAIR = tuple(name for name in _COLUMN_KINDS if name not in (*_SIDES, "hubs"))
#: How many lists are written at once: few enough to take some tens of MB.
BLOCK = 20_000


@dataclass(frozen=True)
class Outcome:
    """What a run did: how many pairs the replaced lists hold, and how many rows were written and deleted for that."""

    pairs: int
    written: int
    deleted: int


def replace_lists(
    parts: Iterable[Scored], supplies: Columns, demands: Columns, bits: HubBits, *,
    at: dt.datetime, demand_ids: Iterable[int] | None = None,
) -> Outcome:  # fmt: skip
    """Replace the stored lists of some demands, or of all (`demand_ids` is None), by those that the parts hold.

    Each part holds the whole lists of some of these demands. A demand in no part has no pairs any more. Lists with the
    same fingerprint as the stored one stay, and of the others only the pairs that differ are written. Parts come one
    after the other, and only the lists that differ stay in memory.
    """
    stored = StoredLists(None if demand_ids is None else list(demand_ids))
    pairs, differing = 0, list[FreshPairs]()
    for scored in parts:
        fresh = FreshPairs(scored, supplies, demands, bits)
        pairs += len(fresh)
        if len(ids := stored.differing(fresh.lists())):
            differing.append(fresh.of_demands(ids))
    gone = stored.without_fresh_list()
    bundles.delete_bundles(gone.tolist())
    written, deleted = 0, _delete_lists(gone)
    if differing:
        whole = FreshPairs.joined(differing)
        # In order of their ids, as the index has them.
        ids = np.unique(whole.columns["demand_id"])
        for some in np.split(ids, range(BLOCK, len(ids), BLOCK)):
            fresh, block = whole.of_demands(some), some.tolist()
            done = _replace(fresh, bits, at, "demand_id = ANY(%s)", [block])
            written, deleted = written + done[0], deleted + done[1]
            bundles.replace_bundles(fresh.columns, block, at=at)
    return Outcome(pairs=pairs, written=written, deleted=deleted)


def replace_of_supply(
    scored: Scored, supplies: Columns, demands: Columns, bits: HubBits, *, at: dt.datetime, supply_id: int
) -> None:
    """Replace the stored pairs of one supply by those that `scored` holds."""
    _replace(FreshPairs(scored, supplies, demands, bits), bits, at, "supply_id = %s", [supply_id])


#: Columns of pairs, by name.
Pairs = dict[str, npt.NDArray[Any]]


@dataclass(frozen=True)
class ListFingerprints:
    """The lists of some demands: how many pairs each has, and the XOR of their fingerprints."""

    demand_ids: Integers
    count: Integers
    xor: Integers


class StoredLists:
    """The stored lists of some demands, or of all (None). Fresh ones are compared with them part by part."""

    def __init__(self, demand_ids: list[int] | None) -> None:
        with connection.cursor() as cursor:
            # There is a row for each demand of all regions. With less memory they would be sorted on disk.
            cursor.execute("SET LOCAL work_mem = '64MB'")
        condition, values = ("TRUE", []) if demand_ids is None else ("demand_id = ANY(%s)", [demand_ids])
        read = binary_copy.read(
            {"demand_id": "i", "pairs": "i", "xor": "i"},
            "SELECT demand_id, count(*), bit_xor(fingerprint) FROM matching_match "
            f"WHERE {condition} GROUP BY demand_id",
            values,
        )
        rows = read[np.argsort(read["demand_id"])]
        self._ids, self._counts, self._xors = (rows[name].astype(np.int64) for name in ("demand_id", "pairs", "xor"))
        self._seen = np.zeros(len(rows), dtype=np.bool_)

    def differing(self, fresh: ListFingerprints) -> Integers:
        """The demands whose stored list differs from the fresh one or is missing."""
        if not len(self._ids):
            return fresh.demand_ids
        place = np.minimum(np.searchsorted(self._ids, fresh.demand_ids), len(self._ids) - 1)
        same = self._ids[place] == fresh.demand_ids
        self._seen[place[same]] = True
        same &= (self._counts[place] == fresh.count) & (self._xors[place] == fresh.xor)
        changed: Integers = fresh.demand_ids[~same]
        return changed

    def without_fresh_list(self) -> Integers:
        """The demands with a stored list that had no fresh one so far."""
        return self._ids[~self._seen]


class FreshPairs:
    """Pairs as they are to be stored. Those of one demand lie together.

    Whether a supply goes whole isn't stored with a pair, but counts for its fingerprint: bundles depend on it.
    """

    def __init__(self, scored: Scored, supplies: Columns, demands: Columns, bits: HubBits) -> None:
        self.sides = (supplies.id, demands.id)
        columns: Pairs = {
            "supply_id": supplies.id[scored.supply], "demand_id": demands.id[scored.demand], "score": scored.score,
            "material_part": scored.material, "distance_part": scored.distance, "quantity_part": scored.quantity,
            "timing_part": scored.timing, "price_part": scored.price, "condition_part": scored.condition,
            "distance_m": scored.distance_m, "coverage": scored.coverage, "overlap_days": scored.overlap_days,
            "whole": supplies.whole[scored.supply].astype(np.int64),
        }  # fmt: skip
        hubs = supplies.hubs[scored.supply] & demands.hubs[scored.demand]
        self.columns = columns | {"fingerprint": fingerprints(columns, hubs, bits), "hubs": hubs}

    @classmethod
    def joined(cls, parts: list["FreshPairs"]) -> "FreshPairs":
        """All parts together; there is at least one."""
        whole = copy(parts[0])
        whole.columns = {name: np.concatenate([part.columns[name] for part in parts]) for name in whole.columns}
        return whole

    def of_demands(self, demand_ids: Integers) -> "FreshPairs":
        """The pairs of some demands."""
        some = copy(self)
        some.columns = self.columns_where(np.isin(self.columns["demand_id"], demand_ids))
        return some

    def lists(self) -> ListFingerprints:
        """The lists that these pairs make."""
        ids, prints = self.columns["demand_id"], self.columns["fingerprint"]
        starts = np.flatnonzero(np.r_[True, ids[1:] != ids[:-1]][: len(ids)])
        xor = np.bitwise_xor.reduceat(prints, starts) if len(ids) else prints
        return ListFingerprints(ids[starts], np.diff(np.r_[starts, len(ids)]), xor)

    def __len__(self) -> int:
        return len(self.columns["score"])

    def columns_where(self, mask: npt.NDArray[np.bool_]) -> Pairs:
        """The columns of the pairs that a mask selects."""
        return {name: column[mask] for name, column in self.columns.items()}

    def rows_of(self, stored: npt.NDArray[Any]) -> tuple[npt.NDArray[np.bool_], Integers]:
        """A mask of the stored pairs found here, and each one's row (meaningless if not found)."""
        keys = self._keys(self.columns)
        order = np.argsort(keys)
        place = np.searchsorted(keys[order], wanted := self._keys(stored))
        place = np.append(order, 0)[place]
        return np.append(keys, -1)[place] == wanted, place

    def _keys(self, pairs: Mapping[str, npt.NDArray[Any]] | npt.NDArray[Any]) -> Integers:
        """One number for each pair, from the rows of both sides; negative where a side is in no row."""
        found, rows = np.ones(len(pairs["supply_id"]), dtype=np.bool_), list[Integers]()
        for ids, name in zip(self.sides, _SIDES, strict=True):
            wanted = pairs[name].astype(np.int64)
            rows.append(np.searchsorted(ids, wanted))
            found &= np.append(ids, -1)[rows[-1]] == wanted
        keys: Integers = np.where(found, rows[1] * len(self.sides[0]) + rows[0], -2)
        return keys


def _replace(fresh: FreshPairs, bits: HubBits, at: dt.datetime, condition: str, values: list[Any]) -> tuple[int, int]:
    """Replace the stored pairs that meet a condition by fresh ones; returns how many rows were written and deleted."""
    stored = binary_copy.read(
        dict.fromkeys((*_SIDES, "fingerprint", "id"), "i"),
        f"SELECT supply_id, demand_id, fingerprint, id FROM matching_match WHERE {condition}",
        values,
    )
    kept, place = fresh.rows_of(stored)
    same = kept.copy()
    same[kept] = stored["fingerprint"][kept] == fresh.columns["fingerprint"][place[kept]]
    wanted = np.ones(len(fresh), dtype=np.bool_)
    wanted[place[same]] = False
    return _upsert(fresh.columns_where(wanted), bits, at), _delete_matches(stored["id"][~kept])


def _upsert(pairs: Pairs, bits: HubBits, at: dt.datetime) -> int:
    """Insert the pairs that are new and update the others, by COPY; returns how many there are."""
    if not len(pairs["score"]):
        return 0
    names = [*_SIDES, *_STORED_WITH_PAIR, "hub_ids", "computed_at"]
    changes = ", ".join(f"{name} = EXCLUDED.{name}" for name in names if name not in _SIDES)
    combinations = np.unique(pairs["hubs"]).tolist()
    with connection.cursor() as cursor:
        columns = ", ".join(f"{name} {binary_copy.TYPES[kind]}" for name, kind in _COLUMN_KINDS.items())
        cursor.execute("DROP TABLE IF EXISTS fresh_match")
        cursor.execute(f"CREATE TEMPORARY TABLE fresh_match ({columns}) ON COMMIT DROP")
        binary_copy.write("fresh_match", _COLUMN_KINDS, pairs)
        cursor.execute(
            f"INSERT INTO matching_match ({', '.join(names)}) "
            f"SELECT {', '.join((*_SIDES, *_STORED_WITH_PAIR))}, shared.hub_ids::int[], %s FROM fresh_match "
            "JOIN unnest(%s::bigint[], %s::text[]) AS shared (hubs, hub_ids) USING (hubs) "
            f"ON CONFLICT (demand_id, supply_id) DO UPDATE SET {changes}",
            [at, combinations, ["{" + ",".join(map(str, bits.unpack(value))) + "}" for value in combinations]],
        )
        return int(cursor.rowcount)


def _delete_lists(demand_ids: Integers) -> int:
    """Delete all pairs of some demands; returns how many there were."""
    if not len(demand_ids):
        return 0
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM matching_match WHERE demand_id = ANY(%s)", [demand_ids.tolist()])
        return int(cursor.rowcount)


def _delete_matches(ids: npt.NDArray[Any]) -> int:
    """Delete the matches with these ids; returns how many there were."""
    if not len(ids):
        return 0
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM matching_match WHERE id = ANY(%s)", [ids.tolist()])
        return int(cursor.rowcount)


def delete_outside(hub_ids: list[int]) -> int:
    """Delete the stored pairs of demands whose first hub is none of these, and their bundles.

    Returns how many pairs there were.
    """
    deleted = 0
    with connection.cursor() as cursor:
        for table in ("matching_bundle", "matching_match"):
            cursor.execute(
                f"DELETE FROM {table} kept USING listings_listing demand WHERE demand.id = kept.demand_id "
                "AND coalesce(demand.hub_ids[1], 0) NOT IN (SELECT unnest(%s::int[]))",
                [hub_ids],
            )
            deleted = int(cursor.rowcount)
    return deleted


def delete_beyond_best(demand_ids: Iterable[int]) -> int:
    """Delete the pairs of these demands that aren't among their BEST_PER_DEMAND best; returns how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM matching_match WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER "
            "(PARTITION BY demand_id ORDER BY score DESC, supply_id) AS place FROM matching_match "
            "WHERE demand_id = ANY(%s)) ranked WHERE place > %s)",
            [list(demand_ids), BEST_PER_DEMAND],
        )
        return int(cursor.rowcount)


def mark_paired(seen: Iterable[tuple[int, dt.datetime]], at: dt.datetime) -> int:
    """Mark listings as paired, given with the version that was paired (id, updated_at); returns how many.

    A listing that has another version by now goes on waiting.
    """
    rows = list(seen)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE listings_listing listing SET paired_at = %s "
            "FROM unnest(%s::bigint[], %s::timestamptz[]) AS seen (id, updated_at) "
            "WHERE listing.id = seen.id AND listing.updated_at = seen.updated_at",
            [at, [pk for pk, _updated_at in rows], [updated_at for _pk, updated_at in rows]],
        )
        return int(cursor.rowcount)
