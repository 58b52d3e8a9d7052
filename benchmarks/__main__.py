"""The benchmarks' command line: `python -m benchmarks NAME [--check] [--quick] [--json FILE]`."""

import argparse
import importlib
import os
import sys
from pathlib import Path

#: Each benchmark's module, which has `run(*, quick: bool) -> list[Target]`.
MODULES = {
    "search": "benchmarks.search",
    "pairing": "benchmarks.pairing",
    "tiles": "benchmarks.tiles",
    "import": "benchmarks.imports",
    "exchanges": "benchmarks.exchanges",
    "maps": "benchmarks.maps",
    "alerts": "benchmarks.alerts",
    "relevance": "benchmarks.relevance.measure",
}
#: And what script/lighthouse runs, which installs what it needs.
ALL_MODULES = MODULES | {"lighthouse": "benchmarks.lighthouse"}


def main() -> int:
    """Run one benchmark; 1 where --check finds a missed target."""
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("name", choices=ALL_MODULES)
    parser.add_argument("--check", action="store_true", help="end with 1 where a target is missed")
    parser.add_argument("--quick", action="store_true", help="few rows: shows that it works, not how fast")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure there too")
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
    # As for commands: only the web has a limit per query.
    os.environ.setdefault("DATABASE_STATEMENT_TIMEOUT_MS", "0")
    # Those that race do so over connections of their own.
    os.environ.setdefault("DATABASE_POOL_SIZE", "20")
    import django

    django.setup()
    from benchmarks import databases, report

    with databases.alone():
        report.machine()
        targets = importlib.import_module(ALL_MODULES[given.name]).run(quick=given.quick)
    met = report.verdict(targets, quick=given.quick)
    if given.json:
        report.write(given.json, targets)
    return 0 if met or not given.check else 1


if __name__ == "__main__":
    sys.exit(main())
