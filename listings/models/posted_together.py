"""Listings that a program posted in one go: that they are stored once."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

#: Letters of the key by which a program sends something again.
LONGEST_POSTING_KEY = 64


class PostedTogether(models.Model):
    """What came by a key of an organisation's program, which may send it again: an answer gets lost.

    `digest` is of all that was sent by that key, and `listing_ids` are in the order in which they were sent.
    """

    organisation = models.ForeignKey("accounts.Organisation", models.CASCADE, related_name="+", db_index=False)
    idempotency_key = models.CharField(max_length=LONGEST_POSTING_KEY)
    digest = models.CharField(max_length=64)
    listing_ids = ArrayField(models.BigIntegerField(), default=list)
    posted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "idempotency_key"], name="posted_together_once"),
        ]

    def __str__(self) -> str:
        return f"{self.idempotency_key} ({len(self.listing_ids)})"
