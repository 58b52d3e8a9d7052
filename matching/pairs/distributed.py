"""Pairs all regions by several workers. There is a part for each hub, and every listing belongs to one part.

A part makes the whole lists of its listings: docs/adr/0017 says why all parts together store what one batch stores.
"""

import datetime as dt

from django.db import transaction
from django.db.models import Count, F, Func, Value
from django.utils import timezone

from geo.locks import Lock, wait_for, wait_for_part
from geo.models import Hub
from journal.events import record
from listings.enums import ListingKind
from listings.models import Listing
from listings.querysets import ListingQuerySet
from matching.models import PairingRun
from matching.pairs import stored_matches
from matching.pairs.batch import replace_lists_of
from matching.pairs.candidates import pairable
from matching.pairs.sides import DEMANDS, SUPPLIES, Side
from matching.pairs.stored_matches import Outcome
from matching.verbs import MatchingVerb

#: Runs are deleted after this long.
KEPT = dt.timedelta(days=30)
#: A run that isn't finished by then has lost parts on their way to the workers, or with one that was killed.
LOST_AFTER = dt.timedelta(minutes=30)
#: Lists that are made in one transaction: while it lasts, a listing that is published waits for its own pairing.
LISTS_AT_ONCE = 2_000
#: Listings that are marked as paired in one transaction.
MARKED_AT_ONCE = 5_000


@transaction.atomic
def start(*, at: dt.datetime) -> PairingRun:
    """Begin a run, of which the workers get a part for every hub after the commit; the largest part comes first.

    Returns the run, which says how far it is.
    """
    PairingRun.objects.filter(at__lt=at - KEPT).delete()
    seen = list(Listing.objects.waiting_for_pairing().order_by().values_list("pk", "updated_at"))
    hub_ids = _hubs_by_size(timezone.localdate(at))
    run = PairingRun.objects.create(
        at=at,
        hub_ids=hub_ids,
        waiting_hub_ids=hub_ids,
        seen_ids=[pk for pk, _version in seen],
        seen_versions=[version for _pk, version in seen],
    )
    if not hub_ids:
        _finish(run)
    record(MatchingVerb.PAIRING_STARTED, run, changes={"hubs": len(hub_ids)})
    return run


@transaction.atomic
def start_unless_one_runs(*, at: dt.datetime) -> PairingRun | None:
    """Begin a run; None where one is on its way, which pairs what waited when it began."""
    wait_for(Lock.PAIRING_RUNS)
    unfinished = PairingRun.objects.filter(finished_at=None, cancelled_at=None)
    for lost in unfinished.filter(at__lt=at - LOST_AFTER):
        cancel(run_id=lost.pk)
    return None if unfinished.exists() else start(at=at)


def pair_part(*, run_id: int, hub_id: int) -> None:
    """Pair the listings of one part, some thousand at a time. Does nothing if that is done already, or if the run is
    cancelled.
    """
    run = PairingRun.objects.filter(pk=run_id, waiting_hub_ids__contains=[hub_id]).first()
    if run is None:
        return
    done = Outcome(places=0, written=0, deleted=0)
    for side in (DEMANDS, SUPPLIES):
        ids = list(_part(Listing.objects.of_kind(side.kind), hub_id).order_by("pk").values_list("pk", flat=True))
        for begin in range(0, len(ids), LISTS_AT_ONCE):
            if not _still_waits(run_id, hub_id):
                return
            done += _pair_some(side, ids[begin : begin + LISTS_AT_ONCE], hub_id, run.at)
    if _end_part(run_id, hub_id, done):
        _finish(PairingRun.objects.get(pk=run_id))


@transaction.atomic
def _pair_some(side: Side, listing_ids: list[int], hub_id: int, at: dt.datetime) -> Outcome:
    """Make the lists of some listings of one part, as a batch does."""
    wait_for_part(Lock.MATCHES, hub_id)
    return replace_lists_of(side, listing_ids, at=at)


@transaction.atomic
def _end_part(run_id: int, hub_id: int, outcome: Outcome) -> bool:
    """Note that a part is done, once; returns whether it is the last."""
    # The row stays locked until the commit: only the part that ends last finds the list empty.
    taken = PairingRun.objects.filter(pk=run_id, waiting_hub_ids__contains=[hub_id]).update(
        waiting_hub_ids=Func(F("waiting_hub_ids"), Value(hub_id), function="array_remove"),
        pairs=F("pairs") + outcome.places,
        written=F("written") + outcome.written,
        deleted=F("deleted") + outcome.deleted,
    )
    return bool(taken) and not PairingRun.objects.get(pk=run_id).waiting_hub_ids


def _still_waits(run_id: int, hub_id: int) -> bool:
    return PairingRun.objects.filter(pk=run_id, waiting_hub_ids__contains=[hub_id]).exists()


@transaction.atomic
def cancel(*, run_id: int) -> None:
    """Cancel a run. No further part begins, pairs that are stored stay, and listings that waited go on waiting."""
    run = PairingRun.objects.select_for_update().filter(pk=run_id, finished_at=None, cancelled_at=None).first()
    if run is None:
        return
    run.waiting_hub_ids, run.cancelled_at = [], timezone.now()
    run.save(update_fields=["waiting_hub_ids", "cancelled_at"])
    record(MatchingVerb.PAIRING_CANCELLED, run)


def _part(listings: ListingQuerySet, hub_id: int) -> ListingQuerySet:
    """The listings of a hub's part: those whose first hub it is."""
    return listings.in_hub(hub_id).filter(hub_ids__0=hub_id)


def _hubs_by_size(today: dt.date) -> list[int]:
    """The ids of all hubs, those with the most demands first.

    The small ones come at the end, so that no worker is busy with a large one while the others have nothing to do.
    """
    counts = pairable(ListingKind.DEMAND, today).order_by().values_list("hub_ids__0").annotate(Count("pk"))
    size = dict(counts)
    return sorted(Hub.objects.values_list("pk", flat=True), key=lambda hub_id: (-size.get(hub_id, 0), hub_id))


def _finish(run: PairingRun) -> None:
    """End a run: delete the pairs of listings that lie in no hub any more, and mark listings as paired.

    They are marked some thousand at a time: whoever changes one of them doesn't wait for all.
    """
    with transaction.atomic():
        wait_for(Lock.MATCHES)
        run.deleted += stored_matches.delete_outside(run.hub_ids)
    seen = list(zip(run.seen_ids, run.seen_versions, strict=True))
    for begin in range(0, len(seen), MARKED_AT_ONCE):
        stored_matches.mark_paired(seen[begin : begin + MARKED_AT_ONCE], run.at)
    run.finished_at = timezone.now()
    run.save(update_fields=["deleted", "finished_at"])
