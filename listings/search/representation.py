"""Listings as the API writes them: plain dictionaries, built directly because the search is a hot path."""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.contrib.gis.geos import Point
from django.core.files.storage import default_storage
from django.db import connections, router
from django.urls import reverse
from django.utils.translation import get_language

from geo.points import metric
from listings.enums import Condition, ListingKind
from listings.models import Listing, ListingPhoto
from listings.search.parameters import SearchParameters
from listings.search.parts import Found
from listings.search.routes import detour_m


class _Card(NamedTuple):
    """What one statement reads of a listing and of what it points at, column by column."""

    id: int
    kind: str
    status: str
    title: str
    language: str
    is_fictional: bool
    organisation_id: int
    organisation_name: str
    organisation_kind: str
    material_code: str | None
    material_nl: str | None
    material_en: str | None
    material_fr: str | None
    quantity: Decimal | None
    unit: str
    mass_kg: Decimal | None
    splittable: bool
    recurrence: str
    available_from: dt.date | None
    available_until: dt.date | None
    condition: int | None
    price_kind: str
    price_eur: Decimal | None
    price_basis: str
    pickup: bool
    delivery: bool
    reach_km: int | None
    needs_services: list[str]
    nis: str | None
    municipality_nl: str | None
    municipality_fr: str | None
    hubs: list[str]
    lat: float | None
    lon: float | None
    precision: str
    photo: str | None
    published_at: dt.datetime | None
    service_kinds: list[str]
    capacity_per_week: Decimal | None
    capacity_unit: str
    lead_time_days: int | None


#: Written out once, so that it is prepared once and compiled never.
_CARDS = """
    SELECT listing.id, listing.kind, listing.status, listing.title, listing.language, listing.is_fictional,
        organisation.id, organisation.name, organisation.kind,
        material.code, material.name_nl, material.name_en, material.name_fr,
        listing.quantity, listing.unit, listing.mass_kg, listing.splittable, listing.recurrence,
        listing.available_from, listing.available_until, listing.condition,
        listing.price_kind, listing.price_eur, listing.price_basis,
        listing.pickup, listing.delivery, listing.reach_km, listing.needs_services,
        municipality.nis, municipality.name_nl, municipality.name_fr,
        ARRAY(SELECT hub.slug FROM geo_hub hub WHERE hub.id = ANY(listing.hub_ids) ORDER BY hub.id),
        ST_Y(listing.shown_location), ST_X(listing.shown_location), listing.precision,
        (SELECT photo.image FROM listings_listingphoto photo WHERE photo.listing_id = listing.id
            ORDER BY photo.position, photo.id LIMIT 1),
        listing.published_at, listing.service_kinds, listing.capacity_per_week, listing.capacity_unit,
        listing.lead_time_days
    FROM listings_listing listing
    JOIN accounts_organisation organisation ON organisation.id = listing.organisation_id
    LEFT JOIN materials_material material ON material.id = listing.material_id
    LEFT JOIN geo_municipality municipality ON municipality.id = listing.municipality_id
    WHERE listing.id = ANY(%s::bigint[])
"""


