"""What the worker pairs. Each task takes primary keys, and does no harm when it runs twice."""

import time

from celery import group, shared_task
from django.utils import timezone

from geo.models import Hub
from listings.models import Listing
from matching.models import PairingRun, PairingWeights
from matching.pairs import distributed
from matching.pairs.batch import pair_by_new_weights
from matching.pairs.incremental import pair

#: So many that wait are paired one by one. Where there are more, all regions are paired at once: after an import of
#: 200,000 rows that takes a minute or two, and one by one would take hours.
MOST_ONE_BY_ONE = 500
#: Seconds for which one task pairs one by one. The next minute's takes the rest.
LONGEST_S = 20.0


@shared_task(time_limit=120)
def pair_listing(listing_id: int) -> int:
    """Bring the matches of one listing up to date; returns how many it has."""
    return pair(listing_id=listing_id, at=timezone.now())


@shared_task(time_limit=600)
def pair_waiting() -> int:
    """Pair listings that still wait, as after an import, or when the broker was away; returns how many one by one.

    Where many wait, the workers pair all regions instead: one run at a time.
    """
    now = timezone.now()
    waiting = list(Listing.objects.waiting_for_pairing().values_list("pk", flat=True)[: MOST_ONE_BY_ONE + 1])
    if len(waiting) > MOST_ONE_BY_ONE:
        distributed.start_unless_one_runs(at=now)
        return 0
    end, done = time.monotonic() + LONGEST_S, 0
    for listing_id in waiting:
        if time.monotonic() > end:
            break
        pair(listing_id=listing_id, at=timezone.now())
        done += 1
    return done


@shared_task(time_limit=1800)
def pair_region(hub_id: int) -> None:
    """Pair the demands of a hub again, if its points have changed since they were paired."""
    hub = Hub.objects.filter(pk=hub_id).first()
    if hub is not None:
        pair_by_new_weights(hub=hub, at=timezone.now())


@shared_task(time_limit=60)
def pair_waiting_regions() -> int:
    """Have hubs paired whose points changed and that still wait, as when the broker was away; returns how many."""
    hub_ids = list(PairingWeights.objects.filter(paired_at=None).values_list("hub_id", flat=True))
    for hub_id in hub_ids:
        pair_region.delay(hub_id)
    return len(hub_ids)


@shared_task(time_limit=1800)
def pair_everything() -> None:
    """Have all regions paired again, after listings moved between hubs."""
    distributed.start(at=timezone.now())


@shared_task(time_limit=60)
def share_out(run_id: int) -> None:
    """Give the workers a task for each hub that still waits in a run, the largest hub first."""
    run = PairingRun.objects.filter(pk=run_id).first()
    if run is not None:
        group(pair_hub.s(run_id, hub_id) for hub_id in run.waiting_hub_ids).delay()


@shared_task(time_limit=1800)
def pair_hub(run_id: int, hub_id: int) -> None:
    """Pair one hub's part of a run. If that fails, the whole run is cancelled."""
    try:
        distributed.pair_part(run_id=run_id, hub_id=hub_id)
    except Exception:
        distributed.cancel(run_id=run_id)
        raise
