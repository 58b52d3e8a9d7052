"""Searches among a million listings over HTTP: against the bare database, ten thousand listings, and a naive view."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.contrib.gis.db.backends.postgis.adapter import PostGISAdapter
from django.db import connection
from django.test import Client

from benchmarks import databases, load, naive, report
from benchmarks.databases import Database
from benchmarks.report import Target, median, say
from benchmarks.server import serving
from listings.enums import Condition
from listings.models import Listing
from materials.models import Material

SEED = 3
SEARCH = "/api/v1/search/"
#: Words that people type: titles, materials, several, misspelled.
WORDS = ("pallet", "houten balken", "kantoorstoelen", "bakstenen", "laptop", "vaatwaser", "textiel", "glas wol")
HUBS = ("sociaal-circulaire-hub-gent", "circulaire-hub-genk", "circular-hub-brugge", "cico-hub-kortrijk")


@dataclass(frozen=True)
class Size:
    """How much is measured: listings, searches in the mix, rounds, and seconds of each rate."""

    listings: int
    fewer: int
    searches: int
    rounds: int
    seconds: float


FULL = Size(1_000_000, 10_000, searches=400, rounds=5, seconds=8.0)
QUICK = Size(3_000, 500, searches=40, rounds=2, seconds=0.5)


def run(*, quick: bool) -> list[Target]:
    """The mix on both sizes search by search, its rate against bare SQL and the naive view, then the hard cases."""
    size = QUICK if quick else FULL
    fewer, many = databases.whole(size.fewer), databases.whole(size.listings)
    report.ready()
    mix = make_mix(size.searches)
    fewer.activate()
    fewer_mix = make_mix(size.searches)
    many.activate()
    with serving(many) as port, serving(fewer) as fewer_port:
        growth, typical_s = _compare_sizes(port, mix, fewer_port, fewer_mix, size)
        hardest = _hard_cases(port, typical_s, size)
    with serving(many) as port:
        of_bare = _compare_with_sql(many, port, mix, size)
        both = [(path, asked) for path in mix if (asked := _for_naive(path))]
        rate = load.http_rate(port, [path for path, _asked in both], size.seconds, connections=4)
    of_naive = _compare_with_naive(many, rate, [asked for _path, asked in both], size)
    return [
        Target("rate over HTTP ÷ the same statements bare", of_bare, 0.2, "at least"),
        Target(f"median of {size.listings:,} ÷ median of {size.fewer:,}", growth, 1.5, "at most"),
        Target("rate ÷ the naive view's rate", of_naive, 40, "at least"),
        Target("hardest case ÷ the mix's median", hardest, 10, "at most"),
    ]


def make_mix(searches: int) -> list[str]:
    """Addresses as people ask: near where listings are, mostly of a kind, half of a material, one in eight deeper.

    The same for every database but for the points and the cursors, which come from its own listings.
    """
    draw = random.Random(SEED)
    shown = Listing.objects.order_by("id").values_list("shown_location", flat=True)[:500]
    points = [(point.y, point.x) for point in shown if point is not None]
    materials = list(Material.objects.order_by("tree_left").values_list("code", flat=True))
    client, mix = Client(headers={"host": "localhost"}), list[str]()
    while len(mix) < searches:
        asked = _draw(draw, points, materials)
        path = f"{SEARCH}?{urlencode(asked)}"
        for _page in range(draw.choice((0, 0, 0, 0, 0, 0, 0, 2))):
            answer = client.get(path).json()
            path = (answer["next"] or path).removeprefix("http://localhost")
        mix.append(path)
    return mix


def _draw(draw: random.Random, points: Sequence[tuple[float, float]], materials: Sequence[str]) -> dict[str, Any]:
    lat, lon = draw.choice(points)
    asked: dict[str, Any] = {
        "lat": round(lat + draw.gauss(0, 0.02), 5),
        "lon": round(lon + draw.gauss(0, 0.03), 5),
        "radius_km": draw.choice((5, 10, 10, 25, 25, 25, 50, 100)),
    }
    kind = draw.choice((None, "supply", "supply", "supply", "demand", "service"))
    if kind:
        asked["kind"] = kind
    if draw.random() < 0.5:
        asked["material"] = draw.choice(materials)
    elif draw.random() < 0.2:
        asked["q"] = draw.choice(WORDS)
    if draw.random() < 0.15 and kind == "supply":
        asked["condition"] = draw.choice(("to_repair", "used", "as_new"))
    if draw.random() < 0.1:
        asked["available_on"] = "today"
    if draw.random() < 0.1 and kind != "service":
        asked |= {"min_quantity": draw.choice((2, 10, 50)), "unit": draw.choice(("piece", "kg"))}
    if draw.random() < 0.1:
        asked["hub"] = draw.choice(HUBS)
    return asked


def _compare_sizes(
    port: int, mix: Sequence[str], fewer_port: int, fewer_mix: Sequence[str], size: Size
) -> tuple[float, float]:
    """Median time of many divided by that of fewer, and the median of many in seconds; asked turn by turn."""
    client, other = load.Client(port), load.Client(fewer_port)
    many, few = list[float](), list[float]()
    for number in range(size.rounds):
        for path, fewer_path in zip(mix, fewer_mix, strict=True):
            taken, fewer_taken = _timed(client, path), _timed(other, fewer_path)
            if number:
                many.append(taken)
                few.append(fewer_taken)
    report.times(
        "The mix, one search after another over one connection",
        {f"{size.listings:,} listings": many, f"{size.fewer:,} listings": few},
        against=f"{size.fewer:,} listings",
    )
    client.close()
    other.close()
    return median(many) / median(few), median(many)


def _timed(client: load.Client, path: str) -> float:
    answer: list[tuple[int, bytes]] = []
    taken = report.seconds(lambda: answer.append(client.get(path)))
    if answer[0][0] != 200:
        raise RuntimeError(f"The server said {answer[0][0]} to {path}: {answer[0][1][:300]!r}")
    return taken


def hard_cases() -> dict[str, list[dict[str, Any]]]:
    """Searches in which an index of distances alone would look at nearly everything; each at several places."""
    places = [{"lat": lat, "lon": lon} for lat, lon in ((51.05, 3.72), (51.21, 2.92), (50.93, 5.34))]
    rare = _rarest_material()
    asked: dict[str, dict[str, Any]] = {
        "rare material, whole country": {"kind": "supply", "material": rare, "radius_km": 300},
        "rare material, as new": {"kind": "supply", "material": rare, "condition": "as_new", "radius_km": 300},
        "nothing has so much": {"kind": "supply", "min_quantity": 900_000_000, "unit": "kg", "radius_km": 300},
        "nothing has the word": {"q": "qwertzuiop", "radius_km": 100},
        "nothing is so cheap and so new": {
            "kind": "supply", "material": rare, "condition": "new", "max_price": 0, "radius_km": 300,
        },
        "no supply needs that": {"kind": "supply", "service": "storage", "radius_km": 300},
        "hub in the east": {"kind": "supply", "hub": "circulaire-hub-genk"},
        "hub in the west": {"kind": "supply", "hub": "circular-hub-brugge"},
        "hub, every kind": {"hub": "circulaire-hub-genk"},
        "a word and a place": {"q": "vaatwasser", "radius_km": 10},
        "two words and a place": {"q": "houten kast", "kind": "supply", "radius_km": 25},
        "a word and a hub": {"q": "pallet", "hub": "circulaire-hub-genk"},
        "newest of a rare material": {"kind": "supply", "material": rare, "sort": "newest", "radius_km": 300},
        "newest nearby": {"sort": "newest", "radius_km": 5},
        "along a route": {"to_lat": 51.22, "to_lon": 4.40, "detour_km": 5, "kind": "supply"},
    }  # fmt: skip
    return {name: [place | given for place in places] for name, given in asked.items()}


def _rarest_material() -> str:
    codes = Listing.objects.published().filter(kind="supply").values_list("material__code", flat=True)
    counts: dict[str, int] = {}
    for code in codes.iterator():
        counts[code] = counts.get(code, 0) + 1
    return min(counts, key=lambda code: (counts[code], code))


def _hard_cases(port: int, typical_s: float, size: Size) -> float:
    """The slowest case's median as a multiple of the mix's."""
    client, rows = load.Client(port), dict[str, list[float]]()
    cases = {name: [f"{SEARCH}?{urlencode(given)}" for given in asked] for name, asked in hard_cases().items()}
    cases["page 50 by cursor"] = [_page(client, 50)]
    for number in range(size.rounds + 1):
        for name, paths in cases.items():
            taken = [_timed(client, path) for path in paths]
            if number:
                rows.setdefault(name, []).extend(taken)
    client.close()
    ordered = dict(sorted(rows.items(), key=lambda row: -median(row[1])))
    report.times("Hard cases, against the median of the mix", {**ordered, "the mix": [typical_s]}, against="the mix")
    return max(median(values) for values in rows.values()) / typical_s


def _page(client: load.Client, number: int) -> str:
    """The address of a page, by the links of those before; of the last that there is, where they end sooner."""
    path = f"{SEARCH}?lat=51.05&lon=3.72&radius_km=50&kind=supply"
    for _ in range(number - 1):
        following = json.loads(client.get(path)[1])["next"]
        if following is None:
            break
        path = following.removeprefix("http://127.0.0.1")
    return path


def _compare_with_sql(database: Database, port: int, mix: Sequence[str], size: Size) -> float:
    """The median over turns of HTTP's rate divided by that of the same statements."""
    work = [statements_of(path) for path in mix]
    options = str(connection.settings_dict["OPTIONS"]["options"])  # type: ignore[index]
    http, bare = list[float](), list[float]()
    for _ in range(size.rounds):
        bare.append(load.sql_rate(database.url, options, work, size.seconds))
        http.append(load.http_rate(port, mix, size.seconds, connections=4))
    count = sum(map(len, work)) / len(work)
    report.table(
        "Searches per second: two workers, eight connections; bare: two processes",
        ["", "median", "least", "most"],
        [("over HTTP", median(http), min(http), max(http)), ("bare SQL", median(bare), min(bare), max(bare))],
    )
    say(f"  a search takes {count:.1f} statements")
    return median(ours / theirs for ours, theirs in zip(http, bare, strict=True))


