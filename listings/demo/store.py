"""Storing the demo's listings and their pictures by COPY."""

import datetime as dt
import itertools
import random
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from accounts.demo import DemoOrganisation, Progress
from listings.declarations import BLANK
from listings.demo.generate import Generator
from listings.demo.pictures import HEIGHT, WIDTH, alt_of, file_of, store_pictures
from listings.demo.promised import promise_some
from listings.demo.rows import BLURRED, Materials, placed
from listings.demo.written import Written, written_rows
from listings.models import Balance, Listing, ListingPhoto, NoDuplicate, OwnerDisclosure, PostedTogether, Reservation
from listings.search.cells import fold_cells
from listings.search.lexicon import rebuild_words
from listings.services import SETS

_LISTING_DEFAULTS: dict[str, Any] = {
    "organisation_id": None, "site_id": None, "reference": "", "is_fictional": True, "kind": None, "status": None,
    "title": "", "description": "", "language": "nl", "material_id": None, "material_number": None,
    "material_spans": None, "quantity": None, "unit": "", "mass_kg": None, "splittable": True,
    "recurrence": "one_off", "available_from": None, "available_until": None, "condition": None,
    "price_kind": "on_request", "price_eur": None, "price_basis": "lot", "pickup": True, "delivery": False,
    "reach_km": None, "packaging": "", "needs_forklift": False, "has_loading_dock": False, "eural_code": "",
    "declared_status": "unsure", **BLANK, "needs_services": [], "service_kinds": [], "capacity_per_week": None,
    "capacity_unit": "", "lead_time_days": None, "catchment_kind": "radius", "location": None, "precision": "exact",
    "hub_only": False,
    "shown_location": None, "municipality_id": None, "hub_ids": [], "created_at": None,
    "updated_at": None, "published_at": None,
}  # fmt: skip


def remove_fictional_listings() -> None:
    """Each table in one statement: hundreds of thousands of rows are too many to collect in memory first."""
    listings = Listing.objects.filter(organisation__is_fictional=True)
    # A week of a real service that was kept for somebody fictional stays, and says no longer for whom.
    Reservation.objects.filter(supply__organisation__is_fictional=True).update(supply=None)
    Reservation.objects.filter(organisation__is_fictional=True).update(organisation=None)
    OwnerDisclosure.objects.filter(organisation__is_fictional=True).delete()
    either = Q(newer__in=listings) | Q(older__in=listings)
    inside = {"listing__in": listings}
    doomed: list[QuerySet[Any]] = [
        NoDuplicate.objects.filter(either),
        PostedTogether.objects.filter(organisation__is_fictional=True),
        ListingPhoto.objects.filter(**inside),
        OwnerDisclosure.objects.filter(**inside),
        Reservation.objects.filter(**inside),
        Balance.objects.filter(**inside),
        *(getattr(Listing, name).through.objects.filter(**inside) for name in SETS),
        listings,
    ]
    for rows in doomed:
        rows._raw_delete(rows.db)


def make_fictional_listings(
    source: random.Random,
    written: Written,
    organisations: Sequence[DemoOrganisation],
    count: int,
    *,
    today: dt.date,
    progress: Progress,
) -> None:
    """Store what was written, and draw the rest of `count`; all published, they wait for pairing.

    `organisations` begin with those that the written ones need. The others are blurred, or not: those of stories lie
    where these say.
    """
    materials = Materials()
    exact = placed(source, organisations[: len(written.profiles)], 0)
    drawn = placed(source, organisations[len(written.profiles) :], BLURRED)
    rows = itertools.chain(
        written_rows(written, {place.organisation.key: place for place in exact}, materials, today),
        Generator(source, today, materials).listings(len(written), count - len(written), drawn),
    )
    ids = _store_listings(rows, count, progress)
    # What was written stays whole: its stories count on that.
    promise_some(dict(list(ids.items())[len(written) :]), organisations)
    fold_cells()
    progress("listings counted on the map", count, count)
    rebuild_words()


def _store_listings(rows: Iterable[dict[str, Any]], total: int, progress: Progress) -> dict[str, int]:
    """Returns their ids by reference, in the order in which they were stored."""
    taken: list[tuple[str, list[int]]] = []
    pictures: list[tuple[str, str, str]] = []
    columns = list(_LISTING_DEFAULTS)
    copying = f"COPY listings_listing ({', '.join(columns)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(copying) as copy:
        for number, row in enumerate(rows, start=1):
            if "taken" in row:
                taken.append((row["reference"], row.pop("taken")))
            if picture := row.pop("picture", ""):
                pictures.append((row["reference"], picture, row["title"]))
            whole = _LISTING_DEFAULTS | row
            copy.write_row([whole[column] for column in columns])
            if number % 5_000 == 0:
                progress("listings", number, total)
        # The last row is sent. Now the database notes where on the map each of them lies.
        progress("listings counted on the map", 0, total)
    with connection.cursor() as cursor:
        # Plans made without statistics of the new rows would read them all, again and again.
        cursor.execute("ANALYZE listings_listing, accounts_organisation, accounts_site")
    ids = dict(Listing.objects.filter(organisation__is_fictional=True).order_by("pk").values_list("reference", "pk"))
    through = Listing.materials.through
    through.objects.bulk_create(
        [through(listing_id=ids[reference], material_id=pk) for reference, pks in taken for pk in pks], batch_size=5000
    )
    _store_pictures(pictures, ids)
    return ids


def _store_pictures(pictures: Iterable[tuple[str, str, str]], ids: dict[str, int]) -> None:
    """Give listings, by their reference, a drawing each, with its title as words for who can't see it."""
    store_pictures()
    copying = "COPY listings_listingphoto (listing_id, image, width, height, alt, position) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(copying) as copy:
        for reference, picture, title in pictures:
            copy.write_row([ids[reference], file_of(picture), WIDTH, HEIGHT, alt_of(title), 0])
