"""The fields of an element that people write, with their values as JSON: for proposals, conflicts and histories."""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from geo.shapes import as_geojson, read_shape
from maps.models import MapFeature
from maps.models.feature import MOST_VERTICES

#: What a person may set; everything else follows from it or from a step.
WRITABLE = (
    "kind", "title", "description", "material", "quantity", "unit", "quantity_basis", "period", "season_months",
    "form", "composition", "contaminants", "declared_status", "eural_code", "source_organisation", "source_name",
    "site", "source_reference", "destination", "available_from", "available_until", "certainty", "owner",
    "visibility", "geometry",
)  # fmt: skip
#: How exports name an element that has no number of its source: by its own.
OWN_REFERENCE = "werkstof:"
#: What steps set, and undoing brings back too.
OF_STEPS = ("state", "published_at", "verified_at", "verified_by", "verify_by", "review_note")


def column(name: str) -> "models.Field[Any, Any]":
    """The field of an element by its name."""
    found = MapFeature._meta.get_field(name)
    assert isinstance(found, models.Field)
    return found


def label_of(name: str) -> str:
    """What forms call it."""
    return str(column(name).verbose_name)


def reference_of(feature: MapFeature) -> str:
    """By what an export names an element, and an import knows it again."""
    return feature.source_reference or f"{OWN_REFERENCE}{feature.pk}"


def check_names(names: Iterable[str]) -> None:
    """Raise ValidationError for names that nobody may set."""
    wrong = {name: _("Dit veld bestaat niet of is niet te veranderen.") for name in names if name not in WRITABLE}
    if wrong:
        raise ValidationError(dict(wrong))


def plain(value: Any) -> Any:
    """A value as JSON holds it: a number in figures, a day as ISO 8601, a shape as GeoJSON, another row as its id."""
    if isinstance(value, GEOSGeometry):
        return as_geojson(value)
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return value


def plain_values(row: models.Model, names: Iterable[str] = WRITABLE) -> dict[str, Any]:
    """Fields of an element, or of a version of it, as JSON holds them."""
    return {name: plain(getattr(row, column(name).attname)) for name in names}


def read_values(given: Mapping[str, Any]) -> dict[str, Any]:
    """The other way round: what plain() wrote, as services take it. Raises ValidationError by field."""
    check_names(given)
    return {name: _read(column(name), value) for name, value in given.items()}


def _read(field: "models.Field[Any, Any]", value: Any) -> Any:
    if field.name == "geometry":
        return read_shape(value, most_vertices=MOST_VERTICES)
    if field.is_relation and value is not None:
        assert isinstance(field.related_model, type)
        found = field.related_model._default_manager.filter(pk=value).first()
        if found is None:
            raise ValidationError({field.name: _("Dit bestaat niet meer.")})
        return found
    return field.to_python(value)
