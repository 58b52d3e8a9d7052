"""A search as SQL: composed of QuerySet methods, compiled once, and read in one of three ways.

Nearest first, listings come from an index in order of distance, and what the index doesn't know of them is checked one
by one. That is fast unless almost none passes. So no more than SCANNED are looked at; where these don't fill a page,
and there are more, an inverted index of words and facets brings the few that can pass, wherever they lie.

Limits stand in the text, and page sizes are rounded up to a few: a plan is made without looking at its parameters, and
one that can't see how few rows are wanted would sort them all.
"""

import datetime as dt
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connections, router

from listings.models import Listing
from listings.querysets import SAMPLED_OF, ListingQuerySet

#: Listings that are checked one by one, at most, before the inverted index is asked.
SCANNED = 5_000
#: How sure a sample has to be that there is more than a count goes on to; and how many of it are looked at, as a
#: multiple of those that have to pass.
SIGMAS, SAMPLE_LOOKS = 7, 3
_STEPS = (11, 21, 51, 101)


class Found(NamedTuple):
    """A listing that a search found. They sort nearest first."""

    distance_m: float
    pk: int
    published_at: dt.datetime


class Piece(NamedTuple):
    """A condition or an expression with the values of its parameters."""

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
class Statement:
    """One search, or one part of it.

    `placed` is what the nearest-first index answers, with what nearly all listings meet; `checked` is what has to be
    looked up in each listing; `inverted` is what the inverted index answers: all that meets the search meets it.
    With `narrow` it says nearly as much as the whole search, and so is looked up before anything is scanned.
    `by_sample` says that the index of the sample answers `placed` as well; else it would be read from end to end.
    Where `plenty` knows, it isn't asked.
    `plenty` may know without looking that there are more than so many, of a search that checks nothing.
    """

    distance: Piece
    placed: Piece
    checked: Piece | None
    inverted: Callable[[], ListingQuerySet]
    narrow: bool = False
    plenty: Callable[[int], bool] | None = None
    by_sample: bool = True

    @classmethod
    def of(
        cls,
        placed: ListingQuerySet,
        checked: ListingQuerySet,
        inverted: Callable[[], ListingQuerySet],
        narrow: bool = False,
        plenty: Callable[[int], bool] | None = None,
        by_sample: bool = True,
    ) -> "Statement":
        """Compile querysets of one table; `placed` has with_distance(). Few searches come to need `inverted`."""
        distance, condition = _compiled(placed)
        _none, more = _compiled(checked)
        assert distance is not None
        assert condition is not None
        return cls(
            distance,
            condition,
            more,
            inverted,
            narrow,
            None if more else plenty,
            by_sample and (more is not None or plenty is None),
        )

    def nearest(self, page: int, limit: int, *, all_of_few: bool = False) -> Taken:
        """The first `page` by (distance, id), and their number up to `limit`.

        `all_of_few` brings all of them where they are fewer than `limit`.
        """
        take = limit if all_of_few else page
        if self.plenty and self.plenty(limit):
            return Taken(self.next_nearest(page), limit)
        if self.narrow:
            # Those that are found before there are `limit` are all, and so the nearest too.
            if not self._surely_more(limit):
                found = self._taken(self._looked_up_in_no_order(limit), take=take)
                if found.counted < limit:
                    return found
            return Taken(self.next_nearest(page), limit)
        if self._surely_more(limit):
            return Taken(self.next_nearest(page), limit)
        taken = self._taken(*self._scan_to_the_end(limit), take=take)
        if taken.counted >= limit or self.checked is None or not self._left_some(taken):
            return Taken(taken.rows, min(taken.counted, limit))
        if len(taken.rows) < page:
            return self._taken(self._looked_up(limit), take=take)
        counted = self._count(self._looked_up_in_no_order(limit))
        if all_of_few and counted < limit:
            return self._taken(self._looked_up(limit), take=take)
        return Taken(taken.rows, counted)

    def next_nearest(self, page: int) -> list[Found]:
        """The first `page` by (distance, id), uncounted."""
        taken = self._taken(self._scan(_rounded_up(page)), take=page)
        if len(taken.rows) == page or self.checked is None or not self.holds_more():
            return taken.rows
        return self._taken(self._looked_up(_rounded_up(page)), take=page).rows

    def count(self, limit: int) -> int:
        """How many there are, counted no further than `limit`."""
        if self.plenty and self.plenty(limit):
            return limit
        if self.narrow:
            return self._count_unless_sure(self._looked_up_in_no_order(limit), limit)
        if self.checked is None:
            placed = self._all_placed()
            return self._count_unless_sure(Piece(f"{placed.sql} LIMIT {limit:d}", placed.values), limit)
        counted = self._count_unless_sure(self._scan(limit), limit)
        if counted >= limit or not self.holds_more():
            return min(counted, limit)
        return self._count(self._looked_up_in_no_order(limit))

    def newest(self, page: int, after: Piece | None = None) -> list[Found]:
        """The first `page` by (published_at, id), newest first; those after a cursor's condition."""
        rows = self._newest_of(self._latest(after), page)
        if len(rows) == page:
            return rows
        few = self._sure(self._all_placed()) if not self.holds_more() else self._narrowed()
        return self._newest_of(_and(few, after), page)

    def near(self) -> Piece:
        """What passes the check among the nearest SCANNED."""
        return self._sure(self._ordered(self._all_placed(), SCANNED))

    def all(self) -> Piece:
        """Everything, by way of the inverted index."""
        return self._narrowed()

    def each(self) -> Piece:
        """Everything, each listing at the place looked at: for where they are few, whatever the planner thinks."""
        return self._sure(self._rows(self.placed, "OFFSET 0"))

    def sampled(self) -> Piece:
        """Of everything, what is in the fixed sample."""
        return self._sure(self._rows(self._placed_and_sampled(), "OFFSET 0"))

    def placed_in_sample(self, limit: int) -> int:
        """How many of the sample are at the place, counted no further than `limit`."""
        return self._count_where(self._placed_and_sampled(), limit)

    def inverted_holds(self, limit: int) -> int:
        """How many the inverted index brings, counted no further than `limit`."""
        return self._count_where(condition_of(self.inverted()), limit)

    def _taken(self, ordered: Piece, scanned: str = "NULL", *, take: int) -> Taken:
        """PostgreSQL 15 reads an index in order of distance only when nothing else orders the query.

        So the nearest come by distance with all that lie exactly as far as the last, and ties are put in order here.
        """
        rows = _fetch(
            f"SELECT distance_m, id, published_at, count(*) OVER (), {scanned} FROM ({ordered.sql}) AS taken "
            f"ORDER BY distance_m, id LIMIT {_rounded_up(take):d}",
            ordered.values,
        )
        return Taken([Found(*row[:3]) for row in rows[:take]], *(rows[0][3:] if rows else (0,)))

    def _count(self, rows: Piece) -> int:
        ((counted,),) = _fetch(f"SELECT count(*) FROM ({rows.sql}) AS counted", rows.values)
        return int(counted)

    def _newest_of(self, rows: Piece, page: int) -> list[Found]:
        sql = (
            f"SELECT distance_m, id, published_at FROM ({rows.sql}) AS taken "
            f"ORDER BY published_at DESC, id DESC LIMIT {_rounded_up(page):d}"
        )
        return [Found(*row) for row in _fetch(sql, rows.values)[:page]]

    def holds_more(self) -> bool:
        """Whether there are listings at the place that a scan didn't get to."""
        return self._count_where(self.placed, SCANNED + 1) > SCANNED

    def _left_some(self, taken: Taken) -> bool:
        """Whether a scan may have left some: surely not where it looked at fewer than SCANNED."""
        return self.holds_more() if taken.scanned is None else taken.scanned >= SCANNED

    def _count_where(self, condition: Piece, limit: int) -> int:
        sql = f"SELECT FROM listings_listing WHERE {condition.sql} LIMIT {limit:d}"
        return self._count(Piece(sql, condition.values))

    def _surely_more(self, limit: int) -> bool:
        """Whether so many of the fixed sample pass that there are surely more."""
        if not self.by_sample:
            return False
        passed, enough = self._sample(limit)
        return self._count(passed) == enough

    def _count_unless_sure(self, rows: Piece, limit: int) -> int:
        """How many rows there are; `limit` without counting them where the sample is sure: one statement for both."""
        if not self.by_sample:
            return min(self._count(rows), limit)
        passed, enough = self._sample(limit)
        sql = (
            f"SELECT CASE WHEN (SELECT count(*) FROM ({passed.sql}) AS passed) = {enough:d} THEN {limit:d} "
            f"ELSE (SELECT count(*) FROM ({rows.sql}) AS counted) END"
        )
        ((counted,),) = _fetch(sql, passed.values + rows.values)
        return min(int(counted), limit)

    def _sample(self, limit: int) -> tuple[Piece, int]:
        """Of the fixed sample, what passes, up to a number; with so many there are surely more than `limit`.

        Of `limit` listings a sample of one in SAMPLED_OF holds a binomial number; that it holds SIGMAS deviations more
        than the mean happens once in some 10**11.
        """
        mean = limit / SAMPLED_OF
        enough = math.ceil(mean + SIGMAS * math.sqrt(mean))
        passed = self._sure(self._rows(self._placed_and_sampled(), f"LIMIT {enough * SAMPLE_LOOKS:d}"))
        return Piece(f"SELECT * FROM ({passed.sql}) AS listings_listing LIMIT {enough:d}", passed.values), enough

    def _placed_and_sampled(self) -> Piece:
        sampled = condition_of(Listing.objects.sampled())
        return Piece(f"{self.placed.sql} AND {sampled.sql}", self.placed.values + sampled.values)

    def _scan(self, limit: int) -> Piece:
        """Nearest first by the index; what passes the check among the first SCANNED."""
        if self.checked is None:
            return self._ordered(self._all_placed(), limit)
        return self._ordered(self.near(), limit)

    def _scan_to_the_end(self, limit: int) -> tuple[Piece, str]:
        """The same, and the column that says how many were looked at.

        Those are counted where the sample has told that few pass: else a scan ends early, and counting would not.
        """
        if self.checked is None or not self.by_sample:
            return self._scan(limit), "NULL"
        nearest = self._ordered(self._all_placed(), SCANNED)
        sql = f"SELECT *, count(*) OVER () AS scanned FROM ({nearest.sql}) AS nearest ORDER BY distance_m"
        counted = Piece(sql, nearest.values)
        return self._ordered(self._sure(counted), limit), "scanned"

    def _looked_up(self, limit: int) -> Piece:
        return self._ordered(self._narrowed(), limit)

    def _looked_up_in_no_order(self, limit: int) -> Piece:
        narrowed = self._narrowed()
        return Piece(f"{narrowed.sql} LIMIT {limit:d}", narrowed.values)

    def _narrowed(self) -> Piece:
        """What the inverted index brings, checked against everything."""
        found = self._rows(condition_of(self.inverted()), "OFFSET 0")
        placed = Piece(
            f"SELECT * FROM ({found.sql}) AS listings_listing WHERE {self.placed.sql}",
            found.values + self.placed.values,
        )
        return _and(placed, self.checked)

    def _all_placed(self) -> Piece:
        return self._rows(self.placed)

    def _latest(self, after: Piece | None) -> Piece:
        """The latest SCANNED of all that is published, in the index of the newest; of those, what is sure."""
        published = "status = 'published'" + (f" AND {after.sql}" if after else "")
        values = after.values if after else ()
        latest = self._rows(Piece(published, values), f"ORDER BY published_at DESC, id DESC LIMIT {SCANNED:d}")
        placed = Piece(
            f"SELECT * FROM ({latest.sql}) AS listings_listing WHERE {self.placed.sql}",
            latest.values + self.placed.values,
        )
        return _and(placed, self.checked)

    def _sure(self, rows: Piece) -> Piece:
        """Of some rows, those that pass the check."""
        if self.checked is None:
            return rows
        return Piece(
            f"SELECT * FROM ({rows.sql}) AS listings_listing WHERE {self.checked.sql}",
            rows.values + self.checked.values,
        )

    def _rows(self, condition: Piece, ending: str = "") -> Piece:
        sql = f"SELECT listings_listing.*, {self.distance.sql} AS distance_m FROM listings_listing"
        return Piece(f"{sql} WHERE {condition.sql} {ending}".rstrip(), self.distance.values + condition.values)

    @staticmethod
    def _ordered(rows: Piece, limit: int) -> Piece:
        return Piece(f"{rows.sql} ORDER BY distance_m FETCH FIRST {limit:d} ROWS WITH TIES", rows.values)


