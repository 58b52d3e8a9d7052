"""The front and the web server as they run, among clients that never come to the point, and what the front answers."""

import gzip
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from marketplace.front import HEAD_S
from sandbox.sizes import LARGEST_REQUEST_BYTES, LARGEST_UPLOAD_BYTES
from tests.house.running import (
    Visitor,
    free_port,
    front,
    own_redis,
    short_folder,
    soon,
    static_file,
    web_server,
)

pytestmark = pytest.mark.django_db(transaction=True)
#: How many clients are slow at once; the web server has two threads.
SLOW = 200
#: Seconds in which a request of the others is answered on a busy machine; alone it takes some milliseconds.
PROMPT_S = 2.0
PROBLEM = "application/problem+json"


@dataclass
class Running:
    folder: Path
    port: int

    def visitor(self) -> Visitor:
        return Visitor(f"http://127.0.0.1:{self.port}")


@pytest.fixture(scope="module")
def start(django_db_setup: None) -> Iterator[Callable[..., Running]]:
    """Front and web server, with other settings where a test wants them. They run until the last test is over."""
    with ExitStack() as stack:

        def started(**more: str) -> Running:
            folder, port = stack.enter_context(short_folder()), free_port()
            redis = stack.enter_context(own_redis(folder))
            given = {"REDIS_URL": redis.url, "WERKSTOF_VAR": str(folder)} | more
            stack.enter_context(web_server(folder, bind=f"unix:{folder}/web.sock", **given))
            assert soon((folder / "web.sock").exists)
            stack.enter_context(front(folder, port, f"{folder}/web.sock", **given))
            running = Running(folder, port)
            assert soon(lambda: running.visitor().get("/health/live")[0] == 200)
            return running

        yield started


@pytest.fixture(scope="module")
def site(start: Callable[..., Running]) -> Running:
    return start()


@pytest.fixture(scope="module")
def behind_a_proxy(start: Callable[..., Running]) -> Running:
    return start(TRUSTED_PROXIES="10.0.0.0/8,127.0.0.1")


