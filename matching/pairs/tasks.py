"""Pairing outside the request. Each task takes primary keys and may run twice without harm."""

from celery import group, shared_task
from django.utils import timezone

from geo.models import Hub
from listings.models import Listing
from matching.models import PairingRun, PairingWeights
from matching.pairs import distributed
from matching.pairs.batch import pair_by_new_weights
from matching.pairs.incremental import pair


@shared_task(time_limit=120)
def pair_listing(listing_id: int) -> int:
    """Bring the matches of one listing up to date; returns how many it has."""
    return pair(listing_id=listing_id, at=timezone.now())


@shared_task(time_limit=600)
def pair_waiting() -> int:
    """Pair what still waits, for example because the broker was away when it was published; returns how many."""
    waiting = list(Listing.objects.waiting_for_pairing().values_list("pk", flat=True)[:500])
    for listing_id in waiting:
        pair(listing_id=listing_id, at=timezone.now())
    return len(waiting)


@shared_task(time_limit=1800)
def pair_region(hub_id: int) -> None:
    """Make the lists of one hub's demands anew where the hub weighs otherwise than they were made."""
    hub = Hub.objects.filter(pk=hub_id).first()
    if hub is not None:
        pair_by_new_weights(hub=hub, at=timezone.now())


@shared_task(time_limit=60)
def pair_waiting_regions() -> int:
    """Put the pairing on of hubs that weigh otherwise and still wait, as when the broker was away; how many."""
    hub_ids = list(PairingWeights.objects.filter(paired_at=None).values_list("hub_id", flat=True))
    for hub_id in hub_ids:
        pair_region.delay(hub_id)
    return len(hub_ids)


@shared_task(time_limit=1800)
def pair_everything() -> None:
    """Have all regions paired anew, after listings moved between hubs."""
    distributed.start(at=timezone.now())


@shared_task(time_limit=60)
def share_out(run_id: int) -> None:
    """Hand each hub that still waits in a pairing of all regions to the workers, the largest first."""
    run = PairingRun.objects.filter(pk=run_id).first()
    if run is not None:
        group(pair_hub.s(run_id, hub_id) for hub_id in run.waiting_hub_ids).delay()


@shared_task(time_limit=1800)
def pair_hub(run_id: int, hub_id: int) -> None:
    """One hub's part of a pairing of all regions. Where it fails, the run is over: what waited goes on waiting."""
    try:
        distributed.pair_part(run_id=run_id, hub_id=hub_id)
    except Exception:
        distributed.cancel(run_id=run_id)
        raise
