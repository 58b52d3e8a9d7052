"""A reader that ends its process each time, for the tests of limits. It leaves a mark for every time that it began."""

import os
from pathlib import Path
from typing import IO


def read(file: IO[bytes], name: str, by_hand: list[str]) -> bytes:
    with Path(name).open("a") as tries:
        tries.write("x")
    os.abort()
