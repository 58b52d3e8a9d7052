"""Where something is in degrees, as people copy it from a map: two fields of a form, and the point that they mean."""

from django import forms
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from geo.points import point_from
from listings.numbers import coordinate

#: Letters in a coordinate, at most.
_LONGEST = 30


def latitude_field() -> forms.CharField:
    return forms.CharField(label=gettext_lazy("Breedtegraad"), max_length=_LONGEST, required=False)


def longitude_field() -> forms.CharField:
    return forms.CharField(label=gettext_lazy("Lengtegraad"), max_length=_LONGEST, required=False)


def point_given(*, lat: str, lon: str) -> Point:
    """The WGS84 point of both texts. Raises ValidationError by field: for what is empty or no number, lies outside
    Belgium, or is swapped.
    """
    read, wrong = {}, {}
    for name, text in {"lat": lat, "lon": lon}.items():
        try:
            if not text:
                raise ValidationError(forms.Field.default_error_messages["required"])
            read[name] = coordinate(text)
        except ValidationError as error:
            wrong[name] = error.messages
    if wrong:
        raise ValidationError(wrong)
    return point_from(**read)
