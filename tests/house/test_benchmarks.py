"""The benchmarks run: on few rows, against the tests' own servers, so that they never rot."""

import json
import os
import re
import stat
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from benchmarks import compare
from benchmarks.__main__ import MODULES
from benchmarks.compare import Run
from benchmarks.report import Target, p95
from tests.house.pages import ROOT
from tests.house.running import environment, listens, soon

SHARED = "bench_3000_1"


@cache
def run(name: str) -> tuple[str, dict[str, Any]]:
    """What a benchmark prints with --quick, and what it writes with --json."""
    given = connection.settings_dict
    # The name counts for nothing: each benchmark makes a database of its own beside it.
    env = os.environ | {"DATABASE_URL": f"postgresql://{given['USER']}@/postgres?host={given['HOST']}"}
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "figures.json"
        command = [sys.executable, "-m", "benchmarks", name, "--quick", "--json", str(written)]
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout, json.loads(written.read_text())


@pytest.mark.server
@pytest.mark.parametrize(
    ("name", "targets"),
    [("search", 4), ("tiles", 3), ("import", 1), ("alerts", 6), ("maps", 12), ("pairing", 6), ("relevance", 2)],
)
def test_a_benchmark_runs_and_says_how_it_did(name: str, targets: int) -> None:
    said, written = run(name)
    assert re.search(r"^\d+ cores, .*^Python .* PostgreSQL ", said, re.M | re.S)
    assert len(re.findall(r"(?:at most|at least) .* (?:met|MISSED)$", said, re.M)) == targets
    assert "These are few rows" in said
    assert len([name for name in written["figures"] if name.startswith("target: ")]) == targets
    assert len(written["figures"]) > targets


def test_the_web_server_ends_with_the_benchmark_that_is_killed() -> None:
    begin = (
        "import django; django.setup()\n"
        "import datetime as dt, time\n"
        "from benchmarks.databases import Database\n"
        "from benchmarks.server import serving\n"
        "with serving(Database('postgres', day=dt.date.today()), workers=1) as port:\n"
        "    print(port, flush=True); time.sleep(60)\n"
    )
    env = environment(DJANGO_SETTINGS_MODULE="marketplace.settings")
    with subprocess.Popen([sys.executable, "-c", begin], cwd=ROOT, env=env, stdout=subprocess.PIPE) as benchmark:
        assert benchmark.stdout is not None
        port = int(benchmark.stdout.readline())
        assert listens(port)
        benchmark.kill()
    assert soon(lambda: not listens(port))


def connect(database: str) -> psycopg.Connection[Any]:
    given = connection.settings_dict
    return psycopg.connect(host=given["HOST"], user=given["USER"], dbname=database, autocommit=True)


@pytest.mark.server
def test_all_share_a_database_that_none_can_change() -> None:
    # Maps have elements and no listings.
    assert all(f"{SHARED} is ready" in run(name)[0] for name in MODULES if name != "maps")
    with connect(SHARED) as shared, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        shared.execute("DELETE FROM geo_hub")
    with connect("postgres") as server:
        assert not server.execute("SELECT datname FROM pg_database WHERE datname LIKE 'bench%copy'").fetchall()


@pytest.mark.server
def test_what_lacks_is_made_of_what_is_there_and_tells_rows_and_seconds() -> None:
    run("import")
    part = f"{SHARED}_250_each"
    with connect("postgres") as server:
        server.execute(f"DROP DATABASE IF EXISTS {part}")
    asked = "import django; django.setup(); from benchmarks.databases import part, whole; part(whole(3_000), 250)"
    env = environment(DJANGO_SETTINGS_MODULE="marketplace.settings")
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    said = done.stdout
    assert f"Making {SHARED}\n" not in said
    assert re.search(
        rf"^\[ *\d+ s\] Making {part}$.*^\[ *\d+ s\]   listings_listing: 500 of 500$.*^\[ *\d+ s\] {part} is ready; ",
        said,
        re.M | re.S,
    )


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


