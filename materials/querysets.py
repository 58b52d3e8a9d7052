"""Chainable reads of the material tree."""

from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from materials.models import Material


class MaterialQuerySet(models.QuerySet["Material"]):
    def in_tree_order(self) -> Self:
        return self.order_by("tree_left")

    def with_descendants_of(self, material: "Material") -> Self:
        """The material and everything below it."""
        return self.filter(tree_left__gte=material.tree_left, tree_left__lte=material.tree_right)

    def with_ancestors_of(self, material: "Material") -> Self:
        """The material and everything above it."""
        return self.filter(tree_left__lte=material.tree_left, tree_right__gte=material.tree_right)

    def families(self) -> Self:
        return self.filter(parent__isnull=True)
