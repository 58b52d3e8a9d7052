"""Which saved searches a listing fits: looked up from the listing, by one look into an index.

Running each saved search would take a search for each. Here a search has a row for each key that it waits under, and
a listing knows the few keys under which searches may wait for it: its kind or any, its material or one above it or
any, one of its hubs or any. The index finds rows by key and place. What it brings is checked filter by filter, by the
same objects that read, refuse and run a search (listings.search.filters).
"""

from itertools import product

from django.contrib.gis.db.backends.postgis.adapter import PostGISAdapter
from django.contrib.gis.geos import Polygon
from django.core.exceptions import ValidationError
from django.db.models import Q

from alerts.models import SavedSearch, Watch
from alerts.reading import parameters_of
from geo.points import METRIC_SRID
from listings.enums import ListingKind
from listings.models import Listing
from listings.search.filters.what import WORDS
from listings.search.filters.where import HUB
from listings.search.parameters import SearchParameters
from materials.models import Material

#: In a key, what stands in the place of a kind, material or hub that a search doesn't ask for.
ANY = 0
_KINDS = {ListingKind.SUPPLY: 1, ListingKind.DEMAND: 2, ListingKind.SERVICE: 3}
#: Bits of a key in which the number of a material, or of a hub, stands.
_BITS = 24
_FAR_M = 10_000_000
_EVERYWHERE = Polygon.from_bbox((-_FAR_M, -_FAR_M, _FAR_M, _FAR_M))
_EVERYWHERE.srid = METRIC_SRID

#: The one look: each key by itself, in the strip of the index that it has to itself (alerts_watch_box).
#: A search whose materials lie above each other may come twice.
CANDIDATES = """
SELECT search.id, search.owner_id, search.name, search.frequency, search.paused, search.asked
FROM unnest(%s::bigint[]) AS wanted (key)
CROSS JOIN LATERAL (
    SELECT search_id FROM alerts_watch watch
    WHERE alerts_watch_box(watch.key, watch.area) && alerts_watch_box(wanted.key, %s::geometry)
        AND watch.key = wanted.key OFFSET 0
) found
JOIN alerts_savedsearch search ON search.id = found.search_id
"""


def watch(search: SavedSearch, asked: SearchParameters) -> None:
    """Replace the rows under which a saved search waits; where it is paused or off, only delete them."""
    Watch.objects.filter(search=search).delete()
    if search.is_listening:
        Watch.objects.bulk_create(watches_of(search, asked))


def watches_of(search: SavedSearch, asked: SearchParameters) -> list[Watch]:
    """The rows of a search, unsaved."""
    boxes = [box for filter, value in asked.filters if (box := filter.box(value)) is not None]
    area = min(boxes, key=lambda box: box.area, default=_EVERYWHERE)
    kind = _KINDS[asked.kind] if asked.kind is not None else ANY
    hub = asked.hub.pk if asked.hub is not None else ANY
    materials = asked.among or ((asked.material,) if asked.material is not None else ())
    numbers = {material.pk for material in materials} or {ANY}
    return [Watch(search=search, key=_key(kind, number, hub), area=area) for number in sorted(numbers)]


def keys_of(listing: Listing) -> list[int]:
    """The keys under which searches wait that a listing may fit."""
    spans = Q(pk__in=[])
    for span in listing.material_spans or ():
        # Goods: their material and those above it. A service: also those below what it takes.
        spans |= Q(tree_left__lt=span.upper, tree_right__gte=span.lower)
    materials = Material.objects.filter(spans).values_list("pk", flat=True)
    kinds = (ANY, _KINDS[ListingKind(listing.kind)])
    return [_key(*parts) for parts in product(kinds, (ANY, *materials), (ANY, *listing.hub_ids))]


def searches_that_fit(listing: Listing) -> list[SavedSearch]:
    """The saved searches that would find a listing, which is published and as it is stored now.

    A search that asks for what is no longer there, such as a hub, finds nothing.
    """
    place = PostGISAdapter(listing.position)
    found = {search.pk: search for search in SavedSearch.objects.raw(CANDIDATES, [keys_of(listing), place])}
    # Many people ask the same: each question is read and answered once.
    questions = {search.pk: tuple(sorted(search.asked.items())) for search in found.values()}
    words = {question: _words_left(listing, dict(question)) for question in set(questions.values())}
    met = WORDS.met_by(listing, {left for left in words.values() if left})
    return [
        search
        for search in found.values()
        if (left := words[questions[search.pk]]) is not None and (not left or left in met)
    ]


def fits(search: SavedSearch, listing: Listing) -> bool:
    """Whether one saved search would find a listing, which is published and as it is stored now."""
    asked = parameters_of(search)
    return asked is not None and all(filter.holds(listing, value, asked) for filter, value in asked.filters)


def _words_left(listing: Listing, texts: dict[str, str]) -> str | None:
    """The words that a listing still has to have to fit a question, empty for none; None where it doesn't fit.

    The key answered already whether it lies in the hub, which would have to be read for each.
    """
    try:
        asked = SearchParameters.read_again(texts, but=(HUB,))
    except ValidationError:
        return None
    meets_other_filters = all(
        filter.holds(listing, value, asked) for filter, value in asked.filters if filter is not WORDS
    )
    return asked.q if meets_other_filters else None


def _key(kind: int, material: int, hub: int) -> int:
    return (kind << 2 * _BITS) | (material << _BITS) | hub
