"""How many elements a layer has, altogether and by cell of the map. Triggers of the database keep both."""

from django.db import models

from maps.models.layer import MapLayer


class MapLayerCount(models.Model):
    """Elements of a layer in one state that so many may see.

    `changed_at` is when one last came or went; None where none did since that is kept.
    """

    layer = models.ForeignKey(MapLayer, models.CASCADE, related_name="counts", db_index=False)
    state = models.CharField(max_length=10)
    visibility = models.SmallIntegerField()
    count = models.IntegerField()
    changed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["layer", "state", "visibility"], name="layer_count_once"),
            models.CheckConstraint(name="layer_count_not_negative", condition=models.Q(count__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.layer_id} {self.state} {self.visibility}: {self.count}"


class MapLayerCell(models.Model):
    """Those of one kind in one cell of one level of the map (`maps.tiles`), with where they lie on average.

    `x` and `y` are those of the cell in the grid of its level; `sum_x` and `sum_y` add up positions in the world's
    whole numbers.
    """

    layer = models.ForeignKey(MapLayer, models.CASCADE, related_name="+", db_index=False)
    level = models.SmallIntegerField()
    x = models.IntegerField()
    y = models.IntegerField()
    state = models.CharField(max_length=10)
    visibility = models.SmallIntegerField()
    kind = models.CharField(max_length=10)
    count = models.IntegerField()
    sum_x = models.BigIntegerField()
    sum_y = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["layer", "level", "x", "y", "state", "visibility", "kind"], name="layer_cell_once"
            ),
            models.CheckConstraint(name="layer_cell_not_negative", condition=models.Q(count__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.layer_id} {self.level}/{self.x}/{self.y}: {self.count}"
