"""Tells by its first bytes in which format a file is. Its name says nothing: a stranger chose it."""

import codecs
from enum import StrEnum
from pathlib import Path
from typing import IO
from xml.parsers import expat

from sandbox.child import Refusal

_HEAD = 65_536
_ZIP, _SQLITE, _FLATGEOBUF, _SHP = b"PK\x03\x04", b"SQLite format 3\x00", b"fgb\x03fgb", b"\x00\x00\x27\x0a"
_GML = ("http://www.opengis.net/gml", "http://www.opengis.net/wfs")
#: Packed by others than zip: gzip, bzip2, xz, zstd, 7-Zip, RAR.
_PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"7z\xbc\xaf", b"Rar!")


class Format(StrEnum):
    """A format of geodata. Its value is also the ending of files in it."""

    GEOJSON = "geojson"
    GEOPACKAGE = "gpkg"
    SHAPEFILE = "shp"
    KML = "kml"
    GML = "gml"
    FLATGEOBUF = "fgb"
    CSV = "csv"
    XLSX = "xlsx"


def is_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_ZIP)) == _ZIP


def sniff(path: Path) -> Format:
    """The format of a file that is no zip. Raises Refusal for what is in none that we read."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
        if not head.strip():
            raise Refusal("empty")
        if head.startswith(_SQLITE):
            return Format.GEOPACKAGE
        if head.startswith(_FLATGEOBUF):
            return Format.FLATGEOBUF
        if head.startswith(_SHP):
            raise Refusal("shp-alone")
        if head.startswith(_PACKED):
            raise Refusal("packed-otherwise")
        if _begins_with(head, "<"):
            file.seek(0)
            return _of_xml(file)
    if _begins_with(head, "{"):
        return Format.GEOJSON
    if _begins_with(head, "["):
        raise Refusal("no-geojson")
    if b"\x00" in head and not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Refusal("unknown-format")
    return Format.CSV


def _begins_with(head: bytes, sign: str) -> bool:
    """Whether a text begins so, after blanks and the mark of its encoding."""
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if head.startswith(mark):
            return head[2:].decode(encoding, errors="replace").lstrip().startswith(sign)
    return head.removeprefix(codecs.BOM_UTF8).lstrip().startswith(sign.encode())


class _RootFound(Exception):
    """The root of a document, and the addresses of all namespaces that it declares."""

    def __init__(self, name: str, namespaces: list[str]) -> None:
        super().__init__(name)
        self.name, self.namespaces = name, namespaces


def _of_xml(file: IO[bytes]) -> Format:
    """KML or GML, by the root of the document. One that declares entities is refused before anything reads it."""
    parser = expat.ParserCreate(namespace_separator=" ")
    namespaces: list[str] = []

    def found(name: str, _attributes: dict[str, str]) -> None:
        raise _RootFound(name, namespaces)

    def refuse(*_declared: object) -> None:
        raise Refusal("doctype")

    parser.StartElementHandler = found
    parser.StartNamespaceDeclHandler = lambda _prefix, address: namespaces.append(address or "")
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.ParseFile(file)
    except _RootFound as root:
        local = root.name.rpartition(" ")[2]
        if local == "kml":
            return Format.KML
        if any(address.startswith(_GML) for address in root.namespaces):
            return Format.GML
        raise Refusal("unknown-xml", root=local[:60]) from None
    except expat.ExpatError as error:
        raise Refusal("broken-xml", line=error.lineno) from None
    raise Refusal("broken-xml", line=1)
