"""Writes rows of an import into the table of listings, many at once, by COPY."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.contrib.gis.geos import Point
from django.db import connection
from psycopg.types.multirange import Multirange

from geo.points import WGS84_SRID
from listings.fields import IntegerMultirangeField
from listings.models import Listing

#: The columns that we write, beside the id. The database itself makes generated columns.
_COLUMNS = tuple(
    field.attname for field in Listing._meta.concrete_fields if not field.generated and not field.primary_key
)
_SPANS = IntegerMultirangeField()


def add_listings(rows: list[dict[str, Any]], *, template: Listing, at: dt.datetime) -> list[int]:
    """Insert a listing for each row, which holds values by column. Other columns get the value of `template`.

    Returns their ids, in the same order.
    """
    ids = _new_ids(len(rows))
    shared = {name: getattr(template, name) for name in _COLUMNS} | {"created_at": at, "updated_at": at}
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY listings_listing (id, {', '.join(_COLUMNS)}) FROM STDIN") as copy,
    ):
        for pk, row in zip(ids, rows, strict=True):
            copy.write_row([pk, *(_written(row.get(name, value)) for name, value in shared.items())])
    return ids


def _new_ids(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('listings_listing', 'id')) FROM generate_series(1, %s)", [count]
        )
        return [pk for (pk,) in cursor.fetchall()]


def change_listings(rows: Iterable[tuple[int, dict[str, Any]]], *, at: dt.datetime) -> None:
    """Change listings: each row is an id and values by column, the same columns in every row.

    A listing that is changed waits for pairing again.
    """
    given = list(rows)
    if not given:
        return
    names = list(given[0][1])
    columns = ", ".join(names)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS changed_listing")
        cursor.execute(
            f"CREATE TEMPORARY TABLE changed_listing ON COMMIT DROP AS SELECT id, {columns} "
            "FROM listings_listing WITH NO DATA"
        )
        with cursor.copy(f"COPY changed_listing (id, {columns}) FROM STDIN") as copy:
            for pk, row in given:
                copy.write_row([pk, *(_written(row[name]) for name in names)])
        cursor.execute(
            f"UPDATE listings_listing listing SET ({columns}, updated_at, paired_at) = "
            f"({', '.join(f'changed.{name}' for name in names)}, %s, NULL) "
            "FROM changed_listing changed WHERE changed.id = listing.id",
            [at],
        )


def _written(value: Any) -> Any:
    """A value in the form that COPY reads."""
    if isinstance(value, Point):
        return f"SRID={WGS84_SRID};POINT({value.x!r} {value.y!r})"
    return _SPANS.get_prep_value(value) if isinstance(value, Multirange) else value
