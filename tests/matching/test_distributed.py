"""Pairing shared out by hub stores what one batch stores, whatever happens in between."""

import random
import sys
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F
from django.utils import timezone

from geo.models import Hub
from listings import services
from listings.models import Listing
from listings.tasks import place_anew
from matching.models import Match, PairingRun
from matching.pairs import distributed, tasks
from matching.pairs.batch import pair_all
from tests.databases import demo_listings
from tests.makers import keep_at_most, published

pytestmark = pytest.mark.django_db
NOW = timezone.now()
Stored = set[tuple[Any, ...]]


def stored() -> Stored:
    names = [
        field.attname for field in Match._meta.concrete_fields if field.name not in ("id", "computed_at", "hub_ids")
    ]
    return {(*row[:-1], tuple(row[-1])) for row in Match.objects.values_list(*names, "hub_ids")}


@pytest.fixture(scope="class")
def many_in_several_hubs(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Goods as the demo makes them, each in one or two of three hubs: the best for a demand lie in several parts."""
    with django_db_blocker.unblock(), demo_listings(2_000, seed=1, paired=True):
        draw = random.Random(4)
        hubs = sorted(Hub.objects.values_list("pk", flat=True))[:3]
        goods = list(Listing.objects.published().exclude(kind="service").exclude(hub_ids=[]).order_by("pk"))
        for listing in goods:
            listing.hub_ids = sorted(draw.sample(hubs, draw.randint(1, 2)))
            listing.reach_km = None
        Listing.objects.bulk_update(goods, ["hub_ids", "reach_km"])
        yield


def run_parts(run: PairingRun, *, twice: bool = False) -> None:
    for hub_id in random.Random(1).sample(run.hub_ids, len(run.hub_ids)):
        for _time in range(2 if twice else 1):
            tasks.pair_hub(run.pk, hub_id)
    run.refresh_from_db()


def test_the_parts_together_store_what_one_batch_stores(
    many_in_several_hubs: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_at_most(monkeypatch, 4)
    outcome = pair_all(at=NOW)
    expected = stored()
    lists = Counter(Match.objects.values_list("demand_id", flat=True))
    elsewhere = Match.objects.exclude(hub_ids__contains=[F("demand__hub_ids__0")])
    assert len(expected) > 500
    full = [count for count in lists.values() if count == 4]
    assert len(full) > 50
    assert elsewhere.exists()
    Match.objects.all().delete()
    run = distributed.start(at=NOW)
    run_parts(run)
    assert stored() == expected
    assert (run.pairs, run.written, run.deleted) == (outcome.places, outcome.places, 0)
    assert run.finished_at


def test_a_part_that_runs_twice_does_no_harm_and_counts_once(many_in_several_hubs: None) -> None:
    outcome = pair_all(at=NOW)
    expected = stored()
    run = distributed.start(at=NOW)
    run_parts(run, twice=True)
    assert stored() == expected
    assert (run.pairs, run.written, run.deleted) == (outcome.places, 0, 0)


def test_pairs_of_demands_that_no_longer_pair_go() -> None:
    published()
    over, moved, still = published("demand"), published("demand"), published("demand")
    pair_all(at=NOW)
    assert Match.objects.count() == 3
    Listing.objects.filter(pk=over.pk).update(status="withdrawn")
    Listing.objects.filter(pk=moved.pk).update(hub_ids=[])
    run = distributed.start(at=NOW)
    run_parts(run)
    assert [match.demand_id for match in Match.objects.all()] == [still.pk]
    assert run.deleted == 4  # in the lists of both sides


def test_what_waited_is_paired_when_all_parts_are_done_and_not_before() -> None:
    supply, demand = published(), published("demand")
    run = distributed.start(at=NOW)
    *first, last = run.hub_ids
    for hub_id in first:
        tasks.pair_hub(run.pk, hub_id)
    assert Listing.objects.waiting_for_pairing().count() == 2
    services.update_listing(by=demand.maker, listing=demand, quantity=7)  # type: ignore[attr-defined]
    tasks.pair_hub(run.pk, last)
    assert list(Listing.objects.waiting_for_pairing()) == [demand]
    supply.refresh_from_db()
    assert supply.paired_at == NOW


def test_a_part_that_fails_ends_the_run_and_leaves_what_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    published()
    published("demand")
    run = distributed.start(at=NOW)
    with monkeypatch.context() as patch:
        patch.setattr("matching.pairs.batch.best_pairs", lambda *_columns: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            tasks.pair_hub(run.pk, run.hub_ids[0])
    run_parts(run)
    assert run.cancelled_at
    assert not run.finished_at
    assert not Match.objects.exists()
    assert Listing.objects.waiting_for_pairing().count() == 2


def test_the_command_shows_progress_and_what_came_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    published()
    published("demand")
    waiting = list(Hub.objects.values_list("pk", flat=True))

    def one_part(_seconds: float) -> None:
        tasks.pair_hub(PairingRun.objects.get().pk, waiting.pop())

    monkeypatch.setattr("matching.management.commands.match.time.sleep", one_part)
    said, shown = StringIO(), StringIO()
    total = len(waiting)
    call_command("match", "--all", "--distributed", stdout=said, stderr=shown)
    assert said.getvalue() == "2 places in lists: 2 written, 0 deleted\n"
    assert shown.getvalue().splitlines()[-1] == f"  hubs paired: {total} of {total}"


def test_an_interrupted_command_takes_back_what_no_worker_began(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("matching.management.commands.match.time.sleep", interrupt)
    with pytest.raises(CommandError, match="the others keep the pairs that they had"):
        call_command("match", "--distributed", stdout=StringIO(), stderr=StringIO())
    assert PairingRun.objects.get().waiting_hub_ids == []


def test_one_hub_is_not_shared_out() -> None:
    with pytest.raises(CommandError, match="nothing to share out"):
        call_command("match", "--hub", "x", "--distributed", stderr=sys.stderr)


def test_what_moved_is_paired_by_all_workers(tasks_run_at_once: Any) -> None:
    published()
    Listing.objects.update(hub_ids=[])
    with tasks_run_at_once():
        assert place_anew() == 1
    assert set(PairingRun.objects.get().hub_ids) == set(Hub.objects.values_list("pk", flat=True))
    with tasks_run_at_once():
        assert place_anew() == 0
    assert PairingRun.objects.count() == 1
