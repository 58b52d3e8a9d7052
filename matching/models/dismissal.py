"""A pair that one side doesn't want to see: "not for me"."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class DismissalReason(models.TextChoices):
    TOO_FAR = "too_far", _("te ver")
    CONDITION = "condition", _("staat past niet")
    QUANTITY = "quantity", _("hoeveelheid past niet")
    PRICE = "price", _("te duur")
    SOLVED = "solved", _("al opgelost")
    OTHER = "other", _("anders")


class Dismissal(models.Model):
    """`listing` doesn't want `other`, a listing of the other side, in its list. It holds until somebody takes it back.

    It isn't part of a match: pairing deletes and makes those anew.
    """

    listing = models.ForeignKey("listings.Listing", models.CASCADE, related_name="dismissals", db_index=False)
    other = models.ForeignKey("listings.Listing", models.CASCADE, related_name="dismissed_by")
    reason = models.CharField(max_length=10, choices=DismissalReason)
    words = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["listing", "other"], name="dismissal_once"),
            models.CheckConstraint(name="dismissal_of_another", condition=~Q(listing=F("other"))),
        ]

    def __str__(self) -> str:
        return f"{self.listing_id} × {self.other_id} ({self.reason})"
