"""What the cells of a row declare: the status of a lot with its evidence, the reuse checklist, what food has to say.

What a list doesn't say stays as the stored listing has it, unless the material changes.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.validators import one_line
from listings.declarations import (
    BLANK,
    CHECKLIST,
    FOOD_FIELDS,
    STATUS_FIELDS,
    asked_fields,
    check_declarations_not_past,
    lacking_declarations,
    wrong_declarations,
)
from listings.enums import FoodDate, ListingKind
from listings.imports import values
from listings.imports.row import Row
from listings.models import LONGEST_NUMBER, Listing

_FOOD_COLUMNS = ("best_before", "use_by", "food_storage", "allergens")
_STATUS = ("declared_status", *STATUS_FIELDS)
#: The columns: fields, but that a THT and a TGT have one each.
COLUMNS = (*_STATUS, *CHECKLIST, *_FOOD_COLUMNS)
#: Fields of a stored listing that a list leaves as they are, and that rules look at.
KEPT = (*BLANK, "declared_status", "recurrence")
_UNSAID: Mapping[str, Any] = {name: Listing._meta.get_field(name).get_default() for name in KEPT}  # type: ignore[union-attr]
#: What a row sets.
_SET = (*CHECKLIST, *FOOD_FIELDS)
#: Other fields of a row that the rules look at.
_LOOKED_AT = ("kind", "material", "condition", "available_from", "available_until", "eural_code")
_NOT_ASKED = _("Bij dit materiaal zeg je dit niet. Laat het leeg.")
_SUPPLY_ALONE = _("Dit zeg je enkel bij aanbod. Laat het leeg.")


def said_before(stored: tuple[Any, ...]) -> dict[str, Any]:
    """Those of KEPT, given in that order, that say something."""
    return {name: value for name, value in zip(KEPT, stored, strict=True) if value != _UNSAID[name]}


def read_declared(row: Row, before: Mapping[str, Any], today: dt.date) -> dict[str, Any]:
    """The fields that the row sets. Needs its other values, and sets the last day that follows from them."""
    given = row.parsed.values
    kind, material = given["kind"], given["material"]
    asked = asked_fields(kind, material) if kind and material else ()
    declared = {name: before.get(name, BLANK[name]) if name in asked else BLANK[name] for name in _SET}
    declared |= {name: before.get(name, _UNSAID[name]) for name in _STATUS}
    cells = [name for name in COLUMNS if row.get(name)]
    if kind and material and (misplaced := [name for name in cells if not _may_say(name, kind, asked)]):
        for name in misplaced:
            row.wrong(name, ValidationError(_NOT_ASKED if kind == ListingKind.SUPPLY else _SUPPLY_ALONE))
        return declared
    if cells:
        declared |= _read_status(row) | _read_checklist(row) | _read_food(row)
    if kind != ListingKind.SUPPLY or material is None or not (asked or before or cells):
        return declared
    _check(row, before, declared, today)
    return declared


def _may_say(column: str, kind: ListingKind, asked: tuple[str, ...]) -> bool:
    if column in _STATUS:
        return kind == ListingKind.SUPPLY
    return ("food_date" if column in _FOOD_COLUMNS else column) in asked


def _read_status(row: Row) -> dict[str, Any]:
    """What the cells say; what they leave empty isn't there."""
    said: dict[str, Any] = {}
    if row.get("declared_status") and (status := row.read("declared_status", values.declared_status)):
        said["declared_status"] = status.value
    if row.get("status_evidence") and (evidence := row.read("status_evidence", values.status_evidence)):
        said["status_evidence"] = evidence.value
    if row.get("status_number"):
        said["status_number"] = row.short("status_number", one_line(row.get("status_number")), LONGEST_NUMBER)
    if row.get("status_until"):
        said["status_until"] = row.read("status_until", values.last_day)
    return said


def _read_checklist(row: Row) -> dict[str, Any]:
    return {name: row.read(name, values.checked) for name in CHECKLIST if row.get(name)}


def _read_food(row: Row) -> dict[str, Any]:
    """What the cells say; what they leave empty isn't there."""
    said: dict[str, Any] = {}
    if row.get("best_before") and row.get("use_by"):
        row.wrong("use_by", ValidationError(_("Vul THT of TGT in, niet allebei.")))
    for name, kind in (("best_before", FoodDate.BEST_BEFORE), ("use_by", FoodDate.USE_BY)):
        found = row.read(name, values.food_date) if row.get(name) else None
        if isinstance(found, FoodDate):
            said |= {"food_date_kind": found.value, "food_date": None}
        elif found is not None:
            said |= {"food_date_kind": kind.value, "food_date": found}
    if row.get("food_storage") and (how := row.read("food_storage", values.food_storage)):
        said["food_storage"] = how.value
    if row.get("allergens") and (which := row.read("allergens", values.allergens)):
        said["allergens"] = which
    return said


def _check(row: Row, before: Mapping[str, Any], declared: dict[str, Any], today: dt.date) -> None:
    """Keep the rules of listings.declarations. Names what is wrong at the cell in which it can be mended."""
    given = row.parsed.values
    if any(mistake.field in COLUMNS for mistake in row.parsed.mistakes):
        return
    if declared["food_date"] and given["available_until"] is None and not row.get("available_until"):
        given["available_until"] = declared["food_date"]
    listing = Listing(**{**before, **declared}, **{name: given[name] for name in _LOOKED_AT})
    refused = wrong_declarations(listing) or lacking_declarations(listing)
    try:
        check_declarations_not_past(listing, today)
    except ValidationError as error:
        refused = {name: " ".join(words) for name, words in error.message_dict.items()} | refused
    for name, words in refused.items():
        row.wrong(_column_of(row, name), ValidationError(words))


def _column_of(row: Row, name: str) -> str:
    """In which column a field is mended."""
    if name in ("food_date", "food_date_kind"):
        return "use_by" if row.get("use_by") else "best_before"
    return name
