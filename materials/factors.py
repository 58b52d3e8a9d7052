"""The impact factors of a material. Where no source gives any, they are unknown: nothing is estimated."""

from materials.models import ImpactFactor, Material


def factors_of(material: Material) -> list[ImpactFactor]:
    """The newest factors of the material, or else of the nearest one above it that has any; empty where none has."""
    rows = list(
        ImpactFactor.objects.filter(
            material__tree_left__lte=material.tree_left, material__tree_right__gte=material.tree_right
        )
        .select_related("material")
        .order_by("-material__depth", "-source_year", "basis")
    )
    return [row for row in rows if (row.material_id, row.source_year) == (rows[0].material_id, rows[0].source_year)]
