"""Says what is in a file, from its first rows."""

import json
from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any

import numpy as np

from maps.files.child.ids import guessed_id
from maps.files.child.opening import opened
from maps.files.child.shapes import TYPES, first_corners, kind_of, parsed
from maps.files.child.source import Batch, Layer, Plain, Source
from maps.files.child.systems import Ground, chosen_srid, name_of, proposals, srid_of
from maps.files.limits import SAMPLE_ROWS, SAMPLE_VALUES

_LONGEST_SAMPLE = 80


def describe(
    file: IO[bytes],
    folder: str,
    ground: dict[str, Any],
    columns: dict[str, str],
    encoding: str,
    srid: int | None,
    placeless: bool,
) -> bytes:
    """The layers of a file as JSON, with what their first rows hold. `srid` counts where a layer says nothing."""
    format_, source = opened(file, Path(folder), columns=columns, encoding=encoding, placeless=placeless)
    where = Ground.of(ground)
    layers = [_layer(source, layer, where, srid, placeless=placeless) for layer in source.layers()]
    return json.dumps({"format": format_, "layers": layers, "notes": source.notes}).encode()


def _layer(source: Source, layer: Layer, ground: Ground, chosen: int | None, *, placeless: bool) -> dict[str, Any]:
    batches = source.batches(layer)
    rows, over = sample(layer, batches)
    shapes = parsed(rows.geometries)
    said = srid_of(layer.crs)
    declared = chosen_srid(chosen) or said
    points = first_corners(shapes)
    return {
        "name": layer.name,
        "count": layer.count,
        "looked_at": len(rows),
        "types": _types(layer, rows),
        "columns": [
            {"name": name, "type": type_, "samples": _samples(values)}
            for (name, type_), values in zip(layer.columns, rows.values, strict=True)
        ],
        "places": layer.places,
        "id_column": guessed_id(layer, rows, over, gaps=placeless),
        "own_ids": rows.ids is not None,
        "srid": said,
        "system": name_of(said) if said else layer.crs[:200],
        "proposals": [] if rows.srids else [one.as_json() for one in proposals(points, declared, ground)],
        "notes": _notes(source, layer, shapes.with_z, shapes.with_m, shapes.faults),
    }


def sample(layer: Layer, batches: Iterator[Batch]) -> tuple[Batch, Iterator[list[list[Plain]]]]:
    """The first rows of a layer, as one batch; and the values by column of all others, for who asks for them."""
    rows = Batch([], [], [[] for _column in layer.columns])
    behind: list[list[Plain]] = [[] for _column in layer.columns]
    for batch in batches:
        left = SAMPLE_ROWS - len(rows)
        rows.numbers += batch.numbers[:left]
        rows.geometries += batch.geometries[:left]
        for values, more in zip(rows.values, batch.values, strict=True):
            values += more[:left]
        behind = [more[left:] for more in batch.values]
        if batch.ids is not None:
            rows.ids = (rows.ids or []) + batch.ids[:left]
        if batch.srids is not None:
            rows.srids = (rows.srids or []) + batch.srids[:left]
        if len(rows) >= SAMPLE_ROWS:
            break
    return rows, chain([behind], (batch.values for batch in batches))


def _types(layer: Layer, rows: Batch) -> list[str]:
    """The types of geometry that the rows have; where there are no rows, those that the layer says."""
    found = Counter(TYPES.get(kind_of(wkb)[0], "") for wkb in rows.geometries if wkb and len(wkb) >= 5)
    return sorted(filter(None, found)) or layer.types


def _samples(values: list[Any]) -> list[str]:
    """Some different values as text, the first that there are."""
    texts = dict.fromkeys(str(value)[:_LONGEST_SAMPLE] for value in values if value not in (None, ""))
    return list(islice(texts, SAMPLE_VALUES))


def _notes(source: Source, layer: Layer, with_z: int, with_m: int, faults: dict[int, Any]) -> list[list[Any]]:
    notes: list[list[Any]] = []
    if with_z:
        notes.append(["heights", {}])
    if with_m:
        notes.append(["measures", {}])
    if layer.left:
        notes.append(["columns-left", {"names": layer.left[:20]}])
    if any(code == "curve" for code, _values in faults.values()):
        notes.append(["curves", {}])
    encoding = getattr(source, "encoding_of", lambda _layer: "")(layer)
    if encoding not in ("", "utf-8"):
        notes.append(["read-as", {"encoding": encoding}])
    return notes


def declared_srids(batch: Batch, srid: int | None) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The system of each row: its own where the list says it row by row, else the layer's; 0 where nobody knows."""
    own = batch.srids or [0] * len(batch)
    return np.array([one or srid or 0 for one in own], dtype=np.int64)
