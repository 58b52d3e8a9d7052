"""Makes of a row of a file the element that it would be."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from accounts.models import Organisation
from maps.enums import Fate, FeatureState
from maps.imports.step import language_of
from maps.imports.values import ValueReader, empty_values
from maps.models import MapFeature, MapImport, MapImportRow
from maps.services.bulk import ROWS_AT_ONCE, BulkWriter
from maps.services.features import fill
from materials.models import Material


class Merger:
    """Merges rows with the elements of a layer. What many rows share is looked up once."""

    def __init__(self, map_import: MapImport, writer: BulkWriter) -> None:
        self._writer = writer
        given = map_import.reading["for_new"]
        reader = ValueReader({}, given, language=language_of(map_import.created_by))
        self._for_new = reader.read({}, empty_values(given, writer.layer))
        self._materials = Material.objects.in_bulk()
        self._organisation = cache(Organisation.objects.get)

    def begun_anew(self, reference: str) -> MapFeature:
        """A new element of which no row has said anything yet."""
        begun = self._writer.begun(reference)
        fill(begun, self._for_new)
        return begun

    def merged(self, row: MapImportRow, before: MapFeature | None) -> MapFeature:
        """The element that a row makes, not checked. Raises ValidationError by field.

        Of what is there already, only what differs is touched.
        """
        if before is not None:
            before.layer = self._writer.layer
        if row.fate == Fate.GONE:
            assert before is not None
            after = self._writer.changing(before)
            after.state = FeatureState.WITHDRAWN
            return after
        after = self.begun_anew(row.reference) if before is None else self._writer.changing(before)
        values = {name: self._value(name, row.values[name]) for name in row.changed if name in row.values}
        if "geometry" in row.changed:
            after.geometry = row.geometry
        fill(after, values)
        return after

    def _value(self, name: str, value: Any) -> Any:
        if value is None or name not in ("material", "source_organisation"):
            return value
        return self._materials[value] if name == "material" else self._organisation(pk=value)


def rows_with_elements(ids: Sequence[int]) -> Iterator[list[tuple[MapImportRow, MapFeature | None]]]:
    """Rows of one import, a batch at a time, each with the element that it is about, without its layer."""
    for start in range(0, len(ids), ROWS_AT_ONCE):
        found = MapImportRow.objects.in_bulk(ids[start : start + ROWS_AT_ONCE])
        some = [found[pk] for pk in ids[start : start + ROWS_AT_ONCE]]
        about = [row.feature_id for row in some if row.feature_id is not None]
        elements = MapFeature.objects.select_related("material", "source_organisation", "site").in_bulk(about)
        yield [(row, elements.get(row.feature_id) if row.feature_id is not None else None) for row in some]
