"""script/server as a newcomer runs it: set up, answering, stopped by Ctrl-C, with nothing left behind."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings

from accounts.demo import LOGINS, PASSWORD
from tests.house.pages import ROOT
from tests.house.running import soon
from tests.house.shell import FOREIGN, bash

pytestmark = pytest.mark.server


@pytest.fixture
def var() -> Iterator[Path]:
    """A folder that the user who runs PostgreSQL can reach too; pytest's own folders are closed to others."""
    folder = Path(tempfile.mkdtemp(prefix="werkstof-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
    return number


def start(var: Path, port: int) -> "subprocess.Popen[str]":
    """script/server in a process group of its own, as a terminal would have it."""
    env = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    env |= {"WERKSTOF_VAR": str(var), "PORT": str(port), "DEMO_LISTINGS": "120"}
    # Where the tests themselves run in the background, Ctrl-C is ignored: a terminal's shell doesn't.
    return subprocess.Popen(
        ["env", "--default-signal=INT", ROOT / "script/server"], cwd=ROOT, env=env, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip


def read_until(server: "subprocess.Popen[str]", last: str) -> str:
    """What it prints up to a line; everything where it ends before."""
    assert server.stdout
    said = ""
    for line in server.stdout:
        said += line
        if last in line:
            break
    return said


def processes_of(var: Path) -> list[str]:
    """Command lines of living processes that know the folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            known = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
            if str(var).encode() in known and int(process.name) != os.getpid():
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


def are_all_there(var: Path) -> bool:
    """Whether no process comes or goes for a while."""
    before = len(processes_of(var))
    time.sleep(2)
    return len(processes_of(var)) == before


def get(port: int, path: str) -> tuple[int, bytes]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return answer.status, answer.read()


def test_it_sets_itself_up_answers_and_stops_without_a_trace(var: Path, port: int) -> None:
    server = start(var, port)
    try:
        said = read_until(server, "Mail that it sends")
        assert f"Werkstof runs at http://127.0.0.1:{port}/" in said, said
        assert PASSWORD in said
        assert all(email in said for email, _name, _role in LOGINS)

        status, body = get(port, "/health/ready")
        assert status == 200
        assert set(json.loads(body)["checks"].values()) == {"ok"}
        assert len(json.loads(get(port, "/api/v1/hubs/")[1])["results"]) == 12
        found = json.loads(get(port, "/api/v1/search/?lat=51.05&lon=3.72&radius_km=300")[1])
        assert 0 < found["count"]["value"] <= 120
        assert b"<html" in get(port, "/")[1]
        assert get(port, "/static/build/app.css")[0] == 200

        # It listens on this one port: its servers have sockets in the folder.
        assert processes_of(var)
        second = subprocess.run(
            [ROOT / "script/server"], env=os.environ | {"WERKSTOF_VAR": str(var), "PORT": str(port)},
            capture_output=True, text=True, cwd=ROOT,
        )  # fmt: skip
        assert second.returncode == 1
        assert f"something already listens on port {port}" in second.stderr

        # A worker that is interrupted while it starts its processes says so with a trace.
        assert soon(lambda: are_all_there(var))
        os.killpg(server.pid, signal.SIGINT)
        rest, _ = server.communicate(timeout=30)
        assert server.returncode == 0, said + rest
        assert "Stopping" in rest
        assert "Traceback" not in said + rest
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(timeout=30)
        if server.stdout:
            server.stdout.close()
    # A process that ends is gone a moment later.
    for _ in range(20):
        if not processes_of(var):
            break
        time.sleep(0.1)
    assert processes_of(var) == []


@pytest.mark.parametrize(
    ("env", "says"),
    [
        ({"PORT": "tachtig"}, "PORT is a number"),
        ({"DEMO_LISTINGS": "-1"}, "DEMO_LISTINGS is a whole number"),
        ({"WERKSTOF_VAR": "/proc/werkstof"}, "can't be made"),
    ],
)
def test_what_can_t_be_is_said_plainly(env: dict[str, str], says: str, port: int) -> None:
    refused = subprocess.run(
        [ROOT / "script/server"], env=os.environ | {"PORT": str(port)} | env, capture_output=True, text=True, cwd=ROOT
    )
    assert refused.returncode == 1
    assert f"Can not go on: {says}" in refused.stderr or says in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_database_of_a_postgresql_that_isn_t_here_is_named_with_what_to_do(var: Path) -> None:
    (var / "postgres").mkdir()
    (var / "postgres" / "PG_VERSION").write_text("9\n")
    refused = bash('start_postgres "$VAR"', var)
    assert refused.returncode == 1
    assert f"Can not go on: the database in {var}/postgres was made by PostgreSQL 9, and this" in refused.stderr
    assert "install postgresql-9 and postgresql-9-postgis-3" in refused.stderr
    assert f"mv {var}/postgres {var}/postgres.9" in refused.stderr


def test_who_moves_the_folder_away_keeps_the_old_database(tmp_path: Path) -> None:
    """Also where its database stands elsewhere: pytest's folders are closed to the user who runs PostgreSQL."""
    old, new = tmp_path / "old", tmp_path / "new"
    try:
        _make_cluster(new)
        first = (new / "postgres").resolve().stat().st_ino
        new.rename(old)
        _make_cluster(new)
        assert (old / "postgres").resolve().stat().st_ino == first
        assert (old / "postgres" / "PG_VERSION").exists()
        assert (new / "postgres").resolve().stat().st_ino != first
    finally:
        for folder in (old, new):
            shutil.rmtree((folder / "postgres").resolve(), ignore_errors=True)


def _make_cluster(var: Path) -> None:
    var.mkdir()
    done = bash('make_cluster "$VAR/postgres"', var)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def old_database() -> Iterator[str]:
    """The address of a database in which a migration ran that is no longer there."""
    given: dict[str, Any] = settings.DATABASES["default"]
    at, name = {"host": given["HOST"], "user": given["USER"]}, f"werkstof_old_{os.getpid()}"
    with psycopg.connect(**at, dbname="postgres", autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        with psycopg.connect(**at, dbname=name) as old:
            old.execute("CREATE TABLE django_migrations (id serial, app text, name text, applied timestamptz)")
            old.execute("INSERT INTO django_migrations (app, name) VALUES ('geo', '0002_that_is_gone')")
        yield f"postgresql://{given['USER']}@/{name}?host={given['HOST']}"
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_a_database_of_another_version_is_named_with_what_to_do(old_database: str, var: Path, port: int) -> None:
    env = os.environ | {"DATABASE_URL": old_database, "WERKSTOF_VAR": str(var), "PORT": str(port)}
    refused = subprocess.run([ROOT / "script/server"], env=env, capture_output=True, text=True, cwd=ROOT)
    assert refused.returncode == 1
    assert "Another version of Werkstof made this database" in refused.stderr
    assert "(geo.0002_that_is_gone)" in refused.stderr
    assert "Can not go on: the database can't be brought up to date: see above" in refused.stderr
    assert "Traceback" not in refused.stdout + refused.stderr
