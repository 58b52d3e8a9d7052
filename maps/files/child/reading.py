"""Reads one layer of a file: each row as a line of JSON, in a file of its own that the parent reads afterwards."""

import base64
import json
from pathlib import Path
from typing import IO, Any

import numpy as np
import shapely

from maps.files.child.describing import declared_srids
from maps.files.child.ids import fingerprint
from maps.files.child.opening import layer_of, opened
from maps.files.child.shapes import Shapes, are_there, bring_to_degrees, check_validity, first_corners, parsed
from maps.files.child.sniffing import Format
from maps.files.child.source import Batch, Layer, Plain, Source
from maps.files.child.systems import DEGREES, Ground, chosen_srid, proposals, srid_of
from maps.files.limits import LONGEST_ID, MOST_ROWS, PROGRESS, ROWS, SAMPLE_ROWS
from sandbox.child import Refusal

#: Formats whose places are in degrees unless they name another system, which KML can't: most files name none.
_ALWAYS_DEGREES = (Format.GEOJSON, Format.KML)


def read(file: IO[bytes], folder: str, ground: dict[str, Any], choice: dict[str, Any]) -> bytes:
    """Write the rows of a layer to ROWS in `folder`; answers as JSON what they are.

    A row is [number, id, WKB in base64, values, repaired], with "" for one that may be without a place; one that isn't
    taken [number, code, values of the code, id], with "" for one of which nobody knows what its source calls it.
    """
    format_, source = opened(
        file, Path(folder), columns=choice["columns"], encoding=choice["encoding"], placeless=choice["placeless"]
    )
    layer = layer_of(source, choice["layer"])
    if layer.count > MOST_ROWS:
        raise Refusal("rows", most=MOST_ROWS)
    reader = _Reader(layer, format_, Ground.of(ground), choice)
    with (Path(folder) / ROWS).open("x", encoding="utf-8") as rows:
        for batch in source.batches(layer):
            for line in reader.lines(batch):
                rows.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")))
                rows.write("\n")
            (Path(folder) / PROGRESS).write_text(str(reader.read))
    if not reader.read:
        raise Refusal("no-rows")
    answer = {
        "format": format_, "layer": layer.name, "columns": layer.names, "read": reader.read, "taken": reader.taken,
        "srid": reader.srid, "notes": _notes(source, reader),
    }  # fmt: skip
    return json.dumps(answer).encode()


def _notes(source: Source, reader: "_Reader") -> list[Any]:
    counted = {"heights": reader.with_z, "measures": reader.with_m}
    return [*source.notes, *([code, {}] for code, count in counted.items() if count)]


class _Reader:
    """Turns the batches of one layer into lines."""

    def __init__(self, layer: Layer, format_: Format, ground: Ground, choice: dict[str, Any]) -> None:
        self._layer, self._format, self._ground, self._choice = layer, format_, ground, choice
        self.srid: int | None = chosen_srid(choice["srid"]) or srid_of(layer.crs)
        self.read = self.taken = self.with_z = self.with_m = 0
        self._seen: dict[str, int] = {}
        self._id_column = self._place_of_id()

    def _place_of_id(self) -> int | None:
        name = self._choice["id_column"]
        if not name:
            return None
        if name not in self._layer.names:
            raise Refusal("no-such-column", name=name[:60])
        return self._layer.names.index(name)

    def lines(self, batch: Batch) -> list[list[Any]]:
        if self.read + len(batch) > MOST_ROWS:
            raise Refusal("rows", most=MOST_ROWS)
        shapes = parsed(batch.geometries)
        if not self.read:
            self._check_system(batch, shapes)
        for place, fault in batch.faults.items():
            shapes.refuse(place, fault[0], **fault[1])
        self._bring(batch, shapes)
        check_validity(shapes, repair=self._choice["repair"])
        self.with_z += shapes.with_z
        self.with_m += shapes.with_m
        self.read += len(batch)
        made = shapely.to_wkb(shapes.geometries, output_dimension=2, include_srid=False, byte_order=1)
        columns = list(zip(*batch.values, strict=True)) or [()] * len(batch)
        return [self._line(batch, shapes, place, made[place], columns[place]) for place in range(len(batch))]

    def _bring(self, batch: Batch, shapes: Shapes) -> None:
        srids = declared_srids(batch, self.srid)
        for place in np.flatnonzero((srids == 0) & are_there(shapes.geometries)):
            shapes.refuse(int(place), "row-without-system")
        bring_to_degrees(shapes, srids, swapped=self._choice["swapped"], ground=self._ground)

    def _check_system(self, batch: Batch, shapes: Shapes) -> None:
        """Refuse a layer whose system nobody said, or whose first places fit another one better: that is to be asked.

        Who has chosen a system, or said that x and y are exchanged, isn't asked again.
        """
        if self._choice["srid"] or self._choice["swapped"] or batch.srids:
            return
        points = first_corners(shapes)[:SAMPLE_ROWS]
        found = [one.as_json() for one in proposals(points, self.srid, self._ground)]
        if self.srid is None:
            code = "unknown-crs" if self._layer.crs else "no-crs"
            raise Refusal(code, system=self._layer.crs[:60], proposals=found)
        if found:
            raise self._misfit(found)

    def _misfit(self, found: list[dict[str, Any]]) -> Refusal:
        """That places don't fit their system: one that the file names, or one that follows from what it is."""
        if self.srid == DEGREES and self._format in _ALWAYS_DEGREES:
            return Refusal("always-degrees", format=self._format, srid=DEGREES, proposals=found)
        if self._layer.places.keys() >= {"lat", "lon"}:
            return Refusal("no-degrees", lat=self._layer.places["lat"], lon=self._layer.places["lon"], proposals=found)
        return Refusal("other-system", srid=self.srid, proposals=found)

    def _line(
        self, batch: Batch, shapes: Shapes, place: int, wkb: bytes | None, values: tuple[Plain, ...]
    ) -> list[Any]:
        number, own = batch.numbers[place], self._own_id(batch, place, values)
        if len(own) > LONGEST_ID:
            return [number, "long-id", {"most": LONGEST_ID}, ""]
        if wkb is None:
            code, said = shapes.faults[place]
            if code != "no-geometry" or not self._choice["placeless"]:
                if own:
                    # Its element is in the file, whatever is wrong with the row; and no other row is it.
                    self._seen.setdefault(own, number)
                return [number, code, said, own]
        if not own and self._id_column is not None and not self._choice["placeless"]:
            return [number, "no-id", {"name": self._choice["id_column"]}, ""]
        known = own or fingerprint(wkb or b"", values)
        if (first := self._seen.setdefault(known, number)) != number:
            return [number, "same-id" if own else "same-row", {"id": known, "row": first}, known]
        self.taken += 1
        return [number, known, base64.b64encode(wkb or b"").decode(), list(values), place in shapes.repaired]

    def _own_id(self, batch: Batch, place: int, values: tuple[Plain, ...]) -> str:
        """What the source calls a row: in the column of ids or else by its number, "" for neither."""
        if self._id_column is not None:
            value = values[self._id_column]
            return str(value).strip() if value is not None else ""
        return str(batch.ids[place]) if batch.ids is not None else ""
