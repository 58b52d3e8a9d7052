"""Fields of the API that only elements have."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from geo.api.openapi import ID, NUMBER, TEXT, a_list, an_object, one_of
from geo.shapes import TYPES
from listings.api.fields import OneOfField
from maps.enums import StyleBy, Visibility
from materials.enums import Unit

_PLACE = a_list(NUMBER)
_LINE, _RINGS = a_list(_PLACE), a_list(a_list(_PLACE))
MAP_GEOMETRY = an_object(
    "GeoJSON, in degrees, longitude first.",
    type=one_of(list(TYPES)),
    coordinates={"oneOf": [_PLACE, _LINE, _RINGS, a_list(_RINGS)]},
)
#: A value of any field of an element.
MAP_VALUE = {"oneOf": [TEXT, NUMBER, a_list(ID), MAP_GEOMETRY], "nullable": True}
MAP_STYLE = {
    "type": "object",
    "description": "By what the layer is coloured, and how; `color` is that of all for which no other is said.",
    "properties": {
        "by": one_of(StyleBy.values),
        "color": TEXT,
        "colors": {"type": "object", "additionalProperties": TEXT},
        "unit": one_of(Unit.values),
        "classes": a_list(an_object(**{"from": NUMBER, "color": TEXT})),
    },
    "required": ["by", "color"],
}


@extend_schema_field(MAP_GEOMETRY)
class GeometryField(serializers.Field[Any, Any, Any, Any]):
    """A shape as GeoJSON. `geo.shapes` reads it, once `srid` and `repair` are known too."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, dict):
            raise serializers.ValidationError(_("Geef een vorm als GeoJSON."))
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class VisibilityField(OneOfField):
    """For whom something shows, by name."""

    def __init__(self, **more: Any) -> None:
        super().__init__(choices=[choice.slug for choice in Visibility], **more)

    def to_internal_value(self, data: Any) -> Any:
        return Visibility.from_slug(super().to_internal_value(data))


@extend_schema_field(MAP_STYLE)
class StyleField(serializers.Field[Any, Any, Any, Any]):
    """How a layer is drawn; `maps.style` reads it."""

    def to_internal_value(self, data: Any) -> Any:
        return data

    def to_representation(self, value: Any) -> Any:
        return value
