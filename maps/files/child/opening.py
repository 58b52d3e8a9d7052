"""Opens a stranger's file: finds out what it is, takes it out of its zip, looks into it, and only then lets GDAL."""

import codecs
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from maps.files.child.gdal import GdalSource
from maps.files.child.isolation import forbid_network
from maps.files.child.sniffing import Format, is_zip
from maps.files.child.source import Layer, Source
from maps.files.child.tables import TableSource
from maps.files.child.unpacking import format_of, unpack
from maps.files.child.vetting import vet
from sandbox import sizes
from sandbox.child import Refusal


def opened(
    file: IO[bytes], folder: Path, *, columns: Mapping[str, str], encoding: str, placeless: bool
) -> tuple[Format, Source]:
    """The format of a file and what is in it. `folder` is empty, and the only place where anything is written."""
    forbid_network()
    os.chdir(folder)
    if encoding and not _is_encoding(encoding):
        raise Refusal("unknown-encoding", name=encoding[:40])
    if os.fstat(file.fileno()).st_size > sizes.LARGEST_FILE_BYTES:
        raise Refusal("large", most=sizes.LARGEST_FILE_BYTES // 10**6)
    given = folder / "given"
    with given.open("xb") as copy:
        shutil.copyfileobj(file, copy, 1_000_000)
    paths = unpack(given, folder) if is_zip(given) else {"": given}
    format_ = format_of(next(iter(paths.values())))
    if format_ in (Format.CSV, Format.XLSX):
        return format_, TableSource(paths[""], format_, columns, placeless=placeless)
    if "" in paths:
        # Drivers look at the ending too.
        paths = {"": paths[""].rename(folder / f"data.{format_}")}
    for path in paths.values():
        vet(path, format_)
    return format_, GdalSource(paths, format_, folder, encoding)


def _is_encoding(name: str) -> bool:
    try:
        return bool(codecs.lookup(name)._is_text_encoding)
    except LookupError:
        return False


def layer_of(source: Source, name: str | None) -> Layer:
    """The layer by its name; where none is named, the only one with rows. Raises Refusal where it has to be asked."""
    layers = source.layers()
    if not layers:
        raise Refusal("no-layers")
    if name is None:
        filled = [layer for layer in layers if layer.count != 0] or layers[:1]
        if len(filled) > 1:
            raise Refusal("which-layer", names=[layer.name for layer in filled][:20])
        return filled[0]
    for layer in layers:
        if layer.name == name:
            return layer
    raise Refusal("no-such-layer", name=name[:60], names=[layer.name for layer in layers][:20])
