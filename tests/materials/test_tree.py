"""The material tree that ships: its breadth, its names, its units, and what is known of its impact."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from materials import reference
from materials.enums import Basis, Level, Unit
from materials.factors import factors_of
from materials.models import ImpactFactor, Material, MaterialName, MaterialUnit
from materials.tree_numbers import numbers_below
from materials.units import MASS_UNITS, allowed_units, check_unit, comparable_units, unit_mass_kg, units_of
from tests.makers import material

pytestmark = pytest.mark.django_db


def test_the_tree_is_broad_and_three_levels_deep() -> None:
    assert Material.objects.families().count() >= 14
    assert Material.objects.count() >= 140
    assert set(Material.objects.values_list("level", flat=True)) == set(Level.values)


def test_every_material_has_a_name_in_three_languages() -> None:
    nameless = [row.code for row in Material.objects.all() if not (row.name_nl and row.name_en and row.name_fr)]
    assert nameless == []


def test_a_node_s_numbers_hold_all_that_lies_below_it_and_nothing_else() -> None:
    rows = {row.pk: row for row in Material.objects.all()}

    def line(row: Material) -> set[int]:
        return {row.pk} | (line(rows[row.parent_id]) if row.parent_id else set())

    for above in rows.values():
        below = {row.tree_left for row in rows.values() if above.pk in line(row)}
        assert set(numbers_below(above)) == below, above.code


def test_loading_twice_writes_nothing() -> None:
    assert set(reference.load().values()) == {0}


def test_loading_mends_what_was_changed_by_hand() -> None:
    Material.objects.filter(code="wood").update(name_nl="Houd")
    MaterialName.objects.filter(material__code="wood").delete()
    MaterialUnit.objects.filter(material__code="wood").update(mass_kg=1)
    written = reference.load()
    assert written["materials"] == 1
    assert written["names"] > 1
    assert written["units"] > 1
    assert material("wood").name_nl == "Hout"


def test_a_mass_per_unit_says_what_it_rests_on() -> None:
    assert MaterialUnit.objects.filter(mass_kg__isnull=False).count() > 30
    groundless = MaterialUnit.objects.filter(mass_kg__isnull=False, mass_basis="")
    assert [str(row) for row in groundless] == []
    assert not MaterialUnit.objects.filter(mass_kg__lte=0).exists()


def test_a_family_says_in_which_units_it_is_counted() -> None:
    assert [row.code for row in Material.objects.families() if not units_of(row)] == []


def test_a_material_without_units_of_its_own_has_those_above_it() -> None:
    pallets = material("wood-pallets-eur")
    assert {row.material for row in units_of(pallets)} == {pallets}
    pallets.units.all().delete()
    assert {row.material for row in units_of(pallets)} == {material("wood-pallets")}


def test_mass_fits_every_material() -> None:
    assert all(set(MASS_UNITS) <= set(allowed_units(row)) for row in Material.objects.all())


def test_a_unit_that_doesn_t_fit_is_refused_with_those_that_do() -> None:
    check_unit(material("wood-pallets"), "piece")
    with pytest.raises(ValidationError, match=r"liter past niet bij Houten paletten\. Kies uit: stuks, kg, ton"):
        check_unit(material("wood-pallets"), "litre")
    with pytest.raises(ValidationError, match="schepel past niet"):
        check_unit(material("wood-pallets"), "schepel")


def test_a_mass_is_known_or_stays_unknown() -> None:
    assert unit_mass_kg(material("wood-pallets-eur"), "piece") == 25
    assert unit_mass_kg(material("wood"), "tonne") == 1000
    assert unit_mass_kg(material("wood-doors"), "piece") is None


def test_units_compare_within_what_they_measure() -> None:
    assert dict(comparable_units(Unit.TONNE)) == {"kg": Decimal(1000), "tonne": Decimal(1)}
    assert dict(comparable_units(Unit.LITRE)) == {"m3": Decimal("0.001"), "litre": Decimal(1)}
    assert dict(comparable_units(Unit.PIECE)) == {"piece": Decimal(1)}


def test_a_factor_says_whence_it_comes() -> None:
    assert ImpactFactor.objects.count() > 20
    for factor in ImpactFactor.objects.all():
        assert factor.source, factor
        assert factor.source_material, factor
        assert factor.licence, factor
        assert 2020 <= factor.source_year <= 2026, factor
        assert factor.basis in Basis.values, factor


def test_what_is_known_of_a_family_holds_below_it() -> None:
    pallet = factors_of(material("wood-pallets-eur"))
    assert {row.material.code for row in pallet} == {"wood"}
    (primary,) = (row for row in pallet if row.basis == Basis.PRIMARY)
    assert primary.kg_co2e_per_tonne > 0


def test_what_nobody_knows_stays_unknown() -> None:
    unknown = Material.objects.exclude(factors__isnull=False).filter(parent__isnull=True).first()
    assert unknown is not None
    assert factors_of(unknown) == []
