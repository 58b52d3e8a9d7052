"""Asks Lighthouse what a phone makes of four pages: `python -m benchmarks.lighthouse [--check]`."""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.request import urlopen

#: Its own folder of npm packages: nothing that runs Werkstof needs them.
PROGRAM = Path(__file__).parent / "browser" / "node_modules" / "lighthouse" / "cli" / "index.js"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
#: What each page reaches at least in each category, of 100, in the median of its runs.
LEAST = 95
RUNS = 3
LISTINGS = 2_000
#: On a phone as Lighthouse imagines it, with a slow processor and network. Our own pages need no sandbox.
OPTIONS = [
    f"--only-categories={','.join(CATEGORIES)}", "--output=json", "--quiet", "--no-enable-error-reporting",
    "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
]  # fmt: skip


def main() -> int:
    """Print the medians; 1 where --check finds a page below LEAST."""
    parser = argparse.ArgumentParser(prog="script/lighthouse", description=__doc__)
    parser.add_argument("--check", action="store_true", help=f"end with 1 where a page is below {LEAST}")
    parser.add_argument("--runs", type=int, default=RUNS, help="of which the median counts (default: %(default)s)")
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
    os.environ.setdefault("DATABASE_STATEMENT_TIMEOUT_MS", "0")
    import django

    django.setup()
    from benchmarks import databases, report
    from benchmarks.server import serving

    report.machine()
    with databases.alone():
        database = databases.whole(LISTINGS)
        with database.connect() as connection:
            row = connection.execute("SELECT min(id) FROM listings_listing WHERE status = 'published'").fetchone()
        assert row is not None
        with serving(database) as port:
            scores = {
                name: medians(f"http://127.0.0.1:{port}{path}", given.runs) for name, path in pages(row[0]).items()
            }
    report.say(f"{'':12}" + "".join(f"{category:>16}" for category in CATEGORIES))
    for name, found in scores.items():
        report.say(f"{name:12}" + "".join(f"{found[category]:16.0f}" for category in CATEGORIES))
    below = [name for name, found in scores.items() if min(found.values()) < LEAST]
    report.say(f"Below {LEAST}: {', '.join(below)}" if below else f"Every page has {LEAST} or more")
    return 1 if below and given.check else 0


def pages(listing: int) -> dict[str, str]:
    """What people see first, by name."""
    return {
        "home": "/",
        "search": "/?q=stoelen&place=Gent&radius_km=50",
        "listing": f"/zoekertje/{listing}/",
        "hub": "/hubs/sociaal-circulaire-hub-gent/",
    }


def medians(address: str, runs: int) -> dict[str, float]:
    """The median score of a page in each category, of 100. A first look has the server read its templates."""
    urlopen(address, timeout=60).close()
    found = [scores_of(report_on(address)) for _run in range(runs)]
    return {category: statistics.median(scores[category] for scores in found) for category in CATEGORIES}


def scores_of(answer: dict[str, Any]) -> dict[str, float]:
    """By category. Raises RuntimeError where Lighthouse could not look at the page."""
    if answer.get("runtimeError"):
        raise RuntimeError(f"{answer['requestedUrl']}: {answer['runtimeError']['message']}")
    return {category: round(100 * answer["categories"][category]["score"]) for category in CATEGORIES}


def report_on(address: str) -> dict[str, Any]:
    """What Lighthouse writes of a page."""
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "report.json"
        subprocess.run(["node", PROGRAM, address, *OPTIONS, f"--output-path={written}"], check=True)
        answer: dict[str, Any] = json.loads(written.read_text())
    return answer


if __name__ == "__main__":
    sys.exit(main())
