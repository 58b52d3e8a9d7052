"""Writes GeoJSON, KML and CSV piece by piece, as rows come: nothing is held back, and no file is made."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import shapely

from geo.points import WGS84_SRID
from geo.shapes import turned
from maps.files.cells import safe
from maps.files.limits import BATCH_ROWS
from maps.files.rows import About, Field, Row, as_text, plain

#: Rows of which the geometries are turned into text at once.
_AT_ONCE = min(BATCH_ROWS, 500)
#: The last columns of a list: in which system each row lies, and where.
SHAPE_COLUMNS = ("srid", "wkt")
#: Signs that no XML can hold.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def geojson(rows: Iterable[Row], fields: Sequence[Field], about: About) -> Iterator[str]:
    """A FeatureCollection, with its source and licence as members beside the features (RFC 7946, 6.1)."""
    head = {"type": "FeatureCollection", "name": about.title} | _source(about)
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "features": ['
    comma = "\n"
    for some in _batches(rows):
        shapes = shapely.to_geojson(_oriented([row.wkb for row in some]))
        for row, shape in zip(some, shapes, strict=True):
            values = {field.name: plain(value, field.type) for field, value in zip(fields, row.values, strict=True)}
            properties = json.dumps(values, ensure_ascii=False, allow_nan=False)
            yield f'{comma}{{"type": "Feature", "geometry": {shape}, "properties": {properties}}}'
            comma = ",\n"
    yield "\n]}\n"


def kml(rows: Iterable[Row], fields: Sequence[Field], about: About) -> Iterator[str]:
    """A document of placemarks with their values as extended data; its description says from whom it is."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>\n'
    yield f"<name>{_xml(about.title)}</name>\n<description>{_xml(source_words(about))}</description>\n"
    titles = next((place for place, field in enumerate(fields) if field.name == "title"), None)
    for some in _batches(rows):
        for row, shape in zip(some, _oriented([row.wkb for row in some]), strict=True):
            data = "".join(
                f"<Data name={quoteattr(_allowed(field.name))}><value>{_xml(text)}</value></Data>"
                for field, value in zip(fields, row.values, strict=True)
                if (text := as_text(value, field.type))
            )
            name = f"<name>{_xml(as_text(row.values[titles], 'text'))}</name>" if titles is not None else ""
            yield f"<Placemark>{name}<ExtendedData>{data}</ExtendedData>{_kml_shape(shape)}</Placemark>\n"
    yield "</Document></kml>\n"


def csv_lines(rows: Iterable[Row], fields: Sequence[Field]) -> Iterator[str]:
    """A list parted by semicolons, with geometries as text (WKT) behind the system that they are in."""
    kept = io.StringIO()
    writer = csv.writer(kept, delimiter=";")
    writer.writerow([*(safe(field.name) for field in fields), *SHAPE_COLUMNS])
    # Spreadsheets take a text for UTF-8 where it begins with this mark.
    yield "\ufeff"
    for some in _batches(rows):
        for row, shape in zip(some, texts_of([row.wkb for row in some]), strict=True):
            cells = [cell_of(value, field) for field, value in zip(fields, row.values, strict=True)]
            writer.writerow([*cells, WGS84_SRID, shape])
        yield kept.getvalue()
        kept.seek(0)
        kept.truncate()
    yield kept.getvalue()


def cell_of(value: object, field: Field) -> str:
    """A value as the cell of a list. A number may begin with a minus; a text that does is marked as text."""
    text = as_text(value, field.type)  # type: ignore[arg-type]
    return safe(text) if field.type == "text" else text


def texts_of(geometries: Sequence[bytes]) -> Sequence[str]:
    """Geometries as WKT, with all digits that they have."""
    return list(shapely.to_wkt(shapely.from_wkb(geometries), rounding_precision=-1))


def source_words(about: About) -> str:
    """From whom something is, and how it may be used, in one line."""
    return " – ".join(filter(None, (about.attribution, about.licence, about.licence_address)))


def _source(about: About) -> dict[str, str]:
    said = {"attribution": about.attribution, "license": about.licence, "license_url": about.licence_address}
    return {name: text for name, text in said.items() if text}


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    left = iter(rows)
    while some := list(islice(left, _AT_ONCE)):
        yield some


def _oriented(geometries: Sequence[bytes]) -> Sequence[shapely.Geometry]:
    """Geometries with areas turned as GeoJSON and KML have them."""
    return list(turned(shapely.from_wkb(geometries)))


def _kml_shape(shape: shapely.Geometry) -> str:
    if shape.geom_type.startswith("Multi"):
        return f"<MultiGeometry>{''.join(map(_kml_shape, shape.geoms))}</MultiGeometry>"
    if shape.geom_type == "Polygon":
        holes = "".join(f"<innerBoundaryIs>{_kml_ring(ring)}</innerBoundaryIs>" for ring in shape.interiors)
        return f"<Polygon><outerBoundaryIs>{_kml_ring(shape.exterior)}</outerBoundaryIs>{holes}</Polygon>"
    return f"<{shape.geom_type}>{_kml_places(shape)}</{shape.geom_type}>"


def _kml_ring(ring: shapely.LinearRing) -> str:
    return f"<LinearRing>{_kml_places(ring)}</LinearRing>"


def _kml_places(line: shapely.Geometry) -> str:
    places = np.asarray(line.coords).tolist()
    return f"<coordinates>{' '.join(f'{place[0]!r},{place[1]!r}' for place in places)}</coordinates>"


def _xml(text: str) -> str:
    return escape(_allowed(text), {"\r": "&#13;"})


def _allowed(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
