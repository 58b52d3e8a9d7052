"""What staff of a hub said of two listings that look alike: that they aren't one lot."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

#: Letters of why.
LONGEST_WHY_NOT = 200


class NoDuplicate(models.Model):
    """It holds for every hub that sees the pair, as long as both listings say what they said then.

    `looks` keeps what made them alike, by the id of each listing (as listings.duplicates.looks writes it): once a
    listing says something else, the two are looked at anew. The newer listing is the one with the higher id.
    """

    newer = models.ForeignKey("listings.Listing", models.CASCADE, related_name="+", db_index=False)
    older = models.ForeignKey("listings.Listing", models.CASCADE, related_name="+")
    looks = models.JSONField()
    reason = models.CharField(max_length=LONGEST_WHY_NOT, blank=True)
    hub = models.ForeignKey("geo.Hub", models.SET_NULL, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    said_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["newer", "older"], name="no_duplicate_once"),
            models.CheckConstraint(name="no_duplicate_newer_first", condition=Q(newer__gt=F("older"))),
        ]

    def __str__(self) -> str:
        return f"{self.newer_id} ≠ {self.older_id}"
