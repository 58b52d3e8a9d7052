"""Writes matches: only what differs from the stored ones, by COPY. Notes which listings have been paired.

The bundle of a demand (matching.bundles) follows from its list, and is made anew with each list that differs.

A pair is stored once, whether it is in the list of its demand, of its supply, or of both: Match.kept_by says so by the
bits of the sides. Pairs and lists are compared by one number each (matching.pairs.fingerprints): the
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
from matching.models import Match
from matching.pairs import binary_copy
from matching.pairs.columns import Columns, Floats, HubBits, Integers
from matching.pairs.fingerprints import fingerprints
from matching.pairs.score import Scored
from matching.pairs.sides import DEMANDS, SUPPLIES, Side

#: What is stored of a pair, as columns: both sides, score and parts, facts, fingerprint, and its hubs as bits.
_COLUMN_KINDS: binary_copy.Kinds = {
    "supply_id": "i", "demand_id": "i", "score": "f", "material_part": "f", "distance_part": "f", "quantity_part": "f",
    "timing_part": "f", "price_part": "f", "condition_part": "f", "distance_m": "i", "coverage": "f",
    "lot_share": "f", "overlap_days": "i", "fingerprint": "i", "kept_by": "i", "hubs": "i",
}  # fmt: skip
_SIDES = ("supply_id", "demand_id")
_STORED_WITH_PAIR = tuple(name for name in _COLUMN_KINDS if name not in (*_SIDES, "hubs"))
#: How many lists are written at once: few enough to take some tens of MB.
BLOCK = 20_000


@dataclass(frozen=True)
class Outcome:
    """What a run did: how many places the replaced lists have filled, and how many were written and given up for that.

    A pair that is in the lists of both its sides has two places, and is stored once.
    """

    places: int
    written: int
    deleted: int

    def __add__(self, other: "Outcome") -> "Outcome":
        return Outcome(self.places + other.places, self.written + other.written, self.deleted + other.deleted)


def replace_lists(
    side: Side, parts: Iterable[Scored], supplies: Columns, demands: Columns, bits: HubBits, *,
    at: dt.datetime, listing_ids: Iterable[int] | None = None,
) -> Outcome:  # fmt: skip
    """Replace the stored lists of some listings of a side, or of all (`listing_ids` is None), by those of the parts.

    Each part holds the whole lists of some of these listings. A listing in no part has no list any more. Lists with
    the same fingerprint as the stored one stay, and of the others only the pairs that differ are written. Parts come
    one after the other, and only the lists that differ stay in memory.
    """
    stored = StoredLists(side, None if listing_ids is None else list(listing_ids))
    places, differing = 0, list[FreshPairs]()
    for scored in parts:
        fresh = FreshPairs(scored, supplies, demands, bits)
        places += len(fresh)
        if len(ids := stored.differing(fresh.lists(side))):
            differing.append(fresh.of_listings(side, ids))
    gone = stored.without_fresh_list()
    if side is DEMANDS:
        bundles.delete_bundles(gone.tolist())
    written, deleted = 0, _drop_lists(side, gone)
    if differing:
        whole = FreshPairs.joined(differing)
        # In order of their ids, as the index has them.
        ids = np.unique(whole.columns[side.column])
        for some in np.split(ids, range(BLOCK, len(ids), BLOCK)):
            fresh, block = whole.of_listings(side, some), some.tolist()
            done = _replace(side, fresh, bits, at, f"{side.column} = ANY(%s)", [block])
            written, deleted = written + done[0], deleted + done[1]
            if side is DEMANDS:
                bundles.replace_bundles(fresh.columns, block, at=at)
    return Outcome(places=places, written=written, deleted=deleted)


def replace_in_lists_of(
    side: Side, scored: Scored, supplies: Columns, demands: Columns, bits: HubBits, *, at: dt.datetime, listing_id: int
) -> None:
    """Replace the places of one listing in the lists of a side, the other than its own, by the pairs of `scored`."""
    fresh = FreshPairs(scored, supplies, demands, bits)
    _replace(side, fresh, bits, at, f"{side.other.column} = %s", [listing_id])


def enters(side: Side, listing_ids: Integers, score: Floats, other_id: int) -> Integers:
    """In which lists of some listings of a side another listing gets a place with these scores; returns the rows.

    It gets one in a list with room, and in a full one if it is better than the last there.
    """
    # A full list without the other listing: then its last may have to go.
    last = binary_copy.read(
        {"id": "i", "score": "f", "other": "i"},
        f"SELECT {side.column}, score, {side.other.column} FROM (SELECT *, row_number() OVER "
        f"(PARTITION BY {side.column} ORDER BY score DESC, {side.other.column}) AS place FROM matching_match "
        f"WHERE kept_by & {side.bit} <> 0 AND {side.column} = ANY(%s) AND {side.other.column} <> %s) ranked "
        "WHERE place = %s",
        [listing_ids.tolist(), other_id, side.most],
    )
    last = last[np.argsort(last["id"])]
    place = np.searchsorted(last["id"], listing_ids)
    full = np.append(last["id"].astype(np.int64), -1)[place] == listing_ids
    least, least_id = np.append(last["score"], 0.0)[place], np.append(last["other"].astype(np.int64), 0)[place]
    return np.flatnonzero(~full | (score > least) | ((score == least) & (other_id < least_id)))


#: Columns of pairs, by name.
Pairs = dict[str, npt.NDArray[Any]]


@dataclass(frozen=True)
class ListFingerprints:
    """The lists of some listings: how many pairs each has, and the XOR of their fingerprints."""

    ids: Integers
    count: Integers
    xor: Integers


class StoredLists:
    """The stored lists of some listings of a side, or of all (None). Fresh ones are compared with them by parts."""

    def __init__(self, side: Side, listing_ids: list[int] | None) -> None:
        with connection.cursor() as cursor:
            # There is a row for each listing of all regions. With less memory they would be sorted on disk.
            cursor.execute("SET LOCAL work_mem = '64MB'")
        condition, values = ("TRUE", []) if listing_ids is None else (f"{side.column} = ANY(%s)", [listing_ids])
        read = binary_copy.read(
            {"id": "i", "pairs": "i", "xor": "i"},
            f"SELECT {side.column}, count(*), bit_xor(fingerprint) FROM matching_match "
            f"WHERE kept_by & {side.bit} <> 0 AND {condition} GROUP BY {side.column}",
            values,
        )
        rows = read[np.argsort(read["id"])]
        self._ids, self._counts, self._xors = (rows[name].astype(np.int64) for name in ("id", "pairs", "xor"))
        self._seen = np.zeros(len(rows), dtype=np.bool_)

    def differing(self, fresh: ListFingerprints) -> Integers:
        """The listings whose stored list differs from the fresh one or is missing."""
        if not len(self._ids):
            return fresh.ids
        place = np.minimum(np.searchsorted(self._ids, fresh.ids), len(self._ids) - 1)
        same = self._ids[place] == fresh.ids
        self._seen[place[same]] = True
        same &= (self._counts[place] == fresh.count) & (self._xors[place] == fresh.xor)
        changed: Integers = fresh.ids[~same]
        return changed

    def without_fresh_list(self) -> Integers:
        """The listings with a stored list that had no fresh one so far."""
        return self._ids[~self._seen]


class FreshPairs:
    """Pairs as they are to be stored. Those of one listing lie together.

    Whether a supply goes whole isn't stored with a pair, but counts for its fingerprint: bundles depend on it.
    """

    def __init__(self, scored: Scored, supplies: Columns, demands: Columns, bits: HubBits) -> None:
        self.sides = (supplies.id, demands.id)
        columns: Pairs = {
            "supply_id": supplies.id[scored.supply], "demand_id": demands.id[scored.demand], "score": scored.score,
            "material_part": scored.material, "distance_part": scored.distance, "quantity_part": scored.quantity,
            "timing_part": scored.timing, "price_part": scored.price, "condition_part": scored.condition,
            "distance_m": scored.distance_m, "coverage": scored.coverage, "lot_share": scored.lot_share,
            "overlap_days": scored.overlap_days, "whole": supplies.whole[scored.supply].astype(np.int64),
        }  # fmt: skip
        hubs = supplies.hubs[scored.supply] & demands.hubs[scored.demand]
        self.columns = columns | {"fingerprint": fingerprints(columns, hubs, bits), "hubs": hubs}

    @classmethod
    def joined(cls, parts: list["FreshPairs"]) -> "FreshPairs":
        """All parts together; there is at least one."""
        whole = copy(parts[0])
        whole.columns = {name: np.concatenate([part.columns[name] for part in parts]) for name in whole.columns}
        return whole

    def of_listings(self, side: Side, listing_ids: Integers) -> "FreshPairs":
        """The pairs of some listings of a side."""
        some = copy(self)
        some.columns = self.columns_where(np.isin(self.columns[side.column], listing_ids))
        return some

    def lists(self, side: Side) -> ListFingerprints:
        """The lists of a side that these pairs make."""
        ids, prints = self.columns[side.column], self.columns["fingerprint"]
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


def _replace(
    side: Side, fresh: FreshPairs, bits: HubBits, at: dt.datetime, condition: str, values: list[Any]
) -> tuple[int, int]:
    """Replace the pairs in lists of a side that meet a condition by fresh ones; the other side's lists stay as before.

    Returns how many rows were written and deleted.
    """
    stored = binary_copy.read(
        dict.fromkeys((*_SIDES, "fingerprint", "kept_by", "id"), "i"),
        f"SELECT supply_id, demand_id, fingerprint, kept_by, id FROM matching_match WHERE {condition}",
        values,
    )
    kept, place = fresh.rows_of(stored)
    kept_by = stored["kept_by"].astype(np.int64)
    same = kept.copy()
    same[kept] = stored["fingerprint"][kept] == fresh.columns["fingerprint"][place[kept]]
    wanted = np.ones(len(fresh), dtype=np.bool_)
    wanted[place[same]] = False
    written = _upsert(fresh.columns_where(wanted) | {"kept_by": np.full(int(wanted.sum()), side.bit)}, bits, at)
    entering, leaving = same & (kept_by & side.bit == 0), ~kept & (kept_by & side.bit != 0)
    written += _enter(side, stored["id"][entering])
    return written, _leave(side, stored["id"][leaving])


def _upsert(pairs: Pairs, bits: HubBits, at: dt.datetime) -> int:
    """Insert the pairs that are new and update the others, by COPY; returns how many there are."""
    if not len(pairs["score"]):
        return 0
    names = [*_SIDES, *_STORED_WITH_PAIR, "hub_ids", "computed_at"]
    changes = ", ".join(f"{name} = EXCLUDED.{name}" for name in names if name not in (*_SIDES, "kept_by"))
    combinations = np.unique(pairs["hubs"]).tolist()
    with connection.cursor() as cursor:
        columns = ", ".join(f"{name} {binary_copy.TYPES[kind]}" for name, kind in _COLUMN_KINDS.items())
        cursor.execute("DROP TABLE IF EXISTS fresh_match")
        cursor.execute(f"CREATE TEMPORARY TABLE fresh_match ({columns}) ON COMMIT DROP")
        binary_copy.write("fresh_match", _COLUMN_KINDS, pairs)
        cursor.execute(
            f"INSERT INTO matching_match AS stored ({', '.join(names)}) "
            f"SELECT {', '.join((*_SIDES, *_STORED_WITH_PAIR))}, shared.hub_ids::int[], %s FROM fresh_match "
            "JOIN unnest(%s::bigint[], %s::text[]) AS shared (hubs, hub_ids) USING (hubs) "
            f"ON CONFLICT (demand_id, supply_id) DO UPDATE SET {changes}, kept_by = stored.kept_by | EXCLUDED.kept_by",
            [at, combinations, ["{" + ",".join(map(str, bits.unpack(value))) + "}" for value in combinations]],
        )
        return int(cursor.rowcount)


def _drop_lists(side: Side, listing_ids: Integers) -> int:
    """Take all pairs out of the lists of some listings; returns how many there are."""
    if not len(listing_ids):
        return 0
    ids = (
        Match.objects.kept_by(side.bit)
        .filter(**{f"{side.column}__in": listing_ids.tolist()})
        .values_list("pk", flat=True)
    )
    return _leave(side, np.array(ids, dtype=np.int64))


def _enter(side: Side, ids: npt.NDArray[Any]) -> int:
    """Put stored pairs into the lists of a side too; returns how many there are."""
    if not len(ids):
        return 0
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE matching_match SET kept_by = kept_by | {side.bit} WHERE id = ANY(%s)", [ids.tolist()])
        return int(cursor.rowcount)


def _leave(side: Side, ids: npt.NDArray[Any]) -> int:
    """Take pairs out of the lists of a side, and delete those that are in no list then; returns how many."""
    if not len(ids):
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE matching_match SET kept_by = kept_by & ~{side.bit} WHERE id = ANY(%s) AND kept_by <> {side.bit}",
            [ids.tolist()],
        )
        left = int(cursor.rowcount)
        cursor.execute(f"DELETE FROM matching_match WHERE id = ANY(%s) AND kept_by = {side.bit}", [ids.tolist()])
        return left + int(cursor.rowcount)


def delete_outside(hub_ids: list[int]) -> int:
    """Delete the stored pairs of listings whose first hub is none of these, and the bundles of such demands.

    Returns how many pairs there were.
    """
    deleted = 0
    with connection.cursor() as cursor:
        for table, side in (("matching_bundle", DEMANDS), ("matching_match", DEMANDS), ("matching_match", SUPPLIES)):
            cursor.execute(
                f"DELETE FROM {table} kept USING listings_listing own WHERE own.id = kept.{side.column} "
                "AND coalesce(own.hub_ids[1], 0) NOT IN (SELECT unnest(%s::int[]))",
                [hub_ids],
            )
            deleted += int(cursor.rowcount) if table == "matching_match" else 0
    return deleted


def trim(side: Side, listing_ids: Iterable[int]) -> int:
    """Take out of the lists of some listings what isn't among their best; returns how many pairs that are."""
    beyond = binary_copy.read(
        {"id": "i"},
        f"SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY {side.column} "
        f"ORDER BY score DESC, {side.other.column}) AS place FROM matching_match "
        f"WHERE kept_by & {side.bit} <> 0 AND {side.column} = ANY(%s)) ranked WHERE place > %s",
        [list(listing_ids), side.most],
    )
    return _leave(side, beyond["id"])


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
