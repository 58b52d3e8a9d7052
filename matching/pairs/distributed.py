"""Pairs all regions by several workers. There is a part for each hub, and every demand belongs to one part.

A part makes the whole lists of its demands: docs/adr/0017 says why all parts together store what one batch stores.
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
from matching.pairs.best import best_pairs
from matching.pairs.candidates import pairable
from matching.pairs.columns import HubBits, load_columns
from matching.pairs.stored_matches import Outcome
from matching.verbs import MatchingVerb

#: Runs are deleted after this long.
KEPT = dt.timedelta(days=30)
#: A run that isn't finished by then has lost parts on their way to the workers, or with one that was killed.
LOST_AFTER = dt.timedelta(minutes=30)
#: Demands that are paired in one transaction: while it lasts, a listing that is published waits for its own pairing.
DEMANDS_AT_ONCE = 2_000
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
    """Pair the demands of one part, some thousand at a time. Does nothing if that is done already, or if the run is
    cancelled.
    """
    run = PairingRun.objects.filter(pk=run_id, waiting_hub_ids__contains=[hub_id]).first()
    if run is None:
        return
    ids = list(_part(Listing.objects.of_kind(ListingKind.DEMAND), hub_id).order_by("pk").values_list("pk", flat=True))
    done = Outcome(pairs=0, written=0, deleted=0)
    for begin in range(0, len(ids), DEMANDS_AT_ONCE):
        if not _still_waits(run_id, hub_id):
            return
        outcome = _pair_some(ids[begin : begin + DEMANDS_AT_ONCE], hub_id, run.at)
        done = Outcome(done.pairs + outcome.pairs, done.written + outcome.written, done.deleted + outcome.deleted)
    if _end_part(run_id, hub_id, done):
        _finish(PairingRun.objects.get(pk=run_id))


@transaction.atomic
def _pair_some(demand_ids: list[int], hub_id: int, at: dt.datetime) -> Outcome:
    """Do what a batch does, for some demands of one part and the supplies that share a hub with any of them."""
    wait_for_part(Lock.MATCHES, hub_id)
    today = timezone.localdate(at)
    bits = HubBits()
    wanted = pairable(ListingKind.DEMAND, today).filter(pk__in=demand_ids)
    reached = {hub for hub_ids in wanted.order_by().values_list("hub_ids", flat=True).distinct() for hub in hub_ids}
    demands = load_columns(wanted, bits)
    supplies = load_columns(pairable(ListingKind.SUPPLY, today).filter(hub_ids__overlap=sorted(reached)), bits)
    best = best_pairs(supplies, demands)
    return stored_matches.replace_lists(best, supplies, demands, bits, at=at, demand_ids=demand_ids)


@transaction.atomic
def _end_part(run_id: int, hub_id: int, outcome: Outcome) -> bool:
    """Note that a part is done, once; returns whether it is the last."""
    # The row stays locked until the commit: only the part that ends last finds the list empty.
    taken = PairingRun.objects.filter(pk=run_id, waiting_hub_ids__contains=[hub_id]).update(
        waiting_hub_ids=Func(F("waiting_hub_ids"), Value(hub_id), function="array_remove"),
        pairs=F("pairs") + outcome.pairs,
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


def _part(demands: ListingQuerySet, hub_id: int) -> ListingQuerySet:
    """The demands of a hub's part: those whose first hub it is."""
    return demands.in_hub(hub_id).filter(hub_ids__0=hub_id)


def _hubs_by_size(today: dt.date) -> list[int]:
    """The ids of all hubs, those with the most demands first.

    The small ones come at the end, so that no worker is busy with a large one while the others have nothing to do.
    """
    counts = pairable(ListingKind.DEMAND, today).order_by().values_list("hub_ids__0").annotate(Count("pk"))
    size = dict(counts)
    return sorted(Hub.objects.values_list("pk", flat=True), key=lambda hub_id: (-size.get(hub_id, 0), hub_id))


def _finish(run: PairingRun) -> None:
    """End a run: delete the pairs of demands that lie in no hub any more, and mark listings as paired.

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
