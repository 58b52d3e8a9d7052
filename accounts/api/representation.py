"""How the API describes the user who asks, to that user only."""

from typing import Any

from accounts.models import HubStaff, Membership, Site, User


def me_row(user: User) -> dict[str, Any]:
    """A user with the organisations they write for, each with its sites, and their hubs."""
    return {
        "id": user.pk,
        "email": user.email,
        "name": user.name,
        "language": user.language,
        "organisations": [_organisation_row(row) for row in Membership.objects.of(user).with_sites()],
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
        "verified": organisation.verified_at is not None,
        "sites": [_site_row(site) for site in organisation.sites.all()],
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
