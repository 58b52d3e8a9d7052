"""A place to keep a lot between who gives it and who gets it: a step in between, as any other service of a chain."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models.functions import GeometryDistance
from django.db.models import FloatField, Value

from geo.models import Hub
from listings.capacity.weeks import WEEKS_AHEAD, Week, free_capacity
from listings.enums import ListingKind, ServiceKind
from listings.models import Listing

#: Places that are offered.
MOST_PLACES = 20


@dataclass(frozen=True)
class StoragePlace:
    """A service that stores. `way_m` is how far it is from the supply past it to the demand, in metres as the crow
    flies; None where one of both has no place. `weeks` are those with room, from next week on.
    """

    service: Listing
    way_m: float | None
    weeks: list[Week]


def stores_only(service: Listing) -> bool:
    """Whether what is brought there comes out as it went in."""
    return service.service_kinds == [ServiceKind.STORAGE]


def storage_between(hub: Hub, supply: Listing, demand: Listing, today: dt.date) -> list[StoragePlace]:
    """Services that store and say how much, of others than both sides, as a hub shows them; the shortest way first."""
    rows = Listing.objects.published().of_kind(ListingKind.SERVICE).in_hub(hub.pk).filter(
        service_kinds__contains=[ServiceKind.STORAGE], capacity_per_week__isnull=False
    ).exclude(capacity_unit="").exclude(organisation__in=[supply.organisation_id, demand.organisation_id])  # fmt: skip
    way: Any = (
        Value(None, FloatField())
        if supply.position is None or demand.position is None
        else GeometryDistance("position", supply.position) + GeometryDistance("position", demand.position)
    )
    found: list[Any] = list(rows.not_over(today).for_cards().annotate(way_m=way).order_by("way_m", "pk")[:MOST_PLACES])
    weeks = free_capacity([one.pk for one in found], today, WEEKS_AHEAD)
    return [
        StoragePlace(
            one, one.way_m, [week for week in weeks[one.pk] if week.is_open and week.free and week.start > today]
        )
        for one in found
    ]
