"""How many a search would find by kind, by family of materials and by condition: each as if it weren't chosen yet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from listings.enums import Condition, ListingKind
from listings.search.parameters import SearchParameters
from listings.search.parts import Part, Piece, fetch
from listings.search.query import COUNT_LIMIT, count_of, parts_of
from listings.search.strategies import inverted_index, nearest
from materials.models import Material

if TYPE_CHECKING:
    from psycopg.types.multirange import Multirange

#: Where so few are found among the nearest, all are counted wherever they lie.
FEW = 100


@dataclass(frozen=True)
class FacetCount:
    """How many there are with a value: at least `count` where it isn't `exact`."""

    value: str
    count: int
    exact: bool


def kind_counts(asked: SearchParameters, kinds: Iterable[ListingKind] = ListingKind) -> list[FacetCount]:
    """Of each kind, in the order given; counted to COUNT_LIMIT."""
    return [_capped(kind.value, count_of(parts_of(replace(asked, kind=kind))), True) for kind in kinds]


def family_counts(asked: SearchParameters) -> list[FacetCount]:
    """Of each family of which there are any, most first; a service counts in each that it takes something of."""
    counts, whole = _tally(parts_of(replace(asked, material=None)), "material_spans")
    by_family = {
        code: sum(number for spans, number in counts if spans and _meet(spans, first, last))
        for code, first, last in _families()
    }
    found = [_capped(code, count, whole) for code, count in by_family.items() if count]
    return sorted(found, key=lambda facet: -facet.count)


def condition_counts(asked: SearchParameters) -> list[FacetCount]:
    """For each condition, how many are at least as good; best first."""
    counts, whole = _tally(parts_of(replace(asked, condition=None)), "condition")
    return [
        _capped(choice.slug, sum(number for value, number in counts if value and value >= choice.value), whole)
        for choice in reversed(Condition)
    ]


def _tally(parts: Sequence[Part], column: str) -> tuple[list[tuple[Any, int]], bool]:
    """How many there are in all parts together by a column's value, and whether that is all of them.

    Of many they are the nearest of SCANNED; where those are FEW or fewer, all are looked up instead.
    """
    counts = _by(column, [nearest.passing_of_nearest(part) for part in parts])
    whole = not any(nearest.holds_more(part) for part in parts)
    if whole or sum(number for _value, number in counts) > FEW:
        return counts, whole
    return _by(column, [inverted_index.everything(part) for part in parts]), True


def _by(column: str, parts: Sequence[Piece]) -> list[tuple[Any, int]]:
    """A listing counts once, in however many parts it is."""
    rows = " UNION ".join(f"SELECT id, {column} AS value FROM ({part.sql}) AS part" for part in parts)
    values = tuple(value for part in parts for value in part.values)
    found = fetch(f"SELECT value, count(*) FROM ({rows}) AS found GROUP BY value", values)
    return [(value, number) for value, number in found]


def _capped(value: str, count: int, whole: bool) -> FacetCount:
    return FacetCount(value, min(count, COUNT_LIMIT), whole and count <= COUNT_LIMIT)


def _meet(spans: "Multirange[int]", first: int, last: int) -> bool:
    return any((span.lower or 0) <= last and first < (span.upper or 0) for span in spans)


def _families() -> list[tuple[str, int, int]]:
    return list(Material.objects.families().values_list("code", "tree_left", "tree_right"))
