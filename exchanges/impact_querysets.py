"""Chainable reads of the lines of the impact ledger."""

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from exchanges.enums import Confirmation

if TYPE_CHECKING:
    from exchanges.models import ImpactEntry  # noqa: F401
    from listings.models import Listing


class ImpactEntryQuerySet(models.QuerySet["ImpactEntry"]):
    def current(self) -> Self:
        """The lines that count: those that no later one corrects."""
        return self.filter(corrected_by=None)

    def of_nothing(self) -> Self:
        """Of what turned out not to have been handed over."""
        return self.filter(confirmation=Confirmation.NOTHING)

    def in_hub(self, hub_id: int) -> Self:
        return self.filter(hub_ids__contains=[hub_id])

    def of_lots(self, listings: models.QuerySet["Listing"]) -> Self:
        """Of what was handed over of these listings themselves; a service that works on one counts for its own."""
        return self.filter(leg__listing__in=listings).exclude(confirmation=Confirmation.NOTHING)

    def of_organisation(self, organisation_id: int) -> Self:
        """Of what it gave or received."""
        return self.filter(Q(giver_id=organisation_id) | Q(receiver_id=organisation_id))

    def between(self, first: dt.date, last: dt.date) -> Self:
        """Completed from the first day to the last, both included."""
        return self.filter(completed_on__range=(first, last))
