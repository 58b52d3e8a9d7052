"""A bundle in words: what comes from where, and how much of the demand that is together."""

from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from frontend.components import figures
from frontend.components.cards import Card, make_card
from geo.models import Hub
from listings.models import Listing
from listings.owners import know_owners
from matching.bundles.read import ReadBundle
from materials.enums import Unit


@dataclass(frozen=True)
class BundleStop:
    """A supply with the part of the demand that it serves, in the demand's unit, and how far it is."""

    card: Card
    amount: str
    distance: str


@dataclass(frozen=True)
class ShownBundle:
    stops: list[BundleStop]
    share: float
    asked: str
    proven: bool


def _amount(quantity: Decimal, unit: str) -> str:
    """A share of a demand in its own unit; below a tonne in kilograms, as a tenth of a tonne says too little."""
    if Unit(unit) == Unit.TONNE:
        return figures.mass(round(quantity * 1000))
    return figures.amount(round(quantity, 1), unit)


def make_bundle(bundle: ReadBundle | None, demand: Listing, reader: User | AnonymousUser) -> ShownBundle | None:
    """Put a bundle in words. Takes one query more, for the names of hubs."""
    if bundle is None or demand.free_quantity is None:
        return None
    know_owners([stop.supply for stop in bundle.stops], reader)
    names = dict(Hub.objects.values_list("pk", "name"))
    stops = [
        BundleStop(
            card=make_card(stop.supply, names),
            amount=_amount(Decimal(stop.share) * demand.free_quantity, demand.unit),
            distance=figures.distance(stop.distance_m),
        )
        for stop in bundle.stops
    ]
    return ShownBundle(stops, bundle.coverage, figures.listing_amount(demand), bundle.proven)
