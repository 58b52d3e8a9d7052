"""Where an activity takes place, from the words that people write."""

from django.core.exceptions import ValidationError

from geo.boundaries import municipality_at
from geo.gazetteer import house_in, recognise, why_not_sure
from geo.points import point_from
from programme.models import Activity


def place_it(activity: Activity) -> None:
    """Set what follows from the place's words; nothing for none. Raises ValidationError for words that mean no place.

    Where we don't know the house it stands in its town, and says so by `is_exact`.
    """
    activity.location, activity.is_exact, activity.municipality = None, False, None
    if not activity.place:
        return
    found = house_in(activity.place) or recognise(activity.place)
    if found is None:
        raise ValidationError({"place": why_not_sure(activity.place)})
    activity.location = point_from(lat=found.lat, lon=found.lon)
    activity.is_exact = found.kind == "address"
    activity.municipality = municipality_at(activity.location)
