"""Checked rows become listings, all in one transaction: new ones are added, those with a known reference updated."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.contrib.gis.geos import Point
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Organisation, User
from geo.boundaries import municipality_ids_at
from geo.hubs import hub_ids_at, hub_ids_by_municipality
from geo.models import Hub, Municipality
from geo.points import metric
from listings.derived import derive_place
from listings.enums import ListingStatus, Precision
from listings.fields import spans
from listings.imports.rows import Parsed
from listings.models import Listing

BATCH = 1_000
#: What an import sets; anything else of an existing listing stays.
FIELDS = (
    "kind", "material_id", "material_number", "material_spans", "unit", "quantity", "mass_kg", "title", "description",
    "condition", "available_from", "available_until", "price_kind", "price_eur", "price_basis", "eural_code",
    "splittable", "location", "shown_location", "municipality_id", "hub_ids",
)  # fmt: skip
#: A row that comes again changes nothing of these by itself.
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
    """A row beside the listing that has its reference already; `fields` lack what follows from the place."""

    parsed: Parsed
    before: Listing | None
    fields: dict[str, Any]
    fate: Fate


def stored_listings(rows: list[Parsed], organisation: Organisation) -> dict[str, Listing]:
    """What the organisation has of these rows, by reference."""
    return {listing.reference: listing for listing in _stored(rows, organisation)}


def steps(rows: list[Parsed], stored: dict[str, Listing]) -> Iterator[Step]:
    """What would be done with each row, in their order."""
    for parsed in rows:
        fields = _fields(parsed)
        before = stored.get(parsed.values["reference"])
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
) -> tuple[int, int, int]:
    """Returns how many listings were added, changed, and left as they were."""
    with transaction.atomic():
        stored = {row.reference: row for row in _stored(rows, organisation).select_for_update()}
        added, changed, unchanged = [], [], 0
        for number, (step, place) in enumerate(zip(steps(rows, stored), places(rows), strict=True), start=1):
            fields = step.fields | {"municipality_id": place[0], "hub_ids": place[1]}
            before = step.before
            if before is None:
                listing = Listing(
                    organisation=organisation, created_by=by, reference=step.parsed.values["reference"], **fields
                )
                listing.status = ListingStatus.PUBLISHED if publish else ListingStatus.DRAFT
                listing.published_at = at if publish else None
                added.append(listing)
            elif step.fate == Fate.CHANGED:
                for name, value in fields.items():
                    setattr(before, name, value)
                if before.precision == Precision.BLURRED:
                    derive_place(before)  # what others see stays the middle of its cell
                before.paired_at = None
                changed.append(before)
            else:
                unchanged += 1
            if number % BATCH == 0:
                progress(number)
        Listing.objects.bulk_create(added, batch_size=BATCH)
        for listing in changed:
            listing.updated_at = at
        if changed:
            Listing.objects.bulk_update(changed, [*FIELDS_TO_UPDATE], batch_size=200)
    return len(added), len(changed), unchanged


def _stored(rows: list[Parsed], organisation: Organisation) -> QuerySet[Listing]:
    references = [row.values["reference"] for row in rows]
    return Listing.objects.filter(organisation=organisation, reference__in=references).exclude(reference="")


FIELDS_TO_UPDATE = (
    *(name.removesuffix("_id") if name in ("material_id", "municipality_id") else name for name in FIELDS),
    "updated_at",
    "paired_at",
)


def places(rows: list[Parsed]) -> list[tuple[int | None, list[int]]]:
    """Municipality and hubs of each row; towns repeat, so each point is looked up once."""
    points: dict[tuple[float, ...], Point] = {}
    for row in rows:
        points.setdefault(row.values["place"].coords, row.values["place"])
    in_metres = [metric(point) for point in points.values()]
    municipalities = municipality_ids_at([(point.x, point.y) for point in in_metres])
    hub_ids = hub_ids_by_municipality()
    policies = Hub.objects.filter(buffer_km__gt=0).exists()
    by_pk = Municipality.objects.in_bulk([pk for pk in municipalities if pk]) if policies else {}
    found = {}
    for (coords, point), pk in zip(points.items(), municipalities, strict=True):
        hubs = hub_ids_at(point, by_pk.get(pk or 0)) if policies else hub_ids.get(pk or 0, [])
        found[coords] = (pk, hubs)
    return [found[row.values["place"].coords] for row in rows]


def _fields(parsed: Parsed) -> dict[str, Any]:
    given = parsed.values
    material = given["material"]
    return {
        **{name: given[name] for name in FIELDS if name in given},
        "kind": given["kind"].value,
        "unit": given["unit"].value,
        "condition": None if given["condition"] is None else int(given["condition"]),
        "price_kind": given["price_kind"].value,
        "price_basis": given["price_basis"].value,
        "material_id": material.pk,
        "material_number": material.tree_left,
        "material_spans": spans((material.tree_left, material.tree_left)),
        "location": given["place"],
        "shown_location": given["place"],
    }