def tally(parts: Sequence[Statement], column: str, few: int) -> tuple[list[tuple[Any, int]], bool]:
    """How many there are in all parts together by a column's value, and whether that is all of them.

    Of many they are the nearest of SCANNED; where those are `few` or fewer, all are looked up instead.
    """
    counts, whole = _by(column, [part.near() for part in parts]), not any(part.holds_more() for part in parts)
    if whole or sum(number for _value, number in counts) > few:
        return counts, whole
    return _by(column, [part.all() for part in parts]), True


def _by(column: str, parts: Sequence[Piece]) -> list[tuple[Any, int]]:
    """A listing counts once, in however many parts it is."""
    rows = " UNION ".join(f"SELECT id, {column} AS value FROM ({part.sql}) AS part" for part in parts)
    values = tuple(value for part in parts for value in part.values)
    found = _fetch(f"SELECT value, count(*) FROM ({rows}) AS found GROUP BY value", values)
    return [(value, number) for value, number in found]


def condition_of(queryset: ListingQuerySet) -> Piece:
    """A queryset's filters alone. It has at least one."""
    _distance, condition = _compiled(queryset)
    assert condition is not None
    return condition


def _and(rows: Piece, condition: Piece | None) -> Piece:
    """A statement that ends in its conditions, with one more."""
    if condition is None:
        return rows
    return Piece(f"{rows.sql} AND {condition.sql}", rows.values + condition.values)


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


def _rounded_up(count: int) -> int:
    return next((step for step in _STEPS if step >= count), count)


def _fetch(sql: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    with connections[router.db_for_read(Listing)].cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
