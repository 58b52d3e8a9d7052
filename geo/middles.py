"""Which town a point is the middle of: so lies what nobody knew better than by its town."""

from django.contrib.gis.geos import GEOSGeometry, Point

from geo.models import Municipality, Place, PostalCode


def town_at(shape: GEOSGeometry) -> str:
    """The name of the town whose own point (WGS84) this is, to half a metre, in the reader's language; else empty.

    "Gent", "Doel (Beveren)"; of what nobody knows better the municipality alone, of which it is the middle.
    """
    if not isinstance(shape, Point):
        return ""
    codes = PostalCode.objects.filter(location=shape).select_related("municipality")
    if code := codes.order_by("-is_main", "is_everyday", "-population", "code", "name").first():
        return code.municipality.name if code.is_middle else _called(code.name, code.municipality)
    places = Place.objects.shipped().filter(location=shape).select_related("municipality")
    place = places.order_by("-population", "pk").first()
    if place is not None and place.municipality is not None:
        return _called(place.name, place.municipality)
    municipality = Municipality.objects.filter(centre=shape).first()
    return municipality.name if municipality is not None else ""


def _called(name: str, municipality: Municipality) -> str:
    """With its municipality in brackets where that has another name."""
    return municipality.name if name in municipality.names else f"{name} ({municipality.name})"
