"""Listings that look like one that is there already: one's own before it is published, and of others for a hub."""

import re
import unicodedata
from decimal import Decimal
from typing import Any, NamedTuple

from django.contrib.postgres.search import TrigramSimilarity
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Q, Value
from django.utils.translation import gettext as _

from geo.models import Hub
from geo.points import metric
from geo.querysets import Unaccented
from listings.enums import ListingKind, ListingStatus
from listings.models import Listing
from listings.querysets import ListingQuerySet

#: Two listings look alike of one kind and material (or services), this near to each other, with at least this much of
#: the larger quantity, and titles of which so much is the same (pg_trgm). A blurred place is up to 707 m from another
#: in its cell.
NEAR_M = 750
QUANTITY_SHARE = Decimal("0.8")
TITLE_SHARE, TITLE_SHARE_OF_OTHERS = 0.45, 0.6
#: Of a hub's listings the newest are compared.
NEWEST = 2_000
#: Of one's own listings that look like a new one, at most so many are shown.
MOST_ALIKE_SHOWN = 3


class LooksAlike(ValidationError):
    """What is to be published looks like something that is there already: a member says whether it is another.
    `ids` are the listings that it looks like, the likeliest first.
    """

    def __init__(self, ids: list[int]) -> None:
        self.ids = ids
        super().__init__(_("Dit lijkt op wat jullie al hebben staan. Kijk na of het iets anders is."), code="alike")


def check_not_duplicate(listing: Listing) -> None:
    """Raise LooksAlike where the organisation has an open listing that looks the same."""
    ids = list(own_alike(listing).values_list("pk", flat=True)[:MOST_ALIKE_SHOWN])
    if ids:
        raise LooksAlike(ids)


def own_alike(listing: Listing) -> ListingQuerySet:
    """Open listings of its organisation that look the same, those with the most similar title first."""
    if listing.shown_location is None:
        return Listing.objects.none()
    same = Q(organisation=listing.organisation_id, kind=listing.kind) & _of_same(listing) & _of_near_quantity(listing)
    rows = Listing.objects.filter(
        same, status__in=[ListingStatus.PUBLISHED, ListingStatus.RESERVED],
        position__dwithin=(metric(listing.shown_location), NEAR_M),
    )  # fmt: skip
    likeness = TrigramSimilarity(Unaccented("title"), Unaccented(Value(listing.title)))  # type: ignore[arg-type]
    found = rows.exclude(pk=listing.pk).annotate(likeness=likeness).filter(likeness__gte=TITLE_SHARE)
    return found.order_by("-likeness", "-pk")


def _of_same(listing: Listing) -> Q:
    if listing.kind == ListingKind.SERVICE:
        return Q(service_kinds=listing.service_kinds)
    return Q(material=listing.material_id)


def _of_near_quantity(listing: Listing) -> Q:
    """Of one unit, or by their weight; where neither can be compared, any."""
    if listing.kind == ListingKind.SERVICE or listing.quantity is None:
        return Q()
    near = Q(unit=listing.unit, quantity__range=near_quantities(listing.quantity))
    if listing.mass_kg is not None:
        near |= Q(mass_kg__range=near_quantities(listing.mass_kg))
    return near


def near_quantities(amount: Decimal) -> tuple[Decimal, Decimal]:
    """The least and the most that isn't far from an amount."""
    return amount * QUANTITY_SHARE, amount / QUANTITY_SHARE


def title_words(title: str) -> tuple[str, ...]:
    """The words of a title in any order, without capitals, accents and punctuation: so the rows of a list compare."""
    plain = "".join(
        char for char in unicodedata.normalize("NFKD", title.casefold()) if not unicodedata.combining(char)
    )
    return tuple(sorted(re.findall(r"\w+", plain)))


class Pair(NamedTuple):
    """Listings of two organisations that may be one lot; the first is the newer one."""

    newer: Listing
    older: Listing


_OF_OTHERS = """
    WITH newest AS MATERIALIZED (
        SELECT id, organisation_id, kind, material_id, quantity, unit, mass_kg, position, title
        FROM listings_listing
        WHERE status = 'published' AND kind <> 'service' AND hub_ids @> ARRAY[%(hub)s]::integer[]
        ORDER BY published_at DESC, id DESC LIMIT %(newest)s
    )
    SELECT newest.id, older.id
    FROM newest CROSS JOIN LATERAL (
        SELECT older.id
        FROM listings_listing older
        -- The box is what an index is asked; by ST_DWithin alone the planner reads all.
        WHERE older.status = 'published' AND older.position && ST_Expand(newest.position, %(near_m)s)
          AND ST_DWithin(older.position, newest.position, %(near_m)s)
          AND older.material_id = newest.material_id AND older.kind = newest.kind AND older.id < newest.id
          AND older.organisation_id <> newest.organisation_id
          AND (older.unit = newest.unit
               AND least(older.quantity, newest.quantity) >= %(share)s * greatest(older.quantity, newest.quantity)
            OR least(older.mass_kg, newest.mass_kg) >= %(share)s * greatest(older.mass_kg, newest.mass_kg))
          AND similarity(geo_plain(older.title), geo_plain(newest.title)) >= %(title)s
        -- Each is looked for by its place, and not compared with all.
        OFFSET 0
    ) older
    ORDER BY newest.id DESC, older.id DESC LIMIT %(most)s
"""


def alike_in_hub(hub: Hub, most: int = 50) -> list[Pair]:
    """Published goods of two organisations in a hub that may be one lot, the newest first; two queries."""
    given: dict[str, Any] = {
        "hub": hub.pk, "newest": NEWEST, "near_m": NEAR_M, "share": QUANTITY_SHARE, "title": TITLE_SHARE_OF_OTHERS,
        "most": most,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_OF_OTHERS, given)
        ids = cursor.fetchall()
    rows = Listing.objects.for_cards().in_bulk([pk for pair in ids for pk in pair])
    return [Pair(rows[newer], rows[older]) for newer, older in ids if newer in rows and older in rows]
