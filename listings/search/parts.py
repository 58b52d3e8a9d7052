"""A search compiled to pieces of SQL, which each strategy puts together in its own way.

Limits stand in the text, and page sizes are rounded up to a few: a plan is made without looking at its parameters, and
one that can't see how few rows are wanted would sort them all.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connections, router

from listings.models import Listing
from listings.querysets import ListingQuerySet
from listings.search.parameters import SearchParameters

_STEPS = (11, 21, 51, 101)


class Found(NamedTuple):
    """A listing that a search found. They sort nearest first."""

    distance_m: float
    pk: int
    published_at: dt.datetime


class Piece(NamedTuple):
    """A condition, an expression or rows, with the values of its parameters."""

    sql: str
    values: tuple[Any, ...]


class Taken(NamedTuple):
    """Rows in order, and how many there are in all, counted as far as was asked.

    `scanned` says how many were looked at; None where nobody counted them.
    """

    rows: list[Found]
    counted: int
    scanned: int | None = None


@dataclass(frozen=True)
class Part:
    """One search, or one of several that make it together: words, and each material that they name, are parts.

    `asked` is what the part looks for. `by_words` says that it finds words themselves.
    `placed` is what the nearest-first index answers, with what nearly all listings meet; `checked` is what has to be
    looked up in each listing; `inverted` is what the inverted index answers: all that meets the part meets it.
    `path` gathers the names of the strategies that gave an answer.
    """

    asked: SearchParameters
    by_words: bool
    distance: Piece
    placed: Piece
    checked: Piece | None
    inverted: Callable[[], ListingQuerySet]
    path: list[str] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        asked: SearchParameters,
        placed: ListingQuerySet,
        checked: ListingQuerySet,
        inverted: Callable[[], ListingQuerySet],
        by_words: bool = False,
    ) -> "Part":
        """Compile querysets of one table; `placed` has with_distance(). Few searches come to need `inverted`."""
        distance, condition = _compiled(placed)
        _none, more = _compiled(checked)
        assert distance is not None
        assert condition is not None
        return cls(asked, by_words, distance, condition, more, inverted)

    def rows(self, condition: Piece, ending: str = "") -> Piece:
        """Listings that meet a condition, each with its distance."""
        sql = f"SELECT listings_listing.*, {self.distance.sql} AS distance_m FROM listings_listing"
        return Piece(f"{sql} WHERE {condition.sql} {ending}".rstrip(), self.distance.values + condition.values)

    def passing(self, rows: Piece) -> Piece:
        """Of some rows at the place, those that pass the check."""
        return rows if self.checked is None else _among(rows, self.checked)

    def meeting(self, rows: Piece) -> Piece:
        """Of any rows, those at the place that pass the check: what the part looks for."""
        return with_condition(_among(rows, self.placed), self.checked)

    def each(self) -> Piece:
        """Everything, each listing at the place looked at: for where they are few, whatever the planner thinks."""
        return self.passing(self.rows(self.placed, "OFFSET 0"))


def nearest_of(rows: Piece, limit: int) -> Piece:
    """The first rows by distance, with all that lie exactly as far as the last.

    PostgreSQL 15 reads an index in order of distance only when nothing else orders the query: ties are put in order
    where they are taken.
    """
    return Piece(f"{rows.sql} ORDER BY distance_m FETCH FIRST {limit:d} ROWS WITH TIES", rows.values)


def take(ordered: Piece, count: int, scanned: str = "NULL") -> Taken:
    """The first of some rows by (distance, id), and how many rows there are.

    `scanned` is SQL for the number of listings that were looked at.
    """
    rows = fetch(
        f"SELECT distance_m, id, published_at, count(*) OVER (), {scanned} FROM ({ordered.sql}) AS taken "
        f"ORDER BY distance_m, id LIMIT {rounded_up(count):d}",
        ordered.values,
    )
    return Taken([Found(*row[:3]) for row in rows[:count]], *(rows[0][3:] if rows else (0,)))


def count_rows(rows: Piece) -> int:
    ((counted,),) = fetch(f"SELECT count(*) FROM ({rows.sql}) AS counted", rows.values)
    return int(counted)


def count_where(condition: Piece, limit: int) -> int:
    """How many listings meet a condition, counted no further than `limit`."""
    return count_rows(Piece(f"SELECT FROM listings_listing WHERE {condition.sql} LIMIT {limit:d}", condition.values))


def with_condition(rows: Piece, condition: Piece | None) -> Piece:
    """Rows whose SQL ends in its conditions, with one more."""
    if condition is None:
        return rows
    return Piece(f"{rows.sql} AND {condition.sql}", rows.values + condition.values)


def condition_of(queryset: ListingQuerySet) -> Piece:
    """A queryset's filters alone. It has at least one."""
    _distance, condition = _compiled(queryset)
    assert condition is not None
    return condition


def rounded_up(count: int) -> int:
    return next((step for step in _STEPS if step >= count), count)


def fetch(sql: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    with connections[router.db_for_read(Listing)].cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _among(rows: Piece, condition: Piece) -> Piece:
    return Piece(
        f"SELECT * FROM ({rows.sql}) AS listings_listing WHERE {condition.sql}", rows.values + condition.values
    )


def _compiled(queryset: ListingQuerySet) -> tuple[Piece | None, Piece | None]:
    """The distance, and the conditions; None for what it lacks."""
    if not queryset.query.where and not queryset.query.annotations:
        return None, None
    # Of one column there is less to set up than of all.
    one = "distance_m" if "distance_m" in queryset.query.annotations else "pk"
    compiler = queryset.order_by().values(one).query.get_compiler(queryset.db)
    compiler.pre_sql_setup()
    annotation = compiler.query.annotation_select.get("distance_m")
    distance = None if annotation is None else _piece(compiler.compile(annotation))
    if not compiler.where:
        return distance, None
    return distance, _piece(compiler.compile(compiler.where))


def _piece(compiled: tuple[str, Any]) -> Piece:
    sql, values = compiled
    return Piece(sql, tuple(values))
