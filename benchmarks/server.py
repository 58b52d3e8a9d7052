"""The production web server over a database, for as long as a benchmark asks it things."""

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from benchmarks.databases import Database

#: Runs a command that Linux asks to end (SIGTERM) when the process that started it ends, even by being killed: then
#: no `finally` runs, and a server that stayed would hold its port and take time from the next benchmark.
ENDS_WITH_US = ("setpriv", "--pdeathsig", "TERM", "--")


@contextmanager
def serving(database: Database, *, workers: int = 2, threads: int = 4, **env: str) -> Iterator[int]:
    """Gunicorn as script/server and the image run it, on a free port of 127.0.0.1, which is given.

    `env` are further variables of its environment.
    """
    port = _free_port()
    environment = os.environ | {
        "DATABASE_URL": database.url,
        "DATABASE_STATEMENT_TIMEOUT_MS": "15000",
        "DEBUG": "0",
        "WEB_WORKERS": str(workers),
        "WEB_THREADS": str(threads),
    }
    command = ["gunicorn", "marketplace.wsgi", "--config", "marketplace/gunicorn.py", "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen(
        [*ENDS_WITH_US, *command], cwd=settings.BASE_DIR, env=environment | env, stdin=subprocess.DEVNULL
    )
    try:
        _wait_for(process, port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
    return number


def _wait_for(process: "subprocess.Popen[bytes]", port: int) -> None:
    """Raises RuntimeError where the server ends by itself or doesn't answer within a minute."""
    for _ in range(600):
        if process.poll() is not None:
            break
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError("The web server doesn't answer; what it said stands above.")
