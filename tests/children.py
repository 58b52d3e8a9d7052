"""What the processes that this one has started take, while they run."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def rss_kb(pid: int | str) -> int:
    """What a process has in memory now; 0 for one that is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")), 0)


def children() -> list[str]:
    """The numbers of all processes that this one has started and that still run."""
    found: list[str] = []
    for tasks in Path("/proc/self/task").glob("*/children"):
        # A thread that has just ended has no file any more.
        with suppress(OSError):
            found += tasks.read_text().split()
    return found


def is_a_program_of_its_own(pid: str) -> bool:
    """False for a child between fork and exec, when it is still a copy of this process: its memory is this one's."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() != Path("/proc/self/cmdline").read_bytes()
    except OSError:
        return False


class Watched:
    """The most that this process and its children had in memory, in kB, and how many children there were at once."""

    def __init__(self, apart_from: list[str]) -> None:
        self.own_kb = self.children_kb = self.at_once = 0
        self._apart_from = set(apart_from)

    def look(self) -> None:
        alive = set(children()) - self._apart_from
        self.at_once = max(self.at_once, len(alive))
        self.children_kb = max(self.children_kb, sum(rss_kb(pid) for pid in alive if is_a_program_of_its_own(pid)))
        self.own_kb = max(self.own_kb, rss_kb("self"))


@contextmanager
def watched() -> Iterator[Watched]:
    """Looks every ten milliseconds, at children that are started meanwhile: none of earlier tests count."""
    seen, over = Watched(apart_from=children()), threading.Event()

    def watch() -> None:
        while not over.wait(0.01):
            seen.look()

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()
