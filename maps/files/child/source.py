"""What every kind of file is read as: layers with columns, and batches of their rows."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from maps.files.child.shapes import Fault

#: A value of an attribute as JSON has it.
Plain = str | int | float | bool | list[Any] | None


@dataclass(frozen=True)
class Layer:
    """A layer of a file. `crs` is what the file says of its coordinate system, "" where it says nothing.

    `types` are those of geometries that it says it has; `left` the columns that can't be read as values; `places` the
    columns of a list that say where.
    """

    name: str
    count: int
    crs: str
    types: list[str]
    columns: list[tuple[str, str]]
    left: list[str] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        return [name for name, _type in self.columns]


@dataclass
class Batch:
    """Rows that follow each other: their numbers, geometries as WKB, values by column, and ids where a file has some.

    `srids` has the system of each row where a list says it row by row; `faults` what is wrong with places by row.
    """

    numbers: list[int]
    geometries: list[bytes | None]
    values: list[list[Plain]]
    ids: list[int] | None = None
    srids: list[int] | None = None
    faults: dict[int, Fault] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.numbers)


class Source(Protocol):
    """An opened file."""

    notes: list[tuple[str, dict[str, Any]]]

    def layers(self) -> list[Layer]:
        """Those with geometries."""

    def batches(self, layer: Layer) -> Iterator[Batch]:
        """The rows of a layer from its first."""
