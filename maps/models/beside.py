"""Two files for one layer beside each other, as they were compared: once, whoever looks and however often."""

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GistIndex
from django.db.models.functions import Coalesce

from geo.points import WGS84_SRID
from maps.enums import Fate
from maps.models.feature import LONGEST_LINE, LONGEST_TITLE
from maps.models.imported import MapImport


class MapImportPair(models.Model):
    """That what a later file has otherwise than an earlier one is stored. It goes as soon as either is read or taken:
    while both are compared, no row of theirs changes but for what is chosen.
    """

    later = models.ForeignKey(MapImport, models.CASCADE, related_name="+", db_index=False)
    earlier = models.ForeignKey(MapImport, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["later", "earlier"], name="map_import_pair_once")]

    def __str__(self) -> str:
        return f"{self.later} – {self.earlier}"


class MapImportPairRow(models.Model):
    """What two files say otherwise of one element: maps.imports.between.Pair. Where it lies is of the later file, else
    of the earlier, else as the layer has it.
    """

    pair = models.ForeignKey(MapImportPair, models.CASCADE, related_name="rows", db_index=False)
    fate = models.CharField(max_length=10, choices=Fate)
    reference = models.CharField(max_length=LONGEST_LINE, blank=True)
    title = models.CharField(max_length=LONGEST_TITLE, blank=True)
    # Rows and elements by their numbers alone: those of imports are destroyed by the thousands.
    later_id = models.BigIntegerField(null=True)
    earlier_id = models.BigIntegerField(null=True)
    feature_id = models.BigIntegerField(null=True)
    changed = ArrayField(models.CharField(max_length=30), default=list)
    takeable = models.BooleanField()
    geometry = models.GeometryField(srid=WGS84_SRID, spatial_index=False, null=True)

    class Meta:
        indexes = [
            models.Index(fields=["pair", "fate", "reference"], name="pair_rows_by_fate"),
            models.Index("pair", Coalesce("later_id", "earlier_id"), name="pair_rows_by_row"),
            GistIndex(fields=["pair", "geometry"], name="pair_rows_at"),
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.title} ({self.fate})"
