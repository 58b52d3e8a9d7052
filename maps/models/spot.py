"""What came from a phone on the spot: that it is stored once, and how well the phone knew where it was."""

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import Q
from django.db.models.functions import Now

from geo.points import WGS84_SRID
from maps.models.feature import MapFeature


class SpotEntry(models.Model):
    """An element that somebody added on the spot. Their phone made `key`, and may send it again: an answer gets lost.

    `digest` is of all that was sent by that key. `reading` is where the phone said that it was, and `accuracy_m` how
    far off that may be (with 95 % certainty); both are empty where the person set the place.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    key = models.UUIDField()
    digest = models.CharField(max_length=64)
    feature = models.OneToOneField(MapFeature, models.CASCADE, related_name="spot_entry")
    reading = models.PointField(srid=WGS84_SRID, spatial_index=False, null=True)
    accuracy_m = models.PositiveIntegerField(null=True)
    noted_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="spot_entry_once"),
            models.CheckConstraint(
                name="spot_entry_reading_whole",
                condition=Q(reading__isnull=True, accuracy_m__isnull=True)
                | Q(reading__isnull=False, accuracy_m__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.key)

    def places(self, feature: MapFeature) -> bool:
        """Whether its element still is where the phone was: nobody moved it since."""
        return self.reading is not None and bool(self.reading == feature.geometry)
