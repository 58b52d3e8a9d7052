"""What a benchmark prints: progress, the machine, tables of times, and the targets with what was measured.

Every number with decimals in a table is also kept by its name (`table: row: column`), for `--json`: that is how
`script/bench compare` finds the same figure in two checkouts. So the name of a table never holds what was measured.
"""

import datetime as dt
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from django.db import connection


@dataclass(frozen=True)
class Target:
    """One promise: `measured` is at most, or at least, `limit`; both in `unit` (a ratio where it is empty)."""

    name: str
    measured: float
    limit: float
    direction: Literal["at most", "at least"]
    unit: str = ""

    @property
    def met(self) -> bool:
        return self.measured <= self.limit if self.direction == "at most" else self.measured >= self.limit


def say(text: str = "") -> None:
    """One line, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


#: Seconds that script/bench had taken when it started Python.
_BEFORE_S = float(os.environ.get("BENCH_SECONDS", "0"))
_START = time.monotonic()
#: What the tables have shown so far, and the day of each database that was used.
_figures: dict[str, float] = {}
_days: dict[str, str] = {}


def step(text: str) -> None:
    """One line of progress, after the seconds since script/bench was started."""
    say(f"[{_BEFORE_S + time.monotonic() - _START:4.0f} s] {text}")


def ready() -> None:
    """Say that everything is there, and that measuring begins."""
    step("Ready: what follows is measured")


def uses(database: str, day: dt.date) -> None:
    """Note a database for `--json`: figures of databases of other days can't be compared."""
    _days[database] = day.isoformat()


def machine() -> None:
    """Cores, memory and versions: ratios travel, milliseconds don't."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), current_setting('fsync')")
        server, fsync = cursor.fetchone()
        cursor.execute("SELECT default_version FROM pg_available_extensions WHERE name = 'postgis'")
        (postgis,) = cursor.fetchone()
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    say(f"{os.cpu_count()} cores, {memory_gb:.0f} GB; load before the start {load:.1f}")
    say(f"Python {platform.python_version()}, PostgreSQL {server} (fsync {fsync}), PostGIS {postgis}")


def median(values: Iterable[float]) -> float:
    return statistics.median(values)


def p95(values: Iterable[float]) -> float:
    """The time that 95 of 100 stay under; the largest of fewer than 20."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def table(title: str, headers: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Columns under their headers; all but the first to the right. The first cell of a row is its name."""
    say(f"\n{title}")
    given = [list(row) for row in rows]
    for name, *cells in given:
        for header, cell in zip(headers[1:], cells, strict=True):
            if isinstance(cell, float):
                _figures[f"{title}: {name}: {header}"] = cell
    _print_table(headers, given)


def _print_table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    shown = [[_shown(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(headers, *shown, strict=True)]
    for row in [list(headers), ["-" * width for width in widths], *shown]:
        first, *others = zip(row, widths, strict=True)
        cells = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
        say("  " + "  ".join(cells).rstrip())


def times(title: str, rows: Mapping[str, Sequence[float]], *, against: str) -> None:
    """Median and p95 in milliseconds of each row of seconds, and the median as a multiple of `against`'s."""
    base = median(rows[against])
    table(
        title,
        ["", "n", "median ms", "p95 ms", f"× {against}"],
        [
            (name, len(values), 1000 * median(values), 1000 * p95(values), median(values) / base)
            for name, values in rows.items()
        ],
    )


def verdict(targets: Sequence[Target], *, quick: bool) -> bool:
    """Print the targets; whether all are met."""
    say()
    _print_table(
        ["target", "measured", "limit", ""],
        [
            (
                target.name,
                f"{_shown(target.measured)} {target.unit}".strip(),
                f"{target.direction} {_shown(target.limit)} {target.unit}".strip(),
                "met" if target.met else "MISSED",
            )
            for target in targets
        ],
    )
    if quick:
        say("These are few rows: the targets are for the full size, and say nothing here.")
    return all(target.met for target in targets)


def write(path: Path, targets: Sequence[Target]) -> None:
    """What was measured as JSON: targets and figures by name, and the day of each database."""
    measured = {f"target: {target.name}": float(target.measured) for target in targets}
    path.write_text(json.dumps({"figures": measured | _figures, "days": _days}, indent=1))


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.0f}" if abs(value) >= 100 else f"{value:.2f}"
    return str(value)
