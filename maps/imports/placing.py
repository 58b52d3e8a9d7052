"""Puts new rows that have no coordinates where their address is."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from geo.gazetteer import point_of
from listings.imports.addresses import BESIDE_STREET, with_house
from listings.imports.headers import field_of, plain
from maps.enums import Fate
from maps.imports.files import Plan
from maps.imports.step import mark_wrong
from maps.mistakes import mistakes_of
from maps.models import MapImport, MapImportRow

#: What says together where something is, in the order in which an address is written.
_PARTS = ("street", *BESIDE_STREET, "postal_code", "town")


def place_by_address(map_import: MapImport, said: Mapping[int, Mapping[str, Any]], plan: Plan) -> int:
    """Give new rows without a place the one of their address; returns how many have none that we know.

    `said` has by the number of a row what its cells say. An element that is there already stays where it is: the town
    in a list says less than the point on the map.
    """
    if not said:
        return 0
    columns, found, refused = _columns(plan), list[MapImportRow](), []
    for row in map_import.rows.filter(fate=Fate.ADDED, feature=None, geometry=None).order_by("number"):
        try:
            row.geometry = point_of(address_in(said.get(row.number, {}), columns))
        except ValidationError as error:
            refused.append((row, mistakes_of(error)))
        else:
            found.append(row)
    MapImportRow.objects.bulk_update(found, ["geometry"])
    mark_wrong(refused)
    return len(refused)


def address_columns(plan: Plan) -> list[str]:
    """The columns in which the address of a row stands, in the order in which an address is written."""
    return list(_columns(plan).values())


def address_in(cells: Mapping[str, Any], columns: Mapping[str, str]) -> str:
    """The address in the cells of a row: "Kerkstraat 1, 9000 Gent". Raises ValidationError for none.

    `columns` has by part of an address the column that holds it.
    """
    parts = {part: text for part, column in columns.items() if (text := _text(cells.get(column)))}
    town = " ".join(parts[part] for part in ("postal_code", "town") if part in parts)
    street = parts.get("street", "")
    # Without a postal code no house is known, and its number could be taken for one.
    if "postal_code" in parts:
        street = with_house(street, parts.get("house", ""), parts.get("box", ""))
    text = ", ".join(filter(None, [street, town]))
    if not text:
        raise ValidationError(
            _("Zeg waar het is: geef een kolom “lat” en een kolom “lon”, of een adres met gemeente.")
        )
    return text


def _columns(plan: Plan) -> dict[str, str]:
    """By part of an address the column that holds it; a number is that of a house only beside a street."""
    names = [name for name in (*plan.unread, *plan.columns.values()) if name != plan.id_column]
    found = dict[str, str]()
    for name in names:
        means = field_of(plain(name))
        if means in _PARTS and (means not in BESIDE_STREET or name in plan.unread):
            found.setdefault(means, name)
    parts = [part for part in _PARTS if part in found]
    return {part: found[part] for part in parts if part not in BESIDE_STREET or "street" in found}


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()
