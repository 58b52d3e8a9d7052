"""A listing in the words of schema.org, for search engines and programs that read pages: what its reader may see.

Waits for `listings.owners.know_owners`: without it no organisation of a hub-only listing is named.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.urls import reverse

from geo.blurring import BLUR_M
from listings.enums import Condition, ListingKind, ListingStatus, Precision, PriceBasis, PriceKind, ServiceKind
from listings.models import Listing
from materials.enums import Unit
from materials.models import Material

_SCHEMA = "https://schema.org"
#: Units as UN/CEFACT codes them (recommendation 20), for those that have a code.
_UNIT_CODES = {
    Unit.KG: "KGM", Unit.TONNE: "TNE", Unit.PIECE: "C62", Unit.METRE: "MTR", Unit.SQUARE_METRE: "MTK",
    Unit.CUBIC_METRE: "MTQ", Unit.LITRE: "LTR", Unit.PALLET: "PF", Unit.BOX: "BX", Unit.ROLL: "RO", Unit.BAG: "BG",
}  # fmt: skip
_AVAILABILITY = {
    ListingStatus.PUBLISHED: "InStock",
    ListingStatus.RESERVED: "LimitedAvailability",
    ListingStatus.CLOSED: "SoldOut",
}
#: Half the diagonal of the square in which a blurred listing lies.
_AROUND_M = round(BLUR_M / 2 * 2**0.5)

Document = dict[str, Any]


def linked_data(listing: Listing, taken: Sequence[Material] = ()) -> Document | None:
    """An Offer, or a Demand for what is asked; None for what not everyone may see. `taken` is what a service takes."""
    if listing.status not in _AVAILABILITY:
        return None
    demand = listing.kind == ListingKind.DEMAND
    made: Document = {
        "@context": _SCHEMA,
        "@type": "Demand" if demand else "Offer",
        "@id": f"{settings.SITE_URL}/zoekertje/{listing.pk}/",
        "url": settings.SITE_URL + reverse("listing", args=[listing.pk]),
        "name": str(listing.heading),
        "availability": f"{_SCHEMA}/{_AVAILABILITY[ListingStatus(listing.status)]}",
        "itemOffered": _service(listing, taken) if listing.kind == ListingKind.SERVICE else _goods(listing),
    }
    if listing.available_from:
        made["availabilityStarts"] = listing.available_from.isoformat()
    if listing.available_until:
        made["availabilityEnds"] = listing.available_until.isoformat()
    if amount := _amount(listing):
        made["eligibleQuantity"] = amount
    if condition := _condition(listing):
        made["itemCondition"] = condition
    if place := _place(listing):
        made["availableAtOrFrom"] = place
    made |= _price(listing)
    if listing.shows_owner:
        owner = {"@type": "Organization", "name": listing.shown_organisation.name}
        # Who offers sells; who demands seeks.
        made |= {"@reverse": {"seeks": owner}} if demand else {"seller": owner}
    return made


def _goods(listing: Listing) -> Document:
    made: Document = {"@type": "Product", "name": str(listing.heading)}
    if listing.description:
        made["description"] = listing.description
    if listing.material:
        made |= {"material": listing.material.name, "category": listing.material.code}
    photos = [settings.SITE_URL + photo.image.url for photo in listing.photos.all()]
    return made | {"image": photos} if photos else made


def _service(listing: Listing, taken: Sequence[Material]) -> Document:
    made: Document = {
        "@type": "Service",
        "name": str(listing.heading),
        "serviceType": [str(ServiceKind(kind).label) for kind in listing.service_kinds],
    }
    if listing.description:
        made["description"] = listing.description
    return made | {"category": [one.code for one in taken]} if taken else made


def _amount(listing: Listing) -> Document | None:
    """What is free of goods; a service has none of that sort."""
    if listing.kind == ListingKind.SERVICE or listing.quantity is None or not listing.unit:
        return None
    return {
        "@type": "QuantitativeValue",
        "value": _number(listing.quantity - listing.taken_quantity),
        "unitCode": _UNIT_CODES[Unit(listing.unit)],
        "unitText": str(Unit(listing.unit).label),
    }


def _condition(listing: Listing) -> str | None:
    if listing.kind != ListingKind.SUPPLY or listing.condition is None:
        return None
    if listing.condition <= Condition.TO_REPAIR:
        return f"{_SCHEMA}/DamagedCondition"
    return f"{_SCHEMA}/NewCondition" if listing.condition == Condition.NEW else f"{_SCHEMA}/UsedCondition"


def _place(listing: Listing) -> Document | None:
    """Where it shows: a point, or a circle around the square in which it lies somewhere."""
    point = listing.shown_location
    if point is None:
        return None
    middle = {"@type": "GeoCoordinates", "latitude": round(point.y, 5), "longitude": round(point.x, 5)}
    blurred = listing.precision == Precision.BLURRED
    made: Document = {
        "@type": "Place",
        "geo": {"@type": "GeoCircle", "geoMidpoint": middle, "geoRadius": _AROUND_M} if blurred else middle,
    }
    if listing.municipality:
        made["address"] = {
            "@type": "PostalAddress", "addressLocality": str(listing.municipality), "addressCountry": "BE",
        }  # fmt: skip
    return made


def _price(listing: Listing) -> Document:
    """What is asked, or at most offered. What somebody pays to have it taken away is no price."""
    if listing.price_kind == PriceKind.FREE:
        return {"price": "0", "priceCurrency": "EUR"} if listing.kind != ListingKind.DEMAND else {}
    if listing.price_kind != PriceKind.FIXED or listing.price_eur is None:
        return {}
    each = listing.price_basis == PriceBasis.UNIT
    specified: Document = {
        "@type": "UnitPriceSpecification" if each else "PriceSpecification",
        "maxPrice" if listing.kind == ListingKind.DEMAND else "price": str(listing.price_eur),
        "priceCurrency": "EUR",
    }
    unit = listing.unit or listing.capacity_unit
    if each and unit:
        specified["unitCode"] = _UNIT_CODES[Unit(unit)]
    return {"priceSpecification": specified}


def _number(value: Decimal) -> float | int:
    return int(value) if value == int(value) else float(value)
