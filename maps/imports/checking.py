"""Checks what rows would make of elements: one of those that are alike (maps.services.alike)."""

from collections.abc import Callable, Iterator

from django.core.exceptions import ValidationError
from django.db import connection

from maps.enums import Fate
from maps.imports.merging import Merger
from maps.models import MapImport, MapImportRow
from maps.services.alike import AlikeChecker
from maps.services.bulk import ROWS_AT_ONCE, BulkWriter


class Checker(AlikeChecker):
    """Checks what rows make of elements of one layer, and remembers which were right."""

    def __init__(self, merger: Merger, writer: BulkWriter) -> None:
        super().__init__(writer)
        self._merger = merger

    def doubtful(self, map_import: MapImport, progress: Callable[[int], None]) -> list[int]:
        """Ids of rows of new elements that are wrong, or alike to one that is. All others are right.

        They were just compared: which are alike, the table `compared_row` says.
        """
        wrong, looked_at = list[int](), 0
        for some in _first_of_alike(map_import):
            rows = MapImportRow.objects.in_bulk([pk for _alike, pk, _count in some])
            for alike, pk, count in some:
                if not self._is_right(rows[pk]):
                    wrong.append(alike)
                looked_at += count
            progress(looked_at)
        with connection.cursor() as cursor:
            cursor.execute(_ALIKE, {"import": map_import.pk, "alike": wrong})
            return [pk for (pk,) in cursor.fetchall()]

    def _is_right(self, row: MapImportRow) -> bool:
        try:
            self.check(self._merger.merged(row, None))
        except ValidationError:
            return False
        return True


def _first_of_alike(map_import: MapImport) -> Iterator[list[tuple[int, int, int]]]:
    """Of new elements that are alike: the number of their likeness, the row of the first, and how many there are."""
    with connection.cursor() as cursor:
        cursor.execute(_FIRST, {"import": map_import.pk})
        found = cursor.fetchall()
    for start in range(0, len(found), ROWS_AT_ONCE):
        yield found[start : start + ROWS_AT_ONCE]


_NEW = f"""
    FROM compared_row compared JOIN maps_mapimportrow kept
        ON kept.map_import_id = %(import)s::bigint AND kept.number = compared.number
    WHERE kept.fate = '{Fate.ADDED}' AND kept.feature_id IS NULL
"""
_FIRST = f"SELECT compared.alike, min(kept.id), count(*) {_NEW} GROUP BY compared.alike ORDER BY compared.alike"
_ALIKE = f"SELECT kept.id {_NEW} AND compared.alike = ANY(%(alike)s::int[]) ORDER BY kept.id"
