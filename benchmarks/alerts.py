"""A listing among a million saved searches: who is told, against searches and against running each; and digests."""

import datetime as dt
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from celery import current_app
from django.contrib.gis.geos import Polygon
from django.db import connection
from django.utils import timezone

from accounts.models import User
from alerts.digests import send_due
from alerts.models import Alert, SavedSearch, Watch
from alerts.reading import all_parameters
from alerts.schedule import BRUSSELS
from alerts.telling import wishes_for
from alerts.watching import watches_of
from benchmarks import databases, report
from benchmarks.report import Target, median, say
from geo.hubs import hub_slugs
from geo.points import FLANDERS
from journal.models import Letter
from listings.models import Listing
from listings.querysets import ListingQuerySet
from listings.search.asking import ask
from listings.search.parameters import SearchParameters
from listings.search.query import search
from materials.models import Material

SEED = 5
#: What lies west of this is the quiet corner: the same people ask about it, however many others ask about elsewhere.
#: From the other on (degrees east), no question reaches it: the largest radius, and a detour, are 10 km.
QUIET_WEST_OF, ELSEWHERE_EAST_OF = 3.0, 3.2
#: Different questions about elsewhere; very many people ask the same ones more often.
QUESTIONS = 20_000
#: Rows in one INSERT.
BATCH = 5_000


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    listings: int
    fewer: int
    searches: int
    measured: int
    people: tuple[int, int]
    alerts_each: int


FULL = Size(20_000, 10_000, 1_000_000, measured=60, people=(10_000, 100_000), alerts_each=5)
QUICK = Size(3_000, 500, 2_000, measured=8, people=(60, 240), alerts_each=3)


def run(*, quick: bool) -> list[Target]:
    """Look-ups among few and many saved searches, the same by searching, and letters to few and many people."""
    size = QUICK if quick else FULL
    shared = databases.whole(size.listings)
    with databases.copy_of(shared):
        report.ready()
        # First, while the process holds no more than a worker does.
        digests = _digests(size)
        owner = User.objects.create_user("alerts@bench.example")
        everywhere = make_questions(size.fewer, _places())
        elsewhere = make_questions(min(QUESTIONS, size.searches), _places(ELSEWHERE_EAST_OF))
        quiet, busy = _listings(size.measured)
        _save(owner, everywhere, size.fewer)
        fewer = _look_ups(quiet, size.fewer)
        _save(owner, elsewhere, size.searches - size.fewer)
        many = _look_ups(quiet, size.searches)
        if many.told != fewer.told:
            raise RuntimeError(f"The same listings concern {many.told} people, and {fewer.told} before")
        crowd = _look_ups(busy, size.searches)
        searches = _searches(size.measured)
        rows = {
            "one search": searches,
            f"quiet corner, among {size.fewer}": fewer.seconds,
            f"quiet corner, among {size.searches}": many.seconds,
            f"elsewhere, among {size.searches}": crowd.seconds,
        }
        report.times("Who is told of a listing", rows, against="one search")
        each = median(searches) * size.searches / median(many.seconds)
        say(f"  running each of {size.searches} saved searches takes {each:.0f} times as long")
    return [
        Target("who is told ÷ one search", median(many.seconds) / median(searches), 10, "at most"),
        Target(
            f"among {size.searches:,} ÷ among {size.fewer:,}",
            median(many.seconds) / median(fewer.seconds),
            1.5,
            "at most",
        ),
        Target("running each saved search ÷ the look-up", each, 100, "at least"),
        *digests,
    ]


@dataclass(frozen=True)
class Places:
    """Where listings are that people ask about, as (latitude, longitude), and the hubs that show no others."""

    points: Sequence[tuple[float, float]]
    hubs: Sequence[str]


def _places(east_of: float | None = None) -> Places:
    """Of all listings, or of those so far east that no question about them reaches the quiet corner."""
    listings = Listing.objects.exclude(shown_location=None).order_by("id")
    shown = [(point.y, point.x) for point in listings.values_list("shown_location", flat=True)[:2_000] if point]
    slugs = hub_slugs()
    if east_of is None:
        return Places(shown, list(slugs.values()))
    # What a hub shows doesn't stop at a degree: hubs of the quiet corner are left out.
    quiet = {hub for hubs in _quiet(listings).values_list("hub_ids", flat=True) for hub in hubs}
    return Places(
        [(lat, lon) for lat, lon in shown if lon > east_of], [slug for pk, slug in slugs.items() if pk not in quiet]
    )


