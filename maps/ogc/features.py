"""Features of a collection, page by page, as the database writes them: GeoJSON without a model in between.

A page follows the last feature of the one before, by a key: the thousandth costs what the first does. Where an area is
asked, an index of places is swept from its west to its east, so that a page costs the same however much lies in the
area; else pages go by the number of features.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from django.contrib.gis.db.models.functions import GeometryDistance
from django.contrib.gis.geos import LineString, Polygon
from django.core.exceptions import EmptyResultSet
from django.db import connections, transaction
from django.db.models import F, Func, IntegerField, Q, QuerySet, TextField, Value
from django.db.models.lookups import Exact

from geo.points import METRIC_SRID
from geo.shapes import TURNED
from maps.ogc.boxes import Area
from maps.ogc.collections.base import MOST_COUNTED, Collection
from maps.ogc.crs import CRS84, Crs
from maps.ogc.times import Days

#: Rows that are taken from the database at once: the shape of one may have thousands of corners.
_ROWS_AT_ONCE = 50
#: Metres that a sweep goes back before it goes on: an index holds places as single floats.
_BACK_M = 0.01

#: Has the planner read a sweep in the order of its index: it believes that a box holds next to nothing, and would
#: gather all of it to sort it. What is at the same distance is put in order as it comes ("incremental sort").
IN_INDEX_ORDER = "SET LOCAL enable_sort = off"
#: An index gives the order of distances alone: it is read within, and equals are put in order outside.
_SWEPT = """SELECT * FROM ({} OFFSET 0) AS swept (number, feature, counted, along)
ORDER BY along, number LIMIT {}"""

Place = Sequence[Any]


@dataclass(frozen=True)
class Asked:
    """Which features are asked, and how they are shown. `after` is the place of the last one of the page before."""

    crs: Crs = CRS84
    area: Area | None = None
    days: Days | None = None
    values: dict[str, Any] = field(default_factory=dict)
    limit: int = 100
    after: Place | None = None

    @property
    def is_all(self) -> bool:
        """Whether nothing narrows it."""
        return self.area is None and self.days is None and not self.values


class FeatureJson(Func):
    """A row as a feature of GeoJSON, in text: its number, its place, and its properties by these names."""

    output_field = TextField()

    def __init__(self, *expressions: Any, crs: Crs, move: bool, turn: bool, names: tuple[str, ...]) -> None:
        super().__init__(*expressions)
        self._shape = f"ST_AsGeoJSON({_in(crs, move, turn)}, {crs.digits}, 0)"
        self._names = names

    def as_sql(self, compiler: Any, connection: Any, *_more: Any, **_extra: Any) -> tuple[str, tuple[Any, ...]]:
        parts: list[str] = []
        values: list[Any] = []
        for expression in self.source_expressions:
            sql, params = compiler.compile(expression)
            parts.append(sql)
            values += params
        key, place, *columns = parts
        members = ", ".join(f"'{name}', {column}" for name, column in zip(self._names, columns, strict=True))
        shape = self._shape.replace("{}", place)
        return (
            f"""'{{"type":"Feature","id":' || {key} || ',"geometry":' || coalesce({shape}, 'null')"""
            f""" || ',"properties":' || json_build_object({members})::text || '}}'""",
            tuple(values),
        )


def _in(crs: Crs, move: bool, turn: bool) -> str:
    """A place in a system, as SQL. Areas are turned as GeoJSON has them."""
    place = f"ST_Transform({{}}, {crs.srid})" if move else "{}"
    if turn:
        place = TURNED.replace("{}", place)
    return f"ST_FlipCoordinates({place})" if crs.flipped else place


@dataclass
class Page:
    """The features of a page, read as they come. What follows from all of them is known when they are read.

    `next_place` is where the next page begins after; None where there is none. `matched` is how many features are
    asked, all pages together; None where nobody knows.
    """

    collection: Collection
    asked: Asked
    returned: int = 0
    matched: int | None = None
    next_place: Place | None = None

    def features(self) -> Iterator[str]:
        """Each feature as text. A row more than is shown tells whether another page follows."""
        is_swept, counted, place = self._swept is not None, None, None
        for key, feature, total, along in self._stream():
            counted = total
            if self.returned == self.asked.limit:
                # The last row that was asked for: all is read to the end, so that nothing has to be called off.
                self.next_place = place
                continue
            yield feature
            self.returned += 1
            place = [along, key] if is_swept else [key]
        self.matched = self._matched(counted)

    def _matched(self, counted: int | None) -> int | None:
        if self.asked.after is None and self.next_place is None:
            return self.returned
        if counted is None or (counted > MOST_COUNTED and not self.collection.counts_all):
            return None
        return counted

    @property
    def _swept(self) -> str | None:
        """The column by which an index is swept; None where pages go by number."""
        asked = self.asked.area
        return self.collection.position if asked is not None and asked.boxes else None

    def _stream(self) -> Iterator[tuple[Any, ...]]:
        """Rows as the database sends them: few are in memory at a time."""
        rows = self._rows()
        try:
            sql, values = self.statement(rows)
        except EmptyResultSet:
            return
        connection, is_swept = connections[rows.db], self._swept is not None
        with ExitStack() as reading:
            if is_swept:
                reading.enter_context(transaction.atomic(using=rows.db))
            cursor = reading.enter_context(connection.cursor())
            reading.enter_context(connection.wrap_database_errors)
            if is_swept:
                cursor.execute(IN_INDEX_ORDER)
            yield from cursor.stream(sql, values, size=_ROWS_AT_ONCE)

    def statement(self, rows: QuerySet[Any] | None = None) -> tuple[str, Sequence[Any]]:
        """What is asked of the database. Raises EmptyResultSet where that can't find anything."""
        rows = self._rows() if rows is None else rows
        sql, values = rows.query.get_compiler(using=rows.db).as_sql()
        return (_SWEPT.format(sql, self.asked.limit + 1) if self._swept is not None else sql), values

    def _rows(self) -> QuerySet[Any]:
        collection, asked = self.collection, self.asked
        key, after = collection.key, asked.after
        rows: QuerySet[Any] = selected(collection, asked)
        counted = collection.counted() if asked.is_all else Value(None, IntegerField())
        rows = rows.annotate(feature=feature_json(collection, asked.crs), counted=counted)
        columns = (key, "feature", "counted", "along")
        if self._swept is not None:
            return _sweep(rows, self._swept, key, asked).order_by("along").values_list(*columns)
        if after is not None:
            rows = rows.filter(**{f"{key}__gt": after[0]})
        rows = rows.annotate(along=Value(0, IntegerField()))
        return rows.order_by(key).values_list(*columns)[: asked.limit + 1]


