"""Several supplies that together serve one demand, for when none can do it alone."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class Bundle(models.Model):
    """The bundle of a demand, made of its list of matches whenever that changes.

    Its stops, largest first, are three arrays of one length: the ids of the supplies, the share of the demand that
    each serves (0..1), and how far away it is. A supply may have gone since: matching.bundles.read looks.
    """

    demand = models.OneToOneField("listings.Listing", models.CASCADE, related_name="bundle", primary_key=True)
    supply_ids = ArrayField(models.BigIntegerField())
    shares = ArrayField(models.FloatField())
    distances_m = ArrayField(models.PositiveIntegerField())
    #: False where more sets of supplies are possible than are looked at: then there may be a better one.
    proven = models.BooleanField()
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="bundle_has_two_stops_or_more",
                condition=Q(
                    supply_ids__len__gte=2, shares__len=F("supply_ids__len"), distances_m__len=F("supply_ids__len")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.demand_id} ← {', '.join(map(str, self.supply_ids))}"
