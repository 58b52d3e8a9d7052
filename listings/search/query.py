"""From checked parameters to one page of listings: one queryset, one order, keyset cursors, a capped count."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.geos import Point
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from geo.hubs import centre_of, reach_of
from geo.points import BELGIUM, METRIC_SRID, metric
from listings.enums import ListingKind
from listings.models import Listing
from listings.querysets import ListingQuerySet
from listings.search.parameters import SearchParameters
from materials.search import find_materials
from materials.units import comparable_units

COUNT_LIMIT = 1000
_CURSOR_SALT = "listings.search.cursor"


@dataclass(frozen=True)
class SearchPage:
    """One page. `count` stops at COUNT_LIMIT; `exact` says whether it reached the end before."""

    results: list[Listing]
    next_cursor: str | None
    count: int
    exact: bool


def matching(parameters: SearchParameters, viewer: User | AnonymousUser) -> ListingQuerySet:
    """Every listing that the search asks for, in no order. Reads from an index for any set of filters."""
    found = Listing.objects.published().not_over(timezone.localdate())
    if parameters.kind is not None:
        found = found.of_kind(parameters.kind)
    if parameters.point is not None and parameters.radius_km is not None:
        found = found.within(metric(parameters.point), parameters.radius_km * 1000)
    if parameters.bbox is not None and not _is_everywhere(parameters.bbox):
        found = found.within_box(parameters.bbox)
    if parameters.hub is not None:
        found = found.in_hub(parameters.hub.pk, reach_of(parameters.hub))
    if parameters.material is not None:
        found = found.of_material(parameters.material, parameters.kind)
    if parameters.service is not None:
        found = (
            found.needing(parameters.service)
            if parameters.kind == ListingKind.SUPPLY
            else found.offering(parameters.service)
        )
    if parameters.q:
        named = [hit.material for hit in find_materials(parameters.q, get_language() or "nl", limit=3, closely=True)]
        found = found.mentioning(parameters.q, named)
    if parameters.available_on is not None:
        found = found.available_on(parameters.available_on)
    if parameters.min_quantity is not None and parameters.unit is not None:
        found = found.at_least_quantity(parameters.min_quantity, comparable_units(parameters.unit))
    if parameters.condition is not None:
        found = found.at_least_condition(parameters.condition)
    if parameters.max_price is not None:
        found = found.at_most_price(parameters.max_price)
    return found


def search(parameters: SearchParameters, viewer: User | AnonymousUser) -> SearchPage:
    """One page of the search. Raises ValidationError for a cursor that is damaged or of another search."""
    found = matching(parameters, viewer)
    state = _open_cursor(parameters)
    rows = _first(found, parameters, state, parameters.page_size + 1)
    counted = found.order_by()[: COUNT_LIMIT + 1].count() if state is None else state["count"]
    results, more = rows[: parameters.page_size], len(rows) > parameters.page_size
    return SearchPage(
        results=results,
        next_cursor=_seal_cursor(parameters, results[-1], counted) if more else None,
        count=min(counted, COUNT_LIMIT),
        exact=counted <= COUNT_LIMIT,
    )


def kind_counts(parameters: SearchParameters, viewer: User | AnonymousUser) -> dict[ListingKind, int]:
    """How many listings of each kind the search would find with that kind, counted to one past COUNT_LIMIT."""
    return {
        kind: matching(replace(parameters, kind=kind), viewer).order_by()[: COUNT_LIMIT + 1].count()
        for kind in ListingKind
    }


def nearest_beyond(parameters: SearchParameters, viewer: User | AnonymousUser, limit: int = 3) -> list[Listing]:
    """The nearest listings when the radius holds none: the same search without its radius."""
    if parameters.point is None or parameters.radius_km is None:
        return []
    wider = replace(parameters, radius_km=None, cursor="")
    return _first(matching(wider, viewer), wider, None, limit)


def reference_point(parameters: SearchParameters) -> Point:
    """Where distances are counted from, in metres: the point asked for, else the box's or the hub's centre."""
    if parameters.point is not None:
        return metric(parameters.point)
    if parameters.bbox is not None:
        west, south, east, north = parameters.bbox
        middle = Point((west + east) / 2, (south + north) / 2, srid=4326)
        middle.transform(METRIC_SRID)
        return middle
    assert parameters.hub is not None  # SearchParameters holds one of the three
    return centre_of(parameters.hub)


def _first(
    found: ListingQuerySet, parameters: SearchParameters, state: dict[str, Any] | None, count: int
) -> list[Listing]:
    """The first `count` listings after a cursor's state, in the order that was asked for."""
    found = found.with_distance(reference_point(parameters))
    if parameters.sort == "newest":
        if state is not None:
            found = found.before(dt.datetime.fromisoformat(state["after"]), state["id"])
        # First the few ids, from the index; only then what cards show of them.
        ids = list(found.newest_first().values_list("pk", "distance_m")[:count])  # type: ignore[misc] # an annotation
        rows = Listing.objects.for_cards().in_bulk([pk for pk, _distance in ids])
        for pk, distance_m in ids:
            rows[pk].distance_m = distance_m
        return [rows[pk] for pk, _distance in ids]
    if state is not None:
        found = found.beyond(state["after"], state["id"])
    return found.nearest(count)


def _is_everywhere(bbox: tuple[float, float, float, float]) -> bool:
    """Whether a box holds every place that a listing can have: then it asks nothing, and costs a plan."""
    return bbox[0] <= BELGIUM[0] and bbox[1] <= BELGIUM[1] and bbox[2] >= BELGIUM[2] and bbox[3] >= BELGIUM[3]


def _seal_cursor(parameters: SearchParameters, last: Listing, counted: int) -> str:
    after = last.published_at.isoformat() if parameters.sort == "newest" else last.distance_m  # type: ignore[attr-defined,union-attr]
    state = {"search": parameters.fingerprint(), "after": after, "id": last.pk, "count": counted}
    return signing.dumps(state, salt=_CURSOR_SALT)


def _open_cursor(parameters: SearchParameters) -> dict[str, Any] | None:
    if not parameters.cursor:
        return None
    try:
        state: dict[str, Any] = signing.loads(parameters.cursor, salt=_CURSOR_SALT)
    except signing.BadSignature:
        raise ValidationError(
            {"cursor": _("Deze cursor is beschadigd. Begin opnieuw bij de eerste pagina.")}
        ) from None
    if state["search"] != parameters.fingerprint():
        raise ValidationError(
            {"cursor": _("Deze cursor hoort bij een andere zoekopdracht. Begin opnieuw bij de eerste pagina.")}
        )
    return state
