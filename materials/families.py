"""The families at the top of the tree, which give every material its icon."""

from functools import lru_cache

from materials.models import Material

#: The icon where no material is chosen yet.
NO_MATERIAL_ICON = "package"


def family_icon(number: int | None) -> str:
    """The icon of the family of the material with this number in the tree."""
    for first, last, icon in _families():
        if number is not None and first <= number <= last:
            return icon
    return NO_MATERIAL_ICON


@lru_cache(maxsize=1)
def _families() -> tuple[tuple[int, int, str], ...]:
    """Read once per process: the tree changes only with a new version of Werkstof, and then processes start anew."""
    return tuple(Material.objects.families().values_list("tree_left", "tree_right", "icon"))