def selected(collection: Collection, asked: Asked) -> QuerySet[Any]:
    """The features that are asked, in no order."""
    rows: QuerySet[Any] = collection.rows()
    if asked.area is not None:
        rows = collection.in_area(rows, asked.area)
    if asked.days is not None:
        rows = collection.on_days(rows, asked.days)
    for each in collection.properties:
        if each.name in asked.values:
            rows = rows.filter(Exact(each.expression, asked.values[each.name]))
    return rows


def feature_json(collection: Collection, crs: Crs) -> FeatureJson:
    """Each row of a collection as a feature, in a system."""
    place, move = collection.column(crs)
    values = [each.expression for each in collection.properties]
    names = tuple(each.name for each in collection.properties)
    return FeatureJson(
        F(collection.key), F(place), *values, crs=crs, move=move, turn=collection.has_areas, names=names
    )


def one_feature(collection: Collection, number: int, crs: Crs) -> str | None:
    """A feature by its number; None where the viewer may see none of that number."""
    rows = collection.rows().filter(**{collection.key: number}).annotate(feature=feature_json(collection, crs))
    found: str | None = rows.values_list("feature", flat=True).first()
    return found


def _sweep(rows: QuerySet[Any], position: str, key: str, asked: Asked) -> QuerySet[Any]:
    """Rows in the order of their distance from the west side of the area, and then of their number.

    What has been passed no longer lies in the box that is looked through: a feature that is at least so far from the
    west side and touches the area touches what is left of it.
    """
    assert asked.area is not None
    west, south, east, north = asked.area.in_metres
    rows = rows.annotate(along=GeometryDistance(position, LineString((west, south), (west, north), srid=METRIC_SRID)))
    if asked.after is not None:
        along, last = asked.after
        rows = rows.filter(along__gte=along).filter(Q(along__gt=along) | Q(**{f"{key}__gt": last}))
        west = min(west + max(along - _BACK_M, 0), east)
    left = Polygon.from_bbox((west, south, east, north))
    left.srid = METRIC_SRID
    return rows.filter(**{f"{position}__bboverlaps": left})
