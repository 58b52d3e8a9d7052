"""Moves rows of whole numbers and floats between PostgreSQL and NumPy, eight bytes a value.

No Python object is made for any value: reading and writing hundreds of thousands of rows takes a fraction of the time.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from django.db import connection

#: A column's name, and whether it holds bigint ("i") or float8 ("f"); never NULL.
Kinds = Mapping[str, Literal["i", "f"]]
#: The type in SQL of each kind.
TYPES = {"i": "bigint", "f": "float8"}
_SEND = {"i": "int8send", "f": "float8send"}
#: A file in COPY's binary format begins with a signature, flags, and the length (0) of an extension; it ends with -1:
#: https://www.postgresql.org/docs/15/sql-copy.html
_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"


def read(kinds: Kinds, sql: str, values: Sequence[Any]) -> npt.NDArray[Any]:
    """The rows of a query with these columns, as a structured array. Raises ValueError for a value that is NULL."""
    sent = " || ".join(f"{_SEND[kind]}({name}::{TYPES[kind]})" for name, kind in kinds.items())
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT string_agg({sent}, ''), count(*) FROM ({sql}) AS read ({', '.join(kinds)})",
            values,
        )
        text, count = cursor.fetchone()
    rows = np.frombuffer(text or b"", dtype=_types(kinds))
    if len(rows) != count:
        raise ValueError("A value is NULL")
    return rows


def no_rows(kinds: Kinds) -> npt.NDArray[Any]:
    """What `read` gives of a query that finds nothing."""
    return np.empty(0, dtype=_types(kinds))


def _types(kinds: Kinds) -> list[tuple[str, str]]:
    return [(name, f">{kind}8") for name, kind in kinds.items()]


def write(table: str, kinds: Kinds, columns: Mapping[str, npt.NDArray[Any]]) -> None:
    """Copy columns of one length into a table with these columns."""
    names = list(kinds)
    # A row is the number of its values, and then of each value its length and the value, with the highest byte first.
    parts = [part for name, kind in kinds.items() for part in ((f"length of {name}", ">i4"), (name, f">{kind}8"))]
    rows = np.zeros(len(columns[names[0]]), dtype=[("values", ">i2"), *parts])
    rows["values"] = len(names)
    for name in names:
        rows[f"length of {name}"] = 8
        rows[name] = columns[name]
    copying = f"COPY {table} ({', '.join(names)}) FROM STDIN (FORMAT binary)"
    with connection.cursor() as cursor, cursor.copy(copying) as copy:
        copy.write(_HEADER)
        copy.write(rows.tobytes())
        copy.write(_TRAILER)
