"""SQL building blocks that Django's expressions lack."""

import re
from typing import Any

from django.db.models import Expression, Field, IntegerField, TextField

_SAFE = re.compile(r"[a-z0-9_]{1,40}")


class Literal(Expression):
    """A constant written into the SQL text instead of being sent as a parameter.

    A prepared statement with a generic plan can't see its parameters, so PostgreSQL recognises that a partial index
    applies only if the value in the index's condition stands in the query as text.

    Takes an int or a string of lower-case letters, digits and underscores; raises ValueError for anything else.
    """

    def __init__(self, value: str | int) -> None:
        text = str(value)
        if isinstance(value, bool) or not isinstance(value, (str, int)) or not _SAFE.fullmatch(text):
            raise ValueError(f"Not a plain constant: {value!r}")
        field: Field[Any, Any] = TextField() if isinstance(value, str) else IntegerField()
        super().__init__(output_field=field)
        self.sql = f"'{text}'" if isinstance(value, str) else text

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        return self.sql, ()
