"""Photos of a listing."""

from django.db import models
from django.utils.translation import gettext_lazy as _

#: Photos of one listing, at most.
MOST_PHOTOS = 8
#: Letters in the words that describe a photo, at most.
LONGEST_ALT = 200


class ListingPhoto(models.Model):
    """A photo as `listings.photos` made it: without metadata, and no larger than pages need it."""

    listing = models.ForeignKey("listings.Listing", models.CASCADE, related_name="photos")
    image = models.ImageField(upload_to="photos/%Y/%m", width_field="width", height_field="height")
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    alt = models.CharField(_("beschrijving van de foto"), max_length=LONGEST_ALT, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("foto")
        verbose_name_plural = _("foto's")
        ordering = ["position", "id"]
        # Whoever asks for a file asks for its listing first.
        indexes = [models.Index(fields=["image"], name="photo_by_file")]

    def __str__(self) -> str:
        return self.alt or str(self.image.name)
