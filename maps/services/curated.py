"""What maps and layers have in common when they are written."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.validators import one_line, visible
from maps.conflicts import CuratedConflict, Versioned
from maps.models import MapLayer, MaterialMap

Row = TypeVar("Row", MaterialMap, MapLayer)


def present_map(material_map: MaterialMap) -> MaterialMap:
    """The map as it is stored, locked with its order. Raises ValidationError where it is gone."""
    locked = MaterialMap.objects.select_for_update(of=("self",)).select_related("hub").get(pk=material_map.pk)
    if locked.deleted_at is not None:
        raise ValidationError(_("Deze kaart is weggehaald. Zet ze eerst terug."))
    return locked


def check_seen(row: Versioned, version: int | None, fields: Mapping[str, Any]) -> None:
    """Raise CuratedConflict where a locked row isn't as somebody saw it; None is how it is now, whatever that is."""
    if version is not None and version != row.version:
        raise CuratedConflict(row, version, fields)


def fill_curated(row: Row, fields: Mapping[str, Any], writable: frozenset[str]) -> Row:
    """Set fields, with their texts in the form in which they are stored. Raises ValidationError for other fields."""
    wrong = {name: _("Dit veld bestaat niet of is niet te veranderen.") for name in fields if name not in writable}
    if wrong:
        raise ValidationError(dict(wrong))
    for name, value in fields.items():
        setattr(row, name, value)
    row.title, row.attribution = one_line(row.title), one_line(row.attribution)
    row.description = visible(row.description)
    return row
