"""A scored, explained pair of a supply and a demand."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from matching.querysets import MatchQuerySet


class Match(models.Model):
    """One of the best pairs of a demand, of a supply or of both, with each part of its score (0..1) and the facts.

    Only pairs that meet every hard condition are stored, and of each listing only the best few
    (`matching.rules.BEST_PER_LIST`).
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
    #: The share of the demand that is met, and that of the lot that goes: empty where it was paired without it.
    coverage = models.FloatField(null=True)
    lot_share = models.FloatField(null=True)
    overlap_days = models.PositiveIntegerField()
    hub_ids = ArrayField(models.IntegerField())
    #: A hash of all of the above: two pairs are compared by it alone (matching.pairs.fingerprints).
    fingerprint = models.BigIntegerField(default=0)
    #: Whose lists it is in, by the bits of matching.pairs.sides: 1 the demand's, 2 the supply's, 3 both.
    kept_by = models.PositiveSmallIntegerField()
    computed_at = models.DateTimeField()

    objects = MatchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["demand", "supply"], name="match_once"),
            models.CheckConstraint(name="match_kept_by_someone", condition=Q(kept_by__gte=1, kept_by__lte=3)),
            models.CheckConstraint(name="match_score_in_range", condition=Q(score__gte=0, score__lte=1)),
        ]
        indexes = [
            GinIndex(fields=["hub_ids"], name="match_hubs"),
            models.Index(fields=["-score", "id"], name="match_best"),
            models.Index(fields=["supply", "-score"], name="match_of_supply"),
        ]

    def __str__(self) -> str:
        return f"{self.supply_id} → {self.demand_id} ({self.score:.2f})"
