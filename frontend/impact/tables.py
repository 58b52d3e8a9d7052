"""Rows of totals: by month, by material and by organisation. Each opens to the lines that it was added up from."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Organisation
from exchanges.impact.totals import (
    Totals,
    hours_by_organisation,
    totals_by_material,
    totals_by_month,
    totals_by_organisation,
)
from frontend.impact.scope import UNKNOWN_MATERIAL, Scope, in_address
from materials.models import Material


@dataclass(frozen=True)
class Row:
    """`of` is the month, material or organisation; None where it isn't known. `lines` is the address of its lines, and
    `deeper` that of what it is made up of; empty where there are none, or they aren't for this reader. Of an
    organisation `worked_lines` are those of what a service worked on, and `hours` those that it worked itself.
    """

    of: Any
    totals: Totals
    lines: str
    deeper: str = ""
    itself: bool = False
    worked_lines: str = ""
    hours: Decimal | None = None


def month_rows(scope: Scope) -> list[Row]:
    return [
        _row(scope, month, totals, van=in_address(month), tot=in_address(month))
        for month, totals in totals_by_month(scope.chosen)
    ]


def material_rows(scope: Scope) -> list[Row]:
    """The families; or what is just below the material that was chosen, and what is about that one itself."""
    within = None if scope.itself else scope.material
    found = totals_by_material(scope.chosen, within)
    return [_material_row(scope, material, totals, itself=material == within) for material, totals in found]


def _material_row(scope: Scope, material: Material | None, totals: Totals, *, itself: bool) -> Row:
    if material is None:
        return _row(scope, None, totals, materiaal=UNKNOWN_MATERIAL)
    more = {"zelf": "1" if itself or scope.itself else ""}
    has_more = not itself and not scope.itself and material.tree_right > material.tree_left
    deeper = scope.address(materiaal=material.code) + "#materials" if has_more else ""
    return _row(scope, material, totals, deeper=deeper, itself=itself, materiaal=material.code, **more)


def organisation_rows(scope: Scope, sums: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Of some rows of `sums_by_organisation`, with names and hours: two queries more."""
    found = totals_by_organisation(sums)
    named = Organisation.objects.in_bulk([key for key, _totals in found])
    hours = hours_by_organisation(scope.chosen, named)
    rows = []
    for key, totals in found:
        one = named.get(key)
        mine = {"organisatie": one.slug} if one else {}
        worked_on = scope.address("lines", **mine, toon="diensten") if one and totals.worked_on else ""
        lines = _lines(scope, totals, **mine) if one else ""
        deeper = scope.address(**mine) if one else ""
        rows.append(Row(one, totals, lines, deeper, worked_lines=worked_on, hours=hours.get(key)))
    return rows


def organisation_header() -> list[str]:
    return [
        _("organisatie"), pgettext("van een organisatie", "soort"), _("uitwisselingen afgerond"),
        _("gewicht, bevestigd (kg)"), _("gewicht, één partij (kg)"), _("gewicht, betwist (kg)"), _("zonder gewicht"),
        _("vermeden, laag (kg CO2e)"), _("vermeden (kg CO2e)"), _("vermeden, hoog (kg CO2e)"),
        _("één partij: vermeden, laag (kg CO2e)"), _("één partij: vermeden (kg CO2e)"),
        _("één partij: vermeden, hoog (kg CO2e)"), _("zonder uitstoot"), _("gevraagde prijs (euro)"),
        _("één partij: gevraagde prijs (euro)"), _("zonder prijs"), _("door een dienst bewerkt"),
        _("gewicht dat diensten bewerkten (kg)"), _("gepresteerde uren"),
    ]  # fmt: skip


def organisation_cells(row: Row) -> list[Any]:
    """Under the header. What isn't known of any line is an empty cell, and no nought."""
    found = row.totals
    both, alone = found.with_emissions > 0, found.with_emissions_one_sided > 0
    return [
        str(row.of or ""), row.of.get_kind_display() if row.of else "", found.handed_over,
        found.kg_confirmed, found.kg_one_sided, found.kg_disputed, found.without_weight,
        *(figure if both else None for figure in (found.co2e_low_kg, found.co2e_avoided_kg, found.co2e_high_kg)),
        *(
            figure if alone else None
            for figure in (found.co2e_one_sided_low_kg, found.co2e_one_sided_kg, found.co2e_one_sided_high_kg)
        ),
        found.without_emissions, found.asked_eur, found.asked_one_sided_eur, found.without_value, found.worked_on,
        found.kg_worked_on, row.hours,
    ]  # fmt: skip


def _row(
    scope: Scope, of: dt.date | Material | None, totals: Totals, deeper: str = "", *, itself: bool = False, **more: str
) -> Row:
    return Row(of, totals, _lines(scope, totals, **more), deeper, itself)


def _lines(scope: Scope, totals: Totals, **more: str) -> str:
    """Where the lines of a row stand; empty where there are none, or they aren't for this reader."""
    return scope.address("lines", **more, toon="afgerond") if scope.sees_lines and totals.handed_over else ""
