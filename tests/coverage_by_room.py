"""How much of each room the tests ran: reads `coverage json`, prints a line per room."""

import json
import sys
from collections import defaultdict
from pathlib import Path


def by_room(files: dict[str, dict[str, dict[str, int]]]) -> dict[str, tuple[float, float]]:
    """The shares of statements and of branches that ran, by the first folder of a path; "all" is the whole."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for path, row in files.items():
        counts = row["summary"]
        for room in (Path(path).parts[0], "all"):
            for place, name in enumerate(("covered_lines", "num_statements", "covered_branches", "num_branches")):
                sums[room][place] += counts[name]
    return {
        room: (ran / statements if statements else 1.0, taken / branches if branches else 1.0)
        for room, (ran, statements, taken, branches) in sorted(
            sums.items(), key=lambda pair: (pair[0] == "all", pair[0])
        )
    }


if __name__ == "__main__":
    sys.stdout.write("What the tests ran:   statements  branches\n")
    for name, (statements, branches) in by_room(json.load(sys.stdin)["files"]).items():
        sys.stdout.write(f"  {name:<18} {statements:>11.1%} {branches:>9.1%}\n")
