"""Stores checked rows as listings in one transaction: a row with a known reference changes its listing."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

from django.contrib.gis.geos import Point
from django.db import transaction
from psycopg.types.multirange import Multirange

from accounts.models import Organisation, User
from geo.blurring import blurred
from geo.hubs import Placement, placements_of
from geo.points import metric
from listings.balances.services import follow_what_is_free
from listings.declarations import CHECKLIST, FOOD_FIELDS, STATUS_FIELDS
from listings.enums import ListingStatus, Precision
from listings.fields import spans
from listings.imports.copy import add_listings, change_listings
from listings.imports.row import Parsed
from listings.models import Listing, ListingPhoto
from listings.owners import tell_those_who_knew
from listings.querysets import ListingQuerySet

#: Rows that are written together.
BATCH = 1_000
#: The fields that an import sets. All other fields of a listing that is stored already stay as they are.
FIELDS = (
    "kind", "material_id", "material_number", "material_spans", "unit", "quantity", "mass_kg", "title", "description",
    "condition", "available_from", "available_until", "price_kind", "price_eur", "price_basis", "eural_code",
    "splittable", "hub_only", "precision", "declared_status", *STATUS_FIELDS, *CHECKLIST, *FOOD_FIELDS, "location",
    "shown_location", "municipality_id", "hub_ids",
)  # fmt: skip
#: The FIELDS that follow from others of a row; a row holds the rest under their own names, as they are stored.
_FOLLOWING = {
    "material_id", "material_number", "material_spans", "hub_only", "precision", "location", "shown_location",
    *Placement._fields,
}  # fmt: skip
_READ_AS_STORED = tuple(name for name in FIELDS if name not in _FOLLOWING)
#: The fields that are compared to tell whether a row changes its listing: the other FIELDS follow from these.
_COMPARED = tuple(
    name for name in FIELDS if name not in ("material_spans", "shown_location", "municipality_id", "hub_ids")
)


class Fate(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Step:
    """A row, the stored listing with the same reference if there is one, and what becomes of them.

    `fields` are the values to store by field, without municipality and hubs: those are found for many rows at once.
    """

    parsed: Parsed
    before: Listing | None
    fields: dict[str, Any]
    fate: Fate


#: Ids of listings by the hub that shows them, by what became of their rows.
_Told = dict[Fate, defaultdict[int, list[int]]]


class Stored(NamedTuple):
    """How many listings were added, were changed, and stayed as they were.

    `photos` are still to be added: ids of listings with paths in the zip. A listing that has photos gets no others.
    `shown_added` and `shown_changed` are the ids of those that are no drafts, by the hubs that they lie in.
    """

    added: int
    changed: int
    unchanged: int
    photos: list[tuple[int, str]]
    shown_added: dict[int, list[int]]
    shown_changed: dict[int, list[int]]


def stored_listings(rows: list[Parsed], organisation: Organisation) -> dict[str, Listing]:
    """The listings of the organisation that have the references of these rows, by reference."""
    return {listing.reference: listing for listing in _stored(rows, organisation)}


def steps(
    rows: list[Parsed], stored: Mapping[str, Listing], updated: Mapping[int, Listing] | None = None
) -> Iterator[Step]:
    """What is to be done with each row, in the same order. `updated` has by number the listings that a member chose
    for rows without their reference.
    """
    for parsed in rows:
        before = stored.get(parsed.values["reference"]) or (updated or {}).get(parsed.row)
        fields = fields_of(parsed) | _who_sees(parsed, before)
        if before is None:
            fate = Fate.NEW
        else:
            differs = any(getattr(before, name) != fields[name] for name in _COMPARED)
            fate = Fate.CHANGED if differs else Fate.UNCHANGED
        yield Step(parsed, before, fields, fate)


def store_rows(
    rows: list[Parsed],
    *,
    organisation: Organisation,
    by: User | None,
    publish: bool,
    at: dt.datetime,
    progress: Callable[[int], None],
    updated: Mapping[int, int] | None = None,
) -> Stored:
    """Store rows, and say what became of them. `updated` has by number the id of a listing that a row changes without
    having its reference: the listing gets that of the row.
    """
    with transaction.atomic():
        stored = {row.reference: row for row in _stored(rows, organisation).select_for_update()}
        template = Listing(
            organisation=organisation,
            created_by=by,
            status=ListingStatus.PUBLISHED if publish else ListingStatus.DRAFT,
            published_at=at if publish else None,
        )
        counts, seen, photos = Counter[Fate](), 0, list[tuple[int, str]]()
        told = {Fate.NEW: defaultdict[int, list[int]](list), Fate.CHANGED: defaultdict[int, list[int]](list)}
        taken = chosen_listings(updated or {}, organisation, locked=True)
        _name(rows, taken)
        coming = zip(steps(rows, stored, taken), placements(rows), strict=True)
        while batch := list(islice(coming, BATCH)):
            placed = _as_they_show([(step, step.fields | placement._asdict()) for step, placement in batch])
            photos += _store_batch(placed, template, at, told)
            counts.update(step.fate for step, _fields in placed)
            seen += len(placed)
            if len(placed) == BATCH:
                progress(seen)
    shown = dict(told[Fate.NEW]), dict(told[Fate.CHANGED])
    return Stored(counts[Fate.NEW], counts[Fate.CHANGED], counts[Fate.UNCHANGED], photos, *shown)


def chosen_listings(
    updated: Mapping[int, int], organisation: Organisation, *, locked: bool = False
) -> dict[int, Listing]:
    """Those listings of the organisation, by the number of the row that is to change each."""
    if not updated:
        return {}
    found = Listing.objects.of_organisation(organisation).filter(pk__in=updated.values())
    by_id = {listing.pk: listing for listing in (found.select_for_update() if locked else found)}
    return {number: by_id[pk] for number, pk in updated.items() if pk in by_id}


def _name(rows: list[Parsed], taken: Mapping[int, Listing]) -> None:
    """Give listings that no list named before the references of their rows, so that the next list finds them."""
    named = []
    for row in rows:
        listing = taken.get(row.row)
        if listing is not None and row.values["reference"] and not listing.reference:
            listing.reference = row.values["reference"]
            named.append(listing)
    Listing.objects.bulk_update(named, ["reference"])


def _store_batch(
    placed: list[tuple[Step, dict[str, Any]]], template: Listing, at: dt.datetime, told: _Told
) -> list[tuple[int, str]]:
    """Write steps, each with all of its fields: new listings, then changes. Returns the photos of Stored.

    Adds to `told` the listings that a hub's managers may be told of.
    """
    fresh = [
        (step.parsed, fields | {"reference": step.parsed.values["reference"]})
        for step, fields in placed
        if step.fate == Fate.NEW
    ]
    ids = add_listings([fields for _parsed, fields in fresh], template=template, at=at)
    known = [(step.before.pk, step.parsed.photos) for step, _fields in placed if step.before and step.parsed.photos]
    shown = ListingPhoto.objects.filter(listing__in=[pk for pk, _photos in known])
    have = set(shown.values_list("listing", flat=True))
    photos = [(pk, parsed.photos) for pk, (parsed, _fields) in zip(ids, fresh, strict=True)]
    photos += [(pk, names) for pk, names in known if pk not in have]
    changed = [
        (step.before.pk, fields) for step, fields in placed if step.before is not None and step.fate == Fate.CHANGED
    ]
    change_listings(changed, at=at)
    _follow([step.before for step, _fields in placed if step.before is not None and step.fate == Fate.CHANGED])
    if template.status != ListingStatus.DRAFT:
        _add_by_hub(told[Fate.NEW], [(pk, fields) for pk, (_parsed, fields) in zip(ids, fresh, strict=True)])
    drafts = {step.before.pk for step, _fields in placed if step.before and step.before.status == ListingStatus.DRAFT}
    _add_by_hub(told[Fate.CHANGED], [(pk, fields) for pk, fields in changed if pk not in drafts])
    return [(pk, name) for pk, names in photos for name in names]


def _follow(changed: list[Listing]) -> None:
    """Let lots of which something is promised, few among many, say by their status whether something is left. For whom
    that is knows whose they are, also where they are hub-only now.
    """
    before = {listing.pk: listing for listing in changed if listing.taken_quantity}
    for listing in Listing.objects.filter(pk__in=before) if before else ():
        follow_what_is_free(listing, before=before[listing.pk])
        if listing.hub_only and not before[listing.pk].hub_only:
            tell_those_who_knew(listing)


def _add_by_hub(by_hub: dict[int, list[int]], written: list[tuple[int, dict[str, Any]]]) -> None:
    for pk, fields in written:
        for hub_id in fields["hub_ids"]:
            by_hub[hub_id].append(pk)


def _who_sees(parsed: Parsed, before: Listing | None) -> dict[str, Any]:
    """Who sees whose it is, and how exactly where. What a list doesn't say stays: what is blurred stays so when a file
    moves it.
    """
    said, precision = parsed.values["hub_only"], before.precision if before else Precision.EXACT.value
    hub_only = said if said is not None else before is not None and before.hub_only
    return {"hub_only": hub_only, "precision": Precision.BLURRED.value if hub_only else precision}


def _as_they_show(placed: list[tuple[Step, dict[str, Any]]]) -> list[tuple[Step, dict[str, Any]]]:
    """The same, with the places of those that are blurred as others see them."""
    shown = [blurred(fields["location"]) for _step, fields in placed if fields["precision"] == Precision.BLURRED]
    if not shown:
        return placed
    places = iter(zip(shown, placements_of([(point.x, point.y) for point in map(metric, shown)]), strict=True))
    rows = []
    for step, fields in placed:
        if fields["precision"] == Precision.BLURRED:
            point, placement = next(places)
            fields = fields | {"shown_location": point} | placement._asdict()
        rows.append((step, fields))
    return rows


def _stored(rows: list[Parsed], organisation: Organisation) -> ListingQuerySet:
    return Listing.objects.of_organisation(organisation).referenced([row.values["reference"] for row in rows])


def placements(rows: list[Parsed]) -> list[Placement]:
    """Municipality and hubs of each row, in the same order. Rows repeat towns, so each point is looked up once."""
    # Rows of one town share one Point, and asking a point for its coordinates is slow: it is done once for each.
    points: dict[int, Point] = {id(row.values["place"]): row.values["place"] for row in rows}
    coords_of = {key: point.coords for key, point in points.items()}
    by_coords = {coords_of[key]: metric(point) for key, point in points.items()}
    found = placements_of([(point.x, point.y) for point in by_coords.values()])
    placement_at = dict(zip(by_coords, found, strict=True))
    return [placement_at[coords_of[id(row.values["place"])]] for row in rows]


def fields_of(parsed: Parsed) -> dict[str, Any]:
    """The values of a row by field, but for municipality and hubs."""
    given = parsed.values
    material = given["material"]
    return {
        **{name: given[name] for name in _READ_AS_STORED},
        "kind": given["kind"].value,
        "unit": given["unit"].value,
        "condition": None if given["condition"] is None else int(given["condition"]),
        "price_kind": given["price_kind"].value,
        "price_basis": given["price_basis"].value,
        "material_id": material.pk,
        "material_number": material.tree_left,
        "material_spans": _span(material.tree_left),
        "location": given["place"],
        "shown_location": given["place"],
    }


@lru_cache(maxsize=1024)
def _span(number: int) -> "Multirange[int]":
    return spans((number, number))
