"""Real workers: what is published is paired at once, whatever else they do; many that wait are paired in one run."""

import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone

from listings.imports.services import start_import
from listings.models import ImportState, Listing, ListingImport
from matching.models import Match, PairingRun
from matching.pairs import tasks
from matching.pairs.batch import pair_all
from matching.pairs.distributed import LOST_AFTER
from matching.pairs.tasks import MOST_ONE_BY_ONE
from tests.house.running import short_folder, soon, worker
from tests.makers import forget_demo, make_organisation, make_user, published

pytestmark = pytest.mark.django_db(transaction=True)
#: Seconds in which a publish is paired, whatever else is going on.
PROMPT_S = 5.0
FILES, FILE_BYTES = 6, 10_000_000


@pytest.fixture(autouse=True)
def no_run_before(transactional_db: None) -> None:
    PairingRun.objects.all().delete()


@pytest.fixture
def folder() -> Iterator[Path]:
    with short_folder() as made:
        yield made


def a_file_of_many_rows() -> bytes:
    head = "referentie;materiaal;aantal;eenheid;lat;lon;omschrijving\n"
    row = "R{number};houten paletten;40;stuks;51.05;3.71;Paletten van de bouw, droog bewaard en proper\n"
    rows = (row.format(number=number) for number in range(FILE_BYTES // len(row)))
    return (head + "".join(rows)).encode()


def test_a_publish_is_paired_at_once_while_large_files_are_read(folder: Path, settings: object) -> None:
    settings.MEDIA_ROOT = folder / "media"  # type: ignore[attr-defined]
    member = make_user()
    company, content = make_organisation(member), a_file_of_many_rows()
    with (
        worker(folder, "pairing", "upkeep"),
        worker(folder, "imports", pool="prefork"),
    ):
        # Both are there: a first pair, and a first file that is being read.
        first, other = published(), published("demand")
        assert soon(lambda: Match.objects.filter(supply=first, demand=other).exists())
        for number in range(FILES):
            upload = SimpleUploadedFile(f"lijst{number}.csv", content)
            start_import(by=member, organisation=company, upload=upload)
        assert soon(lambda: ListingImport.objects.filter(state=ImportState.CHECKING).exists())
        supply, demand = published(), published("demand")
        begun = time.monotonic()
        assert soon(lambda: Match.objects.filter(supply=supply, demand=demand).exists())
        assert time.monotonic() - begun < PROMPT_S
        # They were still at it.
        assert ListingImport.objects.filter(state__in=[ImportState.WAITING, ImportState.CHECKING]).count() >= FILES - 1
        # The worker would end only after the file that it reads.
        ListingImport.objects.update(state=ImportState.CANCELLED)


@pytest.fixture
def many_waiting() -> Iterator[set[tuple[int, int]]]:
    """More than are paired one by one, as after an import; gives the pairs that a batch finds."""
    call_command("demo", listings=MOST_ONE_BY_ONE + 200, seed=4, stdout=StringIO(), stderr=StringIO())
    pair_all(at=timezone.now())
    expected = set(Match.objects.values_list("supply_id", "demand_id"))
    Match.objects.all().delete()
    Listing.objects.update(paired_at=None)
    yield expected
    forget_demo()


def test_many_that_wait_are_paired_by_one_run(folder: Path, many_waiting: set[tuple[int, int]]) -> None:
    assert Listing.objects.waiting_for_pairing().count() > MOST_ONE_BY_ONE
    assert len(many_waiting) > 20
    with worker(folder):
        # As beat does each minute, and more often.
        for _ in range(3):
            tasks.pair_waiting.delay()
        assert soon(lambda: not Listing.objects.waiting_for_pairing().exists())
    assert PairingRun.objects.count() == 1
    assert set(Match.objects.values_list("supply_id", "demand_id")) == many_waiting


def test_a_run_that_was_lost_is_made_up_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given more that wait than are paired one by one, then a run that ended nowhere is followed by another."""
    monkeypatch.setattr(tasks, "MOST_ONE_BY_ONE", 2)
    for kind in ("supply", "demand", "demand"):
        published(kind)
    assert tasks.pair_waiting() == 0
    lost = PairingRun.objects.get()
    # Not yet: its parts may still be on their way.
    assert tasks.pair_waiting() == 0
    assert PairingRun.objects.get() == lost
    PairingRun.objects.update(at=timezone.now() - 2 * LOST_AFTER)
    tasks.pair_waiting()
    assert PairingRun.objects.count() == 2
    lost.refresh_from_db()
    assert lost.cancelled_at


def test_few_that_wait_are_paired_one_by_one() -> None:
    supply, demand = published(), published("demand")
    assert tasks.pair_waiting() == 2
    assert Match.objects.filter(supply=supply, demand=demand).exists()
    assert not PairingRun.objects.exists()
