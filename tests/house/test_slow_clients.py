"""The web server as it runs, among clients that never come to the point."""

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from marketplace.worker import HEAD_S
from tests.house.pages import ROOT

WORKERS, THREADS = 1, 2


@pytest.fixture
def port() -> Iterator[int]:
    """One worker of two threads on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
    server = subprocess.Popen(
        ["gunicorn", "marketplace.wsgi", "--config", "marketplace/gunicorn.py", "--bind", f"127.0.0.1:{number}"],
        cwd=ROOT, env=os.environ | {"WEB_WORKERS": str(WORKERS), "WEB_THREADS": str(THREADS)},
    )  # fmt: skip
    try:
        for _ in range(300):
            if is_alive(number):
                break
            time.sleep(0.1)
        yield number
    finally:
        server.terminate()
        server.wait(timeout=30)


def is_alive(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=HEAD_S * 3) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def test_clients_that_never_finish_their_request_are_hung_up_on(port: int) -> None:
    slow = [socket.create_connection(("127.0.0.1", port), timeout=HEAD_S * 4) for _ in range(WORKERS * THREADS)]
    for client in slow:
        client.sendall(b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
    time.sleep(0.5)
    assert is_alive(port)
    for client in slow:
        assert client.recv(100) == b""
        client.close()


def test_an_address_of_ten_thousand_characters_is_refused_at_once(port: int) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/search/?q={'x' * 10_000}", timeout=10)
    refused.value.close()
    assert refused.value.code == 414
    assert is_alive(port)


def test_a_client_that_reads_slowly_gets_its_answer(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
        client.sendall(b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        said = b""
        while part := client.recv(20):
            said += part
            time.sleep(0.02)
    assert b"200 OK" in said
