"""Writing matches: only what differs, by COPY; and which listings they were made from."""

import datetime as dt
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection

from matching.pairs import binary_copy
from matching.pairs.columns import Columns, HubBits, Integers
from matching.pairs.fingerprints import fingerprints
from matching.pairs.score import Scored
from matching.rules import BEST_PER_DEMAND

#: What is stored of a pair, as columns: its two sides, its parts and facts, its fingerprint, and its hubs as bits.
_KINDS: binary_copy.Kinds = {
    "supply_id": "i", "demand_id": "i", "score": "f", "material_part": "f", "distance_part": "f", "quantity_part": "f",
    "timing_part": "f", "price_part": "f", "condition_part": "f", "distance_m": "i", "coverage": "f",
    "overlap_days": "i", "fingerprint": "i", "hubs": "i",
}  # fmt: skip
_SIDES = ("supply_id", "demand_id")
_PARTS = tuple(name for name in _KINDS if name not in (*_SIDES, "hubs"))
#: Demands whose lists are written at once: bounds memory at some tens of MB.
BLOCK = 20_000


@dataclass(frozen=True)
class Outcome:
    """What a run did: how many pairs hold now, and how many rows it wrote and deleted to get there."""

    pairs: int
    written: int
    deleted: int


def replace_lists(
    parts: Iterable[Scored], supplies: Columns, demands: Columns, bits: HubBits, *,
    at: dt.datetime, demand_ids: Iterable[int] | None = None,
) -> Outcome:  # fmt: skip
    """Make the stored lists of these demands (None: of all) what the parts hold, each the whole lists of some demands.

    Only what differs is written: lists are compared by one number each, and rows where that differs. Parts are taken
    one by one, and of each only what differs is kept.
    """
    stored = StoredLists(None if demand_ids is None else list(demand_ids))
    pairs, differing = 0, list[Fresh]()
    for scored in parts:
        fresh = Fresh(scored, supplies, demands, bits)
        pairs += len(fresh)
        if len(ids := stored.differing(fresh.lists())):
            differing.append(fresh.of(ids))
    written, deleted = 0, _delete_lists(stored.not_seen())
    if differing:
        whole = Fresh.joined(differing)
        # In order of their ids, as the index has them.
        ids = np.unique(whole.columns["demand_id"])
        for some in np.split(ids, range(BLOCK, len(ids), BLOCK)):
            done = _replace(whole.of(some), bits, at, "demand_id = ANY(%s)", [some.tolist()])
            written, deleted = written + done[0], deleted + done[1]
    return Outcome(pairs=pairs, written=written, deleted=deleted)


def replace_of_supply(
    scored: Scored, supplies: Columns, demands: Columns, bits: HubBits, *, at: dt.datetime, supply_id: int
) -> None:
    """Make the stored pairs of one supply what `scored` holds."""
    _replace(Fresh(scored, supplies, demands, bits), bits, at, "supply_id = %s", [supply_id])


Pairs = dict[str, npt.NDArray[Any]]


@dataclass(frozen=True)
class Lists:
    """Of each demand with pairs: how many, and their fingerprints in one number."""

    demand_ids: Integers
    count: Integers
    xor: Integers


class StoredLists:
    """The stored lists of these demands (None: of all), against which fresh ones are held part by part."""

    def __init__(self, demand_ids: list[int] | None) -> None:
        with connection.cursor() as cursor:
            # A line for each demand of all regions: with less it would be sorted on disk.
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

    def differing(self, fresh: Lists) -> Integers:
        """Demands whose stored list isn't the fresh one, or that have none."""
        if not len(self._ids):
            return fresh.demand_ids
        place = np.minimum(np.searchsorted(self._ids, fresh.demand_ids), len(self._ids) - 1)
        same = self._ids[place] == fresh.demand_ids
        self._seen[place[same]] = True
        same &= (self._counts[place] == fresh.count) & (self._xors[place] == fresh.xor)
        changed: Integers = fresh.demand_ids[~same]
        return changed

    def not_seen(self) -> Integers:
        """Demands that have a stored list, and had no fresh one."""
        return self._ids[~self._seen]


class Fresh:
    """Pairs as they will be stored; each demand's lie together."""

    def __init__(self, scored: Scored, supplies: Columns, demands: Columns, bits: HubBits) -> None:
        self.sides = (supplies.id, demands.id)
        columns: Pairs = {
            "supply_id": supplies.id[scored.supply], "demand_id": demands.id[scored.demand], "score": scored.score,
            "material_part": scored.material, "distance_part": scored.distance, "quantity_part": scored.quantity,
            "timing_part": scored.timing, "price_part": scored.price, "condition_part": scored.condition,
            "distance_m": scored.distance_m, "coverage": scored.coverage, "overlap_days": scored.overlap_days,
        }  # fmt: skip
        hubs = supplies.hubs[scored.supply] & demands.hubs[scored.demand]
        self.columns = columns | {"fingerprint": fingerprints(columns, hubs, bits), "hubs": hubs}

    @classmethod
    def joined(cls, parts: list["Fresh"]) -> "Fresh":
        """All of these together, of at least one part."""
        whole = copy(parts[0])
        whole.columns = {name: np.concatenate([part.columns[name] for part in parts]) for name in whole.columns}
        return whole

    def of(self, demand_ids: Integers) -> "Fresh":
        """Those of some demands."""
        some = copy(self)
        some.columns = self.where(np.isin(self.columns["demand_id"], demand_ids))
        return some

    def lists(self) -> Lists:
        ids, prints = self.columns["demand_id"], self.columns["fingerprint"]
        starts = np.flatnonzero(np.r_[True, ids[1:] != ids[:-1]][: len(ids)])
        xor = np.bitwise_xor.reduceat(prints, starts) if len(ids) else prints
        return Lists(ids[starts], np.diff(np.r_[starts, len(ids)]), xor)

    def __len__(self) -> int:
        return len(self.columns["score"])

    def where(self, mask: npt.NDArray[np.bool_]) -> Pairs:
        return {name: column[mask] for name, column in self.columns.items()}

    def place_of(self, stored: npt.NDArray[Any]) -> tuple[npt.NDArray[np.bool_], Integers]:
        """Which stored pairs are among these, and the place of each here."""
        keys = self._keys(self.columns)
        order = np.argsort(keys)
        place = np.searchsorted(keys[order], wanted := self._keys(stored))
        place = np.append(order, 0)[place]
        return np.append(keys, -1)[place] == wanted, place

    def _keys(self, pairs: Mapping[str, npt.NDArray[Any]] | npt.NDArray[Any]) -> Integers:
        """One number for each pair, by the rows of its sides; less than 0 where one isn't among them."""
        found, rows = np.ones(len(pairs["supply_id"]), dtype=np.bool_), list[Integers]()
        for ids, name in zip(self.sides, _SIDES, strict=True):
            wanted = pairs[name].astype(np.int64)
            rows.append(np.searchsorted(ids, wanted))
            found &= np.append(ids, -1)[rows[-1]] == wanted
        keys: Integers = np.where(found, rows[1] * len(self.sides[0]) + rows[0], -2)
        return keys


