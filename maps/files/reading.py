"""Reads files of geodata that strangers send: what is in one, and its rows as features.

    described = describe(path)                     # layers, columns, proposals
    with read(path, Choice(layer="bomen")) as reading:
        for row in reading.rows():                 # Feature or RowRefused

A child process reads the file (maps.files.child), without Django, network, or any other file. It writes the rows to a
file of its own before the first is handed on: one that is refused in its middle leaves nothing by halves, and memory
stays flat on both sides.
"""

import base64
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from geo.points import FLANDERS, OUTLINE
from maps.files.limits import PROGRESS, ROWS
from maps.files.refusals import FileRefused, Proposal, RowRefused, Said
from sandbox import sizes
from sandbox.limited import Limits, Refused, Stopped, Why, run_limited

#: What a child may take. Half a million rows need a third of it; the answer is the largest file that it may write.
LIMITS = Limits(memory_bytes=2_000_000_000, cpu_s=120, answer_bytes=2_000_000_000)
#: A reader that dies is tried so often: what killed it may have been no fault of the file.
TRIES = 2


@dataclass(frozen=True)
class Choice:
    """What somebody decided about a file. Without any, what isn't clear is refused with proposals.

    `srid` counts before what the file says; `swapped` reads y as x. `repair` mends shapes that cross themselves.
    `id_column` holds the source's own ids. `columns` says which column of a list holds "lat", "lon", "x", "y", "wkt"
    or "srid". `encoding` is that of a shapefile's letters. `placeless` takes rows of a list without a place.
    """

    layer: str | None = None
    srid: int | None = None
    swapped: bool = False
    repair: bool = False
    id_column: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    encoding: str = ""
    placeless: bool = False


@dataclass(frozen=True)
class Column:
    """A column of a layer, with some values that it holds, as text."""

    name: str
    type: str
    samples: list[str]


@dataclass(frozen=True)
class LayerDescribed:
    """What a layer says of itself, and what its first rows (`looked_at` of them) hold.

    `count` is -1 where only reading tells. `srid` is what the file says, None where it says nothing that we know, then
    `system` has what it does say. `id_column` is a guess. `places` says which columns of a list hold coordinates.
    """

    name: str
    count: int
    looked_at: int
    types: list[str]
    columns: list[Column]
    id_column: str
    own_ids: bool
    srid: int | None
    system: str
    places: dict[str, str]
    proposals: list[Proposal]
    notes: list[Said]


@dataclass(frozen=True)
class Described:
    """A file's format, as the ending of its files, and its layers."""

    format: str
    layers: list[LayerDescribed]
    notes: list[Said]


@dataclass(frozen=True)
class Feature:
    """A row with its place: WKB in WGS84 degrees and two dimensions. `repaired` says that its shape was mended.

    `wkb` is empty for a row without a place, where such are taken.
    """

    row: int
    source_id: str
    wkb: bytes
    attributes: dict[str, Any]
    repaired: bool = False


@dataclass(frozen=True)
class Reading:
    """A layer that was read: `taken` of its `read` rows are features. `srid` is the system that it was in.

    `_numbers` are those of the rows that count, where only some of them do.
    """

    format: str
    layer: str
    columns: list[str]
    read: int
    taken: int
    srid: int | None
    notes: list[Said]
    _file: Path
    _numbers: Set[int] | None = None

    def only(self, numbers: Set[int]) -> "Reading":
        """The same layer as if it held no other rows than these, by their numbers."""
        return replace(self, read=len(numbers), taken=len(numbers), _numbers=numbers)

    def rows(self) -> Iterator[Feature | RowRefused]:
        """Each row in the order of the file, as often as it is asked, while the block of read() lasts."""
        with self._file.open(encoding="utf-8") as lines:
            for line in lines:
                found = json.loads(line)
                if self._numbers is None or found[0] in self._numbers:
                    yield _row(self.columns, found)


