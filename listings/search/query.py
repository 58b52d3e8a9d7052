"""From checked parameters to one page of listings: its parts, one order, cursors, and a count that stops."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from django.contrib.gis.geos import Point
from django.db.models import Q
from django.utils import timezone

from geo.hubs import centre_of
from geo.points import METRIC_SRID, WGS84_SRID
from listings.cursors import open_cursor, seal_cursor
from listings.enums import ListingKind
from listings.models import Listing
from listings.querysets import ListingQuerySet
from listings.search.filters.what import MATERIAL, WORDS
from listings.search.parameters import SearchParameters
from listings.search.parts import Found, Part, Taken, condition_of
from listings.search.strategies.choice import count, first_page, newest_page, next_page

COUNT_LIMIT = 1000


@dataclass(frozen=True)
class SearchPage:
    """One page. `count` stops at COUNT_LIMIT; `exact` says whether it reached the end before.

    `path` names the strategies that gave the answer, in their order.
    """

    found: list[Found]
    next_cursor: str | None
    count: int
    exact: bool
    path: list[str]


class _Place(NamedTuple):
    """Where a search goes on: after which distance in metres (or moment, as ISO text) and listing, the count, and in
    which section of a search by relevance.
    """

    after: float | str
    pk: int
    counted: int
    section: int = 0


def search(parameters: SearchParameters) -> SearchPage:
    """One page of what anyone may find. Raises ValidationError for a cursor that is damaged or of another search."""
    place = _open_place(parameters)
    size = parameters.page_size + 1
    sections = _sections(parameters)
    if len(sections) == 1:
        parts = parts_of(parameters, place)
        found, counted = _page_of(parameters, parts, size, place)
        rows = [(0, row) for row in found]
    else:
        parts, rows = [], []
        for number in range(place.section if place else 0, len(sections)):
            if len(rows) < size:
                at = place if place is not None and number == place.section else None
                own = parts_of(sections[number], at)
                parts += own
                rows += [(number, row) for row in _rows_of(sections[number], own, size - len(rows), at)]
        whole = parts_of(parameters)
        counted = place.counted if place else count_of(whole)
        parts += whole
    shown, more = rows[: parameters.page_size], len(rows) > parameters.page_size
    return SearchPage(
        found=[row for _number, row in shown],
        next_cursor=_seal_place(parameters, *shown[-1], counted) if more else None,
        count=min(counted, COUNT_LIMIT),
        exact=counted <= COUNT_LIMIT,
        path=list(dict.fromkeys(name for part in parts for name in part.path)),
    )


def first_of(parameters: SearchParameters, size: int) -> list[Found]:
    """The first rows of a search, uncounted."""
    rows: list[Found] = []
    for section in _sections(parameters):
        if len(rows) < size:
            rows += _rows_of(section, parts_of(section), size - len(rows), None)
    return rows


def _sections(parameters: SearchParameters) -> list[SearchParameters]:
    """What comes one after the other: by relevance things come before what is done to them."""
    if parameters.sort != "relevance" or parameters.kind is not None:
        return [parameters]
    return [replace(parameters, kind=kind) for kind in (ListingKind.SUPPLY, ListingKind.DEMAND, ListingKind.SERVICE)]


def _page_of(asked: SearchParameters, parts: list[Part], size: int, place: _Place | None) -> tuple[list[Found], int]:
    """The first rows, and how many there are."""
    if asked.is_newest_first or place is not None:
        return _rows_of(asked, parts, size, place), place.counted if place else count_of(parts)
    return _nearest(parts, size)


def _rows_of(asked: SearchParameters, parts: list[Part], size: int, place: _Place | None) -> list[Found]:
    """The first rows in the search's order, uncounted."""
    if asked.is_newest_first:
        return _newest(parts, size, place)
    return sorted(_all(next_page(part, size) for part in parts))[:size]


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
    return sorted(_all(next_page(part, limit) for part in parts))[:limit]


def related_to(parameters: SearchParameters, limit: int) -> list[Found]:
    """What isn't of the materials asked for, but of those above or beside them; goods only, in the search's order."""
    own = parameters.among or ((parameters.material,) if parameters.material else ())
    parents = {material.parent for material in own if material.parent is not None}
    if not parents or parameters.kind == ListingKind.SERVICE:
        return []
    asked = replace(
        parameters, kind=parameters.kind or ListingKind.SUPPLY, among=tuple(parents), material=None, q="", cursor=""
    )
    beside = Q()
    for material in own:
        beside &= Q(material_number__lt=material.tree_left) | Q(material_number__gt=material.tree_right)
    return _rows_of(asked, parts_of(asked, also=beside), limit, None)


def count_without_mass(parameters: SearchParameters) -> int:
    """How many goods a search by mass leaves out because nobody knows what they weigh, up to COUNT_LIMIT."""
    unknown = Q(mass_kg__isnull=True) & ~Q(kind=ListingKind.SERVICE)
    return min(count_of(parts_of(replace(parameters, max_mass=None, cursor=""), also=unknown)), COUNT_LIMIT)


