"""What is said of an element whose place is a town's, since nobody knew it better: "Korenmarkt 1, Gent" lies there."""

from django.contrib.gis.geos import GEOSGeometry
from django.utils.translation import gettext as _

from geo.middles import town_at


def rough_place(geometry: GEOSGeometry) -> str:
    """ "ongeveer: het midden van Gent", of a place that only seems exact; else empty."""
    town = town_at(geometry)
    return _("ongeveer: het midden van %(place)s") % {"place": town} if town else ""


def said_of_place(geometry: GEOSGeometry) -> str:
    """What whoever gave an address hears of where it came to lie; empty where that is exact."""
    town = town_at(geometry)
    if not town:
        return ""
    words = _(
        "We kennen enkel de plaats, niet het adres. Het staat voorlopig in het midden van %(place)s: geef coördinaten "
        "of zet het juist op de kaart als je het beter weet."
    )
    return words % {"place": town}
