"""One pairing of all regions, shared out over workers."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class PairingRun(models.Model):
    """Which hubs' demands still wait, and what has been written so far.

    `seen` are the versions (id, updated_at) of listings that waited for pairing when it began: they are marked as
    paired when every part is done, unless they have changed since.
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
