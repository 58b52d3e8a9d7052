"""What hangs on another element since a change, so that undoing the change brings it back."""

from django.db import models
from django.db.models import Q

from maps.models.attachments import MapFeatureDocument, MapFeatureListing, MapFeaturePhoto
from maps.models.feature import MapFeature


class MapFeatureMove(models.Model):
    """A photo, a document or a listing of `was_of` that hangs on `now_of` since a change, by the number of that."""

    change = models.UUIDField(db_index=True)
    was_of = models.ForeignKey(MapFeature, models.CASCADE, related_name="+")
    now_of = models.ForeignKey(MapFeature, models.CASCADE, related_name="+")
    photo = models.ForeignKey(MapFeaturePhoto, models.CASCADE, null=True, related_name="+")
    document = models.ForeignKey(MapFeatureDocument, models.CASCADE, null=True, related_name="+")
    listing = models.ForeignKey(MapFeatureListing, models.CASCADE, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="map_move_of_one",
                condition=Q(photo__isnull=False, document=None, listing=None)
                | Q(photo=None, document__isnull=False, listing=None)
                | Q(photo=None, document=None, listing__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.was_of} → {self.now_of}"
