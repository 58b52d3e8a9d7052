"""The child process of sandbox.limited: takes limits upon itself, reads standard input, answers on standard output."""

import errno
import importlib
import json
import os
import resource
import sys
from typing import Any

REFUSED, NO_MEMORY, NO_ROOM = 10, 11, 12


class Refusal(Exception):
    """Raised by a reader for a file that it doesn't take. The parent puts code and values into words."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code, self.values = code, values


def main(order: dict[str, Any]) -> int:
    """Do what is ordered; returns the code to end with."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (order["answer_bytes"],) * 2)
    resource.setrlimit(resource.RLIMIT_AS, (order["memory_bytes"],) * 2)
    # The soft limit ends the process with SIGXCPU; the hard one would with SIGKILL.
    resource.setrlimit(resource.RLIMIT_CPU, (order["cpu_s"], order["cpu_s"] + 1))
    try:
        module, name = order["function"].split(":")
        answer = getattr(importlib.import_module(module), name)(sys.stdin.buffer, **order["arguments"])
        _write(answer)
    except Refusal as refusal:
        _write(json.dumps({"code": refusal.code, "values": refusal.values}).encode())
        return REFUSED
    except MemoryError:
        return NO_MEMORY
    except OSError as error:
        if error.errno == errno.ENOMEM:
            return NO_MEMORY
        if error.errno == errno.EFBIG:
            return NO_ROOM
        raise
    return 0


def _write(answer: bytes) -> None:
    """Write without a buffer: what doesn't fit fails here, and not when the process ends."""
    rest = memoryview(answer)
    while rest:
        rest = rest[os.write(1, rest) :]


if __name__ == "__main__":
    # Refusal and main() of the module that readers import, not of this second copy of it, which is called __main__.
    sys.exit(importlib.import_module("sandbox.child").main(json.loads(sys.argv[1])))
