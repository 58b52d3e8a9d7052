"""A scored, explained pair of a supply and a demand."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from matching.querysets import MatchQuerySet


class Match(models.Model):
    """One of the best supplies for a demand, with each part of its score (0..1) and the facts behind it.

    Only pairs that meet every hard condition are stored, and per demand only the best few
    (`matching.rules.BEST_PER_DEMAND`).
    """

    # No index for each alone: the constraint and the index of supplies below begin with them.
    supply = models.ForeignKey("listings.Listing", models.CASCADE, related_name="demand_matches", db_index=False)
    demand = models.ForeignKey("listings.Listing", models.CASCADE, related_name="supply_matches", db_index=False)
    score = models.FloatField()
    material_part = models.FloatField()
    distance_part = models.FloatField()
    quantity_part = models.FloatField()
    timing_part = models.FloatField()
    price_part = models.FloatField()
    condition_part = models.FloatField()
    distance_m = models.PositiveIntegerField()
    coverage = models.FloatField(null=True)
    overlap_days = models.PositiveIntegerField()
    hub_ids = ArrayField(models.IntegerField())
    #: A hash of all of the above: two pairs are compared by it alone (matching.pairs.fingerprints).
    fingerprint = models.BigIntegerField(default=0)
    computed_at = models.DateTimeField()

    objects = MatchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["demand", "supply"], name="match_once"),
            models.CheckConstraint(name="match_score_in_range", condition=Q(score__gte=0, score__lte=1)),
        ]
        indexes = [
            GinIndex(fields=["hub_ids"], name="match_hubs"),
            models.Index(fields=["-score", "id"], name="match_best"),
            models.Index(fields=["supply", "-score"], name="match_of_supply"),
        ]

    def __str__(self) -> str:
        return f"{self.supply_id} → {self.demand_id} ({self.score:.2f})"
