"""What a material lacks it has from above: the same by a query for one, and in the lines that the API reads of all."""

import pytest

from materials.api.representation import factor_rows, lines_of, unit_rows
from materials.factors import factors_of
from materials.models import Material
from materials.units import allowed_units, unit_mass_kg

pytestmark = pytest.mark.django_db


def test_the_api_gives_every_material_the_units_and_factors_that_listings_go_by() -> None:
    lines = list(lines_of(Material.objects.in_tree_order().with_units().with_factors()))
    inherited = 0
    for line in lines:
        material = line[-1]
        units = unit_rows(line)
        assert [row["unit"] for row in units] == allowed_units(material), material.code
        masses = [unit_mass_kg(material, row["unit"]) for row in units]
        assert [row["mass_kg"] for row in units] == [None if mass is None else float(mass) for mass in masses]
        factors = factors_of(material)
        assert [row["kg_co2e_per_tonne"] for row in factor_rows(line)] == [
            float(row.kg_co2e_per_tonne) for row in factors
        ]
        inherited += any(row.material_id != material.pk for row in factors)
    assert inherited > 10
    assert len(lines) == Material.objects.count()