def describe(
    path: Path,
    choice: Choice = Choice(),
    *,
    meanwhile: Callable[[], None] | None = None,
) -> Described:
    """What is in a file. Of `choice` count `srid`, `columns`, `encoding` and `placeless`. Raises FileRefused."""
    with _folder() as folder:
        arguments = {
            "columns": choice.columns, "encoding": choice.encoding, "srid": choice.srid, "placeless": choice.placeless,
        }  # fmt: skip
        found = _answer("describing:describe", path, folder, arguments, meanwhile)
    layers = [_layer(layer) for layer in found["layers"]]
    return Described(found["format"], layers, _said_all(found["notes"]))


@contextmanager
def read(
    path: Path,
    choice: Choice = Choice(),
    *,
    progress: Callable[[int], None] | None = None,
) -> Iterator[Reading]:
    """Read a layer. `progress` is called often with how many rows are read; an exception from it ends the reading.

    Raises FileRefused for a file that isn't taken, and for what somebody has to choose first: then it has proposals.
    """
    with _folder() as folder:
        meanwhile = None if progress is None else lambda: progress(_rows_so_far(folder))
        found = _answer("reading:read", path, folder, {"choice": {**vars(choice)}}, meanwhile)
        notes = _said_all(found.pop("notes"))
        yield Reading(**found, notes=notes, _file=folder / ROWS)


@contextmanager
def _folder() -> Iterator[Path]:
    """An empty folder for one child."""
    with tempfile.TemporaryDirectory(prefix="geodata-") as folder:
        yield Path(folder)


def _empty(folder: Path) -> None:
    for left in folder.iterdir():
        shutil.rmtree(left) if left.is_dir() else left.unlink()


def _rows_so_far(folder: Path) -> int:
    try:
        return int((folder / PROGRESS).read_text() or 0)
    except FileNotFoundError:
        return 0


def _answer(
    function: str, path: Path, folder: Path, arguments: dict[str, Any], meanwhile: Callable[[], None] | None
) -> dict[str, Any]:
    """What the child answers. It gets a second chance where it died, but none where it took too much."""
    if path.stat().st_size > sizes.LARGEST_FILE_BYTES:
        raise FileRefused(Said("large", {"most": sizes.LARGEST_FILE_BYTES // 10**6}))
    ground = {"outline": str(OUTLINE), "flanders": list(FLANDERS)}
    for attempt in range(1, TRIES + 1):
        order = {**arguments, "folder": str(folder), "ground": ground}
        try:
            with path.open("rb") as file:
                answer = run_limited(
                    f"maps.files.child.{function}", file, LIMITS, arguments=order, meanwhile=meanwhile
                )
            found: dict[str, Any] = json.loads(answer)
            return found
        except Refused as refused:
            raise _refusal(refused) from None
        except Stopped as stopped:
            if stopped.why != Why.CRASH or attempt == TRIES:
                raise FileRefused(Said(stopped.why.value)) from None
            _empty(folder)
    raise AssertionError("unreachable")


def _refusal(refused: Refused) -> FileRefused:
    values = dict(refused.values)
    proposals = tuple(Proposal(**one) for one in values.pop("proposals", []))
    return FileRefused(Said(refused.code, values), proposals)


def _layer(found: dict[str, Any]) -> LayerDescribed:
    columns = [Column(**column) for column in found.pop("columns")]
    proposals = [Proposal(**one) for one in found.pop("proposals")]
    return LayerDescribed(**found | {"columns": columns, "proposals": proposals, "notes": _said_all(found["notes"])})


def _said_all(notes: list[Any]) -> list[Said]:
    return [Said(code, values) for code, values in notes]


def _row(columns: list[str], line: list[Any]) -> Feature | RowRefused:
    if len(line) == 4:
        number, code, values, known = line
        mendable = bool(values.pop("mendable", False))
        at = (values["lon"], values["lat"]) if "lon" in values else None
        return RowRefused(number, Said(code, values), at, mendable, known)
    number, known, wkb, values, repaired = line
    return Feature(number, known, base64.b64decode(wkb), dict(zip(columns, values, strict=True)), repaired)
