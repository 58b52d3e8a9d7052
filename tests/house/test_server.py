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

import pytest

from listings.demo.store import LOGINS, PASSWORD
from tests.house.pages import ROOT

pytestmark = pytest.mark.server

#: What the tests' own servers set would point script/server at them.
FOREIGN = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SITE_URL", "EMAIL_URL", "DATABASE_STATEMENT_TIMEOUT_MS"}


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
