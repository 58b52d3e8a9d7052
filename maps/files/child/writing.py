"""Writes rows as a file of geodata with GDAL. The rows come as lines of JSON: [WKB in base64, values …]."""

import base64
import datetime as dt
import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import shapely

from maps.files.child.gdal import load
from maps.files.child.isolation import forbid_network
from maps.files.child.naming import LONGEST_SHAPEFILE_TEXT, MOST_PARTS, names_in, part_names, parts_of
from maps.files.child.sniffing import Format
from maps.files.limits import BATCH_ROWS

#: A shapefile holds geometries of one dimension: what each is called, and its type with several parts.
_BY_DIMENSION = (("punten", "MultiPoint"), ("lijnen", "MultiLineString"), ("vlakken", "MultiPolygon"))
_ARROW = {
    "text": pa.string(), "integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_(), "date": pa.date32(),
    "datetime": pa.timestamp("ms", tz="UTC"),
}  # fmt: skip
#: What the column of geometries is called on the way to GDAL: as no column of values is.
_SHAPES = "the shapes\n"
#: Signs that no XML can hold.
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def write(
    file: IO[bytes], folder: str, format_: str, layer: str, fields: list[tuple[str, str, str]], about: dict[str, str]
) -> bytes:
    """Write all rows into `folder`. Answers as JSON the names of columns by their own, those of texts in parts, and
    what was cut.

    `fields` are the columns with their types and short names; `about` has title and description, where the format has
    a place.
    """
    forbid_network()
    os.chdir(folder)
    writer = _Writer(file, Format(format_), layer, fields, about)
    if writer.format is Format.SHAPEFILE:
        for dimension, (name, type_) in enumerate(_BY_DIMENSION):
            writer.write(Path(f"{layer}-{name}.shp"), type_, dimension)
    else:
        writer.write(Path(f"{layer}.{format_}"), "Unknown", None)
    if writer.format is Format.GML:
        _without_three_decimals(Path(f"{layer}.gml"), writer.numbers)
    names = {own: name for (own, _type, _short), name in zip(fields, writer.names, strict=True) if own != name}
    parts = [names for names in writer.parts if len(names) > 1]
    return json.dumps({"names": names, "parts": parts, "cut": dict(writer.cut)}).encode()


def _without_three_decimals(path: Path, names: list[str]) -> None:
    """Write numbers of three decimals with a fourth: who reads GML as text may take "1.125" for a thousand."""
    number = re.compile(rf"(<ogr:({'|'.join(map(re.escape, names))})>-?[0-9]+\.[0-9]{{3}})(?=</ogr:\2>)")
    made = path.with_suffix(".made")
    with path.open(encoding="utf-8", newline="") as old, made.open("w", encoding="utf-8", newline="") as new:
        for line in old:
            new.write(number.sub(r"\g<1>0", line))
    made.replace(path)


