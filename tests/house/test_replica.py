"""More than one machine, on one: a primary, a streaming replica, a web server and two workers, all real."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from marketplace.replicas import CHECK_EVERY_S, LEAVE_ALONE_S
from tests import measured

# Not for what they ask of the database: the machines begin as a copy of it.
pytestmark = pytest.mark.django_db
ROOT = settings.BASE_DIR
PATIENCE_S = 60
WORKERS = ("one", "two")
SEARCH = "/api/v1/search/?lat=51.05&lon=3.72&radius_km=60"
HUB = "sociaal-circulaire-hub-gent"
PLACES = (
    SEARCH,
    SEARCH + "&kind=supply&sort=newest",
    "/?lat=51.05&lon=3.72&radius_km=60",
    "/tiles/listings/8/130/85.mvt",
    "/hubs/",
    f"/hubs/{HUB}/koppels/",
    f"/api/v1/hubs/{HUB}/pairs/",
)


@dataclass
class Machines:
    """What runs: PostgreSQL's two folders under `folder`, the web server's address, and the workers' logs."""

    folder: Path
    env: dict[str, str] = field(default_factory=dict)
    url: str = ""

    def ask(self, server: str, question: str) -> Any:
        """One value, from "primary" or "replica"."""
        with psycopg.connect(
            f"host={self.folder / server / 'run'} user=werkstof dbname=werkstof", autocommit=True
        ) as one:
            return one.execute(question).fetchone()[0]  # type: ignore[index]

    def manage(self, *command: str) -> str:
        run = [sys.executable, "manage.py", *command]
        done = subprocess.run(run, cwd=ROOT, env=self.env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def start(self, server: str) -> None:
        _shell(
            self.folder,
            f'start_postgres "{self.folder}/{server}" fsync=off shared_buffers=64MB wal_receiver_timeout=5s',
        )

    def kill(self, server: str) -> None:
        """As a machine does that loses its power: nobody is told, nothing is tidied up."""
        _shell(self.folder, f'as_postgres kill -KILL $(head -n 1 "{self.folder}/{server}/postgres/postmaster.pid")')

    def fill(self, server: str) -> None:
        """Tables and reference data as every test has them."""
        given = connection.settings_dict
        _shell(
            self.folder,
            f'POSTGRES_SOCKETS="{self.folder}/{server}/run" create_database werkstof; '
            f'pg_dump -h "{given["HOST"]}" -U {given["USER"]} {given["NAME"]} | '
            f'psql -q -v ON_ERROR_STOP=1 -h "{self.folder}/{server}/run" -U werkstof -d werkstof',
        )


@contextmanager
def cluster() -> Iterator[Machines]:
    """A place for databases of one's own, which end with it."""
    # The user who runs PostgreSQL can reach it, and it is short enough for sockets.
    folder = Path(tempfile.mkdtemp(prefix="werkstof-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        yield Machines(folder)
    finally:
        for server in ("replica", "primary"):
            _shell(folder, f'as_postgres "$bin/pg_ctl" -D "{folder}/{server}/postgres" -m immediate -s stop || true')
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def machines(django_db_setup: None) -> Iterator[Machines]:
    with cluster() as made:
        running: list[subprocess.Popen[bytes]] = []
        try:
            _start_databases(made)
            _start_programs(made, running)
            yield made
        finally:
            for process in running:
                process.terminate()
            for process in running:
                process.wait(timeout=30)


def _start_databases(made: Machines) -> None:
    folder, port = made.folder, _free_port()
    made.url = f"http://127.0.0.1:{port}"
    made.start("primary")
    made.env = os.environ | {
        "DATABASE_URL": f"postgresql://werkstof@/werkstof?host={folder}/primary/run",
        "REPLICA_URLS": f"postgresql://werkstof@/werkstof?host={folder}/replica/run",
        "REPLICA_MAX_LAG_S": "60",
        # A Redis database of its own: no other worker takes its tasks.
        "REDIS_URL": f"{settings.REDIS_URL}?db=8",
        "SITE_URL": made.url,
        "EMAIL_URL": f"filemail:///{folder / 'mail'}",
        "WEB_WORKERS": "2",
        "DEBUG": "0",
    }
    made.fill("primary")
    made.manage("demo", "--listings", "500", "--seed", "3")
    _shell(
        folder,
        f'mkdir -p "{folder}/replica" && {{ [[ $EUID -ne 0 ]] || chown "$POSTGRES_USER" "{folder}/replica"; }} && '
        f'as_postgres "$bin/pg_basebackup" -h "{folder}/primary/run" -U werkstof -D "{folder}/replica/postgres" '
        "--write-recovery-conf --checkpoint fast",
    )
    made.start("replica")


def _start_programs(made: Machines, running: list[subprocess.Popen[bytes]]) -> None:
    parts = {
        "web": ["gunicorn", "marketplace.wsgi", "--config", "marketplace/gunicorn.py", "--bind", made.url[7:]]
    } | {
        name: ["celery", "-A", "marketplace", "worker", "--pool", "solo", "-n", name, "--loglevel", "info"]
        for name in WORKERS
    }
    for name, part in parts.items():
        with (made.folder / f"{name}.log").open("w") as log:
            command = [sys.executable, "-m", *part]
            environment = made.env | measured.environment()
            running.append(subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log))
    assert soon(lambda: status_of(made, "/health/ready") == 200), (made.folder / "web.log").read_text()[-3000:]


def _shell(folder: Path, command: str) -> None:
    """With the functions that script/server starts its servers with."""
    script = f"source script/lib/setup.sh; bin=$(newest_postgres); {command}"
    done = subprocess.run(["bash", "-c", script], cwd=ROOT, env=os.environ | {"WERKSTOF_VAR": str(folder)},
                          capture_output=True, text=True, stdin=subprocess.DEVNULL)  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def soon(question: Callable[[], Any]) -> bool:
    """Whether it comes true before patience ends."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if question():
            return True
        time.sleep(0.1)
    return False


def status_of(machines: Machines, address: str) -> int:
    try:
        with build_opener().open(machines.url + address, timeout=15) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code
    except OSError:
        return 0


class Visitor:
    """A browser without a screen: cookies, and forms."""

    def __init__(self, machines: Machines) -> None:
        self._url, self._jar = machines.url, CookieJar()
        self._opener: OpenerDirector = build_opener(HTTPCookieProcessor(self._jar))

    def get(self, address: str) -> Any:
        with self._opener.open(self._url + address, timeout=15) as answer:
            body = answer.read()
        return json.loads(body) if "json" in answer.headers["Content-Type"] else body

    def log_in(self, login: str) -> "Visitor":
        self.get("/account/login/")
        form = {
            "login": f"{login}@demo.example",
            "password": "werkstof-demo",
            "csrfmiddlewaretoken": self.cookie("csrftoken"),
        }
        with self._opener.open(self._url + "/account/login/", urlencode(form).encode(), timeout=15):
            assert self.cookie("sessionid")
        return self

    def withdraw(self, listing_id: int) -> None:
        headers = {"X-CSRFToken": self.cookie("csrftoken"), "Content-Type": "application/json"}
        address = f"{self._url}/api/v1/listings/{listing_id}/status/"
        body = json.dumps({"status": "withdrawn"}).encode()
        try:
            with self._opener.open(Request(address, body, headers, method="POST"), timeout=15) as answer:
                assert answer.status == 200
        except HTTPError as error:
            raise AssertionError(error.read().decode()) from None

    def finds(self, listing: "OwnListing") -> bool:
        address = f"/api/v1/search/?lat={listing.lat}&lon={listing.lon}&radius_km=2&page_size=100"
        return listing.pk in [row["id"] for row in self.get(address)["results"]]

    def cookie(self, name: str) -> str:
        return next((cookie.value or "" for cookie in self._jar if cookie.name == name), "")


def reads_from_replica(machines: Machines) -> bool:
    """Whether a stranger's searches arrive there: they are the only ones who ask it for listings."""
    for _time in range(4):
        status_of(machines, SEARCH)
    return bool(
        machines.ask(
            "replica",
            "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND query LIKE '%listings_%' "
            "AND pid <> pg_backend_pid() AND query_start > clock_timestamp() - interval '1 second'",
        )
    )


def all_read_from_replica(machines: Machines) -> bool:
    """The same of every web process: each leaves the replica alone, and looks at it again, by itself."""
    if not soon(lambda: reads_from_replica(machines)):
        return False
    time.sleep(LEAVE_ALONE_S + CHECK_EVERY_S)
    return soon(lambda: reads_from_replica(machines))


@dataclass(frozen=True)
class OwnListing:
    pk: int
    lat: float
    lon: float


def own_listing(machines: Machines) -> OwnListing:
    """A published one, made by the demo's company."""
    found = machines.ask(
        "primary",
        "UPDATE listings_listing SET created_by_id = member.user_id FROM accounts_membership member "
        "JOIN accounts_user person ON person.id = member.user_id WHERE listings_listing.id = (SELECT min(id) "
        "FROM listings_listing own WHERE own.organisation_id = member.organisation_id AND own.status = 'published' "
        "AND (own.available_until IS NULL OR own.available_until > current_date + 1)) "
        "AND person.email = 'bedrijf@demo.example' "
        "RETURNING json_build_object('pk', listings_listing.id, 'lat', ST_Y(shown_location), "
        "'lon', ST_X(shown_location))",
    )
    return OwnListing(**found)


@pytest.fixture
def paused(machines: Machines) -> Iterator[None]:
    """The replica goes on answering, and stands still."""
    assert all_read_from_replica(machines)
    machines.ask("replica", "SELECT pg_wal_replay_pause()")
    assert soon(lambda: machines.ask("replica", "SELECT pg_get_wal_replay_pause_state()") == "paused")
    yield
    machines.ask("replica", "SELECT pg_wal_replay_resume()")


def test_searches_are_answered_by_the_replica_alone(machines: Machines) -> None:
    assert machines.ask("replica", "SELECT pg_is_in_recovery()")
    # On a busy machine a web process may leave a slow replica alone for some seconds: then it is tried anew.
    assert any(all_read_from_replica(machines) and ten_ask_the_primary_nothing(machines) for _attempt in range(4))


def ten_ask_the_primary_nothing(machines: Machines) -> bool:
    """Whether ten searches in a row are answered without the primary reading a listing."""
    asked_for_listings = (
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%FROM \"listings_listing\"%' "
        "AND pid <> pg_backend_pid() AND query_start > clock_timestamp() - interval '0.5 seconds'"
    )
    time.sleep(0.5)
    for _time in range(10):
        assert status_of(machines, SEARCH) == 200
        if machines.ask("primary", asked_for_listings) != 0:
            return False
    return True


def test_a_writer_sees_it_at_once_and_others_when_the_replica_has_it(machines: Machines, paused: None) -> None:
    author, stranger = Visitor(machines).log_in("bedrijf"), Visitor(machines)
    listing = own_listing(machines)
    assert author.finds(listing)
    assert stranger.finds(listing)
    author.withdraw(listing.pk)
    for _time in range(6):
        assert not author.finds(listing)
        assert stranger.finds(listing)
    machines.ask("replica", "SELECT pg_wal_replay_resume()")
    assert soon(lambda: not stranger.finds(listing))
    assert not author.finds(listing)


def test_nobody_notices_that_the_replica_dies(machines: Machines) -> None:
    assert soon(lambda: reads_from_replica(machines))
    with ThreadPoolExecutor(4) as visitors:
        answers = [visitors.submit(status_of, machines, PLACES[number % len(PLACES)]) for number in range(400)]
        while sum(answer.done() for answer in answers) < 60:
            time.sleep(0.01)
        machines.kill("replica")
        killed_after = sum(answer.done() for answer in answers)
        statuses = Counter(answer.result() for answer in answers)
    assert killed_after < 300
    assert set(statuses) <= {200, 204}
    assert "replica_1 is left alone" in (machines.folder / "web.log").read_text()
    health = Visitor(machines).get("/health/ready")
    assert (health["status"], health["checks"]["replica_1"]) == ("degraded", "no answer")
    machines.start("replica")
    assert soon(lambda: Visitor(machines).get("/health/ready")["status"] == "ok")
    assert soon(lambda: reads_from_replica(machines))


def test_two_workers_share_the_hubs_of_a_pairing(machines: Machines) -> None:
    before = machines.manage("match", "--all")
    said = machines.manage("match", "--all", "--distributed")
    assert re.fullmatch(r"([1-9]\d* places in lists): 0 written, 0 deleted\n", said), said
    assert said.split(":")[0] == before.split(":")[0]
    hubs = machines.ask("primary", "SELECT count(*) FROM geo_hub")
    parts = {
        name: (machines.folder / f"{name}.log").read_text().count("matching.pairs.tasks.pair_hub") // 2
        for name in WORKERS
    }
    assert min(parts.values()) >= 2, parts
    assert sum(parts.values()) >= hubs
