"""Every change to the addresses of organisations."""

from typing import Any

from django.contrib.gis.geos import Point
from django.db import transaction

from accounts.models import Organisation, Site, User
from accounts.permissions import check_can_manage
from accounts.services.fields import set_fields
from geo.boundaries import municipality_at

SITE_FIELDS = frozenset(
    {"name", "street", "house_number", "postal_code", "place_name", "location", "establishment_number"}
)


@transaction.atomic
def add_site(*, by: User, organisation: Organisation, location: Point, **fields: Any) -> Site:
    """Add an address at a WGS84 point; its municipality follows from the point."""
    check_can_manage(by, organisation)
    return _save_site(Site(organisation=organisation), fields | {"location": location})


@transaction.atomic
def update_site(*, by: User, site: Site, **fields: Any) -> Site:
    """Change an address. Listings that were placed by it stay where they are: they have their own point."""
    check_can_manage(by, site.organisation)
    return _save_site(site, fields)


@transaction.atomic
def remove_site(*, by: User, site: Site) -> None:
    check_can_manage(by, site.organisation)
    site.delete()


def _save_site(site: Site, fields: dict[str, Any]) -> Site:
    set_fields(site, fields, SITE_FIELDS)
    site.municipality = municipality_at(site.location)
    site.full_clean()
    site.save()
    return site