# ---- two checkouts ----


def runs(olds: list[float], news: list[float]) -> list[tuple[Run, Run]]:
    return [(Run({"ms": old}, {}), Run({"ms": new}, {})) for old, new in zip(olds, news, strict=True)]


@pytest.mark.parametrize(
    ("olds", "news", "line"),
    [
        ([10, 10, 10], [10.4, 10.4, 10.4], "        10       10.4     1.040  ms"),
        ([10, 10, 10], [10.6, 10.6, 10.6], "        10       10.6     1.060* ms"),
        ([10, 10, 10], [9, 9, 9], "        10          9     0.900* ms"),
        # In its second round the machine was busy, for both.
        ([10, 30, 10], [10, 31, 11], "        10         11     1.033  ms"),
        ([0, 0, 0], [0, 0, 0], "         0          0     1.000  ms"),
        ([0, 0, 0], [5, 5, 5], "         0          5       inf* ms"),
    ],
)
def test_a_ratio_is_that_of_runs_next_to_each_other(olds: list[float], news: list[float], line: str) -> None:
    assert compare.compared(runs(olds, news))[-1] == line


def test_a_figure_of_one_checkout_is_named() -> None:
    old, new = Run({"ms": 1.0, "gone": 1.0}, {}), Run({"ms": 1.0, "added": 1.0}, {})
    assert [line.strip() for line in compare.compared([(old, new)])[-2:]] == [
        "only in some runs: added",
        "only in some runs: gone",
    ]
    with pytest.raises(SystemExit, match="no figure in common"):
        compare.compared([(Run({"gone": 1.0}, {}), Run({"added": 1.0}, {}))])


def test_databases_of_two_days_are_not_compared() -> None:
    old, new = Run({}, {"bench_10_1": "2026-01-01"}), Run({}, {"bench_10_1": "2026-01-02", "bench_20_1": "2026-01-02"})
    with pytest.raises(SystemExit, match="made on 2026-01-01 in the old checkout and on 2026-01-02"):
        compare.check_days(old, new)
    compare.check_days(new, new)


def checkout(folder: Path, script: str) -> Path:
    """A folder whose script/bench is this."""
    path = folder / "script" / "bench"
    path.parent.mkdir(parents=True)
    path.write_text("#!/usr/bin/env bash\n" + script)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return folder


def test_both_checkouts_run_in_turn_each_with_its_own_var(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    script = 'echo "${0#%s/} $1 $4 ${WERKSTOF_VAR:-own}"; echo \'{"figures": {"ms": %d}, "days": {}}\' >"$3"\n'
    old, new = (checkout(tmp_path / name, script % (tmp_path, ms)) for name, ms in (("old", 20), ("new", 10)))
    monkeypatch.setattr(compare, "HERE", new)
    monkeypatch.setattr(sys, "argv", ["compare", str(old), "import", "--rounds", "2", "--quick"])
    monkeypatch.setenv("WERKSTOF_VAR", "/elsewhere")
    assert compare.main() == 0
    said = capfd.readouterr().out.splitlines()
    turns = [line for line in said if line.startswith(("old/", "new/"))]
    assert turns == [f"{name}/script/bench import --quick own" for name in ("old", "new", "new", "old")]
    assert said[-1].split() == ["20", "10", "0.500*", "ms"]


def test_a_checkout_that_fails_ends_the_comparison(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = checkout(tmp_path, "exit 2\n")
    monkeypatch.setattr(sys, "argv", ["compare", str(old), "import"])
    with pytest.raises(SystemExit, match="ended with 2"):
        compare.main()


@pytest.mark.parametrize("given", [["nowhere", "import"], [str(ROOT), "import", "--rounds", "0"]])
def test_a_comparison_that_can_t_be_is_refused(given: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["compare", *given])
    with pytest.raises(SystemExit) as refusal:
        compare.main()
    assert refusal.value.code == 2
