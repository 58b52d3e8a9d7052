"""The material tree, its names, units and impact factors."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from materials.enums import Asks, Basis, Level, Unit
from materials.querysets import MaterialQuerySet


class Material(models.Model):
    """A node of the tree: family → material → grade.

    tree_left and tree_right are nested-set numbers: what lies below a node has its tree_left within the node's range,
    so that "this material and all below it" is one range condition.
    """

    code = models.SlugField(max_length=60, unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    level = models.CharField(max_length=10, choices=Level)
    depth = models.PositiveSmallIntegerField()
    tree_left = models.IntegerField(db_index=True)
    tree_right = models.IntegerField()
    name_nl = models.CharField(_("naam in het Nederlands"), max_length=80)
    name_en = models.CharField(_("naam in het Engels"), max_length=80)
    name_fr = models.CharField(_("naam in het Frans"), max_length=80)
    icon = models.CharField(max_length=40, blank=True)
    eural_codes = ArrayField(models.CharField(max_length=7), default=list, blank=True)
    # Of itself or of the nearest material above it that says so.
    asks = models.CharField(max_length=12, choices=Asks, blank=True, default="")

    objects = MaterialQuerySet.as_manager()

    class Meta:
        verbose_name = _("materiaal")
        verbose_name_plural = _("materialen")
        ordering = ["tree_left"]
        constraints = [models.CheckConstraint(name="material_range", condition=Q(tree_right__gte=F("tree_left")))]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """In the active language."""
        name: str = getattr(self, f"name_{get_language() or settings.LANGUAGE_CODE}")
        return name


class MaterialName(models.Model):
    """A name or synonym by which people look a material up."""

    material = models.ForeignKey(Material, models.CASCADE, related_name="names")
    language = models.CharField(max_length=2)
    name = models.CharField(max_length=80)
    plain = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["material", "language", "plain"], name="material_name_once")]
        indexes = [GinIndex(fields=["plain"], opclasses=["gin_trgm_ops"], name="material_name_like")]

    def __str__(self) -> str:
        return self.name


class MaterialUnit(models.Model):
    """A unit that fits a material and what lies below it. `mass_kg` is what one weighs, by `mass_basis`."""

    material = models.ForeignKey(Material, models.CASCADE, related_name="units")
    unit = models.CharField(max_length=10, choices=Unit)
    mass_kg = models.DecimalField(max_digits=10, decimal_places=4, null=True, blank=True)
    mass_basis = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["material", "unit"], name="material_unit_once")]

    def __str__(self) -> str:
        return f"{self.material}: {self.unit}"


class ImpactFactor(models.Model):
    """The emissions of one tonne of a material that was made in one way, by one source. What is unknown has no row."""

    material = models.ForeignKey(Material, models.CASCADE, related_name="factors")
    basis = models.CharField(max_length=12, choices=Basis)
    kg_co2e_per_tonne = models.DecimalField(max_digits=12, decimal_places=5)
    source = models.CharField(max_length=200)
    source_material = models.CharField(max_length=100)
    source_year = models.PositiveSmallIntegerField()
    licence = models.CharField(max_length=100)

    class Meta:
        ordering = ["-source_year", "basis"]
        constraints = [models.UniqueConstraint(fields=["material", "basis", "source_year"], name="factor_once")]

    def __str__(self) -> str:
        return f"{self.material} {self.basis}: {self.kg_co2e_per_tonne} kg CO2e/t"
