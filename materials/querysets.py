"""Chainable reads of the material tree."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from materials.models import Material


class MaterialQuerySet(models.QuerySet["Material"]):
    def in_tree_order(self) -> Self:
        return self.order_by("tree_left")

    def with_ancestors_of(self, material: "Material") -> Self:
        """The material and everything above it."""
        return self.filter(tree_left__lte=material.tree_left, tree_right__gte=material.tree_right)

    def with_ancestors_of_any(self, materials: Iterable["Material"]) -> Self:
        """The materials and everything above any of them."""
        # Of no materials there is nothing: an empty Q() would be everything.
        condition = Q(pk__in=[])
        for material in materials:
            condition |= Q(tree_left__lte=material.tree_left, tree_right__gte=material.tree_right)
        return self.filter(condition)

    def related_to(self, material: "Material") -> Self:
        """The material, and everything above or below it: the materials that can be paired with it."""
        below = Q(tree_left__gte=material.tree_left, tree_left__lte=material.tree_right)
        return self.filter(below | Q(tree_left__lt=material.tree_left, tree_right__gte=material.tree_right))

    def with_units(self) -> Self:
        """Each with its own units, the usual ones first. A material without any has those of a node above it."""
        return self.prefetch_related("units")

    def with_factors(self) -> Self:
        """Each with its own impact factors, the newest first. A material without any has those of a node above it."""
        return self.prefetch_related("factors")

    def families(self) -> Self:
        return self.filter(parent__isnull=True)
