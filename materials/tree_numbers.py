"""Which numbers in the tree a material and those below it have."""

from functools import lru_cache

from materials.models import Material


def numbers_below(material: Material) -> tuple[int, ...]:
    """The numbers of a material and of everything below it, ascending."""
    return _numbers(material.tree_left, material.tree_right)


@lru_cache(maxsize=1000)
def _numbers(first: int, last: int) -> tuple[int, ...]:
    """Read once per process: the tree changes only with a new version of Werkstof, and then processes start anew."""
    within = Material.objects.filter(tree_left__gte=first, tree_left__lte=last)
    return tuple(within.order_by("tree_left").values_list("tree_left", flat=True))
