"""Listings of two organisations that may be one lot: what the staff of a hub look at, and what they said is none."""

import datetime as dt
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Q

from accounts.models import HubStaff
from geo.models import Hub
from listings.cursors import DEFAULT_PAGE_SIZE, open_cursor, seal_cursor
from listings.duplicates.looks import COLUMNS, changes_in_words, looks_of
from listings.duplicates.own import NEAR_M, NEWEST, QUANTITY_SHARE
from listings.enums import ListingStatus
from listings.models import Listing, NoDuplicate

#: Titles of two organisations are the same for so much at least (pg_trgm).
TITLE_SHARE_OF_OTHERS = 0.6


@dataclass(frozen=True)
class Said:
    """That two aren't one lot: who said so, for which hub, when and why. `by` is empty for somebody who doesn't work
    for the hub that reads it: `hub` says enough.
    """

    id: int
    by: str
    hub: Hub | None
    at: dt.datetime
    reason: str


@dataclass(frozen=True)
class Pair:
    """Listings of two organisations that may be one lot; the first is the newer one.

    `said` is that they are none; in the list of what may be, that doesn't hold any more, and `changes` says why.
    `seen` stands for what the listings say now: whoever says that they are none shows by it what they looked at.
    """

    newer: Listing
    older: Listing
    seen: str = ""
    said: Said | None = None
    changes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    pairs: list[Pair]
    next_cursor: str | None


#: When two rows may be one lot. Where either can't be compared by quantity, they are by weight.
_ALIKE = """
    other.material_id = one.material_id AND other.kind = one.kind AND other.organisation_id <> one.organisation_id
    AND ST_DWithin(other.position, one.position, %(near_m)s)
    AND (other.unit = one.unit
         AND least(other.quantity, one.quantity) >= %(share)s * greatest(other.quantity, one.quantity)
      OR least(other.mass_kg, one.mass_kg) >= %(share)s * greatest(other.mass_kg, one.mass_kg))
    AND similarity(geo_plain(other.title), geo_plain(one.title)) >= %(title)s
"""
_RULE: dict[str, Any] = {"near_m": NEAR_M, "share": QUANTITY_SHARE, "title": TITLE_SHARE_OF_OTHERS}
_LOOKS = looks_of("one", "other")
_IN_HUB = f"""
    WITH newest AS MATERIALIZED (
        SELECT {", ".join(COLUMNS)}, organisation_id, kind, mass_kg
        FROM listings_listing
        WHERE status = 'published' AND kind <> 'service' AND hub_ids @> ARRAY[%(hub)s]::integer[]
        ORDER BY published_at DESC, id DESC LIMIT %(newest)s
    ), pair AS (
        SELECT greatest(one.id, found.id) AS newer, least(one.id, found.id) AS older, found.looks
        FROM newest one CROSS JOIN LATERAL (
            SELECT other.id, {_LOOKS} AS looks
            FROM listings_listing other
            -- The box is what an index is asked; by ST_DWithin alone the planner reads all.
            WHERE other.status = 'published' AND other.position && ST_Expand(one.position, %(near_m)s)
              -- Two of the hub meet twice: from the newer one, and from the older one.
              AND (other.id < one.id OR NOT other.hub_ids @> ARRAY[%(hub)s]::integer[])
              AND {_ALIKE}
            -- Each is looked for by its place, and not compared with all.
            OFFSET 0
        ) found
    )
    SELECT pair.newer, pair.older, md5(pair.looks::text), pair.looks, said.id
    FROM pair LEFT JOIN listings_noduplicate said ON said.newer_id = pair.newer AND said.older_id = pair.older
    WHERE said.looks IS DISTINCT FROM pair.looks
      AND (%(after)s::bigint[] IS NULL OR ARRAY[pair.newer, pair.older] < %(after)s::bigint[])
    ORDER BY pair.newer DESC, pair.older DESC LIMIT %(most)s
"""
#: What was said of two, and holds: both are public, and say what they said then.
_SAID_IN_HUB = f"""
    SELECT said.newer_id, said.older_id, said.id, said.said_at
    FROM listings_noduplicate said
    JOIN listings_listing one ON one.id = said.newer_id
    JOIN listings_listing other ON other.id = said.older_id
    WHERE one.status = 'published' AND other.status = 'published'
      AND (one.hub_ids @> ARRAY[%(hub)s]::integer[] OR other.hub_ids @> ARRAY[%(hub)s]::integer[])
      AND said.looks = {_LOOKS}
      AND (%(at)s::timestamptz IS NULL OR (said.said_at, said.id) < (%(at)s::timestamptz, %(id)s::bigint))
    ORDER BY said.said_at DESC, said.id DESC LIMIT %(most)s
"""
_LOOKS_OF_PAIR = f"""
    SELECT {_LOOKS}, md5({_LOOKS}::text)
    FROM listings_listing one, listings_listing other
    WHERE one.id = %(newer)s AND other.id = %(older)s
      AND one.status = %(published)s AND other.status = %(published)s AND one.kind <> 'service' AND {_ALIKE}
"""


