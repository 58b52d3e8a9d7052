"""Rules for the fields of an element together. Each refusal names the field, and says what to do."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.validators import one_line, visible
from listings.enums import DeclaredStatus
from listings.validators import Mistakes, check_day, check_quantity, check_window, eural_code
from maps.enums import GeometryKind
from maps.models import MapFeature, MapLayer
from materials.models import Material
from materials.units import check_unit

#: Texts on one line, and texts with lines.
_LINES = ("title", "form", "source_name", "source_reference", "destination")
_TEXTS = ("description", "composition", "contaminants")
#: Fields that name rows of other tables.
_RELATED = tuple(field.name for field in MapFeature._meta.fields if field.is_relation)


def check_feature(feature: MapFeature) -> None:
    """Check everything of an element, and put texts, code and months in the form in which they are stored.

    Raises ValidationError that names each wrong field.
    """
    # Its shape is whole by geo.shapes; asking the database for that once more takes longer than storing it.
    _check(feature, check_unit, lambda known: feature.full_clean(exclude=["geometry", "position", *known]))


def check_without_asking(feature: MapFeature, fits: Callable[[Material, str], None]) -> None:
    """The same as far as it can be told without asking the database for each element; storing tells the rest.

    `fits` raises ValidationError where a material doesn't come in a unit.
    """
    _check(feature, fits, lambda known: feature.clean_fields(exclude=["geometry", "position", *_RELATED, *known]))


def _check(feature: MapFeature, fits: Callable[[Material, str], None], clean: Callable[[Iterable[str]], None]) -> None:
    for name in (*_LINES, *_TEXTS, "season_months"):
        setattr(feature, name, as_stored(name, getattr(feature, name)))
    mistakes = Mistakes()
    if feature.eural_code:
        mistakes.of(_at("eural_code", _store_eural), feature)
    if feature.quantity is not None:
        mistakes.of(_at("quantity", check_quantity), feature.quantity)
    if feature.material is not None and feature.unit:
        mistakes.of(_at("unit", fits), feature.material, feature.unit)
    for name in ("available_from", "available_until"):
        if (day := getattr(feature, name)) is not None:
            mistakes.of(_at(name, check_day), day)
    mistakes.of(_at("available_until", check_window), feature.available_from, feature.available_until)
    mistakes.of(_check_source, feature)
    mistakes.of(check_fits_layer, feature.geometry, feature.layer)
    mistakes.of(clean, list(mistakes))
    mistakes.refuse()


def as_stored(name: str, value: Any) -> Any:
    """A value of a field in the form in which it is stored: a text without what nobody sees, months in order.

    What is wrong stays as it is: check_feature() says so.
    """
    if name in _LINES:
        return one_line(value)
    if name in _TEXTS:
        return visible(value)
    if name == "season_months" and isinstance(value, list):
        return sorted(set(value))
    if name == "eural_code" and value:
        try:
            return eural_code(value)
        except ValidationError:
            return value
    return value


def check_publishable(feature: MapFeature) -> None:
    """Raise ValidationError, by field, for what an element still lacks before others rely on it."""
    if feature.declared_status == DeclaredStatus.WASTE and not feature.eural_code:
        raise ValidationError({"eural_code": _("Geef de euralcode van deze afvalstof.")})


def check_fits_layer(geometry: GEOSGeometry | None, layer: MapLayer) -> None:
    """Raise ValidationError unless the layer takes this sort of shape."""
    kind = GeometryKind(layer.geometry_kind)
    if geometry is None:
        raise ValidationError({"geometry": _("Zeg waar het is: zet het op de kaart, of geef een adres.")})
    if geometry.geom_type not in kind.types:
        words = _("Deze laag heeft enkel %(kind)s.")
        raise ValidationError({"geometry": ValidationError(words, params={"kind": kind.label})})


def _store_eural(feature: MapFeature) -> None:
    feature.eural_code = eural_code(feature.eural_code)


def _check_source(feature: MapFeature) -> None:
    if feature.site is not None and feature.site.organisation_id != feature.source_organisation_id:
        raise ValidationError({"site": _("Deze vestiging is van een andere organisatie. Kies een van de bron.")})


def _at(name: str, check: Callable[..., None]) -> Callable[..., None]:
    """The check, whose refusal names the field."""

    def named(*values: Any) -> None:
        try:
            check(*values)
        except ValidationError as error:
            raise ValidationError({name: error}) from None

    return named
