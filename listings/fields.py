"""Model fields for PostgreSQL types that Django has no field for."""

from typing import TYPE_CHECKING, Any

from django.db import models
from psycopg.types.multirange import Multirange
from psycopg.types.range import Range

if TYPE_CHECKING:
    _Field = models.Field[Any, Any]
else:
    _Field = models.Field


class IntegerMultirangeField(_Field):
    """A set of integer ranges (`int4multirange`): values are `psycopg.types.multirange.Multirange[int]`."""

    description = "Set of integer ranges"

    def db_type(self, connection: Any) -> str:
        return "int4multirange"

    def get_prep_value(self, value: Any) -> str | None:
        """Text form, such as "{[3,9),[12,13)}": it needs no adapter and is typed by the column."""
        if value is None or isinstance(value, str):
            return value
        return "{" + ",".join(f"[{part.lower},{part.upper})" for part in value) + "}"


def spans(*bounds: tuple[int, int]) -> Multirange[int]:
    """Build a multirange from inclusive (first, last) pairs."""
    return Multirange(Range(first, last + 1, "[)") for first, last in sorted(bounds))