def rows_by_id(ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The rows of listings by their ids, in one query; an id that is gone has none."""
    language, root = get_language() or "nl", _listing_root()
    with connections[router.db_for_read(Listing)].cursor() as cursor:
        cursor.execute(_CARDS, [list(ids)])
        return {card[0]: _row(_Card._make(card), language, root) for card in cursor.fetchall()}


def listing_rows(ids: Sequence[int]) -> list[dict[str, Any]]:
    """The rows of listings in the order of their ids, without those that have gone in between."""
    rows = rows_by_id(ids)
    return [rows[pk] for pk in ids if pk in rows]


def found_rows(found: Sequence[Found], asked: SearchParameters) -> list[dict[str, Any]]:
    """The rows of what a search found, with `distance_m`, and `detour_m` along a route, in its order."""
    rows = rows_by_id([pk for _distance_m, pk, _published_at in found])
    results = [rows[pk] | {"distance_m": round(distance_m)} for distance_m, pk, _published_at in found if pk in rows]
    if asked.point is not None and asked.destination is not None:
        start, end = metric(asked.point), metric(asked.destination)
        for row in results:
            by = Point(row["location"]["lon"], row["location"]["lat"], srid=4326)
            row["detour_m"] = round(detour_m(start, end, metric(by)))
    return results


def _row(card: _Card, language: str, root: str) -> dict[str, Any]:
    """What anyone may see of a listing: never its exact location when that is blurred. `root` begins its address."""
    row: dict[str, Any] = {
        "id": card.id,
        "url": f"{root}{card.id}/",
        "kind": card.kind,
        "status": card.status,
        "title": card.title,
        "language": card.language,
        "is_fictional": card.is_fictional,
        "organisation": {
            "id": card.organisation_id,
            "name": card.organisation_name,
            "kind": card.organisation_kind,
        },
        "material": _material(card, language),
        "quantity": _number(card.quantity),
        "unit": card.unit or None,
        "mass_kg": _number(card.mass_kg),
        "splittable": card.splittable,
        "recurrence": card.recurrence,
        "available_from": card.available_from,
        "available_until": card.available_until,
        "condition": _CONDITIONS[card.condition] if card.condition else None,
        "price": {"kind": card.price_kind, "eur": _number(card.price_eur), "basis": card.price_basis},
        "pickup": card.pickup,
        "delivery": card.delivery,
        "reach_km": card.reach_km,
        "needs_services": card.needs_services,
        "municipality": _municipality(card, language),
        "hubs": card.hubs,
        "location": _location(card),
        "photo": default_storage.url(card.photo) if card.photo else None,
        "published_at": card.published_at,
    }
    if card.kind == ListingKind.SERVICE:
        row["service_kinds"] = card.service_kinds
        row["capacity_per_week"] = _number(card.capacity_per_week)
        row["capacity_unit"] = card.capacity_unit or None
        row["lead_time_days"] = card.lead_time_days
    return row


def detail_row(listing: Listing) -> dict[str, Any]:
    """A listing's row with the rest: what a list of many leaves out."""
    return rows_by_id([listing.pk])[listing.pk] | {
        "description": listing.description,
        "materials": [material.code for material in listing.materials.all()],
        "photos": [photo_row(photo) for photo in listing.photos.all()],
        "packaging": listing.packaging or None,
        "needs_forklift": listing.needs_forklift,
        "has_loading_dock": listing.has_loading_dock,
        "eural_code": listing.eural_code or None,
        "declared_status": listing.declared_status,
    }


def own_row(listing: Listing) -> dict[str, Any]:
    """A detail_row() for its organisation, with all that can be written, as it is written: the exact place too."""
    point = listing.location
    exact = {"lat": round(point.y, 6), "lon": round(point.x, 6), "precision": listing.precision} if point else None
    return detail_row(listing) | {
        "location": exact,
        "site": listing.site_id,
        "reference": listing.reference,
        "service_kinds": listing.service_kinds,
        "capacity_per_week": _number(listing.capacity_per_week),
        "capacity_unit": listing.capacity_unit or None,
        "lead_time_days": listing.lead_time_days,
        "catchment_kind": listing.catchment_kind,
        "catchment_municipalities": [municipality.nis for municipality in listing.catchment_municipalities.all()],
        "catchment_regions": [region.pk for region in listing.catchment_regions.all()],
        "updated_at": listing.updated_at,
    }


def photo_row(photo: ListingPhoto) -> dict[str, Any]:
    return {
        "id": photo.pk,
        "url": photo.image.url,
        "width": photo.width,
        "height": photo.height,
        "alt": photo.alt,
    }


def feature_collection(rows: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """GeoJSON (RFC 7946): the same rows as properties of points."""
    features = []
    for row in rows:
        location = row.pop("location")
        geometry = {"type": "Point", "coordinates": [location["lon"], location["lat"]]} if location else None
        features.append({"type": "Feature", "id": row["id"], "geometry": geometry, "properties": row})
    return {"type": "FeatureCollection", "features": features}


_CONDITIONS = {condition.value: condition.slug for condition in Condition}


def _listing_root() -> str:
    """The address under which listings have their pages, with the slash that ends it."""
    return reverse("listing", args=[0])[:-2]


def _material(card: _Card, language: str) -> dict[str, str | None] | None:
    if card.material_code is None:
        return None
    name = {"en": card.material_en, "fr": card.material_fr}.get(language, card.material_nl)
    return {"code": card.material_code, "name": name}


def _municipality(card: _Card, language: str) -> dict[str, str | None] | None:
    if card.nis is None:
        return None
    return {"nis": card.nis, "name": card.municipality_fr if language == "fr" else card.municipality_nl}


def _location(card: _Card) -> dict[str, Any] | None:
    if card.lat is None or card.lon is None:
        return None
    return {"lat": round(card.lat, 6), "lon": round(card.lon, 6), "precision": card.precision}


def _number(value: Decimal | None) -> int | float | None:
    """A JSON number without a tail of zeros."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
