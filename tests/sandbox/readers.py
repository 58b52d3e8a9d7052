"""Readers that behave badly, for tests of the child process."""

import os
import signal
from typing import IO

from sandbox.child import Refusal


def shout(file: IO[bytes], mark: str = "!") -> bytes:
    return file.read().upper() + mark.encode()


def refuse(file: IO[bytes]) -> bytes:
    raise Refusal("too-long", length=len(file.read()))


def hoard(file: IO[bytes]) -> bytes:
    return bytes(4_000_000_000)


def spin(file: IO[bytes]) -> bytes:
    while True:
        pass


def wait(file: IO[bytes]) -> bytes:
    signal.pause()
    return b""


def flood(file: IO[bytes]) -> bytes:
    return bytes(20_000_000)


def abort(file: IO[bytes]) -> bytes:
    os.abort()


def stumble(file: IO[bytes]) -> bytes:
    raise KeyError("nobody foresaw this")


def environment(file: IO[bytes]) -> bytes:
    return " ".join(sorted(os.environ)).encode()
