"""Rows for tests, each with what it needs and nothing more."""

import datetime as dt
import itertools
from typing import Any

from django.contrib.gis.geos import Point

from accounts.models import Membership, Organisation, Site, User
from listings import services
from listings.enums import ListingKind
from listings.models import Listing
from materials.models import Material

_numbers = itertools.count(1)

GENT = (51.0543, 3.7174)
TODAY = dt.date.today()


def make_user(**fields: Any) -> User:
    return User.objects.create_user(f"user{next(_numbers)}@test.example", "geheim-woord-1", **fields)


def make_organisation(*members: User, kind: str = "company", role: str = "admin") -> Organisation:
    number = next(_numbers)
    organisation = Organisation.objects.create(name=f"Organisatie {number}", slug=f"organisatie-{number}", kind=kind)
    for user in members:
        Membership.objects.create(user=user, organisation=organisation, role=role)
    return organisation


def make_site(organisation: Organisation, lat: float = GENT[0], lon: float = GENT[1]) -> Site:
    return Site.objects.create(
        organisation=organisation,
        name="Loods",
        postal_code="9000",
        place_name="Gent",
        location=Point(lon, lat, srid=4326),
    )


def material(code: str = "wood-pallets") -> Material:
    return Material.objects.get(code=code)


def draft(
    kind: str = "supply", organisation: Organisation | None = None, by: User | None = None, **fields: Any
) -> Listing:
    """A complete draft near Gent, by a member of its own new organisation unless given."""
    by = by or make_user()
    organisation = organisation or make_organisation(by)
    lat, lon = fields.pop("at", GENT)
    given: dict[str, Any] = {
        "title": "Houten paletten",
        "available_from": TODAY,
        "location": Point(lon, lat, srid=4326),
    }
    if kind == ListingKind.SERVICE:
        given |= {
            "service_kinds": ["repair"], "materials": [material("appliances")], "capacity_per_week": 20,
            "capacity_unit": "piece", "reach_km": 30,
        }  # fmt: skip
    else:
        given |= {"material": material(), "quantity": 40, "unit": "piece"}
        if kind == ListingKind.SUPPLY:
            given["condition"] = 3
    listing = services.create_listing(by=by, organisation=organisation, kind=kind, **(given | fields))
    listing.maker = by  # type: ignore[attr-defined]
    return listing


def published(kind: str = "supply", **fields: Any) -> Listing:
    """A published listing; its pairing waits, as when the broker is away."""
    listing = draft(kind, **fields)
    made = services.publish_listing(by=listing.maker, listing=listing)  # type: ignore[attr-defined]
    made.maker = listing.maker  # type: ignore[attr-defined]
    return made
