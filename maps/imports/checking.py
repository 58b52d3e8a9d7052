"""Checks what rows would make of elements: of many that are alike, what is right for one is right for all.

Asking the database for each of 100,000 elements whether it meets every constraint would take longer than storing them.
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CharField, Func

from maps.enums import Fate
from maps.fields import WRITABLE, column, plain_values
from maps.imports.merging import Merger
from maps.models import MapFeature, MapImport, MapImportRow
from maps.services.bulk import ROWS_AT_ONCE, BulkWriter
from maps.validators import check_feature

#: What an element is but for its own words and its place: all that the rules look at.
Likeness = tuple[Any, ...]
_LOOKED_AT = tuple(name for name in WRITABLE if name not in ("geometry", "source_reference"))


class Checker:
    """Checks elements of one layer, and remembers which were right."""

    def __init__(self, merger: Merger, writer: BulkWriter) -> None:
        self._merger, self._writer = merger, writer
        self._rows: dict[Likeness, bool] = {}
        self._right: set[Likeness] = set()

    def doubtful(self, map_import: MapImport, progress: Callable[[int], None]) -> list[int]:
        """Ids of rows of new elements that are wrong, or alike to one that is. All others are right."""
        found = list[int]()
        for done, (pk, values, shape) in enumerate(_new_rows(map_import), start=1):
            alike = (shape, *_likeness(values, closely=True))
            if alike not in self._rows:
                self._rows[alike] = self._is_right(pk)
            if not self._rows[alike]:
                found.append(pk)
            if done % ROWS_AT_ONCE == 0:
                progress(done)
        return found

    def check(self, after: MapFeature) -> None:
        """Check an element whole. Raises ValidationError by field."""
        self._writer.check(after)
        # Whether a material comes in a unit was just asked; constraints look whether there is any.
        alike = _likeness(plain_values(after, _LOOKED_AT), closely=False)
        if alike not in self._right:
            check_feature(after)
            self._right.add(alike)

    def _is_right(self, pk: int) -> bool:
        try:
            self.check(self._merger.merged(MapImportRow.objects.get(pk=pk), None))
        except ValidationError:
            return False
        return True


def _new_rows(map_import: MapImport) -> Iterator[tuple[int, dict[str, Any], str]]:
    """Rows of elements that aren't there yet: id, values and the type of their shape."""
    shape = Func("geometry", function="GeometryType", output_field=CharField())
    rows = map_import.rows.filter(fate=Fate.ADDED, feature=None).annotate(shape=shape)
    last = 0
    while page := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", "values", "shape")[:ROWS_AT_ONCE]):
        yield from page
        last = page[-1][0]


def _likeness(values: Mapping[str, Any], *, closely: bool) -> Likeness:
    return tuple((name, _told(name, value, closely)) for name, value in sorted(values.items()))


def _told(name: str, value: Any, closely: bool) -> Any:
    """What counts of a value: of free text only whether there is any, and whether it is too long."""
    if name == "quantity":
        return value is not None and Decimal(value) > 0
    if name in ("material", "unit") and not closely:
        return bool(value)
    field = column(name)
    if isinstance(field, models.CharField | models.TextField) and not field.choices and name != "eural_code":
        return bool(value), len(value) > (field.max_length or 0)
    return tuple(value) if isinstance(value, list) else value
