"""How many published listings lie in each cell of the map. The database itself keeps count of what comes and goes."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from listings.enums import ListingKind
from listings.fields import IntegerMultirangeField


class ListingCell(models.Model):
    """Published listings of one kind in one cell of one level, as `listings.search.cells` last counted them.

    `cell` names level and cell in one number; `hub_id` 0 counts all hubs, empty `material_spans` all materials.
    `sum_x` and `sum_y` add up positions in units of `listings.search.cells`, `sum_id` ids: of one listing, its id.
    """

    hub_id = models.IntegerField()
    material_spans = IntegerMultirangeField()
    cell = models.BigIntegerField()
    kind = models.CharField(max_length=10, choices=ListingKind)
    count = models.IntegerField()
    sum_id = models.BigIntegerField()
    sum_x = models.BigIntegerField()
    sum_y = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hub_id", "material_spans", "cell", "kind"], name="listing_cell_once")
        ]
        indexes = [
            models.Index(fields=["cell"], name="listing_cell_material", condition=~Q(material_spans="{}")),
            models.Index(fields=["cell"], name="listing_cell_empty", condition=Q(count=0)),
        ]

    def __str__(self) -> str:
        return f"{self.cell}: {self.count}"


class ListingCellChange(models.Model):
    """A listing that came into its finest cell (`count` 1) or left it (−1) since the cells were last counted.

    Written by triggers and only ever added to, so that no two writers wait for each other.
    """

    cell = models.BigIntegerField(db_index=True)
    x = models.BigIntegerField()
    y = models.BigIntegerField()
    kind = models.CharField(max_length=10, choices=ListingKind)
    material_spans = IntegerMultirangeField()
    hub_ids = ArrayField(models.IntegerField())
    listing_id = models.BigIntegerField()
    count = models.SmallIntegerField()

    def __str__(self) -> str:
        return f"{self.cell}: {self.count:+d}"
