"""An element in the words of schema.org, for search engines and programs that read pages: what strangers see of it.

It is a place; what is offered, asked or done there by a listing comes along under the address of that listing.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from listings.enums import ListingKind
from listings.models import Listing
from maps.derived import representative_point
from maps.models import MapFeature
from maps.permissions import can_see
from maps.standing import Standing

#: Listings that are named, at most.
MOST_NAMED = 20

Document = dict[str, Any]


def linked_data(feature: MapFeature) -> Document | None:
    """A graph of a Place and its Offers and Demands; None for what not everyone may see. Reads its layer and map."""
    if feature.state != "published" or not can_see(Standing(), feature):
        return None
    place = _place(feature)
    return {"@context": "https://schema.org", "@graph": [place, *_listings(feature, place["@id"])]}


def _place(feature: MapFeature) -> Document:
    middle = representative_point(feature)
    address = settings.SITE_URL + reverse("map-element", args=[feature.pk])
    made: Document = {
        "@type": "Place",
        "@id": f"{settings.SITE_URL}/kaarten/element/{feature.pk}/",
        "url": address,
        "name": feature.title,
        "geo": {"@type": "GeoCoordinates", "latitude": round(middle.y, 5), "longitude": round(middle.x, 5)},
        "keywords": [str(each) for each in (feature.get_kind_display(), feature.material) if each],
    }
    if feature.description:
        made["description"] = feature.description
    if feature.municipality:
        made["address"] = {
            "@type": "PostalAddress", "addressLocality": str(feature.municipality), "addressCountry": "BE",
        }  # fmt: skip
    photos = [settings.SITE_URL + photo.image.url for photo in feature.photos.all()]
    return made | {"photo": [{"@type": "ImageObject", "contentUrl": photo} for photo in photos]} if photos else made


def _listings(feature: MapFeature, place: str) -> list[Document]:
    """What anyone may know of the listings of an element; each has all of it on its own page."""
    stranger = AnonymousUser()
    found = Listing.objects.public().owner_known_to(stranger).filter(map_features__feature=feature)
    return [_listing(one, place) for one in found.select_related("material").order_by("-pk")[:MOST_NAMED]]


def _listing(listing: Listing, place: str) -> Document:
    return {
        "@type": "Demand" if listing.kind == ListingKind.DEMAND else "Offer",
        "@id": f"{settings.SITE_URL}/zoekertje/{listing.pk}/",
        "url": settings.SITE_URL + reverse("listing", args=[listing.pk]),
        "name": str(listing.heading),
        "availableAtOrFrom": {"@id": place},
    }
