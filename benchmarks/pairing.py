"""Supply and demand paired: one listing when it is published, and all regions, against a join in SQL."""

import json
import os
import random
import resource
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from django.db import connection
from django.utils import timezone
from scipy.spatial import cKDTree

from benchmarks import databases, report
from benchmarks.report import Target, median, say
from listings.enums import ListingKind
from listings.models import Listing
from listings.search.parameters import SearchParameters
from listings.search.query import search
from matching.models import Match
from matching.pairs import incremental
from matching.pairs.batch import pair_all
from matching.pairs.best import BestPairs
from matching.pairs.candidates import pairable
from matching.pairs.columns import Columns, HubBits, load_columns
from matching.pairs.dismissed import Dismissed
from matching.pairs.stored_matches import Outcome

#: Published supplies, and as many published demands.
SIZES = (12_500, 25_000, 50_000, 100_000, 200_000)
QUICK_SIZES = (250, 1_000)
#: Of this size the parts are measured, and the join in SQL.
COMPARED, QUICK_COMPARED = 100_000, 1_000
NEAREST = 10
#: The least of so many runs over stored pairs counts: what else the machine does slows the largest size most.
RUNS_AGAIN = 5
MOST_MB = 1536


@dataclass(frozen=True)
class Size:
    """What one process measured; seconds are CPU time of the process and its database connection together."""

    each: int
    demands: int
    supplies: int
    pairs: int
    first_s: float
    again_s: float
    written_again: int
    memory_mb: float


def run(*, quick: bool) -> list[Target]:
    """One listing at a time among a million; then all regions, from few listings to many."""
    listings, number = (3_000, 8) if quick else (1_000_000, 60)
    whole = databases.whole(listings)
    parts = {each: databases.part(whole, each) for each in (QUICK_SIZES if quick else SIZES)}
    report.ready()
    with databases.copy_of(whole):
        ratio = _one_by_one(listings, number)
    sizes = list[Size]()
    for each, shared in parts.items():
        with databases.copy_of(shared) as own:
            sizes.append(_in_a_process(own, each))
            if each == (QUICK_COMPARED if quick else COMPARED):
                faster = _against_join(quick=quick)
    report.table(
        "All regions, each size in its own process: a first run stores every pair, a second none",
        ["published of each", "that can pair", "pairs", "first, CPU s", "again, CPU s", "written again", "MB"],
        [
            (s.each, f"{s.demands} × {s.supplies}", s.pairs, s.first_s, s.again_s, s.written_again, s.memory_mb)
            for s in sizes
        ],
    )
    first = slope([(s.demands + s.supplies, s.first_s) for s in sizes])
    again = slope([(s.demands + s.supplies, s.again_s) for s in sizes])
    pairs = slope([(s.demands + s.supplies, s.pairs) for s in sizes])
    # Where listings lie denser, each has more pairs. Both runs handle every pair: one stores it, the other compares it
    # with what is stored. So each is judged by their number.
    first_by_pairs = slope([(s.pairs, s.first_s) for s in sizes])
    again_by_pairs = slope([(s.pairs, s.again_s) for s in sizes])
    say(f"  time grows with the number of listings to the power {first:.2f} (first run), {again:.2f} (second)")
    say(f"  pairs grow to the power {pairs:.2f}")
    say(f"  time grows with the pairs to the power {first_by_pairs:.2f} (first run), {again_by_pairs:.2f} (second)")
    return [
        Target("pairing one listing ÷ one search", ratio, 10, "at most"),
        Target("nearest-neighbour join ÷ pairing of all regions", faster, 20, "at least"),
        Target("exponent of its time, first run, by pairs stored", first_by_pairs, 1.15, "at most"),
        Target("exponent of its time, second run, by pairs stored", again_by_pairs, 1.15, "at most"),
        Target("memory at the largest size", max(s.memory_mb for s in sizes), MOST_MB, "at most", "MB"),
        Target("rows written by a second run", sum(s.written_again for s in sizes), 0, "at most"),
    ]