def slow_head(port: int) -> socket.socket:
    """Says a piece of what it wants, and nothing more."""
    client = socket.create_connection(("127.0.0.1", port), timeout=HEAD_S * 3)
    client.sendall(b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
    return client


def slow_body(port: int) -> socket.socket:
    """Promises a form of which it sends the beginning."""
    client = socket.create_connection(("127.0.0.1", port), timeout=HEAD_S * 3)
    client.sendall(
        b"POST /account/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        b"Content-Length: 1000000\r\n\r\nlogin="
    )
    return client


def slow_reader(port: int) -> socket.socket:
    """Asks for much, and takes a few bytes of it."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    client.connect(("127.0.0.1", port))
    client.sendall(f"GET {static_file('build/map.js')} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    return client


@pytest.mark.parametrize("slow", [slow_head, slow_body, slow_reader])
def test_two_hundred_slow_clients_keep_nobody_waiting(site: Running, slow: Callable[[int], socket.socket]) -> None:
    visitor = site.visitor()
    with ExitStack() as stack:
        clients = [stack.enter_context(slow(site.port)) for _ in range(SLOW)]
        # What they asked for has its turn first: two hundred answers are work, however they are read.
        assert visitor.get("/health/live")[0] == 200
        took = []
        for path in ["/health/live", "/over/", static_file("build/app.css")] * 10:
            status, _body, _headers = visitor.get(path)
            assert status == 200, path
            took.append(visitor.took_s)
        # All of them are still there.
        assert sum(is_open(client) for client in clients) == SLOW
    assert max(took) < PROMPT_S, sorted(took)


def test_what_comes_by_the_front_is_compressed(site: Running) -> None:
    visitor = site.visitor()
    for path in ("/over/", static_file("build/app.css"), static_file("build/app.js"), "/api/v1/materials/"):
        status, body, headers = visitor.get(path, accept_encoding="gzip")
        assert (status, headers["Content-Encoding"]) == (200, "gzip"), path
        assert len(body) < len(gzip.decompress(body)) / 2, path


def is_open(client: socket.socket) -> bool:
    """Whether the other side hasn't hung up. What it sent stays unread."""
    client.setblocking(False)
    try:
        return client.recv(1, socket.MSG_PEEK) != b""
    except BlockingIOError:
        return True


def test_who_never_ends_the_head_of_a_request_is_hung_up_on(site: Running) -> None:
    with slow_head(site.port) as client:
        begun = time.monotonic()
        with suppress(ConnectionResetError):
            assert b" 200 " not in client.recv(4096)
        assert time.monotonic() - begun < HEAD_S + 5


def test_a_client_that_reads_slowly_gets_its_whole_answer(site: Running) -> None:
    _status, whole, headers = site.visitor().get(static_file("build/app.css"), Accept_Encoding="identity")
    assert int(headers["Content-Length"]) == len(whole)
    with socket.create_connection(("127.0.0.1", site.port), timeout=30) as client:
        client.sendall(
            f"GET {static_file('build/app.css')} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
        )
        said = b""
        while part := client.recv(4096):
            said += part
            time.sleep(0.01)
    assert said.partition(b"\r\n\r\n")[2] == whole


def test_a_file_as_large_as_may_be_comes_through_and_a_larger_one_is_refused_in_words(site: Running) -> None:
    visitor = site.visitor()
    # The web server says that this form has no token: the whole of it came through.
    assert visitor.post_again("/over/", b"x" * LARGEST_UPLOAD_BYTES)[0] == 403
    # And where it refuses without a look at the body, its answer comes all the same.
    status, body, _headers = visitor.post_again("/api/v1/listings/", b"x" * LARGEST_UPLOAD_BYTES)
    assert (status, json.loads(body)["detail"]) == (413, "Stuur hoogstens 20 MB in één keer.")
    status, body, headers = visitor.post_again("/imports/", b"x" * (LARGEST_REQUEST_BYTES + 1))
    assert (status, headers["Content-Type"]) == (413, "text/html; charset=utf-8")
    assert "Dit is te groot" in body.decode()
    status, body, headers = visitor.post_again("/api/v1/listings/", b"x" * (LARGEST_REQUEST_BYTES + 1))
    assert (status, headers["Content-Type"].split(";")[0]) == (413, PROBLEM)
    assert "kleiner bestand" in json.loads(body)["detail"]


def test_a_body_without_a_length_is_counted_as_it_comes(site: Running) -> None:
    piece = b"%x\r\n" % 1_000_000 + b"x" * 1_000_000 + b"\r\n"
    with socket.create_connection(("127.0.0.1", site.port), timeout=30) as client:
        client.sendall(b"POST /api/v1/listings/ HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n")
        try:
            for _ in range(LARGEST_REQUEST_BYTES // 1_000_000 + 1):
                client.sendall(piece)
        except (BrokenPipeError, ConnectionResetError):
            pass
        assert b" 413 " in client.recv(4096)


@pytest.mark.parametrize("length", [5_000, 10_000])
def test_an_address_of_thousands_of_characters_is_refused_at_once(site: Running, length: int) -> None:
    visitor = site.visitor()
    assert visitor.get(f"/api/v1/search/?q={'x' * length}")[0] == 414
    assert visitor.took_s < PROMPT_S


def test_while_the_web_server_is_away_the_front_says_so(django_db_setup: None) -> None:
    with short_folder() as folder, front(folder, port := free_port(), f"{folder}/nobody.sock"):
        visitor = Visitor(f"http://127.0.0.1:{port}")
        status, body, headers = visitor.get("/", Accept_Language="nl-BE,nl;q=0.9,en;q=0.8")
        assert (status, headers["Content-Type"]) == (503, "text/html; charset=utf-8")
        assert int(headers["Retry-After"]) > 0
        assert "Probeer het straks opnieuw" in body.decode()
        assert '<html lang="nl">' in body.decode()
        for language in ("en", "fr"):
            assert f'<html lang="{language}">' in visitor.get("/", Accept_Language=language)[1].decode()
            cookie = f"django_language={language}"
            assert f'<html lang="{language}">' in visitor.get("/", Accept_Language="nl", Cookie=cookie)[1].decode()
        status, body, headers = visitor.get("/api/v1/hubs/")
        assert (status, headers["Content-Type"].split(";")[0]) == (503, PROBLEM)
        assert json.loads(body)["status"] == 503
        status, body, headers = visitor.get("/", HX_Request="true")
        assert (status, headers["Content-Type"]) == (503, "text/plain; charset=utf-8")


def test_answers_pass_unchanged(site: Running) -> None:
    visitor = site.visitor()
    tile = "/tiles/hubs/8/131/85.mvt"
    status, body, headers = visitor.get(tile)
    assert status == 200
    assert int(headers["Content-Length"]) == len(body) > 0
    status, body, again = visitor.get(tile, If_None_Match=headers["ETag"])
    assert (status, body, again["ETag"]) == (304, b"", headers["ETag"])
    assert visitor.get("/health/live", X_Request_ID="seen-before-1")[2]["X-Request-ID"] == "seen-before-1"
    assert len(visitor.get("/health/live")[2]["X-Request-ID"]) == 32
    # An address that only looks like a file of the front's own.
    assert visitor.get("/.front/away.nl.html")[0] == 404


def try_to_log_in(site: Running, times: int) -> list[bool]:
    """Wrong passwords for one address after the other, each from elsewhere by its own account; whether each is refused
    because there were too many.
    """
    refused = []
    for number in range(times):
        data = {"login": f"iemand{number}@test.example", "password": "verkeerd-woord"}
        status, body, _headers = site.visitor().post("/account/login/", data, X_Forwarded_For=f"198.51.100.{number}")
        refused.append(status == 429 or "Te veel inlogpogingen" in body.decode())
    return refused


def test_who_claims_to_come_from_elsewhere_gets_round_no_limit(site: Running) -> None:
    refused = try_to_log_in(site, 13)
    assert refused == [False] * 10 + [True] * 3


def test_a_trusted_proxy_is_believed(behind_a_proxy: Running) -> None:
    assert not any(try_to_log_in(behind_a_proxy, 13))


def scheme_of(site: Running, **headers: str) -> str:
    _status, body, _headers = site.visitor().get("/tiles/hubs.json", **headers)
    return str(json.loads(body)["tiles"][0].partition(":")[0])


def test_only_a_trusted_proxy_says_that_a_request_came_by_https(site: Running, behind_a_proxy: Running) -> None:
    assert scheme_of(site, X_Forwarded_Proto="https") == "http"
    assert scheme_of(behind_a_proxy, X_Forwarded_Proto="https") == "https"
    assert scheme_of(behind_a_proxy) == "http"


@pytest.mark.parametrize(
    ("given", "says"),
    [({"HTTPS": True}, "wants TRUSTED_PROXIES"), ({"TRUSTED_PROXIES": ["the-proxy"]}, "'the-proxy'")],
)
def test_settings_that_can_t_be_are_named(
    settings: object, tmp_path: Path, given: dict[str, object], says: str
) -> None:
    for name, value in given.items():
        setattr(settings, name, value)
    with pytest.raises(CommandError, match=says):
        call_command("front", tmp_path, socket="/nowhere/web.sock")
