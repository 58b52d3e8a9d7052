"""A pairing of all regions by several workers, and how far it is."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class PairingRun(models.Model):
    """A run: the hubs whose listings are to be paired, those that still wait, and how much has been written so far.

    `seen_ids` and `seen_versions` (`updated_at`) are the listings that waited for pairing when the run began. They are
    marked as paired once all hubs are done, unless they have changed in the meantime. `pairs` counts places in lists,
    as matching.pairs.stored_matches.Outcome does: two where a pair is in the lists of both its sides.
    """

    at = models.DateTimeField()
    hub_ids = ArrayField(models.IntegerField())
    waiting_hub_ids = ArrayField(models.IntegerField())
    seen_ids = ArrayField(models.BigIntegerField())
    seen_versions = ArrayField(models.DateTimeField())
    pairs = models.PositiveIntegerField(default=0)
    written = models.PositiveIntegerField(default=0)
    deleted = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
