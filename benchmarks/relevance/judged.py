"""The judged searches, and what a listing is worth to each."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from django.contrib.gis.geos import Point

from geo.gazetteer import recognise
from geo.points import metric, point_from
from listings.enums import ListingKind, PriceKind
from listings.models import Listing
from materials.enums import Unit
from materials.models import Material
from materials.units import comparable_units

#: The sets, by the name of their file.
SETS = ("tuning", "held_out")
#: What a listing is worth that does in part: a service for the thing, a lot that is too small.
IN_PART = 1


@dataclass(frozen=True)
class Judged:
    """One search with what it should find. `near` is a metric point and metres around it."""

    query: str
    language: str
    wanted: Mapping[str, int]
    unwanted: frozenset[str]
    kind: ListingKind | None = None
    service: str = ""
    near: tuple[Point, float] | None = None
    price: Decimal | None = None
    amount: tuple[Decimal, Unit] | None = None

    @property
    def wants_nothing(self) -> bool:
        return not self.wanted


@dataclass(frozen=True)
class Row:
    """A listing as it is judged: `codes` are its materials, each with all above it; of goods there is one."""

    pk: int
    kind: ListingKind
    codes: tuple[tuple[str, ...], ...]
    services: frozenset[str]
    position: Point
    price_kind: str
    price_eur: Decimal | None
    quantity: Decimal | None
    unit: str


def read(name: str) -> list[Judged]:
    """A set of searches. Raises ValueError for a code, a place or a condition that doesn't exist."""
    known = set(Material.objects.values_list("code", flat=True))
    with (Path(__file__).parent / f"{name}.psv").open(encoding="utf-8", newline="") as file:
        return [_judged(row, known) for row in csv.DictReader(file, delimiter="|", quoting=csv.QUOTE_NONE)]


def _judged(row: dict[str, str], known: set[str]) -> Judged:
    wanted = {code: int(grade) for code, grade in _pairs(row["wanted"], ":") if code != "none"}
    unwanted = frozenset(filter(None, row["unwanted"].split(";")))
    also = dict(_pairs(row["also"], "="))
    if wrong := (wanted.keys() | unwanted) - known:
        raise ValueError(f"{row['query']}: no such material: {', '.join(sorted(wrong))}")
    if wrong := also.keys() - {"near", "price", "amount", "kind", "service"}:
        raise ValueError(f"{row['query']}: no such condition: {', '.join(sorted(wrong))}")
    quantity, _colon, unit = also.get("amount", "").partition(":")
    return Judged(
        row["query"],
        row["language"],
        wanted,
        unwanted,
        ListingKind(also["kind"]) if "kind" in also else None,
        also.get("service", ""),
        _near(also["near"]) if "near" in also else None,
        Decimal(also["price"]) if "price" in also else None,
        (Decimal(quantity), Unit(unit)) if quantity else None,
    )


def _pairs(text: str, sign: str) -> Iterator[tuple[str, str]]:
    for part in filter(None, text.split(";")):
        name, _sign, value = part.partition(sign)
        yield name, value


def _near(text: str) -> tuple[Point, float]:
    name, _colon, km = text.partition(":")
    place = recognise(name)
    if place is None:
        raise ValueError(f"no such place: {name}")
    return metric(point_from(lat=place.lat, lon=place.lon)), float(km) * 1000


@lru_cache(maxsize=1)
def _lines() -> dict[str, tuple[str, ...]]:
    """Of each material its code, and all above it."""
    lines: dict[str, tuple[str, ...]] = {}
    for row in Material.objects.in_tree_order().select_related("parent"):
        lines[row.code] = (row.code, *(lines[row.parent.code] if row.parent else ()))
    return lines


def rows() -> list[Row]:
    """All listings that can be found."""
    lines = _lines()
    found = Listing.objects.published().select_related("material").prefetch_related("materials")
    return [
        Row(
            listing.pk,
            ListingKind(listing.kind),
            tuple(lines[code] for code in _codes(listing)),
            frozenset(listing.service_kinds),
            listing.position,
            listing.price_kind,
            listing.price_eur,
            listing.quantity,
            listing.unit,
        )
        for listing in found
    ]


def _codes(listing: Listing) -> list[str]:
    """Of goods their one material, of a service all that it takes."""
    return [material.code for material in ([listing.material] if listing.material else listing.materials.all())]


def may_suit(judged: Judged, listings: Mapping[str, Sequence[Row]]) -> list[Row]:
    """The listings that may be worth anything: of what is wanted, and services for what lies above it."""
    wide = {above for code in judged.wanted for above in _lines()[code]}
    of_it = {row.pk: row for code in judged.wanted for row in listings.get(code, ())}
    services = (row for code in wide for row in listings.get(code, ()) if row.kind == ListingKind.SERVICE)
    return list((of_it | {row.pk: row for row in services}).values())


def by_code(found: Iterable[Row]) -> dict[str, list[Row]]:
    """Listings by the codes of their materials; goods also by those above."""
    listed: dict[str, list[Row]] = defaultdict(list)
    for row in found:
        for code in {code for line in row.codes for code in line}:
            listed[code].append(row)
    return listed


def gain(judged: Judged, row: Row) -> int:
    """What a listing is worth to a search: 0 to 3."""
    if judged.kind is not None and row.kind != judged.kind:
        return 0
    if judged.service and judged.service not in row.services:
        return 0
    if judged.price is not None and not _within(row, judged.price):
        return 0
    worth = _worth(judged, row)
    if not worth or (judged.near is not None and row.position.distance(judged.near[0]) > judged.near[1]):
        return 0
    return min(worth, IN_PART) if judged.amount is not None and not _enough(row, *judged.amount) else worth


def _worth(judged: Judged, row: Row) -> int:
    """What a listing is worth by its kind and its materials."""
    if row.kind == ListingKind.SERVICE:
        return _gain_of_service(judged, row)
    # The nearest of what lies above it says how well it serves.
    (line,) = row.codes
    return next((judged.wanted[code] for code in line if code in judged.wanted), 0)


def _gain_of_service(judged: Judged, row: Row) -> int:
    """A service that takes the thing, what lies above it or a part of it; beside goods it does in part."""
    taken = {line[0] for line in row.codes}
    above = {code for line in row.codes for code in line}
    worth = max(
        (grade for code, grade in judged.wanted.items() if code in above or taken & set(_lines()[code])), default=0
    )
    return worth if judged.kind == ListingKind.SERVICE else min(worth, IN_PART)


def _within(row: Row, price: Decimal) -> bool:
    if row.price_kind in (PriceKind.FREE, PriceKind.REMOVAL_FEE):
        return True
    return row.price_kind == PriceKind.FIXED and row.price_eur is not None and row.price_eur <= price


def _enough(row: Row, quantity: Decimal, unit: Unit) -> bool:
    factors = dict(comparable_units(unit))
    return bool(
        row.quantity is not None and row.unit in factors and row.quantity >= quantity * factors[Unit(row.unit)]
    )
