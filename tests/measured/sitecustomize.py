"""Imported by Python itself at the start of a child process: notes what it runs, and leaves that when it ends.

slipcover merges what lies in its folder under such names with what the workers of the tests ran. A child that is
killed, or that may write no more, leaves nothing.
"""

import atexit
import json
import os
from pathlib import Path
from typing import Any

import slipcover


def _measure(folder: Path) -> None:
    rooms, omitted = (os.environ[f"SLIPCOVER_{name}"].split(",") for name in ("SOURCE", "OMIT"))
    # Without its own `source`, which would list all files of the project that it didn't run, too.
    noted = slipcover.Slipcover(branch=True)
    slipcover.ImportManager(noted, slipcover.FileMatcher(sources=rooms, omit=omitted)).__enter__()
    atexit.register(_leave, noted, folder)


def _leave(noted: Any, folder: Path) -> None:
    unfinished = folder / f"{os.getpid()}.part"
    try:
        unfinished.write_text(json.dumps(noted.get_coverage()))
        unfinished.rename(folder / f"coverage-gw-{os.getpid()}.json")
    except OSError:
        unfinished.unlink(missing_ok=True)


_measure(Path(os.environ["SLIPCOVER_COVERAGE_DIR"]))
