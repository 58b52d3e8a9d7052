"""Towns outside Flanders and Brussels: known, so that none is taken for a village here that is spelled like it."""

import csv
from functools import lru_cache

from geo.names import name_key
from geo.reference import DATA

#: Shorter names of elsewhere are beginnings of names here, and are left to those.
_FEWEST_LETTERS = 3
#: What many names here begin with, which some language calls a town of elsewhere too.
_BEGINNINGS = frozenset({"sint"})


def outside(name: str) -> str:
    """The name, at home, of the town outside Flanders and Brussels that a name means; empty where it means none.

    Towns here may have the same name: ask for those first.
    """
    return _names().get(name_key(name), "")


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """Read once per process. Of towns of one name the largest counts, and a town's own name before others'."""
    with (DATA / "towns_outside.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    named: dict[str, str] = {}
    for row in rows:
        named.setdefault(name_key(row["name"]), row["name"])
    for row in rows:
        for other in filter(None, row["names"].split(", ")):
            named.setdefault(name_key(other), row["name"])
    return {key: name for key, name in named.items() if len(key) >= _FEWEST_LETTERS and key not in _BEGINNINGS}
