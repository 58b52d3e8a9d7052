"""Has a file of a stranger read in a process of its own, which can't take more memory, time or room than it may.

Readers of workbooks and pictures are large programs in C and Rust. A crafted file makes them ask for all memory there
is, or abort. Here that ends a child process, and whoever asked gets Stopped, which says why. The child knows nothing
of Django: no settings, no database, no secrets in its environment.
"""

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO, Any

from sandbox.child import NO_MEMORY, NO_ROOM, REFUSED

#: A child that waits instead of working is ended after this many times its CPU time.
_PATIENCE = 10
_POLL_S = 0.02
_ROOT = Path(__file__).parents[1]
#: All that a child is told.
ENVIRONMENT = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limits:
    """What a child may take: address space, CPU time, and the size of its answer."""

    memory_bytes: int
    cpu_s: int
    answer_bytes: int


class Why(StrEnum):
    """Why a child stopped before it answered."""

    MEMORY = "memory"
    TIME = "time"
    ANSWER = "answer"
    CRASH = "crash"


class Stopped(Exception):
    """The child ended without an answer."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


class Refused(Exception):
    """The child read the file, and says by a code and its values why it doesn't take it (sandbox.child.Refusal)."""

    def __init__(self, code: str, values: dict[str, Any]) -> None:
        super().__init__(code)
        self.code, self.values = code, values


def run_limited(
    function: str,
    file: IO[bytes],
    limits: Limits,
    *,
    arguments: dict[str, Any] | None = None,
    meanwhile: Callable[[], None] | None = None,
) -> bytes:
    """What `function` ("package.module:name") answers to a file, when a child process calls it.

    It is called as name(file, **arguments), and answers bytes; arguments are JSON. `file` is a real file, with a
    descriptor. `meanwhile` is called often while the child works; an exception from it ends
    the child. Raises Stopped and Refused.
    """
    order = json.dumps(
        {
            "function": function,
            "arguments": arguments or {},
            "memory_bytes": limits.memory_bytes,
            "cpu_s": limits.cpu_s,
            "answer_bytes": limits.answer_bytes,
        }
    )
    file.seek(0)
    with tempfile.TemporaryFile() as answer, tempfile.TemporaryFile() as complaints:
        child = subprocess.Popen(
            [sys.executable, "-m", "sandbox.child", order],
            stdin=file,
            stdout=answer,
            stderr=complaints,
            cwd=_ROOT,
            env=ENVIRONMENT,
        )
        try:
            code = _wait(child, limits.cpu_s * _PATIENCE, meanwhile)
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()
        answer.seek(0)
        if code == 0:
            return answer.read()
        if code == REFUSED:
            refusal = json.loads(answer.read())
            raise Refused(refusal["code"], refusal["values"])
        complaints.seek(0)
        raise Stopped(_why(code, complaints.read(100_000).decode(errors="replace"), function))


def _wait(child: "subprocess.Popen[bytes]", most_s: int, meanwhile: Callable[[], None] | None) -> int:
    """The code with which the child ends. One that takes far too long is killed, and counts as out of time."""
    end = time.monotonic() + most_s
    while True:
        try:
            return child.wait(timeout=_POLL_S)
        except subprocess.TimeoutExpired:
            if time.monotonic() > end:
                return -signal.SIGXCPU
            if meanwhile is not None:
                meanwhile()


def _why(code: int, complaints: str, function: str) -> Why:
    if code == NO_MEMORY or "memory allocation of" in complaints:
        return Why.MEMORY
    if code in (-signal.SIGXCPU, -signal.SIGXFSZ):
        return Why.TIME if code == -signal.SIGXCPU else Why.ANSWER
    if code == NO_ROOM:
        return Why.ANSWER
    logger.warning("%s ended with %s: %s", function, code, complaints[-2000:])
    return Why.CRASH
