"""Writing matches: only what differs, by COPY; and which listings they were made from."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import connection

from listings.pairing.columns import Columns, HubBits
from listings.pairing.rules import BEST_PER_DEMAND
from listings.pairing.score import Scored

_PARTS = (
    "score", "material_part", "distance_part", "quantity_part", "timing_part", "price_part", "condition_part",
    "distance_m", "coverage", "overlap_days", "hub_ids",
)  # fmt: skip
_COLUMNS = ("supply_id", "demand_id", *_PARTS)
#: One pairing writes at a time: two at once could each trim a list that the other has just filled.
_LOCK = 4_620_119


def lock_matches() -> None:
    """Wait for the turn to write matches, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def stage(scored: Scored, supplies: Columns, demands: Columns, bits: HubBits) -> None:
    """Put scored pairs into the temporary table that the other functions read; it goes with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS fresh_match")
        cursor.execute(
            f"CREATE TEMPORARY TABLE fresh_match ON COMMIT DROP AS SELECT {', '.join(_COLUMNS)} "
            "FROM listings_match WITH NO DATA"
        )
        with cursor.copy(f"COPY fresh_match ({', '.join(_COLUMNS)}) FROM STDIN") as copy:
            for row in _rows(scored, supplies, demands, bits):
                copy.write_row(row)
        cursor.execute("CREATE INDEX ON fresh_match (demand_id, supply_id)")
        cursor.execute("ANALYZE fresh_match")


def upsert_staged(at: dt.datetime) -> int:
    """Insert staged pairs that are new, update those whose score or facts changed; returns how many were written."""
    values = ", ".join(f"{name} = EXCLUDED.{name}" for name in _PARTS)
    before = ", ".join(f"kept.{name}" for name in _PARTS)
    after = ", ".join(f"EXCLUDED.{name}" for name in _PARTS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO listings_match AS kept ({', '.join(_COLUMNS)}, computed_at) "
            f"SELECT {', '.join(_COLUMNS)}, %s FROM fresh_match "
            f"ON CONFLICT (demand_id, supply_id) DO UPDATE SET {values}, computed_at = EXCLUDED.computed_at "
            f"WHERE ({before}) IS DISTINCT FROM ({after})",
            [at],
        )
        return cursor.rowcount


def delete_unstaged(*, demand_ids: Iterable[int] | None = None, supply_id: int | None = None) -> int:
    """Delete stored pairs that aren't staged: of these demands, of this supply, or (neither given) of all."""
    scope = "TRUE"
    values: list[Any] = []
    if demand_ids is not None:
        scope, values = "kept.demand_id = ANY(%s)", [list(demand_ids)]
    elif supply_id is not None:
        scope, values = "kept.supply_id = %s", [supply_id]
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM listings_match kept WHERE {scope} AND NOT EXISTS (SELECT 1 FROM fresh_match fresh "
            "WHERE fresh.demand_id = kept.demand_id AND fresh.supply_id = kept.supply_id)",
            values,
        )
        return cursor.rowcount


def trim(demand_ids: Iterable[int]) -> int:
    """Delete what is beyond the best few of these demands."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM listings_match WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER "
            "(PARTITION BY demand_id ORDER BY score DESC, supply_id) AS place FROM listings_match "
            "WHERE demand_id = ANY(%s)) ranked WHERE place > %s)",
            [list(demand_ids), BEST_PER_DEMAND],
        )
        return cursor.rowcount


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
        return cursor.rowcount


def _rows(scored: Scored, supplies: Columns, demands: Columns, bits: HubBits) -> Iterable[tuple[object, ...]]:
    shared = supplies.hubs[scored.supply] & demands.hubs[scored.demand]
    hub_lists = {int(value): bits.unpack(int(value)) for value in set(shared.tolist())}
    return zip(
        supplies.id[scored.supply].tolist(), demands.id[scored.demand].tolist(), scored.score.tolist(),
        scored.material.tolist(), scored.distance.tolist(), scored.quantity.tolist(), scored.timing.tolist(),
        scored.price.tolist(), scored.condition.tolist(), scored.distance_m.tolist(), scored.coverage.tolist(),
        scored.overlap_days.tolist(), [hub_lists[value] for value in shared.tolist()], strict=True,
    )  # fmt: skip
