"""Checks what rows would make of elements: of many that are alike, what is right for one is right for all."""

from collections.abc import Callable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import CharField, Func

from maps.enums import Fate
from maps.imports.merging import Merger
from maps.models import MapImport, MapImportRow
from maps.services.alike import AlikeChecker, Likeness, likeness
from maps.services.bulk import ROWS_AT_ONCE, BulkWriter


class Checker(AlikeChecker):
    """Checks what rows make of elements of one layer, and remembers which were right."""

    def __init__(self, merger: Merger, writer: BulkWriter) -> None:
        super().__init__(writer)
        self._merger = merger
        self._rows: dict[Likeness, bool] = {}

    def doubtful(self, map_import: MapImport, progress: Callable[[int], None]) -> list[int]:
        """Ids of rows of new elements that are wrong, or alike to one that is. All others are right."""
        found = list[int]()
        for done, (pk, values, shape) in enumerate(_new_rows(map_import), start=1):
            alike = (shape, *likeness(values, closely=True))
            if alike not in self._rows:
                self._rows[alike] = self._is_right(pk)
            if not self._rows[alike]:
                found.append(pk)
            if done % ROWS_AT_ONCE == 0:
                progress(done)
        return found

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
