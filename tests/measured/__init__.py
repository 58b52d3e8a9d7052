"""What child processes of tests run counts for the coverage that script/test prints: the demo, readers of files."""

import os
from pathlib import Path

#: What says that coverage is measured, and where each process leaves what it ran.
_FOLDER = "SLIPCOVER_COVERAGE_DIR"


def environment() -> dict[str, str]:
    """What makes a child that is started with it measure itself; nothing where nothing is measured."""
    if _FOLDER not in os.environ:
        return {}
    told = {name: value for name, value in os.environ.items() if name.startswith("SLIPCOVER_")}
    # Python imports `sitecustomize` at its start, from here too.
    return told | {"PYTHONPATH": str(Path(__file__).parent)}
