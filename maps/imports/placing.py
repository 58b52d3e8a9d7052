"""Puts new rows that have no coordinates where their address is."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from geo.gazetteer import point_of
from listings.imports.headers import field_of, plain
from maps.enums import Fate
from maps.imports.files import Plan
from maps.imports.step import mark_wrong
from maps.mistakes import mistakes_of
from maps.models import MapImport, MapImportRow

#: What says together where something is, as an address is written.
_PARTS = ("street", "postal_code", "town")
#: What stands beside a street in columns of their own: the number of a house, and of a letter box in it.
_BESIDE_STREET = {
    "house": ("nummer", "nr", "huisnummer", "huisnr", "number", "house number", "numero"),
    "box": ("bus", "busnummer", "busnr", "box", "boite", "bte"),
}  # fmt: skip
_BESIDE = {name: part for part, names in _BESIDE_STREET.items() for name in names}


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
    street, house = parts.get("street", ""), parts.get("house", "")
    # Without a postal code no house is known, and its number could be taken for one.
    if street and house and "postal_code" in parts and house not in street.split():
        box = f" bus {parts['box']}" if "box" in parts else ""
        street = f"{street} {house}{box}"
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
        if (means := field_of(plain(name))) in _PARTS:
            found.setdefault(means, name)
    if "street" in found:
        for name in plan.unread:
            if beside := _BESIDE.get(plain(name)):
                found.setdefault(beside, name)
    return {part: found[part] for part in ("street", "house", "box", "postal_code", "town") if part in found}


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()