class _Writer:
    def __init__(
        self, file: IO[bytes], format_: Format, layer: str, fields: list[tuple[str, str, str]], about: dict[str, str]
    ) -> None:
        self.format, self._file, self._layer, self._fields, self._about = format_, file, layer, fields, about
        self.names = names_in(format_, [name for name, _type, _short in fields], [short for *_own, short in fields])
        #: The columns of each field: of a text that is too long for one, several.
        self.parts = self._find_parts()
        #: How many texts of a column didn't fit whole.
        self.cut: Counter[str] = Counter()
        self._pyogrio = load(format_, Path.cwd())
        self._types = [
            self._arrow(type_)
            for (_name, type_, _short), names in zip(fields, self.parts, strict=True)
            for _part in names
        ]
        columns = [name for names in self.parts for name in names]
        self._schema = pa.schema([*zip(columns, self._types, strict=True), (_SHAPES, pa.binary())])

    @property
    def numbers(self) -> list[str]:
        """The columns of numbers."""
        return [
            name for (_own, type_, _short), name in zip(self._fields, self.names, strict=True) if type_ == "number"
        ]

    def _find_parts(self) -> list[list[str]]:
        """The columns of each field. Only who has seen the longest text knows how many these are."""
        if self.format is not Format.SHAPEFILE:
            return [[name] for name in self.names]
        most = [1] * len(self.names)
        self._file.seek(0)
        for line in self._file:
            for place, value in enumerate(json.loads(line)[1:]):
                if isinstance(value, str) and len(value.encode()) > LONGEST_SHAPEFILE_TEXT:
                    most[place] = max(most[place], min(len(parts_of(value)), MOST_PARTS))
        found, taken = list[list[str]](), list(self.names)
        for name, count in zip(self.names, most, strict=True):
            found.append(part_names(name, count, taken))
            taken += found[-1]
        return found

    def _arrow(self, type_: str) -> pa.DataType:
        """How a column is written: a shapefile has no moments, and FlatGeobuf no days."""
        lacks = {Format.SHAPEFILE: "datetime", Format.FLATGEOBUF: "date"}
        return _ARROW["text"] if type_ == lacks.get(self.format) else _ARROW[type_]

    def write(self, path: Path, type_: str, dimension: int | None) -> None:
        """Write the rows whose geometry has a dimension, or all. Where there is none of that, no file."""
        batches = self._batches(dimension)
        first = next(batches, None)
        if first is None and dimension is not None:
            return

        def again() -> Iterator[pa.RecordBatch]:
            if first is not None:
                yield first
            yield from batches

        reader = pa.RecordBatchReader.from_batches(self._schema, again())
        self._pyogrio.raw.write_arrow(
            reader, path, layer=path.stem, driver=self._driver(), geometry_name=_SHAPES, geometry_type=type_,
            crs="EPSG:4326", **self._options(),
        )  # fmt: skip

    def _driver(self) -> str:
        (driver,) = self._pyogrio.list_drivers()
        return str(driver)

    def _options(self) -> dict[str, Any]:
        title, description = self._about["title"], self._about["description"]
        if self.format is Format.GEOPACKAGE:
            return {"IDENTIFIER": title, "DESCRIPTION": description, "FID": "fid", "GEOMETRY_NAME": "geom"}
        if self.format is Format.FLATGEOBUF:
            # With its index FlatGeobuf puts rows in another order.
            return {"TITLE": title, "DESCRIPTION": description, "SPATIAL_INDEX": "NO"}
        if self.format is Format.SHAPEFILE:
            return {"ENCODING": "UTF-8"}
        return {"FORMAT": "GML3.2", "WRITE_FEATURE_BOUNDED_BY": "NO"}

    def _batches(self, dimension: int | None) -> Iterator[pa.RecordBatch]:
        self._file.seek(0)
        lines = self._lines(dimension)
        while rows := list(islice(lines, BATCH_ROWS)):
            columns = list(zip(*rows, strict=True))
            arrays = [
                pa.array([_value(value, type_) for value in column], type_)
                for column, type_ in zip(columns[1:], self._types, strict=True)
            ]
            yield pa.RecordBatch.from_arrays([*arrays, pa.array(columns[0], pa.binary())], schema=self._schema)

    def _lines(self, dimension: int | None) -> Iterator[list[Any]]:
        for line in self._file:
            wkb, *values = json.loads(line)
            raw = base64.b64decode(wkb)
            if dimension is not None:
                shape = shapely.from_wkb(raw)
                if shapely.get_dimensions(shape) != dimension:
                    continue
                raw = shapely.to_wkb(_multi(shape, dimension))
            yield [raw, *(one for place, value in enumerate(values) for one in self._fitting(place, value))]

    def _fitting(self, place: int, value: Any) -> list[Any]:
        """A value for each column of a field: a text as far as the format can hold it."""
        columns = len(self.parts[place])
        if not isinstance(value, str) or self._fields[place][1] != "text":
            return [value] * columns
        if self.format is Format.GML:
            return [NO_XML.sub("\ufffd", value)]
        if self.format is not Format.SHAPEFILE:
            return [value]
        parts = parts_of(value)
        if len(parts) > columns:
            self.cut[self._fields[place][0]] += 1
        return [*parts, *[None] * (columns - len(parts))][:columns]


def _multi(shape: shapely.Geometry, dimension: int) -> shapely.Geometry:
    make = (shapely.multipoints, shapely.multilinestrings, shapely.multipolygons)[dimension]
    return make(shapely.get_parts(shape))


def _value(value: Any, type_: pa.DataType) -> Any:
    if value is None or not isinstance(value, str) or pa.types.is_string(type_):
        return value
    return dt.date.fromisoformat(value) if pa.types.is_date(type_) else dt.datetime.fromisoformat(value)
