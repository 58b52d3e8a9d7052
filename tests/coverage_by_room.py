"""How much of each room the tests ran: reads what slipcover writes, prints a line per room."""

import json
import sys
from collections import defaultdict
from pathlib import Path


def by_room(files: dict[str, dict[str, dict[str, int]]]) -> dict[str, tuple[float, float]]:
    """The shares of lines and of branches that ran, by the first folder of a path; "all" is the whole."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for path, row in files.items():
        counts = row["summary"]
        for room in (Path(path).parts[0], "all"):
            for place, name in enumerate(("covered_lines", "missing_lines", "covered_branches", "missing_branches")):
                sums[room][place] += counts[name]
    return {
        room: (_share(ran, passed_by), _share(taken, not_taken))
        for room, (ran, passed_by, taken, not_taken) in sorted(
            sums.items(), key=lambda pair: (pair[0] == "all", pair[0])
        )
    }


def _share(some: int, others: int) -> float:
    return some / (some + others) if some + others else 1.0


if __name__ == "__main__":
    sys.stdout.write("What the tests ran:        lines  branches\n")
    for name, (lines, branches) in by_room(json.load(sys.stdin)["files"]).items():
        sys.stdout.write(f"  {name:<18} {lines:>11.1%} {branches:>9.1%}\n")