def statements_of(path: str) -> list[tuple[str, Any]]:
    """The statements that the server sends for a search, with values that a bare connection can send."""
    sent: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, values: Any, many: bool, context: Any) -> Any:
        named = isinstance(values, dict)
        sent.append((sql, values if named else [_bare(value) for value in values or ()]))
        return execute(sql, values, many, context)

    with connection.execute_wrapper(note):
        answer = Client(headers={"host": "localhost"}).get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{answer.status_code} to {path}")
    return sent


def _bare(value: Any) -> Any:
    if isinstance(value, PostGISAdapter):
        return value.ewkb.hex()
    return value.value if isinstance(value, Enum) else value


def _compare_with_naive(database: Database, rate: float, asked: Sequence[str], size: Size) -> float:
    """Our rate of what both can be asked, divided by the naive view's; that one has its index in a copy."""
    with databases.copy_of(database) as own:
        with own.connect() as bare:
            bare.execute(naive.INDEX)
            bare.execute("ANALYZE listings_listing")
        with serving(own, DJANGO_SETTINGS_MODULE="benchmarks.naive_settings") as port:
            other = load.http_rate(port, asked, max(size.seconds * 3, 1.0), connections=4)
    report.table(
        "Searches of the mix without words, hubs, amounts, days or cursors, per second",
        ["", "rate"],
        [("over HTTP", rate), ("the naive view", other)],
    )
    say(f"  {len(asked)} of the mix are such")
    return rate / other


def _for_naive(path: str) -> str | None:
    given = dict(parse_qsl(path.partition("?")[2]))
    if given.keys() & {"q", "hub", "min_quantity", "available_on", "cursor"} or given.get("kind") == "service":
        return None
    asked = {"point": f"{given['lon']},{given['lat']}", "dist": float(given["radius_km"]) * 1000}
    asked |= {name: given[name] for name in ("kind", "material") if name in given}
    if "condition" in given:
        asked["condition"] = Condition.from_slug(given["condition"]).value
    return f"/search/?{urlencode(asked)}"
