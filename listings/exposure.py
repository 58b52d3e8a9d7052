"""A blurred listing hides nothing beside an exact one of the same place: whoever reads both knows where it lies."""

from django.utils.translation import ngettext

from accounts.models import Organisation
from geo.blurring import blurred_all
from listings.enums import Precision
from listings.models import Listing
from listings.querysets import ListingQuerySet


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


def exposure_words(listing: Listing) -> str:
    """What its organisation should know of that, in words; empty where there is nothing to say."""
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
