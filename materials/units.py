"""Which units fit a material, what one unit weighs, which units compare, and what a unit is called after a number."""

from decimal import Decimal
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, npgettext

from materials.enums import Unit
from materials.models import Material, MaterialUnit

#: These fit every material.
MASS_UNITS = (Unit.KG, Unit.TONNE)


def units_of(material: Material) -> list[MaterialUnit]:
    """The units of the material, or else those of the nearest material above it that has any; the usual ones first."""
    rows = MaterialUnit.objects.filter(
        material__tree_left__lte=material.tree_left, material__tree_right__gte=material.tree_right
    ).order_by("-material__depth", "position")
    found = list(rows.select_related("material"))
    return [row for row in found if row.material_id == found[0].material_id]


def allowed_units(material: Material) -> list[Unit]:
    """The units in which the material may be listed: its own, and those of mass."""
    units = [Unit(row.unit) for row in units_of(material)]
    return units + [unit for unit in MASS_UNITS if unit not in units]


class Listed(tuple[Any, ...]):
    """Things one after the other, each called as whoever reads it calls it: "kg, ton" or "kg, tonne"."""

    def __str__(self) -> str:
        return ", ".join(map(str, self))


class One(NamedTuple):
    """A unit as it is called after "per" or "1": "stuk", where many are "stuks"."""

    unit: Unit

    def __str__(self) -> str:
        return unit_words(self.unit, 1)


def check_unit(material: Material, unit: str) -> None:
    """Raise ValidationError, which names the units that fit, unless this unit fits the material."""
    allowed = allowed_units(material)
    if unit not in allowed:
        raise ValidationError(
            _("%(unit)s past niet bij %(material)s. Kies uit: %(fitting)s."),
            params={
                "unit": Unit(unit).label if unit in Unit.values else unit,
                "material": material,
                "fitting": Listed([choice.label for choice in allowed]),
            },
        )


def is_weight(unit: str) -> bool:
    """Whether so many of the unit is a weight: kilograms and tonnes are, pieces and boxes aren't."""
    return Unit(unit).dimension == "mass"


def unit_mass_kg(material: Material, unit: str) -> Decimal | None:
    """What one unit of the material weighs; None where no source says it."""
    if is_weight(unit):
        return Unit(unit).factor
    return next((row.mass_kg for row in units_of(material) if row.unit == unit), None)


def comparable_units(unit: Unit) -> list[tuple[str, Decimal]]:
    """Every unit of the same dimension, with how many of it make one of this unit: of a tonne also (kg, 1000)."""
    return [(other.value, unit.factor / other.factor) for other in Unit if other.dimension == unit.dimension]


def unit_words(unit: str, count: Decimal | float | int) -> str:
    """The unit after a count: "stuk" after 1, "stuks" after any other."""
    one = Decimal(count) == 1
    n = 1 if one else 2
    words = {
        Unit.PIECE: lambda: ngettext("stuk", "stuks", n),
        Unit.PALLET: lambda: ngettext("pallet vol", "pallets vol", n),
        Unit.BOX: lambda: ngettext("doos", "dozen", n),
        Unit.ROLL: lambda: npgettext("eenheid", "rol", "rollen", n),
        Unit.BAG: lambda: ngettext("zak", "zakken", n),
    }.get(Unit(unit))
    return words() if words else str(Unit(unit).label)