def _replace(fresh: Fresh, bits: HubBits, at: dt.datetime, condition: str, values: list[Any]) -> tuple[int, int]:
    """Make the stored pairs that meet a condition the fresh ones; how many rows were written, deleted."""
    stored = binary_copy.read(
        dict.fromkeys((*_SIDES, "fingerprint", "id"), "i"),
        f"SELECT supply_id, demand_id, fingerprint, id FROM matching_match WHERE {condition}",
        values,
    )
    kept, place = fresh.place_of(stored)
    same = kept.copy()
    same[kept] = stored["fingerprint"][kept] == fresh.columns["fingerprint"][place[kept]]
    wanted = np.ones(len(fresh), dtype=np.bool_)
    wanted[place[same]] = False
    return _upsert(fresh.where(wanted), bits, at), _delete(stored["id"][~kept])


def _upsert(pairs: Pairs, bits: HubBits, at: dt.datetime) -> int:
    """Insert pairs that are new and update the others, by COPY; how many there are."""
    if not len(pairs["score"]):
        return 0
    names = [*_SIDES, *_PARTS, "hub_ids", "computed_at"]
    changes = ", ".join(f"{name} = EXCLUDED.{name}" for name in names if name not in _SIDES)
    combinations = np.unique(pairs["hubs"]).tolist()
    with connection.cursor() as cursor:
        columns = ", ".join(f"{name} {binary_copy.TYPES[kind]}" for name, kind in _KINDS.items())
        cursor.execute("DROP TABLE IF EXISTS fresh_match")
        cursor.execute(f"CREATE TEMPORARY TABLE fresh_match ({columns}) ON COMMIT DROP")
        binary_copy.write("fresh_match", _KINDS, pairs)
        cursor.execute(
            f"INSERT INTO matching_match ({', '.join(names)}) "
            f"SELECT {', '.join((*_SIDES, *_PARTS))}, shared.hub_ids::int[], %s FROM fresh_match "
            "JOIN unnest(%s::bigint[], %s::text[]) AS shared (hubs, hub_ids) USING (hubs) "
            f"ON CONFLICT (demand_id, supply_id) DO UPDATE SET {changes}",
            [at, combinations, ["{" + ",".join(map(str, bits.unpack(value))) + "}" for value in combinations]],
        )
        return int(cursor.rowcount)


def _delete_lists(demand_ids: Integers) -> int:
    """Delete the pairs of demands that have none any more; how many they were."""
    if not len(demand_ids):
        return 0
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM matching_match WHERE demand_id = ANY(%s)", [demand_ids.tolist()])
        return int(cursor.rowcount)


def _delete(ids: npt.NDArray[Any]) -> int:
    if not len(ids):
        return 0
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM matching_match WHERE id = ANY(%s)", [ids.tolist()])
        return int(cursor.rowcount)


def delete_outside(hub_ids: list[int]) -> int:
    """Delete the stored pairs of demands whose first hub is none of these."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM matching_match kept USING listings_listing demand WHERE demand.id = kept.demand_id "
            "AND coalesce(demand.hub_ids[1], 0) NOT IN (SELECT unnest(%s::int[]))",
            [hub_ids],
        )
        return int(cursor.rowcount)


def trim(demand_ids: Iterable[int]) -> int:
    """Delete what is beyond the best few of these demands."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM matching_match WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER "
            "(PARTITION BY demand_id ORDER BY score DESC, supply_id) AS place FROM matching_match "
            "WHERE demand_id = ANY(%s)) ranked WHERE place > %s)",
            [list(demand_ids), BEST_PER_DEMAND],
        )
        return int(cursor.rowcount)


def mark_paired(seen: Iterable[tuple[int, dt.datetime]], at: dt.datetime) -> int:
    """Note that pairing has seen these versions (id, updated_at); a row that changed since goes on waiting."""
    rows = list(seen)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE listings_listing listing SET paired_at = %s "
            "FROM unnest(%s::bigint[], %s::timestamptz[]) AS seen (id, updated_at) "
            "WHERE listing.id = seen.id AND listing.updated_at = seen.updated_at",
            [at, [pk for pk, _updated_at in rows], [updated_at for _pk, updated_at in rows]],
        )
        return int(cursor.rowcount)
