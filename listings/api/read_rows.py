"""Many listings as the API writes them, in one query."""

from collections.abc import Iterable, Sequence
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.geos import Point
from django.db import connections, router
from django.urls import reverse
from django.utils.translation import get_language

from accounts.models import User
from geo.points import WGS84_SRID, metric
from listings.api.columns import RowReader
from listings.api.rows import CardRow, FeatureRow, FoundAlongRow, FoundRow, OrganisationRow
from listings.enums import ListingKind
from listings.models import Listing
from listings.owners import ids_with_known_owner
from listings.search.filters.where import ROUTE
from listings.search.parameters import SearchParameters
from listings.search.parts import Found
from listings.search.routes import detour_m

_READER = RowReader(CardRow)
_OF_OWNER = [f"organisation__{name}" for name in OrganisationRow.__annotations__]
_SELECT = f"SELECT {', '.join(_READER.columns)}"
_FROM = """
    FROM listings_listing listing
    JOIN accounts_organisation organisation ON organisation.id = listing.organisation_id
    LEFT JOIN materials_material material ON material.id = listing.material_id
    LEFT JOIN geo_municipality municipality ON municipality.id = listing.municipality_id
    WHERE listing.id = ANY(%(ids)s::bigint[])
"""
#: Written out once for each language, so that it is prepared once and compiled never.
_CARDS = {language: _SELECT.format(language=language) + _FROM for language in settings.LANGUAGE_CODES}


def rows_by_id(ids: Iterable[int], reader: User | AnonymousUser) -> dict[int, CardRow]:
    """The rows of listings by their ids, as this reader may see them; an id that is gone has none."""
    cards = _CARDS.get(get_language() or "nl", _CARDS["nl"])
    with connections[router.db_for_read(Listing)].cursor() as cursor:
        cursor.execute(cards, {"root": _listing_root(), "ids": list(ids)})
        rows = [_row(record) for record in cursor.fetchall()]
    _name_known_owners(rows, reader)
    return {row["id"]: row for row in rows}


def _name_known_owners(rows: Iterable[CardRow], reader: User | AnonymousUser) -> None:
    """Say whose hub-only listings are, where the reader may know it: two queries more, for them alone."""
    hidden = {row["id"]: row for row in rows if row["hub_only"]}
    known = ids_with_known_owner(hidden.keys(), reader)
    found = Listing.objects.filter(pk__in=known).values_list("pk", *_OF_OWNER) if known else ()
    for pk, *values in found:
        hidden[pk]["organisation"] = cast(
            OrganisationRow, dict(zip(OrganisationRow.__annotations__, values, strict=True))
        )


def listing_rows(ids: Sequence[int], reader: User | AnonymousUser) -> list[CardRow]:
    """The rows of listings in the order of their ids, without those that have gone in between."""
    rows = rows_by_id(ids, reader)
    return [rows[pk] for pk in ids if pk in rows]


def found_rows(found: Sequence[Found], asked: SearchParameters, reader: User | AnonymousUser) -> list[FoundRow]:
    """The rows of what a search found, in its order, without those that have gone in between."""
    rows, route = rows_by_id([pk for _distance_m, pk, _published_at in found], reader), ROUTE.of(asked)
    results: list[FoundRow] = [
        {**rows[pk], "distance_m": round(distance_m)} for distance_m, pk, _published_at in found if pk in rows
    ]
    return results if route is None else [_along(row, *route.in_metres) for row in results]


def feature_of(row: FoundRow) -> FeatureRow:
    """The same row as properties of GeoJSON's point."""
    place = row["location"]
    return {
        "type": "Feature",
        "id": row["id"],
        "geometry": {"type": "Point", "coordinates": [place["lon"], place["lat"]]} if place else None,
        "properties": {name: value for name, value in row.items() if name != "location"},
    }


def _row(record: tuple[Any, ...]) -> CardRow:
    row = _READER.read(record)
    if row["kind"] == ListingKind.SERVICE:
        row |= _READER.read_sometimes(record)
    return cast(CardRow, row)


def _along(row: FoundRow, start: Point, end: Point, _most_m: float) -> FoundAlongRow:
    place = row["location"]
    assert place is not None  # nothing is published without one
    by = metric(Point(place["lon"], place["lat"], srid=WGS84_SRID))
    return {**row, "detour_m": round(detour_m(start, end, by))}


def _listing_root() -> str:
    """The address under which listings have their pages, with the slash that ends it."""
    return reverse("listing", args=[0])[:-2]
