"""A real worker, on the real broker and the test's own database: publishing two listings brings their match."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection

from listings import services
from listings.models import Listing
from matching.models import Match
from tests.makers import published

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_S = 60


@pytest.fixture
def worker(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """`celery worker` as in production, reading the queue of these tests."""
    address = urlsplit(os.environ["DATABASE_URL"])
    env = os.environ | {
        "DATABASE_URL": urlunsplit(address._replace(path=f"/{connection.settings_dict['NAME']}")),
        "WERKSTOF_VAR": str(tmp_path),
    }
    command = [
        sys.executable, "-m", "celery", "-A", "marketplace", "worker", "--pool", "solo",
        "--loglevel", "warning", "--without-gossip", "--without-mingle",
    ]  # fmt: skip
    with (tmp_path / "worker.log").open("w") as log:
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=env, stdout=log, stderr=log)
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=PATIENCE_S)


def soon(question: Any) -> bool:
    """Whether it comes true before patience ends."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if question():
            return True
        time.sleep(0.1)
    return False


def test_what_is_published_is_paired_and_what_is_withdrawn_is_parted(worker: None) -> None:
    supply, demand = published(), published("demand")
    assert soon(lambda: Match.objects.filter(supply=supply, demand=demand).exists())
    assert soon(lambda: not Listing.objects.filter(paired_at__isnull=True).exists())
    services.withdraw_listing(by=supply.maker, listing=supply)  # type: ignore[attr-defined]
    assert soon(lambda: not Match.objects.exists())
