"""Files for layers and their rows as the API writes them, with their shapes in the OpenAPI document."""

from typing import Annotated, Any, TypedDict

from geo.api.openapi import ID, TEXT, about
from geo.shapes import as_geojson
from listings.imports.progress import progress_of
from maps.enums import MapImportState
from maps.fields import plain
from maps.files.refusals import Said
from maps.imports.finding import proposals_of, said_of
from maps.imports.rows import RowSeen
from maps.models import MapImport


class ProposalRow(TypedDict):
    srid: int
    swapped: bool
    says: str


class ColumnRow(TypedDict):
    name: str
    samples: list[str]
    field: Annotated[str, about("Of an element; empty where it isn't read.")]
    guessed: bool


class ImportRow(TypedDict):
    id: int
    layer: int
    name: Annotated[str, about("Of the file.")]
    state: Annotated[str, {"enum": MapImportState.values}]
    percent: Annotated[int | None, about("Of the step that runs now.")]
    says: Annotated[str, about("Why it wasn't read, what has to be chosen first, or why nothing was taken.")]
    proposals: Annotated[list[ProposalRow], about("Systems in which its places would lie in Belgium.")]
    layers: Annotated[list[str], about("Of the file.")]
    columns: list[ColumnRow]
    id_column: Annotated[str | None, about("Which holds the source's own numbers; empty where rows have none.")]
    srid: int | None
    given: Annotated[dict[str, Any], {"type": "object", "additionalProperties": TEXT}]
    notes: list[str]
    counts: Annotated[dict[str, Any], {"type": "object", "additionalProperties": ID}]
    moved: Annotated[int, about("Chosen rows whose elements somebody changed since they were compared.")]


def import_row(row: MapImport) -> ImportRow:
    reading = row.reading
    return {
        "id": row.pk,
        "layer": row.layer_id,
        "name": row.name,
        "state": row.state,
        "percent": progress_of(row) if row.is_running else None,
        "says": said_of(row),
        "proposals": [
            {"srid": one.srid, "swapped": one.swapped, "says": one.text} for one in proposals_of(row)
        ],
        "layers": reading.get("layers", []),
        "columns": reading.get("columns", []),
        "id_column": reading.get("id_column"),
        "srid": reading.get("srid"),
        "given": reading.get("given", {}),
        "notes": [Said(code, values).text for code, values in reading.get("notes", [])],
        "counts": row.counts,
        "moved": row.moved,
    }  # fmt: skip


def import_line(seen: RowSeen) -> dict[str, Any]:
    row = seen.row
    return {
        "id": row.pk,
        "number": row.number,
        "reference": row.reference,
        "title": row.title,
        "fate": row.fate,
        "element": row.feature_id,
        "moved": seen.moved,
        "chosen": row.chosen,
        "geometry": as_geojson(row.geometry) if row.geometry is not None else None,
        "changes": [
            {"field": one.name, "label": one.label, "before": one.before, "after": plain(one.after)}
            for one in seen.fields
        ],
        "mistakes": [{"field": field, "says": words} for field, words in seen.mistakes],
    }
