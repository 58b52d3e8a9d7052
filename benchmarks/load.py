"""Asking as fast as it goes, from processes of their own, over HTTP or with bare SQL. Knows nothing of Django."""

import multiprocessing
import socket
import threading
import time
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from typing import Any

import psycopg

#: One answer takes one or more statements (SQL, values), all of which run.
Statements = Sequence[tuple[str, Sequence[Any] | dict[str, Any]]]


class Client:
    """One connection to a web server, kept open: as little work per answer as a client can have."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._open()

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body. Raises OSError where the server goes away in the middle."""
        try:
            return self._ask(path)
        except (ConnectionError, EOFError):
            # A worker that has answered its number of requests closes its connections.
            self.close()
            self._open()
            return self._ask(path)

    def close(self) -> None:
        self._file.close()
        self._socket.close()

    def _open(self) -> None:
        self._socket = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self._socket.makefile("rb")

    def _ask(self, path: str) -> tuple[int, bytes]:
        self._socket.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        status, length, closes = self._file.readline(), 0, False
        if not status:
            raise EOFError
        while (line := self._file.readline()) not in (b"\r\n", b""):
            name, _, value = line.lower().partition(b":")
            length = int(value) if name == b"content-length" else length
            closes = closes or (name == b"connection" and value.strip() == b"close")
        body = self._file.read(length)
        if closes:
            self.close()
            self._open()
        return int(status.split()[1]), body


def http_rate(port: int, paths: Sequence[str], seconds: float, *, processes: int = 2, connections: int = 2) -> float:
    """Answers per second. Raises RuntimeError for any that is no success."""
    return _rate(_ask_server, (port, paths, connections), seconds, processes)


def sql_rate(url: str, options: str, work: Sequence[Statements], seconds: float, *, processes: int = 2) -> float:
    """The same of prepared statements, one connection per process."""
    return _rate(_ask_database, (url, options, work), seconds, processes)


def _rate(ask: Callable[..., int], given: tuple[Any, ...], seconds: float, processes: int) -> float:
    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(processes)
    with context.Pool(processes, _keep_barrier, (ready,)) as pool:
        jobs = [pool.apply_async(ask, (*given, number, processes, seconds)) for number in range(processes)]
        return sum(job.get(timeout=seconds + 120) for job in jobs) / seconds


_ready: Any = None


def _keep_barrier(ready: Any) -> None:
    global _ready
    _ready = ready


def _ask_server(port: int, paths: Sequence[str], connections: int, number: int, processes: int, seconds: float) -> int:
    counts, failed = [0] * connections, list[str]()
    clients = [Client(port) for _ in range(connections)]
    _ready.wait(60)
    ends = time.monotonic() + seconds

    def ask(place: int) -> None:
        start = (number * connections + place) * len(paths) // (processes * connections)
        for path in islice(cycle(paths), start, None):
            status, _body = clients[place].get(path)
            if status not in (200, 204):
                failed.append(f"{status} {path}")
            if time.monotonic() > ends or failed:
                return
            counts[place] += 1

    threads = [threading.Thread(target=ask, args=(place,)) for place in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise RuntimeError(f"The server said {failed[0]}")
    return sum(counts)


def _ask_database(
    url: str, options: str, work: Sequence[Statements], number: int, processes: int, seconds: float
) -> int:
    with psycopg.connect(url, autocommit=True, options=options) as connection:
        connection.prepare_threshold = 0
        with connection.cursor() as cursor:
            for statements in work:
                for sql, values in statements:
                    cursor.execute(sql, values)
            _ready.wait(60)
            ends = time.monotonic() + seconds
            for count, statements in enumerate(islice(cycle(work), number * len(work) // processes, None)):
                for sql, values in statements:
                    cursor.execute(sql, values).fetchone()
                if time.monotonic() > ends:
                    return count
    raise AssertionError("a cycle has no end")
