"""Puts new rows that have no coordinates where their address is."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from geo.gazetteer import point_of
from listings.imports.headers import field_of, plain
from maps.enums import Fate
from maps.imports.step import mark_wrong
from maps.mistakes import mistakes_of
from maps.models import MapImport, MapImportRow

#: What says together where something is, as an address is written.
_PARTS = ("street", "postal_code", "town")


def place_by_address(map_import: MapImport, said: Mapping[int, Mapping[str, Any]]) -> int:
    """Give new rows without a place the one of their address; returns how many have none that we know.

    `said` has by the number of a row what its cells say. An element that is there already stays where it is: the town
    in a list says less than the point on the map.
    """
    if not said:
        return 0
    found, refused = list[MapImportRow](), []
    for row in map_import.rows.filter(fate=Fate.ADDED, feature=None, geometry=None).order_by("number"):
        try:
            row.geometry = point_of(address_in(said.get(row.number, {})))
        except ValidationError as error:
            refused.append((row, mistakes_of(error)))
        else:
            found.append(row)
    MapImportRow.objects.bulk_update(found, ["geometry"])
    mark_wrong(refused)
    return len(refused)


def address_in(cells: Mapping[str, Any]) -> str:
    """The address in the cells of a row: "Kerkstraat 1, 9000 Gent". Raises ValidationError for none."""
    parts = dict[str, str]()
    for name, value in cells.items():
        means = field_of(plain(name))
        if means in _PARTS and value not in (None, ""):
            parts.setdefault(means, str(value).strip())
    town = " ".join(parts[name] for name in ("postal_code", "town") if name in parts)
    text = ", ".join(filter(None, [parts.get("street"), town]))
    if not text:
        raise ValidationError(
            _("Zeg waar het is: geef een kolom “lat” en een kolom “lon”, of een adres met gemeente.")
        )
    return text
