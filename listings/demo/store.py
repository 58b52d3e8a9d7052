"""Storing fictional data by COPY: organisations, sites, listings, and the log-ins of the demo."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.gis.geos import Point
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.enums import MemberRole, OrganisationKind, StaffRole
from accounts.models import HubPartner, HubStaff, Invitation, Membership, Organisation, Site, User
from geo.models import Hub, PostalCode
from geo.points import WGS84_SRID
from listings.demo.generate import LISTINGS_PER_ORGANISATION, Generator
from listings.enums import ListingKind
from listings.models import Listing, ListingPhoto
from listings.search.cells import fold_cells
from listings.services import SETS

PASSWORD = "werkstof-demo"
PARTNERS_PER_HUB = 12
#: E-mail address, name, and the kind of organisation or the role in a hub.
LOGINS = (
    ("bedrijf@demo.example", "Bo Bedrijf", OrganisationKind.COMPANY),
    ("maatwerk@demo.example", "Mats Maatwerk", OrganisationKind.SOCIAL_ENTERPRISE),
    ("koper@demo.example", "Kim Koper", OrganisationKind.SOCIAL_PROFIT),
    ("hub@demo.example", "Hanne Hub", StaffRole.MANAGER),
)
DEMO_HUB = "sociaal-circulaire-hub-gent"

Progress = Callable[[str, int, int], None]

_LISTING_DEFAULTS: dict[str, Any] = {
    "organisation_id": None, "site_id": None, "reference": "", "is_fictional": True, "kind": None, "status": None,
    "title": "", "description": "", "language": "nl", "material_id": None, "material_number": None,
    "material_spans": None, "quantity": None, "unit": "", "mass_kg": None, "splittable": True,
    "recurrence": "one_off", "available_from": None, "available_until": None, "condition": None,
    "price_kind": "on_request", "price_eur": None, "price_basis": "lot", "pickup": True, "delivery": False,
    "reach_km": None, "packaging": "", "needs_forklift": False, "has_loading_dock": False, "eural_code": "",
    "declared_status": "unsure", "needs_services": [], "service_kinds": [], "capacity_per_week": None,
    "capacity_unit": "", "lead_time_days": None, "catchment_kind": "radius", "location": None, "precision": "exact",
    "shown_location": None, "municipality_id": None, "hub_ids": [], "created_at": None,
    "updated_at": None, "published_at": None,
}  # fmt: skip


@transaction.atomic
def make_demo(*, listings: int, seed: int, today: dt.date, progress: Progress) -> int:
    """Add fictional organisations with `listings` listings, partners, staff and log-ins; returns how many listings.

    What an earlier run made goes first, so that a second run with the same seed ends with the same.
    """
    _delete_fictional()
    generator = Generator(seed, today)
    organisations = _store_organisations(generator, max(8, listings // LISTINGS_PER_ORGANISATION))
    progress("organisations", len(organisations), len(organisations))
    count = _store_listings(generator.listings(listings, organisations), listings, progress)
    _make_partners()
    _make_logins()
    fold_cells()
    return count


def _delete_fictional() -> None:
    """Each table in one statement: hundreds of thousands of rows are too many to collect in memory first."""
    listings = Listing.objects.filter(organisation__is_fictional=True)
    inside = {"listing__in": listings}
    doomed: list[QuerySet[Any]] = [
        ListingPhoto.objects.filter(**inside),
        *(getattr(Listing, name).through.objects.filter(**inside) for name in SETS),
        listings,
        *(
            model._default_manager.filter(organisation__is_fictional=True)
            for model in (Site, Membership, Invitation, HubPartner)
        ),
        Organisation.objects.filter(is_fictional=True),
    ]
    for rows in doomed:
        rows._raw_delete(rows.db)  # type: ignore[attr-defined]


def _store_organisations(generator: Generator, count: int) -> list[dict[str, Any]]:
    rows = generator.organisations(count)
    codes = dict(PostalCode.objects.order_by("-code").values_list("municipality_id", "code"))
    made = Organisation.objects.bulk_create(
        [Organisation(name=row["name"], slug=row["slug"], kind=row["kind"], is_fictional=True) for row in rows],
        batch_size=2000,
    )
    sites = Site.objects.bulk_create(
        [
            Site(
                organisation=organisation,
                name="Hoofdvestiging",
                postal_code=codes[row["spot"].place.municipality_id],
                place_name=row["spot"].place.name[:60],
                municipality_id=row["exact"].municipality_id,
                location=Point(row["spot"].lon, row["spot"].lat, srid=WGS84_SRID),
            )
            for row, organisation in zip(rows, made, strict=True)
        ],
        batch_size=2000,
    )
    for row, organisation, site in zip(rows, made, sites, strict=True):
        row["id"], row["site_id"] = organisation.pk, site.pk
    return rows


def _store_listings(rows: Iterable[dict[str, Any]], total: int, progress: Progress) -> int:
    taken: list[tuple[str, list[int]]] = []
    columns = list(_LISTING_DEFAULTS)
    copying = f"COPY listings_listing ({', '.join(columns)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(copying) as copy:
        for number, row in enumerate(rows, start=1):
            if "taken" in row:
                taken.append((row["reference"], row.pop("taken")))
            copy.write_row([(_LISTING_DEFAULTS | row)[column] for column in columns])
            if number % 5_000 == 0:
                progress("listings", number, total)
    with connection.cursor() as cursor:
        # Plans made without statistics of the new rows would read them all, again and again.
        cursor.execute("ANALYZE listings_listing, accounts_organisation, accounts_site")
    services = Listing.objects.filter(kind=ListingKind.SERVICE, organisation__is_fictional=True)
    ids = dict(services.values_list("reference", "pk"))
    through = Listing.materials.through
    through.objects.bulk_create(
        [through(listing_id=ids[reference], material_id=pk) for reference, pks in taken for pk in pks], batch_size=5000
    )
    return total


def _make_partners() -> None:
    """Each hub has partners from its own region, of every kind."""
    for hub in Hub.objects.all():
        inside = (
            Organisation.objects.filter(is_fictional=True, sites__municipality__hub_regions__hub=hub)
            .distinct()
            .order_by("pk")[:PARTNERS_PER_HUB]
        )
        HubPartner.objects.bulk_create(
            [HubPartner(hub=hub, organisation=organisation, since=timezone.localdate()) for organisation in inside],
            ignore_conflicts=True,
        )


def _make_logins() -> None:
    hub = Hub.objects.get(slug=DEMO_HUB)
    password = make_password(PASSWORD)
    for email, name, role in LOGINS:
        user, _made = User.objects.update_or_create(email=email, defaults={"name": name, "password": password})
        EmailAddress.objects.update_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
        if isinstance(role, StaffRole):
            HubStaff.objects.update_or_create(hub=hub, user=user, defaults={"role": role})
            continue
        near_hub = Organisation.objects.filter(
            is_fictional=True, kind=role, sites__municipality__hub_regions__hub=hub
        ).order_by("pk")
        organisation = (
            near_hub.first() or Organisation.objects.filter(is_fictional=True, kind=role).order_by("pk").first()
        )
        if organisation is not None:
            Membership.objects.get_or_create(organisation=organisation, user=user, defaults={"role": MemberRole.ADMIN})
