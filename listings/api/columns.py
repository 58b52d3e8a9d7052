"""Rows of the API that are read straight from columns: the search is a hot path, and goes without models."""

from collections.abc import Callable
from operator import itemgetter
from types import NoneType
from typing import Annotated, Any, NamedTuple, NotRequired, get_args, get_origin, get_type_hints, is_typeddict

Record = tuple[Any, ...]


class Column(NamedTuple):
    """Where a member of a row comes from: SQL, and what makes JSON of its value."""

    sql: str
    made: Callable[[Any], Any] | None = None


class RowReader:
    """Reads rows of a TypedDict, whose members name their columns: `id: Annotated[int, Column("listing.id")]`.

    A member that is a TypedDict is read from its own columns. One that may be None is None where its first column is.
    `columns` is what to select, in order.
    """

    def __init__(self, row: Any) -> None:
        self.columns: list[str] = []
        members = self._members_of(row)
        self._always = [member for member in members if member[0] in row.__required_keys__]
        self._sometimes = [member for member in members if member[0] not in row.__required_keys__]

    def read(self, record: Record) -> dict[str, Any]:
        """The members that every row has."""
        return {name: taken(record) for name, taken in self._always}

    def read_sometimes(self, record: Record) -> dict[str, Any]:
        """The members that not every row has."""
        return {name: taken(record) for name, taken in self._sometimes}

    def _members_of(self, row: Any) -> list[tuple[str, Callable[[Record], Any]]]:
        return [(name, self._taking(name, hint)) for name, hint in get_type_hints(row, include_extras=True).items()]

    def _taking(self, name: str, hint: Any) -> Callable[[Record], Any]:
        """What takes a member out of a record."""
        if get_origin(hint) is NotRequired:
            (hint,) = get_args(hint)
        extras = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
        place = len(self.columns)
        for column in extras:
            if isinstance(column, Column):
                self.columns.append(column.sql)
                return itemgetter(place) if column.made is None else _making(column.made, place)
        kind = get_args(hint)[0] if get_origin(hint) is Annotated else hint
        choices = get_args(kind) or (kind,)
        for inner in choices:
            if is_typeddict(inner):
                return _object_of(self._members_of(inner), place if NoneType in choices else None)
        raise TypeError(f"{name} of a row names no column")


def _making(made: Callable[[Any], Any], place: int) -> Callable[[Record], Any]:
    return lambda record: made(record[place])


def _object_of(
    members: list[tuple[str, Callable[[Record], Any]]], none_where: int | None
) -> Callable[[Record], dict[str, Any] | None]:
    def taken(record: Record) -> dict[str, Any] | None:
        if none_where is not None and record[none_where] is None:
            return None
        return {name: inner(record) for name, inner in members}

    return taken
