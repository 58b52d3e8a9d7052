"""What Lighthouse, the npm package, makes of four pages as a phone sees them. script/lighthouse runs it."""

import json
import statistics
import subprocess
import tempfile
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from benchmarks import databases, report
from benchmarks.report import Target
from benchmarks.server import serving

#: Its own folder of npm packages: nothing that runs Werkstof needs them.
PROGRAM = Path(__file__).parent / "browser" / "node_modules" / "lighthouse" / "cli" / "index.js"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
#: What each page reaches at least in each category, of 100, in the median of its runs.
LEAST = 95
RUNS = 3
#: How often a run without a report is tried.
TRIES = 4
LISTINGS = 2_000
#: On a phone as Lighthouse imagines it, with a slow processor and network. Our own pages need no sandbox.
OPTIONS = [
    f"--only-categories={','.join(CATEGORIES)}", "--output=json", "--quiet", "--no-enable-error-reporting",
    "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
]  # fmt: skip


def run(*, quick: bool) -> list[Target]:
    """The median of each page in each category, of three runs; of one where it is to be quick."""
    if not PROGRAM.exists():
        raise SystemExit("script/lighthouse installs Lighthouse, and runs this.")
    database = databases.whole(LISTINGS)
    with database.connect() as connection:
        row = connection.execute("SELECT min(id) FROM listings_listing WHERE status = 'published'").fetchone()
    assert row is not None
    report.ready()
    with serving(database) as port:
        scores = {
            name: medians(f"http://127.0.0.1:{port}{path}", 1 if quick else RUNS)
            for name, path in pages(row[0]).items()
        }
    rows = [[name, *(found[category] for category in CATEGORIES)] for name, found in scores.items()]
    report.table("Of 100", ["", *CATEGORIES], rows)
    return [
        Target(f"{name}, {category}", score, LEAST, "at least")
        for name, found in scores.items()
        for category, score in found.items()
    ]


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
    """What Lighthouse writes of a page. Raises CalledProcessError where it fails each time.

    Chromium's trace sometimes lacks its beginning; Lighthouse then gives no report, and says to run it again.
    """
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "report.json"
        command = ["node", str(PROGRAM), address, *OPTIONS, f"--output-path={written}"]
        for tries_left in reversed(range(TRIES)):
            if subprocess.run(command, check=tries_left == 0).returncode == 0:
                break
            report.step(f"  no report of {address}: once more")
        answer: dict[str, Any] = json.loads(written.read_text())
    return answer