def alike_in_hub(hub: Hub, *, cursor: str = "", size: int = DEFAULT_PAGE_SIZE) -> Page:
    """Published goods of two organisations, one of them in the hub at least, that may be one lot; the newest first.

    Without what staff of any hub said is none, and what changed since with why. Raises ValidationError for the cursor
    of another list.
    """
    scope = f"duplicates of hub {hub.pk}"
    given = _RULE | {"hub": hub.pk, "newest": NEWEST, "most": size + 1, "after": open_cursor(cursor, scope)}
    with connection.cursor() as sql:
        sql.execute(_IN_HUB, given)
        rows = sql.fetchall()
    shown = rows[:size]
    listings = _listings(row[:2] for row in shown)
    before = _rows_said([row[4] for row in shown if row[4]])
    said = said_to(before.values(), hub)
    pairs = [
        _pair(listings[newer], listings[older], seen, json.loads(looks), before.get(number), said)
        for newer, older, seen, looks, number in shown
        if newer in listings and older in listings
    ]
    return Page(pairs, seal_cursor(scope, *shown[-1][:2]) if len(rows) > size else None)


def said_in_hub(hub: Hub, *, cursor: str = "", size: int = DEFAULT_PAGE_SIZE) -> Page:
    """What staff said is no duplicate, of listings of which one lies in the hub at least, while it holds; said last
    stands first. Raises ValidationError for the cursor of another list.
    """
    scope = f"no duplicates of hub {hub.pk}"
    at, number = open_cursor(cursor, scope) or (None, None)
    with connection.cursor() as sql:
        sql.execute(_SAID_IN_HUB, {"hub": hub.pk, "at": at, "id": number, "most": size + 1})
        rows = sql.fetchall()
    shown = rows[:size]
    listings = _listings(row[:2] for row in shown)
    said = said_to(_rows_said([row[2] for row in shown]).values(), hub)
    pairs = [
        Pair(listings[newer], listings[older], said=said[number])
        for newer, older, number, _at in shown
        if newer in listings and older in listings and number in said
    ]
    following = seal_cursor(scope, shown[-1][3].isoformat(), shown[-1][2]) if len(rows) > size else None
    return Page(pairs, following)


def said_to(rows: Collection[NoDuplicate], hub: Hub) -> dict[int, Said]:
    """What was said as a hub's staff may read it, by id; a query where there is any."""
    if not rows:
        return {}
    colleagues = set(HubStaff.objects.filter(hub=hub).values_list("user", flat=True))
    return {
        row.pk: Said(row.pk, str(row.by) if row.by_id in colleagues else "", row.hub, row.said_at, row.reason)
        for row in rows
    }


def find_said(hub: Hub, said_id: int) -> NoDuplicate | None:
    """What was said of two listings of which one lies in the hub at least, also where it holds no more."""
    here = Q(newer__hub_ids__contains=[hub.pk]) | Q(older__hub_ids__contains=[hub.pk])
    return NoDuplicate.objects.filter(here).select_related("newer", "older").filter(pk=said_id).first()


def looks_of_pair(newer: Listing, older: Listing) -> tuple[dict[str, Any], str] | None:
    """What makes two listings look alike, and what stands for it (see Pair); None where they don't (any more)."""
    given = _RULE | {"newer": newer.pk, "older": older.pk, "published": ListingStatus.PUBLISHED.value}
    with connection.cursor() as sql:
        sql.execute(_LOOKS_OF_PAIR, given)
        row = sql.fetchone()
    return (json.loads(row[0]), row[1]) if row is not None else None


def _listings(ids: Iterable[Sequence[int]]) -> dict[int, Listing]:
    return Listing.objects.for_cards().in_bulk({pk for pair in ids for pk in pair})


def _rows_said(ids: Sequence[int]) -> dict[int, NoDuplicate]:
    return NoDuplicate.objects.select_related("by", "hub").in_bulk(ids) if ids else {}


def _pair(
    newer: Listing, older: Listing, seen: str, looks: dict[str, Any], before: NoDuplicate | None, said: dict[int, Said]
) -> Pair:
    if before is None:
        return Pair(newer, older, seen)
    words = [changes_in_words(listing, before.looks, looks) for listing in (newer, older)]
    return Pair(newer, older, seen, said[before.pk], [one for one in words if one])
