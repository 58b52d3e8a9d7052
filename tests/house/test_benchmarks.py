"""The benchmarks run: on few rows, against the tests' own servers, so that they never rot."""

import os
import re
import subprocess
import sys

import pytest
from django.db import connection

from benchmarks.__main__ import MODULES
from benchmarks.report import Target, p95
from tests.house.pages import ROOT


def run(name: str) -> str:
    """What a benchmark prints with --quick."""
    given = connection.settings_dict
    # The name counts for nothing: each benchmark makes a database of its own beside it.
    env = os.environ | {"DATABASE_URL": f"postgresql://{given['USER']}@/postgres?host={given['HOST']}"}
    # What measures isn't measured itself.
    env.pop("COVERAGE_PROCESS_CONFIG", None)
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", name, "--quick"], cwd=ROOT, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.server
@pytest.mark.parametrize(("name", "targets"), [("search", 4), ("tiles", 3), ("import", 1), ("pairing", 6)])
def test_a_benchmark_runs_and_says_how_it_did(name: str, targets: int) -> None:
    said = run(name)
    assert re.search(r"^\d+ cores, .*^Python .* PostgreSQL ", said, re.M | re.S)
    assert len(re.findall(r"(?:at most|at least) .* (?:met|MISSED)$", said, re.M)) == targets
    assert "These are few rows" in said


@pytest.mark.parametrize(
    ("measured", "direction", "met"),
    [(5, "at most", True), (5.1, "at most", False), (5, "at least", True), (4.9, "at least", False)],
)
def test_a_target_is_met_up_to_its_limit(measured: float, direction: str, met: bool) -> None:
    assert Target("x", measured, 5, direction).met is met  # type: ignore[arg-type]


def test_of_a_hundred_times_p95_leaves_five_above() -> None:
    assert p95(range(100)) == 95
    assert p95([3.0]) == 3


@pytest.mark.parametrize("name", MODULES)
def test_a_benchmark_has_its_page(name: str) -> None:
    assert f"\n## {name.capitalize()}\n" in (ROOT / "docs" / "performance.md").read_text()