def _quiet(listings: ListingQuerySet) -> ListingQuerySet:
    west, south, _east, north = FLANDERS
    corner = Polygon.from_bbox((west - 1, south - 1, QUIET_WEST_OF, north + 1))
    return listings.filter(shown_location__within=corner)


def make_questions(count: int, places: Places) -> list[SearchParameters]:
    """Searches as people save them: near where listings are, most of them of a material, one in ten of a hub, with
    words, a price, a condition or along a route.
    """
    draw = random.Random(SEED)
    materials = list(
        Material.objects.filter(parent__isnull=False).order_by("tree_left").values_list("code", flat=True)
    )
    return [ask(_draw(draw, places.points, materials, places.hubs), for_later=True) for _number in range(count)]


def _draw(
    draw: random.Random, points: Sequence[tuple[float, float]], materials: Sequence[str], hubs: Sequence[str]
) -> dict[str, str]:
    lat, lon = draw.choice(points)
    asked = {"lat": repr(lat), "lon": repr(lon)}
    asked |= {"radius_km": draw.choice(("2", "5", "5", "10"))}
    asked |= {"kind": draw.choice(("supply", "supply", "demand", "service"))}
    if draw.random() < 0.9:
        asked["material"] = draw.choice(materials)
    extra = draw.random()
    if extra < 0.1:
        asked = {"hub": draw.choice(hubs), "kind": asked["kind"], "material": draw.choice(materials)}
    elif extra < 0.15:
        asked["q"] = draw.choice(("eiken", "massief", "zwarte", "inklapbaar"))
    elif extra < 0.2:
        asked["max_price"] = draw.choice(("0", "50", "250"))
    elif extra < 0.23 and asked["kind"] == "supply":
        asked["condition"] = draw.choice(("used", "as_new"))
    elif extra < 0.25:
        there = draw.choice(points)
        asked |= {"to_lat": repr(there[0]), "to_lon": repr(there[1]), "detour_km": "5"}
        del asked["radius_km"]
    return asked


@dataclass(frozen=True)
class LookUps:
    """Seconds of each look-up, and how many people each listing concerned."""

    seconds: list[float]
    told: list[int]


def _listings(count: int) -> tuple[list[Listing], list[Listing]]:
    """So many in the quiet corner, and as many elsewhere, by chance."""
    public = Listing.objects.published().order_by("pk")
    quiet = list(_quiet(public).values_list("pk", flat=True))
    busy = sorted(set(public.values_list("pk", flat=True)) - set(quiet))
    draw = random.Random(SEED)
    both = [draw.sample(ids, min(count, len(ids))) for ids in (quiet, busy)]
    one, other = ([Listing.objects.get(pk=pk) for pk in ids] for ids in both)
    return one, other


def _look_ups(listings: Sequence[Listing], count: int) -> LookUps:
    """For each of some listings find whom to tell, among so many saved searches."""
    taken, told = list[float](), list[int]()
    for listing in listings:
        # Asked once before it is measured: a process has read some things already, and few listings are measured.
        told.append(len(wishes_for(listing)))
        taken.append(report.seconds(lambda listing=listing: wishes_for(listing)))  # type: ignore[misc]
    say(f"  among {count} saved searches {len(taken)} listings concern {median(told):.0f} people each (median)")
    return LookUps(taken, told)


def _save(owner: User, questions: Sequence[SearchParameters], count: int) -> None:
    """Save so many searches more, each question as often as every other."""
    made = 0
    while made < count:
        batch = [questions[number % len(questions)] for number in range(made, min(made + BATCH, count))]
        searches = SavedSearch.objects.bulk_create(
            [SavedSearch(owner=owner, name="x", asked=asked.to_query(), frequency="daily") for asked in batch]
        )
        Watch.objects.bulk_create(
            [row for one, asked in zip(searches, batch, strict=True) for row in watches_of(one, asked)],
            batch_size=BATCH,
        )
        made += len(batch)
        if made % (20 * BATCH) == 0 or made == count:
            report.step(f"{made} of {count} saved searches")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE alerts_watch, alerts_savedsearch")


