"""One benchmark in two checkouts on this machine, turn by turn: `script/bench compare OLD_CHECKOUT NAME`.

Each checkout runs its own script/bench with its own databases under its own var/bench, so that both may have tables
of their own. What the machine does besides changes from minute to minute: so a ratio is that of two runs next to each
other, and the median over the rounds is what counts.
"""

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent.parent
#: A figure that is off by more is marked.
TOLERANCE = 0.05


@dataclass(frozen=True)
class Run:
    """What one run wrote with --json: figures by name, and the day of each database that it used."""

    figures: dict[str, float]
    days: dict[str, str]


def main() -> int:
    """Run the rounds and print every figure that both checkouts have."""
    parser = argparse.ArgumentParser(
        prog="script/bench compare", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("old", type=Path, help="the other checkout, in which `script/bench NAME --json` works too")
    parser.add_argument("name")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="few rows: shows that it works, not how fast")
    given = parser.parse_args()
    if given.rounds < 1:
        parser.error("--rounds is at least 1")
    if not (given.old / "script" / "bench").is_file():
        parser.error(f"{given.old} has no script/bench")
    checkouts = [given.old.resolve(), HERE]
    rounds = list[tuple[Run, Run]]()
    for number in range(given.rounds):
        # The other one goes first in every second round: whoever is second finds the machine warm.
        order = checkouts if number % 2 == 0 else checkouts[::-1]
        runs = {root: run(root, given.name, quick=given.quick, number=number + 1) for root in order}
        old, new = (runs[root] for root in checkouts)
        check_days(old, new)
        rounds.append((old, new))
    for line in compared(rounds):
        say(line)
    return 0


def run(root: Path, name: str, *, quick: bool, number: int) -> Run:
    """One run in a checkout. Ends the comparison where it fails; what it printed stands above."""
    say(f"\n==== Round {number}: {root}\n")
    # Each has its own var/ and its own environment, whatever was set for the checkout that compares.
    env = {key: value for key, value in os.environ.items() if key not in ("WERKSTOF_VAR", "VIRTUAL_ENV", "NODE_HOME")}
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "figures.json"
        command = [str(root / "script" / "bench"), name, "--json", str(written), *(["--quick"] if quick else [])]
        done = subprocess.run(command, cwd=root, env=env)
        if done.returncode:
            raise SystemExit(f"{' '.join(command)} ended with {done.returncode}")
        return Run(**json.loads(written.read_text()))


def check_days(old: Run, new: Run) -> None:
    """End the comparison where the same database was made on two days: in one of them more listings are over."""
    for name in sorted(old.days.keys() & new.days.keys()):
        if old.days[name] != new.days[name]:
            raise SystemExit(
                f"{name} was made on {old.days[name]} in the old checkout and on {new.days[name]} in the new one: "
                "remove var/bench of the older, so that it is made anew."
            )


def compared(rounds: Sequence[tuple[Run, Run]]) -> list[str]:
    """A line for each figure: median of the old, of the new, and of the ratios of the rounds."""
    names = [name for name in rounds[0][0].figures if all(name in run.figures for pair in rounds for run in pair)]
    if not names:
        raise SystemExit("The checkouts have no figure in common.")
    lines = [
        f"\n{len(rounds)} rounds; * is off by more than {TOLERANCE:.0%}",
        f"{'old':>10} {'new':>10} {'new ÷ old':>10}",
    ]
    for name in names:
        olds, news = ([pair[side].figures[name] for pair in rounds] for side in (0, 1))
        ratio = statistics.median(_ratio(old, new) for old, new in zip(olds, news, strict=True))
        mark = "*" if abs(ratio - 1) > TOLERANCE else " "
        lines.append(f"{_number(olds)} {_number(news)} {ratio:>9.3f}{mark} {name}")
    lonely = {name for pair in rounds for run in pair for name in run.figures} - set(names)
    return [*lines, *(f"  only in some runs: {name}" for name in sorted(lonely))]


def _ratio(old: float, new: float) -> float:
    """new ÷ old; of nothing, one where it is nothing still."""
    if old:
        return new / old
    return 1.0 if new == old else math.inf


def _number(values: Sequence[float]) -> str:
    value = statistics.median(values)
    return f"{value:>10.0f}" if abs(value) >= 1000 else f"{value:>10.3g}"


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
