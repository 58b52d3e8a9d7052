"""What a card says of a listing, in words: what, how much, condition, price, how far, where, when, whose hub."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from accounts.models import User
from frontend.components import figures
from geo.models import Hub
from listings.enums import ListingKind, ListingStatus, Precision, ServiceKind
from listings.models import Listing
from listings.owners import know_owners
from materials.families import family_icon

SERVICE_ICONS = {
    ServiceKind.REPAIR: "wrench",
    ServiceKind.MAINTENANCE: "settings",
    ServiceKind.SORTING: "split",
    ServiceKind.WASHING: "washing-machine",
    ServiceKind.TAKE_BACK: "undo-2",
    ServiceKind.DISMANTLING: "hammer",
    ServiceKind.STORAGE: "warehouse",
}


@dataclass(frozen=True)
class Card:
    """A listing as cards show it; empty text where it says nothing of something."""

    listing: Listing
    what: str
    amount: str
    condition: str
    price: str
    distance: str
    place: str
    window: str
    hubs: str
    icon: str
    photo: str
    photo_alt: str
    #: How much longer the way gets by this listing; only in searches along a route.
    detour: str = ""

    @property
    def status(self) -> str:
        """A word about its status; empty for a listing that is simply available."""
        if self.listing.status == ListingStatus.PUBLISHED:
            return ""
        return self.listing.get_status_display()


def make_cards(listings: Iterable[Listing], reader: User | AnonymousUser) -> list[Card]:
    """Cards of listings that were read with for_cards(), as this reader may see them; one query more where there are
    any, for the names of hubs.
    """
    listings = list(listings)
    if not listings:
        return []
    know_owners(listings, reader)
    names = dict(Hub.objects.values_list("pk", "name"))
    return [make_card(listing, names) for listing in listings]


def make_card(listing: Listing, hub_names: dict[int, str]) -> Card:
    """Without know_owners() beforehand it shows no organisation of a hub-only listing to anybody."""
    photo = next(iter(listing.photos.all()), None)
    return Card(
        listing=listing,
        what=what(listing),
        amount=figures.listing_amount(listing),
        condition=condition(listing),
        price=figures.price(listing),
        distance="" if listing.distance_m is None else figures.distance(listing.distance_m),
        place=place(listing),
        window=figures.window(listing),
        hubs=" · ".join(hub_names[pk] for pk in listing.hub_ids if pk in hub_names) or _("nog geen hub"),
        icon=icon(listing),
        photo=photo.image.url if photo else "",
        photo_alt=photo.alt if photo else "",
    )


def what(listing: Listing) -> str:
    """The material, or the kinds of service."""
    if listing.kind == ListingKind.SERVICE:
        return ", ".join(str(ServiceKind(kind).label) for kind in listing.service_kinds)
    return listing.material.name if listing.material else ""


def condition(listing: Listing) -> str:
    """The listing's condition, or the least that a demand asks; empty where it doesn't say."""
    if not listing.condition:
        return ""
    words = str(listing.get_condition_display())
    return _("minstens %(condition)s") % {"condition": words} if listing.kind == ListingKind.DEMAND else words


def place(listing: Listing) -> str:
    """The municipality, with a word about it where the point is blurred."""
    if listing.municipality is None:
        return ""
    if listing.precision == Precision.BLURRED:
        return _("omgeving %(place)s") % {"place": listing.municipality.name}
    return listing.municipality.name


def icon(listing: Listing) -> str:
    """Of the service, or of the material's family."""
    if listing.kind == ListingKind.SERVICE:
        return SERVICE_ICONS[ServiceKind(listing.service_kinds[0])] if listing.service_kinds else "wrench"
    return family_icon(listing.material_number)
