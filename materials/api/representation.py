"""Materials as the API writes them. Units or factors that a material lacks are those of the nearest one above it."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from materials.enums import Basis, Unit
from materials.models import ImpactFactor, Material, MaterialUnit
from materials.search import MaterialHit
from materials.units import MASS_UNITS

#: Between the names from the family down to the material.
PATH_SEPARATOR = " › "


def lines_of(materials: Iterable[Material]) -> Iterator[list[Material]]:
    """For each material the line of materials from its family down to itself.

    The materials come in tree order, and with all that are above any of them.
    """
    line: list[Material] = []
    for material in materials:
        while line and line[-1].tree_right < material.tree_left:
            line.pop()
        line.append(material)
        yield list(line)


def material_row(line: list[Material]) -> dict[str, Any]:
    """A material, given with the line down to it. Needs with_units() and with_factors()."""
    material = line[-1]
    return {
        "code": material.code,
        "name": material.name,
        "names": {language: getattr(material, f"name_{language}") for language in settings.LANGUAGE_CODES},
        "path": path_of(line),
        "parent": line[-2].code if len(line) > 1 else None,
        "level": material.level,
        "family": line[0].code,
        "units": unit_rows(line),
        "eural_codes": material.eural_codes,
        "asks": material.asks or None,
        "impact_factors": factor_rows(line),
    }


def hit_row(hit: MaterialHit, line: list[Material]) -> dict[str, Any]:
    """A found material: what a field shows while somebody types, and what a form does with it. Needs with_units()."""
    return {
        "code": hit.material.code,
        "name": hit.material.name,
        "matched_name": hit.name,
        "likeness": round(hit.likeness, 3),
        "path": path_of(line),
        "units": [{"unit": row["unit"], "label": row["label"]} for row in unit_rows(line)],
    }


def path_of(line: list[Material]) -> str:
    """ "Hout › Houten paletten", in the active language."""
    return PATH_SEPARATOR.join(material.name for material in line)


def unit_rows(line: list[Material]) -> list[dict[str, Any]]:
    """The units of allowed_units(), each with the mass of one and the source of that; null where it is unknown."""
    given: list[MaterialUnit] = next((list(node.units.all()) for node in reversed(line) if node.units.all()), [])
    rows = [_unit_row(Unit(row.unit), row.mass_kg, row.mass_basis) for row in given]
    named = {row.unit for row in given}
    return rows + [_unit_row(unit, None, "") for unit in MASS_UNITS if unit not in named]


def factor_rows(line: list[Material]) -> list[dict[str, Any]]:
    """The impact factors of factors_of(), each with its source; empty where none is known."""
    for node in reversed(line):
        factors = list(node.factors.all())
        if factors:
            return [_factor_row(row, node) for row in factors if row.source_year == factors[0].source_year]
    return []


def _unit_row(unit: Unit, mass_kg: Any, basis: str) -> dict[str, Any]:
    if unit in MASS_UNITS:
        mass_kg, basis = unit.factor, _("per definitie")
    return {
        "unit": unit.value,
        "label": str(unit.label),
        "mass_kg": None if mass_kg is None else float(mass_kg),
        "mass_basis": basis or None,
    }


def _factor_row(factor: ImpactFactor, node: Material) -> dict[str, Any]:
    return {
        "basis": factor.basis,
        "label": str(Basis(factor.basis).label),
        "kg_co2e_per_tonne": float(factor.kg_co2e_per_tonne),
        "material": node.code,
        "source": factor.source,
        "source_material": factor.source_material,
        "source_year": factor.source_year,
        "licence": factor.licence,
    }
