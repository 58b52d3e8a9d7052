"""Takes the one set of geodata out of a zip: into an empty folder, under names of our own.

Names and sizes that a zip says of itself decide only what is refused. What is written has a name that we give, and as
many bytes as we count.
"""

import stat
import zlib
from collections import defaultdict
from pathlib import Path, PurePosixPath
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

from maps.files.child.sniffing import Format, is_zip, sniff
from maps.files.limits import LONGEST_PATH, MOST_PACKED
from sandbox import sizes
from sandbox.child import Refusal

#: The parts of a shapefile that are read; others, such as indexes and metadata, stay in the zip.
PARTS = ("shp", "shx", "dbf", "prj", "cpg")
_ALONE = ("geojson", "json", "gpkg", "kml", "gml", "fgb", "csv", "txt", "tsv", "xlsx")
_CHUNK = 1_000_000


def unpack(path: Path, folder: Path) -> dict[str, Path]:
    """The files of a zip by the name of the layer that each is: of a shapefile its .shp, beside which lie the others.

    A workbook and a KMZ are zips as well. Raises Refusal.
    """
    try:
        with ZipFile(path) as packed:
            entries = _checked(packed.infolist())
            if any(entry.filename == "[Content_Types].xml" for entry in entries):
                return {"": path}
            shapes = _shapefiles(entries)
            if shapes:
                return _unpack_shapefiles(packed, shapes, folder)
            return {"": _unpack_alone(packed, entries, folder)}
    except (BadZipFile, NotImplementedError, RuntimeError, zlib.error, EOFError, UnicodeError, ValueError):
        # Cut off, packed in a way that zipfile doesn't know, or with a password.
        raise Refusal("no-zip") from None


def _checked(entries: list[ZipInfo]) -> list[ZipInfo]:
    """All that isn't litter. Refuses names that lead elsewhere, links, and more than is unpacked."""
    if len(entries) > MOST_PACKED:
        raise Refusal("packed-many", most=MOST_PACKED)
    if sum(entry.file_size for entry in entries) > sizes.LARGEST_UNPACKED_BYTES:
        raise Refusal("unpacked", most=sizes.LARGEST_UNPACKED_BYTES // 10**6)
    kept = []
    for entry in entries:
        parts = PurePosixPath(entry.filename.replace("\\", "/")).parts
        if len(entry.filename) > LONGEST_PATH:
            raise Refusal("packed-name", name=entry.filename[:60])
        if ".." in parts or entry.filename.startswith(("/", "\\")) or ":" in entry.filename:
            raise Refusal("packed-name", name=entry.filename[:60])
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise Refusal("packed-link", name=entry.filename[:60])
        if entry.flag_bits & 0x1:
            raise Refusal("packed-secret")
        litter = entry.is_dir() or parts[0] == "__MACOSX" or parts[-1].startswith(".")
        kept += [] if litter else [entry]
    return kept


def _ending(entry: ZipInfo) -> str:
    return PurePosixPath(entry.filename).suffix.lower().removeprefix(".")


def _shapefiles(entries: list[ZipInfo]) -> dict[str, dict[str, ZipInfo]]:
    """The parts of each shapefile in a zip, by its name without ending; people write that in capitals or not."""
    sets: dict[str, dict[str, ZipInfo]] = defaultdict(dict)
    for entry in entries:
        if _ending(entry) in PARTS:
            stem = entry.filename[: -len(_ending(entry)) - 1]
            if sets[stem.lower()].setdefault(_ending(entry), entry) is not entry:
                raise Refusal("packed-twice", name=entry.filename[:60])
    if not any("shp" in parts for parts in sets.values()):
        if sets and any("dbf" in parts for parts in sets.values()):
            raise Refusal("lacks-part", name=next(iter(sets)), part=".shp")
        return {}
    found: dict[str, dict[str, ZipInfo]] = {}
    for parts in sets.values():
        if "shp" not in parts:
            continue
        name = PurePosixPath(parts["shp"].filename).stem
        if "dbf" not in parts:
            raise Refusal("lacks-part", name=name, part=".dbf")
        if name in found:
            raise Refusal("packed-twice", name=parts["shp"].filename[:60])
        found[name] = parts
    return found


def _unpack_shapefiles(packed: ZipFile, sets: dict[str, dict[str, ZipInfo]], folder: Path) -> dict[str, Path]:
    left, made = sizes.LARGEST_UNPACKED_BYTES, {}
    for number, (name, parts) in enumerate(sets.items()):
        for ending, entry in parts.items():
            left -= _write(packed, entry, folder / f"layer{number}.{ending}", left)
        made[name] = folder / f"layer{number}.shp"
    return made


def _unpack_alone(packed: ZipFile, entries: list[ZipInfo], folder: Path) -> Path:
    alone = [entry for entry in entries if _ending(entry) in _ALONE]
    main = [entry for entry in alone if entry.filename.lower() == "doc.kml"]
    # A KMZ shows its doc.kml; what else it holds is reached from there.
    alone = main or [entry for entry in alone if len(alone) == 1 or _ending(entry) not in ("txt", "json")]
    if len(alone) != 1:
        raise Refusal("files-in-zip", names=[entry.filename for entry in alone or entries][:10])
    target = folder / "unpacked"
    _write(packed, alone[0], target, sizes.LARGEST_UNPACKED_BYTES)
    if is_zip(target) and _ending(alone[0]) != "xlsx":
        raise Refusal("zip-in-zip")
    return target


def _write(packed: ZipFile, entry: ZipInfo, target: Path, most_bytes: int) -> int:
    """Unpack one file; returns its size. Counts by itself: what a zip says of its sizes may be a lie."""
    size = 0
    with packed.open(entry) as source, target.open("xb") as made:
        while chunk := _read(source):
            size += len(chunk)
            if size > most_bytes:
                raise Refusal("unpacked", most=sizes.LARGEST_UNPACKED_BYTES // 10**6)
            made.write(chunk)
    return size


def _read(source: IO[bytes]) -> bytes:
    return source.read(_CHUNK)


def format_of(path: Path) -> Format:
    """The format of what was unpacked, or never was packed."""
    if path.suffix == ".shp":
        return Format.SHAPEFILE
    return Format.XLSX if is_zip(path) else sniff(path)
