"""Demand that nothing serves."""

from django.db.models import Exists, OuterRef

from listings.enums import ListingKind
from listings.querysets import ListingQuerySet
from matching.models import Match


def unmet(listings: ListingQuerySet, hub_id: int) -> ListingQuerySet:
    """Those of some listings that ask for what no supply in the hub fits, and that pairing has seen.

    A pair that one of both sides dismissed serves nobody.
    """
    pairs = Match.objects.current().in_hub(hub_id).filter(demand=OuterRef("pk"))
    return listings.of_kind(ListingKind.DEMAND).filter(~Exists(pairs), paired_at__isnull=False)


def count_waiting(listings: ListingQuerySet) -> int:
    """How many demands pairing hasn't seen yet: nobody knows whether something fits."""
    return listings.of_kind(ListingKind.DEMAND).filter(paired_at=None).count()
