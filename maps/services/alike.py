"""Checks elements: of many that are alike, what is right for one is right for all.

Asking the database for each of 100,000 elements whether it meets every constraint would take longer than storing them.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache, partial
from typing import Any

from django.db import models

from maps.fields import WRITABLE, column, plain_values
from maps.models import MapFeature
from maps.services.bulk import BulkWriter
from maps.validators import check_feature

#: What an element is but for its own words and its place: all that the rules look at.
Likeness = tuple[Any, ...]
LOOKED_AT = tuple(name for name in WRITABLE if name not in ("geometry", "source_reference"))
_WINDOW = ("available_from", "available_until")


class AlikeChecker:
    """Checks elements of one layer, and remembers which were right."""

    def __init__(self, writer: BulkWriter) -> None:
        self._writer = writer
        self._right: set[Likeness] = set()

    def check(self, after: MapFeature) -> None:
        """Check an element whole. Raises ValidationError by field."""
        self._writer.check(after)
        # Whether a material comes in a unit was just asked; constraints look whether there is any.
        alike = likeness(plain_values(after, LOOKED_AT), closely=False)
        if alike not in self._right:
            check_feature(after)
            self._right.add(alike)


def likeness(values: Mapping[str, Any], *, closely: bool) -> Likeness:
    """What counts of some fields. Not `closely`, a material and a unit that fit each other count as any other two.

    Of two days counts which comes first: that each can be one was seen when it was read.
    """
    told = [(name, _teller(name, closely)(value)) for name, value in sorted(values.items()) if name not in _WINDOW]
    start, end = (values.get(name) for name in _WINDOW)
    both = all(name in values for name in _WINDOW)
    told.append(("window", start is None or end is None or start <= end) if both else ("window", (start, end)))
    return tuple(told)


@cache
def _teller(name: str, closely: bool) -> Callable[[Any], Any]:
    """What counts of a value: of free text only whether there is any, and whether it is too long."""
    if name == "quantity":
        return lambda value: value is not None and Decimal(value) > 0
    if name in ("material", "unit") and not closely:
        return bool
    field = column(name)
    if isinstance(field, models.CharField | models.TextField) and not field.choices and name != "eural_code":
        return partial(_length, field.max_length or 0)
    return lambda value: tuple(value) if isinstance(value, list) else value


def _length(most: int, text: str) -> tuple[bool, bool]:
    return bool(text), len(text) > most
