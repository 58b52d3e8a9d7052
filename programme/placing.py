"""Where an activity takes place, from the words that people write."""

from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from geo.boundaries import municipality_at
from geo.gazetteer import house_in, recognise, why_not_sure
from geo.points import point_from
from programme.models import Activity


def place_it(activity: Activity, pin: Point | None = None) -> None:
    """Set what follows from the place's words; nothing for none. Raises ValidationError for words that mean no place.

    Where we don't know the house it stands in its town, and says so by `is_exact`. A pin that somebody set, in WGS84
    degrees, is exact whatever the words are; without words nobody would know how to name it.
    """
    activity.location, activity.is_exact, activity.municipality = None, False, None
    if pin is not None:
        _place_at(activity, pin)
        return
    if not activity.place:
        return
    found = house_in(activity.place) or recognise(activity.place)
    if found is None:
        raise ValidationError({"place": why_not_sure(activity.place)})
    activity.location = point_from(lat=found.lat, lon=found.lon)
    activity.is_exact = found.kind == "address"
    activity.municipality = municipality_at(activity.location)


def _place_at(activity: Activity, pin: Point) -> None:
    if not activity.place:
        raise ValidationError({"place": _("Schrijf ook hoe de plek van de speld heet, of haal de coördinaten weg.")})
    activity.location, activity.is_exact = point_from(lat=pin.y, lon=pin.x), True
    activity.municipality = municipality_at(activity.location)
