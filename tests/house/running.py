"""Parts of Werkstof as they run in production, started by a test on the database of the tests."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit, urlunsplit
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

from django.conf import settings
from django.db import connection

from tests.house.pages import ROOT

PATIENCE_S = 60.0


def soon(question: Callable[[], Any], patience_s: float = PATIENCE_S) -> bool:
    """Whether it comes true before patience ends."""
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        if question():
            return True
        time.sleep(0.05)
    return False


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def environment(**more: str) -> dict[str, str]:
    """What a part is given: the database that this test sees, and what is set beside it."""
    address = urlsplit(os.environ["DATABASE_URL"])
    name = connection.settings_dict["NAME"]
    return os.environ | {"DATABASE_URL": urlunsplit(address._replace(path=f"/{name}")), "DEBUG": "0"} | more


@contextmanager
def short_folder() -> Iterator[Path]:
    """A folder for WERKSTOF_VAR: with static files, and with a path that leaves room for the names of sockets."""
    folder = Path(tempfile.mkdtemp(prefix="werkstof-", dir="/tmp"))
    (folder / "static").symlink_to(settings.STATIC_ROOT)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def part(*command: str, env: dict[str, str], log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A program that runs while this lasts."""
    with log.open("ab") as written:
        process = subprocess.Popen([*command], cwd=ROOT, env=env, stdout=written, stderr=written)
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def web_server(folder: Path, *, bind: str, **more: str) -> Iterator["subprocess.Popen[bytes]"]:
    """gunicorn with one process of two threads."""
    env = environment(WEB_WORKERS="1", WEB_THREADS="2", **more)
    command = [sys.executable, "-m", "gunicorn", "marketplace.wsgi", "--config", "marketplace/gunicorn.py"]
    with part(*command, "--bind", bind, env=env, log=folder / "web.log") as process:
        yield process


@contextmanager
def front(folder: Path, port: int, web: str, **more: str) -> Iterator[None]:
    """nginx as script/server starts it, with gunicorn's socket `web` behind it."""
    made = [sys.executable, "manage.py", "front", str(folder / "front"), "--listen", f"127.0.0.1:{port}"]
    subprocess.run([*made, "--socket", web], cwd=ROOT, env=environment(**more), check=True, capture_output=True)
    with part(
        "nginx", "-e", "stderr", "-p", f"{folder}/front/", "-c", "nginx.conf",
        env=dict(os.environ), log=folder / "front.log",
    ):  # fmt: skip
        assert soon(lambda: listens(port)), (folder / "front.log").read_text()
        yield


@contextmanager
def worker(folder: Path, *queues: str, pool: str = "solo", **more: str) -> Iterator["subprocess.Popen[bytes]"]:
    """`celery worker` for some queues, or for all."""
    command = [
        sys.executable, "-m", "celery", "-A", "marketplace", "worker", "--pool", pool, "--concurrency", "1",
        "--loglevel", "warning", "--without-gossip", "--without-mingle", "--hostname", f"{'-'.join(queues)}-{pool}@%h",
    ]  # fmt: skip
    given = ["--queues", ",".join(queues)] if queues else []
    with part(
        *command, *given, env=environment(**{"WERKSTOF_VAR": str(folder)} | more), log=folder / "worker.log"
    ) as one:
        yield one


def listens(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *given: Any) -> None:
        return None


class Visitor:
    """A browser without a screen: it keeps cookies, and sends forms with the token that it was given."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._jar = CookieJar()
        self._opener = build_opener(HTTPCookieProcessor(self._jar), _Stay)
        #: Seconds that the last answer took.
        self.took_s = 0.0

    def get(self, path: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
        return self._ask(Request(self.url + path, headers=_named(headers)))

    def post(self, path: str, data: bytes | dict[str, str], **headers: str) -> tuple[int, bytes, dict[str, str]]:
        """Send a form after a look at its page, which hands out the token."""
        self.get(path)
        return self._ask(self._form(path, data, headers))

    def post_again(self, path: str, data: bytes | dict[str, str], **headers: str) -> tuple[int, bytes, dict[str, str]]:
        """The same without a look at the page."""
        return self._ask(self._form(path, data, headers))

    def _form(self, path: str, data: bytes | dict[str, str], headers: dict[str, str]) -> Request:
        token = next((cookie.value for cookie in self._jar if cookie.name == "csrftoken"), "") or ""
        body = data if isinstance(data, bytes) else urlencode(data).encode()
        return Request(
            self.url + path, data=body, headers=_named(headers) | {"X-CSRFToken": token, "Referer": self.url}
        )

    def _ask(self, request: Request) -> tuple[int, bytes, dict[str, str]]:
        begun = time.monotonic()
        try:
            with self._opener.open(request, timeout=PATIENCE_S) as answer:
                return answer.status, answer.read(), dict(answer.headers)
        except HTTPError as refused:
            with refused:
                return refused.code, refused.read(), dict(refused.headers)
        finally:
            self.took_s = time.monotonic() - begun


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


class Redis:
    """A Redis of the test's own, which it may stop."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "redis.sock"
        self.url = f"unix://{self.socket}"
        self._program = folder / "redis-server"
        # redis-tools holds the server's program under another name (docs/adr/0005).
        self._program.symlink_to("/usr/bin/redis-check-rdb")
        self._folder = folder
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.socket.unlink(missing_ok=True)
        self.process = subprocess.Popen(
            [
                *(str(self._program), "--port", "0", "--unixsocket", str(self.socket)),
                *("--dir", str(self._folder), "--save", ""),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert soon(self._answers)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as asking:
            if asking.connect_ex(str(self.socket)):
                return False
            asking.sendall(b"PING\r\n")
            return asking.recv(10).startswith(b"+PONG")


def static_file(name: str) -> str:
    """The address of a static file, as pages name it."""
    manifest = json.loads((settings.STATIC_ROOT / "staticfiles.json").read_text())
    return f"/static/{manifest['paths'][name]}"


@contextmanager
def own_redis(folder: Path) -> Iterator[Redis]:
    made = Redis(folder)
    made.start()
    try:
        yield made
    finally:
        made.kill()