def slope(points: Iterable[tuple[float, float]]) -> float:
    """The exponent of a power law through (size, time), by least squares of their logarithms."""
    sizes, times = np.log(np.array(list(points))).T
    return float(np.polyfit(sizes, times, 1)[0])


# One listing


def _one_by_one(listings: int, number: int) -> float:
    """The median time of pairing one of them that lies in a hub, divided by that of a search around it."""
    drawn = {kind: _draw(kind, number) for kind in ListingKind}
    times: dict[str, list[float]] = {"search": [], **{f"pair a {kind.value}": [] for kind in ListingKind}}
    for turn in range(number):
        for kind, some in drawn.items():
            listing = some[turn]
            # Twice, so that neither is the one that reads from disk for the other; and from no matches each time, as
            # when it is published: what is stored already wouldn't be written again.
            for _ in range(2):
                Match.objects.of_listing(listing).delete()
                searched = report.seconds(lambda listing=listing: _search_around(listing))  # type: ignore[misc]
                paired = report.seconds(lambda pk=listing.pk: incremental.pair(listing_id=pk, at=timezone.now()))  # type: ignore[misc]
            times["search"].append(searched)
            times[f"pair a {kind.value}"].append(paired)
    report.times(
        f"Pairing one of {listings} listings, turn by turn with a search for the other side of it",
        times,
        against="search",
    )
    goods = times["pair a supply"] + times["pair a demand"]
    return median(goods) / median(times["search"])


def _draw(kind: ListingKind, number: int) -> list[Listing]:
    """Random listings that can have pairs: those in no hub take next to no time."""
    found = list(pairable(kind, timezone.localdate()).order_by("pk").values_list("pk", flat=True))
    return list(Listing.objects.filter(pk__in=random.Random(2).sample(found, number)).select_related("material"))


def _search_around(listing: Listing) -> None:
    """The first page of what a person would look for: the other side, of this material, nearest first."""
    other = ListingKind.SUPPLY if listing.kind == ListingKind.DEMAND else ListingKind.DEMAND
    point = listing.shown_location
    search(SearchParameters(kind=other, point=point, material=listing.material))


# All regions


