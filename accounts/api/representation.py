"""How the API describes the user who asks, to that user only; and what hubs verified, to anyone."""

import datetime as dt
from typing import Annotated, Any, TypedDict

from django.utils import timezone

from accounts.badges import badges_of
from accounts.enums import VerifiedWhat
from accounts.models import HubStaff, Membership, Site, User, Verification
from geo.api.openapi import about, one_of


class VerificationRow(TypedDict):
    """What a hub looked at. It counts until the end of the day `until`."""

    id: int
    what: Annotated[str, one_of(VerifiedWhat.values)]
    hub: Annotated[str, about("The hub's name; empty where the operator verified.")]
    verified_on: dt.date
    until: dt.date


def me_row(user: User) -> dict[str, Any]:
    """A user with the organisations they write for, each with its sites, and their hubs."""
    badges = badges_of(timezone.localdate(), way="organisation__")
    return {
        "id": user.pk,
        "email": user.email,
        "name": user.name,
        "language": user.language,
        "organisations": [
            _organisation_row(row) for row in Membership.objects.of(user).with_sites().prefetch_related(badges)
        ],
        "hub_roles": [
            {"hub": row.hub.slug, "name": row.hub.name, "role": row.role} for row in HubStaff.objects.of(user)
        ],
    }


def _organisation_row(membership: Membership) -> dict[str, Any]:
    organisation = membership.organisation
    return {
        "id": organisation.pk,
        "name": organisation.name,
        "slug": organisation.slug,
        "kind": organisation.kind,
        "role": membership.role,
        "enterprise_number": organisation.enterprise_number,
        "verified": organisation.is_verified,
        "verifications": [verification_row(badge) for badge in organisation.badges],
        "sites": [_site_row(site) for site in organisation.sites.all()],
    }


def verification_row(verification: Verification) -> VerificationRow:
    """What anyone may know of a verification: not on which evidence."""
    return {
        "id": verification.pk,
        "what": verification.what,
        "hub": verification.hub_name,
        "verified_on": timezone.localdate(verification.verified_at),
        "until": verification.until,
    }


def _site_row(site: Site) -> dict[str, Any]:
    municipality = site.municipality
    return {
        "id": site.pk,
        "name": site.name,
        "address": site.address,
        "municipality": {"nis": municipality.nis, "name": municipality.name} if municipality else None,
        "location": {"lat": round(site.location.y, 6), "lon": round(site.location.x, 6)},
    }
