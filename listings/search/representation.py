"""Listings as the API writes them: plain dictionaries, built directly because the search is a hot path."""

from collections.abc import Iterable
from typing import Any

from geo.hubs import hub_slugs
from listings.enums import Condition, ListingKind
from listings.models import Listing, ListingPhoto


def listing_row(listing: Listing, slugs: dict[int, str]) -> dict[str, Any]:
    """What anyone may see of a listing: never its exact location when that is blurred.

    `slugs` maps hub ids to slugs. `distance_m` is there only when the listing came from a search.
    """
    row: dict[str, Any] = {
        "id": listing.pk,
        "url": listing.get_absolute_url(),
        "kind": listing.kind,
        "status": listing.status,
        "title": listing.title,
        "language": listing.language,
        "is_fictional": listing.is_fictional,
        "organisation": {
            "id": listing.organisation_id,
            "name": listing.organisation.name,
            "kind": listing.organisation.kind,
        },
        "material": _material(listing),
        "quantity": _number(listing.quantity),
        "unit": listing.unit or None,
        "mass_kg": _number(listing.mass_kg),
        "splittable": listing.splittable,
        "recurrence": listing.recurrence,
        "available_from": listing.available_from,
        "available_until": listing.available_until,
        "condition": Condition(listing.condition).slug if listing.condition else None,
        "price": {"kind": listing.price_kind, "eur": _number(listing.price_eur), "basis": listing.price_basis},
        "pickup": listing.pickup,
        "delivery": listing.delivery,
        "reach_km": listing.reach_km,
        "needs_services": listing.needs_services,
        "municipality": _municipality(listing),
        "hubs": [slugs[hub_id] for hub_id in listing.hub_ids if hub_id in slugs],
        "location": _location(listing),
        "photo": next((photo.image.url for photo in listing.photos.all()), None),
        "published_at": listing.published_at,
    }
    if listing.kind == ListingKind.SERVICE:
        row["service_kinds"] = listing.service_kinds
        row["capacity_per_week"] = _number(listing.capacity_per_week)
        row["capacity_unit"] = listing.capacity_unit or None
        row["lead_time_days"] = listing.lead_time_days
    if listing.distance_m is not None:
        row["distance_m"] = round(listing.distance_m)
    return row


def detail_row(listing: Listing, slugs: dict[int, str]) -> dict[str, Any]:
    """A listing_row() with the rest: what a list of many leaves out."""
    return listing_row(listing, slugs) | {
        "description": listing.description,
        "materials": [material.code for material in listing.materials.all()],
        "photos": [photo_row(photo) for photo in listing.photos.all()],
        "packaging": listing.packaging or None,
        "needs_forklift": listing.needs_forklift,
        "has_loading_dock": listing.has_loading_dock,
        "eural_code": listing.eural_code or None,
        "declared_status": listing.declared_status,
    }


def photo_row(photo: ListingPhoto) -> dict[str, Any]:
    return {
        "id": photo.pk,
        "url": photo.image.url,
        "width": photo.width,
        "height": photo.height,
        "alt": photo.alt,
    }


def listing_rows(listings: Iterable[Listing]) -> list[dict[str, Any]]:
    slugs = hub_slugs()
    return [listing_row(listing, slugs) for listing in listings]


def feature_collection(listings: Iterable[Listing]) -> dict[str, Any]:
    """GeoJSON (RFC 7946): the same rows as properties of points."""
    features = []
    for row in listing_rows(listings):
        location = row.pop("location")
        geometry = {"type": "Point", "coordinates": [location["lon"], location["lat"]]} if location else None
        features.append({"type": "Feature", "id": row["id"], "geometry": geometry, "properties": row})
    return {"type": "FeatureCollection", "features": features}


def _material(listing: Listing) -> dict[str, str] | None:
    return {"code": listing.material.code, "name": listing.material.name} if listing.material else None


def _municipality(listing: Listing) -> dict[str, str] | None:
    return {"nis": listing.municipality.nis, "name": listing.municipality.name} if listing.municipality else None


def _location(listing: Listing) -> dict[str, Any] | None:
    point = listing.shown_location
    if point is None:
        return None
    return {"lat": round(point.y, 6), "lon": round(point.x, 6), "precision": listing.precision}


def _number(value: Any) -> int | float | None:
    """A JSON number without a tail of zeros."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
