"""From checked parameters to one page of listings: one queryset, one order, keyset cursors, a capped count."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import NamedTuple

from django.contrib.gis.geos import Point
from django.utils import timezone
from django.utils.translation import get_language

from geo.hubs import centre_of, reach_of
from geo.points import BELGIUM, METRIC_SRID, metric
from listings.cursors import open_cursor, seal_cursor
from listings.enums import ListingKind
from listings.models import Listing
from listings.querysets import ListingQuerySet
from listings.search.facets import facets_of
from listings.search.parameters import SearchParameters
from listings.search.plenty import surely_more
from listings.search.routes import box_of_detour
from listings.search.statements import Found, Statement, Taken, condition_of
from materials.models import Material
from materials.search import find_materials
from materials.units import comparable_units

COUNT_LIMIT = 1000
#: Materials that the inverted index takes one by one; a family has more.
FEW_MATERIALS = 8


@dataclass(frozen=True)
class SearchPage:
    """One page. `count` stops at COUNT_LIMIT; `exact` says whether it reached the end before."""

    found: list[Found]
    next_cursor: str | None
    count: int
    exact: bool


class _Place(NamedTuple):
    """Where a search goes on: after which distance in metres (or moment, as ISO text) and listing, and the count."""

    after: float | str
    pk: int
    counted: int


def search(parameters: SearchParameters) -> SearchPage:
    """One page of what anyone may find. Raises ValidationError for a cursor that is damaged or of another search."""
    place = _open_place(parameters)
    parts = parts_of(parameters, place)
    size = parameters.page_size + 1
    if parameters.sort == "newest":
        rows, counted = _newest(parts, size, place), place.counted if place else count_of(parts)
    elif place is None:
        rows, counted = _nearest(parts, size)
    else:
        rows, counted = sorted(_all(part.next_nearest(size) for part in parts))[:size], place.counted
    found, more = rows[: parameters.page_size], len(rows) > parameters.page_size
    return SearchPage(
        found=found,
        next_cursor=_seal_place(parameters, found[-1], counted) if more else None,
        count=min(counted, COUNT_LIMIT),
        exact=counted <= COUNT_LIMIT,
    )


def listings_of(found: Sequence[Found]) -> list[Listing]:
    """What was found as cards show it, each with its distance; without those that have gone in between."""
    rows = Listing.objects.for_cards().in_bulk([pk for _distance_m, pk, _published_at in found])
    for distance_m, pk, _published_at in found:
        if pk in rows:
            rows[pk].distance_m = distance_m
    return [rows[pk] for _distance_m, pk, _published_at in found if pk in rows]


def nearest_beyond(parameters: SearchParameters, limit: int = 3) -> list[Found]:
    """The nearest listings when the radius holds none: the same search without its radius."""
    if parameters.point is None or parameters.radius_km is None:
        return []
    parts = parts_of(replace(parameters, radius_km=None, cursor=""))
    return sorted(_all(part.next_nearest(limit) for part in parts))[:limit]


def reference_point(parameters: SearchParameters) -> Point:
    """Where distances are counted from, in metres: the point asked for, else the box's or the hub's centre."""
    if parameters.place is not None:
        return parameters.place
    if parameters.bbox is not None:
        west, south, east, north = parameters.bbox
        middle = Point((west + east) / 2, (south + north) / 2, srid=4326)
        middle.transform(METRIC_SRID)
        return middle
    assert parameters.hub is not None  # SearchParameters holds one of the three
    return centre_of(parameters.hub)


def _nearest(parts: list[Statement], size: int) -> tuple[list[Found], int]:
    """The first rows of all parts together, and how many there are, counted to one past COUNT_LIMIT."""
    limit = COUNT_LIMIT + 1
    if len(parts) == 1:
        only = parts[0].nearest(size, limit)
        return only.rows, only.counted
    rows, plenty = set[Found](), False
    for part in parts:
        # What one part counts to the limit needs no more counting; where none does, all of each are there.
        taken = Taken(part.next_nearest(size), limit) if plenty else part.nearest(size, limit, all_of_few=True)
        rows, plenty = rows.union(taken.rows), plenty or taken.counted >= limit
    return sorted(rows)[:size], limit if plenty else min(len(rows), limit)


def _newest(parts: list[Statement], size: int, place: _Place | None) -> list[Found]:
    after = None
    if place is not None:
        earlier = Listing.objects.before(dt.datetime.fromisoformat(str(place.after)), place.pk)
        after = condition_of(earlier)
    rows = _all(part.newest(size, after) for part in parts)
    return sorted(rows, key=lambda row: (row.published_at, row.pk), reverse=True)[:size]


def count_of(parts: list[Statement]) -> int:
    """How many there are in all parts together, counted to one past COUNT_LIMIT."""
    if len(parts) == 1:
        return parts[0].count(COUNT_LIMIT + 1)
    return _nearest(parts, 1)[1]


def _all(pages: Iterable[list[Found]]) -> set[Found]:
    return {row for page in pages for row in page}


def parts_of(parameters: SearchParameters, place: _Place | None = None) -> list[Statement]:
    """Statements whose union is the search: words, and the materials that they name, are each found in their own way.

    The place of a cursor leaves out what nearest-first had before it.
    """
    placed, checked = _placed(parameters).with_distance(reference_point(parameters)), _checked(parameters)
    if place is not None and parameters.sort != "newest":
        placed = placed.beyond(float(place.after), place.pk)
    words = parameters.q
    if not words:
        plenty = partial(surely_more, parameters) if place is None else None
        narrow, by_sample = _is_narrow(parameters), not _is_of_goods(parameters)
        return [Statement.of(placed, checked, partial(_faceted, parameters), narrow, plenty, by_sample)]
    worded = Statement.of(placed, checked.worded_each(words), lambda: _faceted(parameters).worded(words), narrow=True)
    named = [
        Statement.of(
            placed.of_material(material, parameters.kind),
            checked,
            partial(_faceted, named_asked := replace(parameters, material=material)),
            _is_narrow(named_asked),
            by_sample=not _is_of_goods(named_asked),
        )
        for material in _named(parameters)
    ]
    return [worded, *named]


def _is_narrow(parameters: SearchParameters) -> bool:
    """Whether facets name the goods of a search by a few materials: then few listings have them all."""
    material = parameters.material
    return (
        material is not None and _is_of_goods(parameters) and material.tree_right - material.tree_left < FEW_MATERIALS
    )


def _is_of_goods(parameters: SearchParameters) -> bool:
    """Whether a search for a material goes by the one number of goods, not by the spans that services have too."""
    return parameters.material is not None and parameters.kind in (ListingKind.SUPPLY, ListingKind.DEMAND)


def _faceted(parameters: SearchParameters) -> ListingQuerySet:
    return Listing.objects.published().with_facets(facets_of(parameters))


def _named(parameters: SearchParameters) -> tuple[Material, ...]:
    return _materials_in(parameters.q, get_language() or "nl")


@lru_cache(maxsize=1000)
def _materials_in(words: str, language: str) -> tuple[Material, ...]:
    """Read once per process, as materials are: a page asks the same words of many searches."""
    return tuple(hit.material for hit in find_materials(words, language, limit=3, closely=True))


def _placed(parameters: SearchParameters) -> ListingQuerySet:
    """What the nearest-first indexes answer, with what nearly every listing meets."""
    found = Listing.objects.published().not_over(timezone.localdate())
    if parameters.kind is not None:
        found = found.of_kind(parameters.kind)
    if parameters.place is not None and parameters.radius_km is not None:
        found = found.within(parameters.place, parameters.radius_km * 1000)
    if parameters.destination is not None:
        found = found.reached_by(box_of_detour(*_route(parameters)))
    if parameters.bbox is not None and not _is_everywhere(parameters.bbox):
        found = found.within_box(parameters.bbox)
    if parameters.hub is not None and (reach := reach_of(parameters.hub)) is not None:
        found = found.reached_by(reach)
    if parameters.material is not None:
        found = found.of_material(parameters.material, parameters.kind)
    return found


def _checked(parameters: SearchParameters) -> ListingQuerySet:
    """What has to be looked up in each listing; words aside."""
    found = Listing.objects.all()
    if parameters.destination is not None:
        found = found.along(*_route(parameters))
    if parameters.hub is not None:
        found = found.in_hub(parameters.hub.pk)
    if parameters.service is not None:
        needed = parameters.kind == ListingKind.SUPPLY
        found = found.needing(parameters.service) if needed else found.offering(parameters.service)
    if parameters.available_on is not None:
        found = found.available_on(parameters.available_on)
    if parameters.min_quantity is not None and parameters.unit is not None:
        found = found.at_least_quantity(parameters.min_quantity, comparable_units(parameters.unit))
    if parameters.condition is not None:
        found = found.at_least_condition(parameters.condition)
    if parameters.max_price is not None:
        found = found.at_most_price(parameters.max_price)
    return found


def _route(parameters: SearchParameters) -> tuple[Point, Point, float]:
    """Both ends in metres, and how many metres longer the way may get."""
    assert parameters.place is not None  # SearchParameters has no destination without them
    assert parameters.destination is not None
    assert parameters.detour_km is not None
    return parameters.place, metric(parameters.destination), parameters.detour_km * 1000


def _is_everywhere(bbox: tuple[float, float, float, float]) -> bool:
    """Whether a box holds every place that a listing can have: then it asks nothing, and costs a plan."""
    return bbox[0] <= BELGIUM[0] and bbox[1] <= BELGIUM[1] and bbox[2] >= BELGIUM[2] and bbox[3] >= BELGIUM[3]


def _scope(parameters: SearchParameters) -> str:
    return f"search {parameters.fingerprint()}"


def _seal_place(parameters: SearchParameters, last: Found, counted: int) -> str:
    after = last.published_at.isoformat() if parameters.sort == "newest" else last.distance_m
    return seal_cursor(_scope(parameters), after, last.pk, counted)


def _open_place(parameters: SearchParameters) -> _Place | None:
    # First pages are most: what a cursor would belong to takes a while to write out.
    place = open_cursor(parameters.cursor, _scope(parameters)) if parameters.cursor else None
    return _Place(*place) if place is not None else None
