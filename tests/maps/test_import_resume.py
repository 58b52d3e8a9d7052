"""A worker that is killed in the middle of a file for a layer leaves one that another goes on with."""

import datetime as dt
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone

from listings.imports.progress import reporter
from listings.imports.services import MOST_ATTEMPTS
from listings.models.leased import LOST_AFTER
from maps import services
from maps.imports import tasks, undoing
from maps.imports.finding import said_of
from maps.models import MapFeature, MapImport
from maps.services import map_imports, undo
from tests.listings.test_import_resume import kill, soon, work
from tests.maps.geodata import geojson
from tests.maps.makers import Story
from tests.maps.test_imports import row
from tests.maps.test_pages import of


@pytest.fixture
def celery_asleep(settings: Any) -> None:
    """Tasks are started by these tests alone: what a commit would enqueue stays in the queue of nobody."""
    settings.REACTIONS = {}


def upload(story: Story, path: Path, rows: int) -> MapImport:
    geojson(path, [row(number) for number in range(rows)])
    file = ContentFile(path.read_bytes(), name=path.name)
    return services.start_map_import(by=story.editor, layer=story.layer, upload=file)


def lost(import_id: int) -> None:
    long_ago = timezone.now() - LOST_AFTER - dt.timedelta(seconds=1)
    MapImport.objects.filter(pk=import_id).update(touched_at=long_ago)


@pytest.mark.django_db(transaction=True)
def test_a_file_whose_worker_was_killed_is_read_and_taken_by_another(celery_asleep: None, tmp_path: Path) -> None:
    story = Story()
    made = upload(story, tmp_path / "punten.geojson", 4_000)
    process = work("maps.imports", "read_map_import", made.pk)
    assert soon(lambda: MapImport.objects.get(pk=made.pk).state == "reading")
    kill(process)
    now = MapImport.objects.get(pk=made.pk)
    assert (now.state, now.attempts, now.rows.count()) == ("reading", 1, 0)
    assert MapImport.objects.to_resume(at=timezone.now()) == ([], [], [])
    lost(made.pk)
    assert MapImport.objects.to_resume(at=timezone.now()) == ([made.pk], [], [])
    tasks.read_map_import(made.pk)
    now = MapImport.objects.get(pk=made.pk)
    assert (now.state, now.rows.count()) == ("compared", 4_000)

    services.take_map_import(by=story.editor, map_import=now)
    process = work("maps.imports", "take_map_import", made.pk)
    assert soon(lambda: MapImport.objects.get(pk=made.pk).attempts == 1)
    kill(process)
    assert not MapFeature.objects.exists()
    lost(made.pk)
    assert MapImport.objects.to_resume(at=timezone.now()) == ([], [made.pk], [])
    tasks.take_map_import(made.pk)
    assert MapImport.objects.get(pk=made.pk).state == "done"
    assert MapFeature.objects.count() == 4_000

    services.undo_map_import(by=story.manager, map_import=MapImport.objects.get(pk=made.pk))
    process = work("maps.imports", "undo_map_import", made.pk)
    assert soon(lambda: MapImport.objects.get(pk=made.pk).attempts == 1)
    kill(process)
    assert set(MapFeature.objects.values_list("state", flat=True)) == {"review"}
    lost(made.pk)
    assert MapImport.objects.to_resume(at=timezone.now()) == ([], [], [made.pk])
    tasks.undo_map_import(made.pk)
    now = MapImport.objects.get(pk=made.pk)
    assert (now.state, now.counts["undone"], now.counts["left"]) == ("undone", 4_000, 0)
    assert set(MapFeature.objects.values_list("state", flat=True)) == {"withdrawn"}


@pytest.mark.django_db(transaction=True)
def test_undoing_is_stopped_in_its_middle_and_asked_again(
    celery_asleep: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(map_imports, "MOST_UNDONE_AT_ONCE", 2)
    monkeypatch.setattr(undo, "ROWS_AT_ONCE", 2)
    story = Story()
    made = upload(story, tmp_path / "punten.geojson", 5)
    tasks.read_map_import(made.pk)
    services.take_map_import(by=story.editor, map_import=made)
    tasks.take_map_import(made.pk)
    client = of(story.manager)
    asked = client.post(f"/api/v1/maps/imports/{made.pk}/undo/")
    assert (asked.status_code, asked.json()["state"]) == (202, "undoing")
    heard: list[tuple[int, int]] = []

    def stopped_meanwhile(row: MapImport, stopped: str) -> Any:
        progress = reporter(row, stopped)

        def report(done: int, total: int) -> None:
            heard.append((done, total))
            stopping = Thread(target=stop)
            stopping.start()
            stopping.join()
            progress(done, total)

        return report

    def stop() -> None:
        services.cancel_map_import(by=story.manager, map_import=made)
        connection.close()

    with monkeypatch.context() as patched:
        patched.setattr(undoing, "reporter", stopped_meanwhile)
        tasks.undo_map_import(made.pk)
    assert heard == [(2, 5)]
    assert MapImport.objects.get(pk=made.pk).state == "done"
    assert set(MapFeature.objects.values_list("state", "version")) == {("review", 1)}

    services.undo_map_import(by=story.manager, map_import=made)
    tasks.undo_map_import(made.pk)
    assert MapImport.objects.get(pk=made.pk).state == "undone"
    assert set(MapFeature.objects.values_list("state", "version")) == {("withdrawn", 2)}


def test_a_lost_file_goes_on_within_a_minute() -> None:
    every = settings.CELERY_BEAT_SCHEDULE["resume imports of maps"]["schedule"]
    assert LOST_AFTER + dt.timedelta(seconds=every) < dt.timedelta(minutes=1)


@pytest.mark.django_db
def test_a_file_that_ends_its_workers_twice_is_refused_in_words(tmp_path: Path) -> None:
    made = upload(Story(), tmp_path / "punten.geojson", 1)
    MapImport.objects.filter(pk=made.pk).update(attempts=MOST_ATTEMPTS, state="reading")
    lost(made.pk)
    tasks.read_map_import(made.pk)
    made.refresh_from_db()
    assert (made.state, "twee keer vast" in said_of(made)) == ("failed", True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("goes_on", [True, False])
def test_what_a_killed_worker_took_goes_on_or_is_undone_as_one(
    celery_asleep: None, tmp_path: Path, *, goes_on: bool
) -> None:
    story = Story()
    made = upload(story, tmp_path / "punten.geojson", 12_000)
    tasks.read_map_import(made.pk)
    services.take_map_import(by=story.editor, map_import=MapImport.objects.get(pk=made.pk))
    process = work("maps.imports", "take_map_import", made.pk)
    assert soon(lambda: MapImport.objects.get(pk=made.pk).change is not None)
    kill(process)
    halfway = MapImport.objects.get(pk=made.pk)
    assert (halfway.state, MapFeature.objects.count()) == ("taking", halfway.taken)
    assert 0 < halfway.taken < 12_000
    lost(made.pk)
    if goes_on:
        tasks.take_map_import(made.pk)
    else:
        services.cancel_map_import(by=story.editor, map_import=halfway)
    now = MapImport.objects.get(pk=made.pk)
    assert (now.state, now.change) == ("done", halfway.change)
    assert now.taken == MapFeature.objects.count() == (12_000 if goes_on else halfway.taken)
    services.undo_map_import(by=story.manager, map_import=now)
    tasks.undo_map_import(made.pk)
    assert MapImport.objects.get(pk=made.pk).counts["undone"] == now.taken
    assert set(MapFeature.objects.values_list("state", flat=True)) == {"withdrawn"}
