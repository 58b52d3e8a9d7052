"""A blurred listing hides nothing beside an exact one of the same place: whoever reads both knows where it lies. Nor
does a hub-only one beside one with a name: whoever reads both may guess whose it is.
"""

from django.utils.translation import ngettext

from accounts.models import Organisation
from geo.blurring import blurred_all
from listings.enums import Precision
from listings.models import Listing
from listings.querysets import ListingQuerySet


def naming(listing: Listing) -> ListingQuerySet:
    """Public listings by which it is told whose a hub-only listing is: of the same organisation, in its cell of the
    grid, with its name; beside one with its name, those that are hub-only.
    """
    return Listing.objects.public().neighbours(listing).filter(hub_only=not listing.hub_only)


def exposing(listing: Listing) -> ListingQuerySet:
    """Public listings of the same organisation by which a blurred place is told: exact ones beside a blurred listing,
    blurred ones beside an exact listing.
    """
    is_blurred = listing.precision == Precision.BLURRED
    return Listing.objects.public().beside(listing, Precision.EXACT if is_blurred else Precision.BLURRED)


def hidden_cells(organisation: Organisation) -> set[tuple[float, float]]:
    """The middles (degrees) of the cells of the grid in which the organisation has public blurred listings."""
    hidden = Listing.objects.public().of_organisation(organisation).filter(precision=Precision.BLURRED)
    places = [(place.x, place.y) for place in hidden.values_list("location", flat=True) if place]
    return set(blurred_all(places)) if places else set()


def warnings(listing: Listing) -> list[str]:
    """All that its organisation should know of what its listings tell of each other, in words."""
    return [words for words in (exposure_words(listing), naming_words(listing)) if words]


def naming_words(listing: Listing) -> str:
    """What its organisation should know of a name that stands beside; empty where there is nothing to say."""
    count = naming(listing).count()
    if not count:
        return ""
    if listing.hub_only:
        words = ngettext(
            "%(n)s ander zoekertje op deze plek toont jullie naam. Wie dat ziet, kan raden van wie dit is.",
            "%(n)s andere zoekertjes op deze plek tonen jullie naam. Wie die ziet, kan raden van wie dit is.",
            count,
        )
    else:
        words = ngettext(
            "Van %(n)s ander zoekertje op deze plek kent alleen de hub jullie. Wie dit ziet, kan raden van wie dat "
            "is.",
            "Van %(n)s andere zoekertjes op deze plek kent alleen de hub jullie. Wie dit ziet, kan raden van wie die "
            "zijn.",
            count,
        )
    return words % {"n": count}


def exposure_words(listing: Listing) -> str:
    """What its organisation should know of a place, in words; empty where there is nothing to say."""
    count = exposing(listing).count()
    if not count:
        return ""
    if listing.precision == Precision.BLURRED:
        words = ngettext(
            "%(n)s ander zoekertje van jullie toont deze plek exact. Wie dat ziet, weet ook waar dit ligt.",
            "%(n)s andere zoekertjes van jullie tonen deze plek exact. Wie die ziet, weet ook waar dit ligt.",
            count,
        )
    else:
        words = ngettext(
            "%(n)s ander zoekertje van jullie toont van deze plek alleen de omgeving. Wie dit ziet, weet ook waar dat "
            "ligt.",
            "%(n)s andere zoekertjes van jullie tonen van deze plek alleen de omgeving. Wie dit ziet, weet ook waar "
            "die liggen.",
            count,
        )
    return words % {"n": count}
