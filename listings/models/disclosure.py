"""Whom the organisation of a hub-only listing agreed with, and so told who it is."""

from django.db import models
from django.utils import timezone


class OwnerDisclosure(models.Model):
    """The organisation of a listing is known to another one from here on, also when what they agreed on falls through:
    nobody forgets a name.
    """

    listing = models.ForeignKey("listings.Listing", models.CASCADE, related_name="disclosures")
    organisation = models.ForeignKey("accounts.Organisation", models.CASCADE, related_name="+")
    told_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["listing", "organisation"], name="owner_disclosed_once")]

    def __str__(self) -> str:
        return f"{self.listing_id} → {self.organisation_id}"