def cpu_s() -> float:
    """Seconds that this process and the server process of its connection have computed.

    They run in turn, so that this is what they take on a machine that does nothing else. The benchmarks' database
    runs on the same machine.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    user, system = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
    return time.process_time() + (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _in_a_process(own: databases.Database, each: int) -> Size:
    """Pair all regions in a fresh process: its peak memory is that of the work."""
    code = f"import django; django.setup(); from benchmarks.pairing import child; child({each})"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"DATABASE_URL": own.url}, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return Size(**json.loads(done.stdout.splitlines()[-1]))


def child(each: int) -> None:
    """Print a Size as JSON."""
    today, at = timezone.localdate(), timezone.now()
    taken, outcomes = list[float](), list[Outcome]()
    for _ in range(1 + RUNS_AGAIN):
        start = cpu_s()
        outcomes.append(pair_all(at=at))
        taken.append(cpu_s() - start)
    # Linux counts it in kilobytes.
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    _first, *again = outcomes
    size = Size(
        each=each, demands=pairable(ListingKind.DEMAND, today).count(),
        supplies=pairable(ListingKind.SUPPLY, today).count(), pairs=Match.objects.count(), first_s=taken[0],
        again_s=min(taken[1:]), written_again=sum(outcome.written + outcome.deleted for outcome in again),
        memory_mb=memory_mb,
    )  # fmt: skip
    sys.stdout.write(json.dumps(vars(size)) + "\n")


# Against a join


def _against_join(*, quick: bool) -> float:
    """How many times longer a nearest-neighbour join takes than pairing all regions where nothing changed."""
    sampled, rounds = (50, 2) if quick else (2_000, 3)
    turns = [_joins(sampled, turn) | _parts() for turn in range(rounds)]
    least = {name: min(turn[name] for turn in turns) for name in turns[0]}
    whole = least["all: loaded, scored, compared with what is stored"]
    report.table(
        "Pairing all demands and supplies: CPU seconds, the least of a few turns",
        ["", "s", "× all"],
        [(name, taken, taken / whole) for name, taken in least.items()],
    )
    say(f"  {rounds} turns; the join finds the nearest {NEAREST} of {sampled} demands and of as many supplies,")
    say("  scaled to all; it scores and stores none")
    return least["join in SQL"] / whole


def _parts() -> dict[str, float]:
    """CPU seconds of what pairing does, of the geometry alone, and of the whole where nothing has changed."""
    today, bits, marks = timezone.localdate(), HubBits(), [cpu_s()]
    supplies = load_columns(pairable(ListingKind.SUPPLY, today), bits)
    demands = load_columns(pairable(ListingKind.DEMAND, today), bits)
    marks.append(cpu_s())
    nearest(demands, supplies)
    nearest(supplies, demands)
    marks.append(cpu_s())
    best = BestPairs(supplies, demands, Dismissed(supplies, demands))
    deque(best.of_demands(), maxlen=0)
    deque(best.of_supplies(), maxlen=0)
    marks.append(cpu_s())
    pair_all(at=timezone.now())
    marks.append(cpu_s())
    load, geometry, scoring, whole = np.diff(marks).tolist()
    return {
        "loaded, and k-d trees: the limit": load + geometry,
        "loaded and scored": load + scoring,
        "all: loaded, scored, compared with what is stored": whole,
    }


def nearest(asking: Columns, others: Columns) -> None:
    """The limit: the nearest few of the same material for each, by a k-d tree for each material."""
    for number in np.unique(asking.number):
        mine, theirs = asking.number == number, others.number == number
        if theirs.any():
            tree = cKDTree(np.c_[others.x[theirs], others.y[theirs]])
            tree.query(np.c_[asking.x[mine], asking.y[mine]], k=min(NEAREST, int(theirs.sum())))


#: The material and all below it is one span of numbers; each one above it is another: it holds from either side. The
#: index takes place and span. How far apart the two may be is for the demand to say.
JOIN = """
SELECT count(*) FROM listings_listing {own}
JOIN materials_material material ON material.id = {own}.material_id
CROSS JOIN LATERAL (
    SELECT candidate.id FROM (
        SELECT material.tree_left AS first, material.tree_right AS last
        UNION ALL
        SELECT above.tree_left, above.tree_left FROM materials_material above
        WHERE above.tree_left < material.tree_left AND above.tree_right >= material.tree_right
    ) span CROSS JOIN LATERAL (
        SELECT {other}.id, supply.position <-> demand.position AS distance_m FROM listings_listing {other}
        WHERE {other}.status = 'published' AND {other}.kind = '{other}'
        AND {other}.material_number BETWEEN span.first AND span.last
        AND supply.position <-> demand.position <= coalesce(demand.reach_km, 300) * 1000
        ORDER BY {other}.position <-> {own}.position LIMIT %s
    ) candidate ORDER BY candidate.distance_m LIMIT %s
) nearest WHERE {own}.id = ANY(%s)
"""


def _joins(sampled: int, seed: int) -> dict[str, float]:
    """CPU seconds of the join for all demands and for all supplies: pairing, too, keeps the best for either side."""
    took = {kind: _join(kind, sampled, seed) for kind in (ListingKind.DEMAND, ListingKind.SUPPLY)}
    parts = {f"join in SQL, for each {kind.value}": taken for kind, taken in took.items()}
    return parts | {"join in SQL": sum(took.values())}


def _join(own: ListingKind, sampled: int, seed: int) -> float:
    """CPU seconds of the nearest of related material within reach, by those of random listings that can pair."""
    ids = list(pairable(own, timezone.localdate()).order_by("pk").values_list("pk", flat=True))
    some = random.Random(seed).sample(ids, sampled)
    other = ListingKind.SUPPLY if own == ListingKind.DEMAND else ListingKind.DEMAND
    with connection.cursor() as cursor:
        start = cpu_s()
        cursor.execute(JOIN.format(own=own.value, other=other.value), [NEAREST, NEAREST, some])
        assert cursor.fetchone()[0] > 0
        return (cpu_s() - start) * len(ids) / sampled