def reference_point(parameters: SearchParameters) -> Point:
    """Where distances are counted from, in metres: the point asked for, else the box's or the hub's centre."""
    if parameters.place is not None:
        return parameters.place
    if parameters.bbox is not None:
        west, south, east, north = parameters.bbox
        middle = Point((west + east) / 2, (south + north) / 2, srid=WGS84_SRID)
        middle.transform(METRIC_SRID)
        return middle
    assert parameters.hub is not None  # SearchParameters holds one of the three
    return centre_of(parameters.hub)


def _nearest(parts: list[Part], size: int) -> tuple[list[Found], int]:
    """The first rows of all parts together, and how many there are, counted to one past COUNT_LIMIT."""
    limit = COUNT_LIMIT + 1
    if len(parts) == 1:
        only = first_page(parts[0], size, limit)
        return only.rows, only.counted
    rows, reached = set[Found](), False
    for part in parts:
        # Once one part reaches the limit, stop counting. If none does, `rows` holds every row of every part.
        taken = Taken(next_page(part, size), limit) if reached else first_page(part, size, limit, all_of_few=True)
        rows, reached = rows.union(taken.rows), reached or taken.counted >= limit
    return sorted(rows)[:size], limit if reached else min(len(rows), limit)


def _newest(parts: list[Part], size: int, place: _Place | None) -> list[Found]:
    after = None
    if place is not None:
        earlier = Listing.objects.before(dt.datetime.fromisoformat(str(place.after)), place.pk)
        after = condition_of(earlier)
    rows = _all(newest_page(part, size, after) for part in parts)
    return sorted(rows, key=lambda row: (row.published_at, row.pk), reverse=True)[:size]


def count_of(parts: list[Part]) -> int:
    """How many there are in all parts together, counted to one past COUNT_LIMIT."""
    if len(parts) == 1:
        return count(parts[0], COUNT_LIMIT + 1)
    return _nearest(parts, 1)[1]


def _all(pages: Iterable[list[Found]]) -> set[Found]:
    return {row for page in pages for row in page}


def parts_of(asked: SearchParameters, place: _Place | None = None, *, also: Q | None = None) -> list[Part]:
    """Parts whose union is the search: each of the materials of which any will do is found in its own way.

    In nearest-first order, `place` leaves out what earlier pages showed.

    `also` is a condition that no filter has.
    """
    placed, checked = _placed(asked).with_distance(reference_point(asked)), _checked(asked)
    if also is not None:
        checked = checked.filter(also)
    if place is not None and not asked.is_newest_first:
        placed = placed.beyond(float(place.after), place.pk)
    words = asked.q
    if words:
        checked = WORDS.checked(checked, words, asked)
    parts = []
    for material in asked.among or (None,):
        of_it = asked if material is None else replace(asked, among=(), material=material)
        at = placed if material is None else MATERIAL.placed(placed, material, asked)
        parts.append(Part.of(of_it, at, checked, partial(_found_by_tokens, of_it), by_words=bool(words)))
    return parts


def _found_by_tokens(asked: SearchParameters) -> ListingQuerySet:
    """What the inverted index answers: tokens and words."""
    found = _inverted(asked)
    return WORDS.looked_up(found, asked.q) if asked.q else found


def _placed(asked: SearchParameters) -> ListingQuerySet:
    """What the nearest-first indexes answer, with what nearly every listing meets."""
    found = Listing.objects.published().not_over(timezone.localdate())
    for filter, value in asked.filters:
        found = filter.placed(found, value, asked)
    return found


def _checked(asked: SearchParameters) -> ListingQuerySet:
    """What has to be looked up in each listing; words aside."""
    found = Listing.objects.all()
    for filter, value in asked.filters:
        if filter is not WORDS:
            found = filter.checked(found, value, asked)
    return found


def _inverted(asked: SearchParameters) -> ListingQuerySet:
    """What the tokens of the inverted index answer; words aside."""
    groups = [tokens for filter, value in asked.filters if (tokens := filter.tokens(value, asked))]
    return Listing.objects.published().with_facets(groups)


def _scope(parameters: SearchParameters) -> str:
    return f"search {parameters.fingerprint()}"


def _seal_place(parameters: SearchParameters, section: int, last: Found, counted: int) -> str:
    after = last.published_at.isoformat() if parameters.is_newest_first else last.distance_m
    return seal_cursor(_scope(parameters), after, last.pk, counted, section)


def _open_place(parameters: SearchParameters) -> _Place | None:
    # First pages are most: what a cursor would belong to takes a while to write out.
    place = open_cursor(parameters.cursor, _scope(parameters)) if parameters.cursor else None
    return _Place(*place) if place is not None else None
