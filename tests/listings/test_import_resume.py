"""A worker that is killed in the middle of a list leaves a list that goes on within a minute."""

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from listings.imports import lease, tasks
from listings.imports.mistakes import told
from listings.imports.services import MOST_ATTEMPTS, confirm_import, run_check, run_store, start_import
from listings.models import ImportState, Listing, ListingImport
from listings.models.leased import BEAT, LOST_AFTER
from tests.makers import make_organisation, make_user

PATIENCE_S = 60
HEAD = "referentie;materiaal;hoeveelheid;eenheid;plaats\n"


def upload(rows: int) -> ListingImport:
    by = make_user()
    text = HEAD + "".join(f"R{number};bureaustoelen;{number + 1};stuks;Gent\n" for number in range(rows))
    file = SimpleUploadedFile("lijst.csv", text.encode())
    return start_import(by=by, organisation=make_organisation(by), upload=file)


def soon(question: Any) -> bool:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if question():
            return True
        time.sleep(0.02)
    return False


def work(room: str, task: str, import_id: int) -> "subprocess.Popen[bytes]":
    """A process of its own that does the task of a worker, on the database of this test."""
    address = urlsplit(os.environ["DATABASE_URL"])
    name = str(connection.settings_dict["NAME"])
    env = os.environ | {
        "DATABASE_URL": urlunsplit(address._replace(path=f"/{name}")),
        "DJANGO_SETTINGS_MODULE": "marketplace.settings",
        "WERKSTOF_VAR": str(Path(settings.MEDIA_ROOT).parent),
    }
    code = f"import django; django.setup(); from {room}.tasks import {task}; {task}({import_id})"
    return subprocess.Popen([sys.executable, "-c", code], cwd=settings.BASE_DIR, env=env)


def kill(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=PATIENCE_S)


def now(import_id: int) -> ListingImport:
    return ListingImport.objects.get(pk=import_id)


@pytest.mark.django_db(transaction=True)
def test_a_check_whose_process_was_killed_goes_on(celery_asleep: None) -> None:
    made = upload(30_000)
    process = work("listings.imports", "check_import", made.pk)
    assert soon(lambda: now(made.pk).state == ImportState.CHECKING)
    kill(process)
    began = now(made.pk)
    assert (began.state, began.attempts) == (ImportState.CHECKING, 1)
    # While it may still be alive, nobody takes it over; soon after that, the task of every quarter minute does.
    run_check(now(made.pk))
    assert now(made.pk).attempts == 1
    assert ListingImport.objects.to_resume(at=began.touched_at + LOST_AFTER / 2) == ([], [])
    late = began.touched_at + LOST_AFTER + dt.timedelta(seconds=1)
    assert ListingImport.objects.to_resume(at=late) == ([made.pk], [])
    ListingImport.objects.filter(pk=made.pk).update(touched_at=timezone.now() - LOST_AFTER - dt.timedelta(seconds=1))
    tasks.check_import(made.pk)
    assert (now(made.pk).state, now(made.pk).total) == (ImportState.CHECKED, 30_000)


@pytest.mark.django_db(transaction=True)
def test_a_store_whose_process_was_killed_comes_in_once(celery_asleep: None) -> None:
    made = upload(5_000)
    run_check(made)
    confirm_import(by=made.created_by, listing_import=made)  # type: ignore[arg-type]
    process = work("listings.imports", "store_import", made.pk)
    assert soon(lambda: now(made.pk).attempts == 1)
    time.sleep(0.5)
    kill(process)
    assert now(made.pk).state == ImportState.STORING
    assert not Listing.objects.filter(organisation=made.organisation).exists()
    ListingImport.objects.filter(pk=made.pk).update(touched_at=timezone.now() - LOST_AFTER - dt.timedelta(seconds=1))
    tasks.store_import(made.pk)
    assert now(made.pk).state == ImportState.DONE
    assert Listing.objects.filter(organisation=made.organisation).count() == 5_000


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_at_it_says_so(celery_asleep: None, monkeypatch: pytest.MonkeyPatch) -> None:
    made = upload(1)
    monkeypatch.setattr(lease, "BEAT", dt.timedelta(seconds=0.05))
    assert lease.begin(made, states=["waiting"], state="checking", at=timezone.now())
    before = now(made.pk).touched_at
    with lease.held(made):
        assert soon(lambda: now(made.pk).touched_at > before)
    after = now(made.pk).touched_at
    time.sleep(0.3)
    assert now(made.pk).touched_at == after


def test_a_worker_speaks_often_enough_and_a_lost_list_goes_on_within_a_minute() -> None:
    every = settings.CELERY_BEAT_SCHEDULE["resume imports"]["schedule"]
    assert BEAT * 3 < LOST_AFTER
    assert LOST_AFTER + dt.timedelta(seconds=every) < dt.timedelta(minutes=1)


@pytest.mark.django_db
def test_a_list_that_ends_its_workers_twice_is_refused_in_words() -> None:
    made = upload(1)
    lost = timezone.now() - LOST_AFTER - dt.timedelta(seconds=1)
    ListingImport.objects.filter(pk=made.pk).update(
        state=ImportState.CHECKING, attempts=MOST_ATTEMPTS, touched_at=lost
    )
    run_check(made)
    assert now(made.pk).state == ImportState.FAILED
    assert "liep twee keer vast" in told(now(made.pk).mistakes)[0].message


@pytest.mark.django_db
def test_a_list_that_one_worker_is_at_no_other_takes() -> None:
    made = upload(1)
    run_check(made)
    confirmed = confirm_import(by=made.created_by, listing_import=made)  # type: ignore[arg-type]
    assert lease.begin(confirmed, states=["storing"], state="storing", at=timezone.now())
    run_store(confirmed)
    assert now(made.pk).state == ImportState.STORING
    assert not Listing.objects.filter(organisation=made.organisation).exists()


@pytest.fixture
def celery_asleep(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any) -> None:
    """Tasks are started by these tests alone: what a commit would enqueue stays in the queue of nobody."""
    settings.REACTIONS = {}
