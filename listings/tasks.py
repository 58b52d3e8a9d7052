"""Work outside the request. Each task takes primary keys and may run twice without harm."""

from celery import shared_task
from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from accounts.models import User


@shared_task(time_limit=120)
def pair_listing(listing_id: int) -> int:
    """Bring the matches of one listing up to date; returns how many it has."""
    from listings.pairing.incremental import pair

    return pair(listing_id=listing_id, at=timezone.now())


@shared_task(time_limit=600)
def pair_waiting() -> int:
    """Pair what still waits, for example because the broker was away when it was published; returns how many."""
    from listings.models import Listing
    from listings.pairing.incremental import pair

    waiting = list(Listing.objects.waiting_for_pairing().values_list("pk", flat=True)[:500])
    for listing_id in waiting:
        pair(listing_id=listing_id, at=timezone.now())
    return len(waiting)


@shared_task(time_limit=1800)
def place_anew() -> int:
    """Find every listing's municipality and hubs anew; where any moved, all workers pair all. Returns how many moved.

    Runs when regions or border policies change, and each night: what a broker that was away missed is done then.
    """
    from listings.bulk import relocate_listings
    from listings.pairing import distributed

    moved = relocate_listings()
    if moved:
        distributed.start(at=timezone.now())
    return moved


@shared_task(time_limit=1800)
def pair_region(hub_id: int) -> None:
    """Make the lists of one hub's demands anew where the hub weighs otherwise than they were made."""
    from geo.models import Hub
    from listings.pairing.batch import pair_by_new_weights

    hub = Hub.objects.filter(pk=hub_id).first()
    if hub is not None:
        pair_by_new_weights(hub=hub, at=timezone.now())


@shared_task(time_limit=60)
def pair_waiting_regions() -> int:
    """Put the pairing on of hubs that weigh otherwise and still wait, as when the broker was away; how many."""
    from listings.models import PairingWeights

    hub_ids = list(PairingWeights.objects.filter(paired_at=None).values_list("hub_id", flat=True))
    for hub_id in hub_ids:
        pair_region.delay(hub_id)
    return len(hub_ids)


@shared_task(time_limit=1800)
def pair_hub(run_id: int, hub_id: int) -> None:
    """One hub's part of a pairing of all regions. Where it fails, the run is over: what waited goes on waiting."""
    from listings.pairing import distributed

    try:
        distributed.pair_part(run_id=run_id, hub_id=hub_id)
    except Exception:
        distributed.cancel(run_id=run_id)
        raise


@shared_task(time_limit=1800)
def check_import(import_id: int) -> None:
    """The dry run of a file."""
    from listings.imports.run import run_check
    from listings.models import ListingImport

    listing_import = ListingImport.objects.filter(pk=import_id, state__in=["waiting", "checking"]).first()
    if listing_import is not None:
        with translation.override(_language_of(listing_import.created_by)):
            run_check(listing_import)


@shared_task(time_limit=1800)
def store_import(import_id: int) -> None:
    """Store a checked file; its listings are paired by the minute's task, and its words gathered."""
    from listings.imports.run import run_store
    from listings.models import ListingImport

    listing_import = ListingImport.objects.filter(pk=import_id, state="storing").first()
    if listing_import is not None:
        with translation.override(_language_of(listing_import.created_by)):
            run_store(listing_import)
        transaction.on_commit(gather_words.delay, robust=True)


@shared_task(time_limit=60)
def resume_imports() -> int:
    """Start again what the broker lost or a worker left in the middle; returns how many. Twice does no harm."""
    from listings.models import ListingImport

    checks, stores = ListingImport.objects.to_resume(at=timezone.now())
    for import_id in checks:
        check_import.delay(import_id)
    for import_id in stores:
        store_import.delay(import_id)
    return len(checks) + len(stores)


@shared_task(time_limit=600)
def fold_cells() -> int:
    """Count what came and left the map's cells; returns how many changes."""
    from listings import cells

    return cells.fold_cells(wait=False)


@shared_task(time_limit=300, soft_time_limit=270)
def plan_hub(plan_id: int) -> None:
    """Solve a plan that hub staff asked for."""
    from listings.pairing.plan.run import run_plan

    run_plan(plan_id=plan_id, at=timezone.now())


@shared_task(time_limit=60)
def resume_plans() -> int:
    """Start again the plans that the broker lost or a worker left in the middle; returns how many."""
    from listings.models import HubPlan

    lost = HubPlan.objects.to_resume(at=timezone.now())
    for plan_id in lost:
        plan_hub.delay(plan_id)
    return len(lost)


@shared_task(time_limit=1800)
def gather_words() -> int:
    """Gather the words of all that is published, for searches that misspell one; returns how many there are."""
    from listings.search.lexicon import rebuild_words

    return rebuild_words()


@shared_task(time_limit=600)
def expire_listings() -> int:
    """Mark what ended before today."""
    from listings import services

    return services.expire_listings(today=timezone.localdate())


def _language_of(user: User | None) -> str:
    """A task speaks the language of who waits for it."""
    return user.language if user else settings.LANGUAGE_CODE