def _searches(count: int) -> list[float]:
    """Seconds of the first page of some saved searches."""
    rows = list(SavedSearch.objects.order_by("pk")[: 4 * count])
    asked = [one for one in all_parameters(rows).values() if one is not None][: 2 * count]
    for one in asked:
        search(one)
    return [report.seconds(lambda one=one: search(one)) for one in asked]  # type: ignore[misc]


def _digests(size: Size) -> list[Target]:
    """Letters to few and to many people, each of the same number of listings; the run for many twice."""
    at = dt.datetime.combine(timezone.localdate(), dt.time(12), BRUSSELS)
    few, _memory, _letters = _digest(size.people[0], size, at)
    many, memory_mb, letters = _digest(size.people[1], size, at)
    before = Letter.objects.count()
    again_s = report.seconds(lambda: _send_all(at))
    # Nobody sends letters here.
    current_app.control.purge()
    exponent = math.log(many / few) / math.log(size.people[1] / size.people[0])
    report.table(
        "Digests",
        ["", "seconds", "letters a second"],
        [
            (f"{size.people[0]} people", few, size.people[0] / few),
            (f"{size.people[1]} people", many, size.people[1] / many),
            (f"{size.people[1]} people, again", again_s, 0.0),
        ],
    )
    twice = Letter.objects.count() - before + abs(letters - size.people[1])
    _forget()
    return [
        Target("digests: exponent of time by people", exponent, 1.1, "at most"),
        Target("digests: memory of the process", memory_mb, 300, "at most", "MB"),
        Target("digests: letters too many or too few after two runs", float(twice), 0, "at most"),
    ]


def _digest(people: int, size: Size, at: dt.datetime) -> tuple[float, float, int]:
    """Seconds, megabytes at most, and letters of a run for so many people."""
    _forget()
    listings = list(Listing.objects.published().order_by("pk").values_list("pk", flat=True)[:1_000])
    questions = [asked.to_query() for asked in make_questions(1_000, _places())]
    for first in range(0, people, BATCH):
        numbers = range(first, min(first + BATCH, people))
        users = User.objects.bulk_create([User(email=f"{number}@digest.bench.example") for number in numbers])
        _note_alerts(users, listings, questions, size.alerts_each, at - dt.timedelta(hours=4))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE alerts_alert, alerts_savedsearch, accounts_user")
    # From here on the kernel notes the most memory anew.
    Path("/proc/self/clear_refs").write_text("5")
    seconds = report.seconds(lambda: _send_all(at))
    return seconds, _most_memory_mb(), Letter.objects.count()


def _forget() -> None:
    """Leave nobody who is told of anything, and nothing that waits to be sent."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE alerts_alert, alerts_savedsearch, journal_letter CASCADE")
    User.objects.filter(email__endswith="@digest.bench.example").delete()


def _note_alerts(
    users: Sequence[User], listings: Sequence[int], questions: Sequence[dict[str, str]], each: int, due_at: dt.datetime
) -> None:
    """So many for each person, for all reasons that there are: by turns for two searches of theirs and a listing."""
    searches = SavedSearch.objects.bulk_create(
        [
            SavedSearch(owner=user, name="x", is_called_by_words=True, asked=questions[number % len(questions)])
            for user in users for number in (user.pk, user.pk + 1)
        ],
        batch_size=BATCH,
    )  # fmt: skip
    own = [None, None, listings[0]]
    Alert.objects.bulk_create(
        [
            Alert(person=user, listing_id=listings[(user.pk * 7 + number) % len(listings)], version=1, due_at=due_at,
                  search=(*searches[2 * place : 2 * place + 2], None)[number % 3], own_id=own[number % 3])
            for place, user in enumerate(users) for number in range(each)
        ],
        batch_size=BATCH,
    )  # fmt: skip


def _send_all(at: dt.datetime) -> None:
    while send_due(at=at):
        pass


def _most_memory_mb() -> float:
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024
