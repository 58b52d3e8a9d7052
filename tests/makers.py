"""Rows for tests, each with what it needs and nothing more."""

import datetime as dt
import itertools
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.utils import timezone

from accounts.demo import remove_fictional_organisations
from accounts.models import HubStaff, Membership, Organisation, Site, User
from alerts.demo import remove_fictional_alerts
from alerts.models import WaitingListing
from exchanges.demo import remove_fictional_exchanges
from exchanges.enquiry_demo import remove_fictional_enquiries
from journal.models import Letter
from listings import services
from listings.demo.store import remove_fictional_listings
from listings.enums import ListingKind
from listings.models import Listing
from listings.search.cells import fold_cells
from maps.demo import remove_fictional_maps
from matching import rules
from matching.demo import remove_fictional_matches
from matching.pairs.batch import pair_all
from materials.models import Material
from programme.demo import remove_fictional_activities

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


def demand_that_all_kinds_serve(count: int, quantity: int = 100) -> Listing:
    """So many chairs to repair, workshops that do so, and small lots of chairs that are usable already."""
    chairs: dict[str, Any] = {"material": material("furniture")}
    demand = published("demand", **chairs, condition=3, quantity=quantity)
    for _number in range(count):
        published(**chairs, condition=2, available_until=TODAY + dt.timedelta(days=60))
        published(**chairs, condition=3, quantity=2)
        published("service", materials=[material("furniture")], capacity_per_week=40, capacity_unit="piece")
    pair_all(at=timezone.now())
    return demand


def keep_at_most(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """Have every list keep so many pairs: then few listings already compete for a place in it."""
    for side in rules.BEST_PER_LIST:
        monkeypatch.setitem(rules.BEST_PER_LIST, side, count)


def forget_demo() -> None:
    """Delete what the demo made, its log-ins and the hub's manager among them: other tests count managers."""
    remove_fictional_activities()
    remove_fictional_alerts()
    remove_fictional_exchanges()
    remove_fictional_enquiries()
    remove_fictional_maps()
    remove_fictional_matches()
    remove_fictional_listings()
    remove_fictional_organisations()
    # No constraint ties these to listings: they would wait in every test that follows.
    WaitingListing.objects.all().delete()
    # Else the next fold of another test would find all that went.
    fold_cells()
    HubStaff.objects.filter(user__email__endswith="@demo.example").delete()
    # Else whoever sends what waits sends these too.
    Letter.objects.filter(recipient__endswith="@demo.example").delete()
    User.objects.filter(email__endswith="@demo.example").delete()
    if not connection.in_atomic_block:
        # Else whoever looks for the nearest passes by all that was there, in every test that follows.
        with connection.cursor() as cursor:
            # Events refuse to be deleted one by one.
            cursor.execute("TRUNCATE journal_event")
            cursor.execute("VACUUM ANALYZE listings_listing, matching_match")
