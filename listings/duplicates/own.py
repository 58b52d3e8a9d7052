"""Open listings of one's own that look like one that is to be published."""

import json
import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import Case, Value, When
from django.utils.translation import gettext as _

from geo.points import METRIC_SRID, metric
from listings.enums import ListingStatus
from listings.models import Listing
from listings.querysets import ListingQuerySet

#: Two listings look alike of one kind and material (or services), this near to each other, with at least this much of
#: the larger quantity, and titles of which so much is the same (pg_trgm). A blurred place is up to 707 m from another
#: in its cell.
NEAR_M = 750
QUANTITY_SHARE = Decimal("0.8")
TITLE_SHARE = 0.45
#: Of an organisation's own, and of a hub's listings, the newest are compared.
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


class RowAlike(NamedTuple):
    """What one of many that are to be published looks like: `listings` by their ids, the likeliest first, and earlier
    `rows` of the same sending. Rows are numbered from 0.
    """

    row: int
    listings: list[int]
    rows: list[int]


class RowsLookAlike(ValidationError):
    """The same of many at once: each row that looks like something. A member says of each, or of all, what it is."""

    def __init__(self, rows: list[RowAlike]) -> None:
        self.rows = rows
        super().__init__(
            _(
                "Sommige rijen lijken op wat jullie al hebben staan, of op een eerdere rij. Er is niets bewaard. Kijk "
                "na of het iets anders is, en stuur het dan opnieuw met “sure”."
            ),
            code="alike",
        )


def check_not_duplicate(listing: Listing) -> None:
    """Raise LooksAlike where the organisation has an open listing that looks the same."""
    ids = list(own_alike(listing).values_list("pk", flat=True)[:MOST_ALIKE_SHOWN])
    if ids:
        raise LooksAlike(ids)


def own_alike(listing: Listing) -> ListingQuerySet:
    """Open listings of its organisation that look the same, those with the most similar title first; at most
    MOST_ALIKE_SHOWN.
    """
    if listing.shown_location is None:
        return Listing.objects.none()
    point = metric(listing.shown_location)
    look = Look(
        number=0, id=listing.pk, reference="", kind=listing.kind, material_id=listing.material_id,
        service_kinds=listing.service_kinds, unit=listing.unit, quantity=listing.quantity, mass_kg=listing.mass_kg,
        x=point.x, y=point.y, title=listing.title,
    )  # fmt: skip
    ids = own_alike_of_many([look], listing.organisation_id).get(0, [])
    in_order = Case(*(When(pk=pk, then=Value(number)) for number, pk in enumerate(ids)), default=Value(len(ids)))
    return Listing.objects.filter(pk__in=ids).order_by(in_order)


class Look(NamedTuple):
    """What is compared of a listing, or of a row that may become one: its `number`, and its `id` where it is stored.
    The place is in metres (METRIC_SRID), as others see it. What has a reference is another than what has another one.
    """

    number: int
    id: int | None
    reference: str
    kind: str
    material_id: int | None
    service_kinds: list[str]
    unit: str
    quantity: Decimal | None
    mass_kg: Decimal | None
    x: float
    y: float
    title: str


_OF_OWN = """
    WITH given AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(%(looks)s::jsonb) AS look (
            number integer, id bigint, reference text, kind text, material_id bigint, service_kinds text[], unit text,
            quantity numeric, mass_kg numeric, x float8, y float8, title text)
    ), own AS MATERIALIZED (
        SELECT id, reference, kind, material_id, service_kinds, unit, quantity, mass_kg, position,
               geo_plain(title) AS title
        FROM listings_listing
        WHERE organisation_id = %(organisation)s AND status = ANY(%(open)s)
        ORDER BY id DESC LIMIT %(newest)s
    ), alike AS (
        SELECT given.number, own.id, similarity(own.title, geo_plain(given.title)) AS likeness
        FROM given JOIN own
          ON own.kind = given.kind
         -- Services are compared by what they do; each has its number here too, so that the two are joined by it.
         AND CASE WHEN own.kind = 'service' THEN 0 ELSE own.material_id END
           = CASE WHEN given.kind = 'service' THEN 0 ELSE given.material_id END
        WHERE own.id IS DISTINCT FROM given.id
          AND (given.kind <> 'service' OR own.service_kinds::text[] = given.service_kinds)
          AND (own.reference = '' OR given.reference = '')
          -- Of one unit, or by their weight; where neither can be compared, any.
          AND (given.kind = 'service' OR given.quantity IS NULL
            OR own.unit = given.unit
               AND own.quantity BETWEEN given.quantity * %(share)s AND given.quantity / %(share)s
            OR own.mass_kg BETWEEN given.mass_kg * %(share)s AND given.mass_kg / %(share)s)
          AND ST_DWithin(own.position, ST_SetSRID(ST_MakePoint(given.x, given.y), %(srid)s), %(near_m)s)
    ), ranked AS (
        SELECT number, id, row_number() OVER (PARTITION BY number ORDER BY likeness DESC, id DESC) AS rank
        FROM alike WHERE likeness >= %(title)s
    )
    SELECT number, id FROM ranked WHERE rank <= %(most)s ORDER BY number, rank
"""


def own_alike_of_many(looks: Sequence[Look], organisation_id: int) -> dict[int, list[int]]:
    """By number the open listings of an organisation that look the same, the likeliest first, at most
    MOST_ALIKE_SHOWN; only what has any. One query: it compares each with the newest that the organisation has.
    """
    given: dict[str, Any] = {
        "looks": json.dumps([look._asdict() for look in looks], cls=DjangoJSONEncoder),
        "organisation": organisation_id, "open": [ListingStatus.PUBLISHED.value, ListingStatus.RESERVED.value],
        "newest": NEWEST, "share": QUANTITY_SHARE, "srid": METRIC_SRID, "near_m": NEAR_M, "title": TITLE_SHARE,
        "most": MOST_ALIKE_SHOWN,
    }  # fmt: skip
    found: dict[int, list[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_OF_OWN, given)
        for number, pk in cursor.fetchall():
            found.setdefault(number, []).append(pk)
    return found


def near_quantities(amount: Decimal) -> tuple[Decimal, Decimal]:
    """The least and the most that isn't far from an amount."""
    return amount * QUANTITY_SHARE, amount / QUANTITY_SHARE


def title_words(title: str) -> tuple[str, ...]:
    """The words of a title in any order, without capitals, accents and punctuation: so the rows of a list compare."""
    plain = "".join(
        char for char in unicodedata.normalize("NFKD", title.casefold()) if not unicodedata.combining(char)
    )
    return tuple(sorted(re.findall(r"\w+", plain)))
