"""One listing as the API writes it: for anyone, and for members of its organisation."""

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.api.representation import verification_row
from accounts.models import User
from listings.api.read_rows import rows_by_id
from listings.api.rows import ListingRow, LocationRow, OwnListingRow, PhotoRow, number
from listings.balances.free import goods_standing
from listings.exposure import warnings
from listings.models import Listing, ListingPhoto
from listings.owners import know_owners


def detail_row(listing: Listing, reader: User | AnonymousUser) -> ListingRow:
    """A listing's row with the rest: what a list of many leaves out."""
    standing = goods_standing(listing, timezone.localdate())
    know_owners([listing], reader)
    return {
        **rows_by_id([listing.pk], reader)[listing.pk],
        "description": listing.description,
        "held": number(standing.held) if standing else None,
        "given": number(standing.given) if standing else None,
        "materials": [material.code for material in listing.materials.all()],
        "photos": [photo_row(photo) for photo in listing.photos.all()],
        "packaging": listing.packaging or None,
        "needs_forklift": listing.needs_forklift,
        "has_loading_dock": listing.has_loading_dock,
        "eural_code": listing.eural_code or None,
        "declared_status": listing.declared_status,
        "verifications": [verification_row(badge) for badge in listing.shown_organisation.badges],
        "status_evidence": listing.status_evidence or None,
        "status_number": (listing.status_number or None) if listing.shows_owner else None,
        "status_until": listing.status_until,
        "reuse_works": listing.reuse_works,
        "reuse_safe": listing.reuse_safe,
        "reuse_complete": listing.reuse_complete,
        "reuse_no_cfc": listing.reuse_no_cfc,
        "reuse_no_crt": listing.reuse_no_crt,
        "reuse_ready": listing.reuse_ready,
        "food_date_kind": listing.food_date_kind or None,
        "food_date": listing.food_date,
        "food_storage": listing.food_storage or None,
        "allergens": listing.allergens,
    }


def own_row(listing: Listing, reader: User | AnonymousUser) -> OwnListingRow:
    """A detail_row() for its organisation, with all that can be written, as it is written: the exact place too."""
    return {
        **detail_row(listing, reader),
        "location": _exact_location(listing),
        "site": listing.site_id,
        "reference": listing.reference,
        "service_kinds": listing.service_kinds,
        "capacity_per_week": number(listing.capacity_per_week),
        "capacity_unit": listing.capacity_unit or None,
        "lead_time_days": listing.lead_time_days,
        "catchment_kind": listing.catchment_kind,
        "catchment_municipalities": [municipality.nis for municipality in listing.catchment_municipalities.all()],
        "catchment_regions": [region.pk for region in listing.catchment_regions.all()],
        "updated_at": listing.updated_at,
        "warnings": warnings(listing),
    }


def photo_row(photo: ListingPhoto) -> PhotoRow:
    return {
        "id": photo.pk,
        "url": photo.image.url,
        "width": photo.width,
        "height": photo.height,
        "alt": photo.alt,
    }


def _exact_location(listing: Listing) -> LocationRow | None:
    point = listing.location
    if point is None:
        return None
    return {"lat": round(point.y, 6), "lon": round(point.x, 6), "precision": listing.precision}
