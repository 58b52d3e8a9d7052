"""Every change to the addresses of organisations."""

from typing import Any

from django.contrib.gis.geos import Point
from django.db import transaction

from accounts.models import Organisation, Site, User
from accounts.permissions import check_can_manage
from accounts.services.fields import set_fields
from accounts.verbs import AccountVerb
from geo.boundaries import municipality_at
from journal.events import changed, record, values_of

SITE_FIELDS = frozenset(
    {"name", "street", "house_number", "postal_code", "place_name", "location", "establishment_number"}
)


@transaction.atomic
def add_site(*, by: User, organisation: Organisation, location: Point, **fields: Any) -> Site:
    """Add an address at a WGS84 point; its municipality follows from the point."""
    check_can_manage(by, organisation)
    return _save_site(by, Site(organisation=organisation), fields | {"location": location})


@transaction.atomic
def update_site(*, by: User, site: Site, **fields: Any) -> Site:
    """Change an address. Listings that were placed by it stay where they are: they have their own point."""
    check_can_manage(by, site.organisation)
    return _save_site(by, site, fields)


@transaction.atomic
def remove_site(*, by: User, site: Site) -> None:
    check_can_manage(by, site.organisation)
    changes = changed(values_of(site, SITE_FIELDS), dict.fromkeys(SITE_FIELDS))
    record(AccountVerb.SITE_REMOVED, site, by=by, organisation_id=site.organisation_id, changes=changes)
    site.delete()


def _save_site(by: User, site: Site, fields: dict[str, Any]) -> Site:
    stored = Site.objects.filter(pk=site.pk).first()
    before = values_of(stored, SITE_FIELDS) if stored else {}
    set_fields(site, fields, SITE_FIELDS)
    site.municipality = municipality_at(site.location)
    site.full_clean()
    site.save()
    verb = AccountVerb.SITE_CHANGED if stored else AccountVerb.SITE_ADDED
    changes = changed(before, values_of(site, SITE_FIELDS))
    record(verb, site, by=by, organisation_id=site.organisation_id, changes=changes)
    return site
