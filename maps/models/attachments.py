"""What hangs on an element: its photos, its documents, and the listings that it became or came from."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.behalf import LONGEST_BEHALF_NOTE
from maps.enums import DocumentKind
from maps.models.feature import MapFeature

#: Photos of one element, and letters in the text that stands for one, at most.
MOST_PHOTOS, LONGEST_ALT = 8, 200
#: Documents of one element, and letters in the name of one, at most.
MOST_DOCUMENTS, LONGEST_DOCUMENT_NAME = 20, 120


class MapFeaturePhoto(models.Model):
    """A photo of an element, as `listings.photos` made it safe."""

    feature = models.ForeignKey(MapFeature, models.CASCADE, related_name="photos")
    image = models.ImageField(_("foto"), upload_to="photos", max_length=200)
    alt = models.CharField(_("wat staat erop"), max_length=LONGEST_ALT, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("foto")
        verbose_name_plural = _("foto's")
        ordering = ["position", "id"]
        indexes = [models.Index(fields=["image"], name="map_photo_by_file")]

    def __str__(self) -> str:
        return self.alt or str(self.image)


class MapFeatureDocument(models.Model):
    """A document of an element, such as an inventory or a permit, kept as it was given.

    `kind` is what its content says that it is (`maps.documents`); `name` is what people see and save it under.
    """

    feature = models.ForeignKey(MapFeature, models.CASCADE, related_name="documents")
    file = models.FileField(_("bestand"), upload_to="map-documents", max_length=200)
    kind = models.CharField(_("soort"), max_length=5, choices=DocumentKind)
    name = models.CharField(_("naam"), max_length=LONGEST_DOCUMENT_NAME)
    size_bytes = models.PositiveIntegerField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documenten")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="map_document_kind_known", condition=models.Q(kind__in=DocumentKind.values)),
            models.CheckConstraint(name="map_document_named", condition=~models.Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name


class MapFeatureListing(models.Model):
    """An element and a listing that are about the same: one was made from the other. `behalf_note` says who of the
    organisation asked staff of the hub to begin it, and how, where they did.
    """

    feature = models.ForeignKey(MapFeature, models.CASCADE, related_name="listings")
    listing = models.ForeignKey("listings.Listing", models.CASCADE, related_name="map_features")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(db_default=Now())
    behalf_note = models.CharField(
        _("wie vroeg dit aan de hub, en hoe"), max_length=LONGEST_BEHALF_NOTE, blank=True, default="", db_default=""
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["feature", "listing"],
                name="feature_of_listing_once",
                violation_error_message=_("Dit element hangt al aan dat zoekertje."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.feature} – {self.listing}"
