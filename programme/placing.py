"""Where an activity takes place: from the words that people write, or by a pin that they set."""

from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from geo.boundaries import municipality_at
from geo.gazetteer import Found, house_in, recognise, why_not_sure
from geo.points import point_from
from programme.models import Activity

#: In degrees, less than a metre: a stored point and the same point that is found again.
_SAME_DEGREES = 1e-6


def place_it(activity: Activity, pin: Point | None = None) -> None:
    """Set what follows from the place's words; nothing for none. Raises ValidationError for words that mean no place.

    Where we don't know the house it stands in its town, and says so by `is_exact`. A pin that somebody set, in WGS84
    degrees, is exact whatever the words are; without words nobody would know how to name it.
    """
    activity.location, activity.is_exact, activity.municipality = None, False, None
    if pin is not None:
        if not activity.place:
            message = _("Schrijf ook hoe de plek van de speld heet, of haal de coördinaten weg.")
            raise ValidationError({"place": message})
        _put(activity, point_from(lat=pin.y, lon=pin.x), is_exact=True)
    elif activity.place:
        found = _found(activity.place)
        if found is None:
            raise ValidationError({"place": why_not_sure(activity.place)})
        _put(activity, point_from(lat=found.lat, lon=found.lon), is_exact=found.kind == "address")


def is_known(words: str) -> bool:
    """Whether words say where something is, without a pin."""
    return _found(words) is not None


def pin_of(activity: Activity) -> Point | None:
    """The pin that somebody set: where an activity is exactly, and its words don't say so."""
    if activity.location is None or not activity.is_exact:
        return None
    found = _found(activity.place)
    if found is None or found.kind != "address":
        return activity.location
    by_words = Point(found.lon, found.lat, srid=activity.location.srid)
    return None if activity.location.equals_exact(by_words, _SAME_DEGREES) else activity.location


def _put(activity: Activity, point: Point, *, is_exact: bool) -> None:
    activity.location, activity.is_exact, activity.municipality = point, is_exact, municipality_at(point)


def _found(words: str) -> Found | None:
    return house_in(words) or recognise(words)
