"""How often the listings of a hub have dismissed a pair, and why."""

from django.db.models import Count

from geo.models import Hub
from matching.models import Dismissal


def dismissals_by_reason(hub: Hub) -> dict[str, int]:
    """How many dismissals hold, by reason, the most frequent first; each says so once."""
    held = Dismissal.objects.filter(listing__hub_ids__contains=[hub.pk])
    rows = held.values_list("reason").annotate(count=Count("pk")).order_by("-count", "reason")
    return dict(rows)
