"""A file for a layer: how it will be read, as far as that can be told from what is in it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from listings.imports.headers import plain
from maps.files.mapping import PERHAPS_KIND, By, Guess, guessed
from maps.files.reading import Column, Feature, LayerDescribed, Reading
from maps.imports.places import holds_places
from maps.imports.values import ValueReader, names_kind


@dataclass(frozen=True)
class Plan:
    """Which column holds which field, and which the source's own ids ("" where the file itself numbers its rows).

    `of_places` guesses, by what its first rows hold, that all in it are places where people take things in.
    """

    columns: dict[str, str]
    guesses: list[Guess]
    id_column: str
    unread: list[str]
    id_guessed: bool = False
    of_places: bool = False

    @property
    def guessed(self) -> set[str]:
        """The columns of which it is guessed what they hold."""
        return {guess.column for guess in self.guesses} | ({self.id_column} if self.id_guessed else set())


def plan_for(layer: LayerDescribed, chosen: Mapping[str, str], id_column: str | None = None) -> Plan:
    """What is guessed, where nothing else was `chosen`: by column a field, or "" for a column that isn't read."""
    names = [column.name for column in layer.columns]
    known_by = layer.id_column if id_column is None else id_column
    guesses = [
        guess
        for guess in guessed([name for name in names if name not in chosen and name != known_by])
        if guess.field not in chosen.values() and guess.field != "source_reference"
    ]
    columns = {guess.field: guess.column for guess in guesses}
    columns |= {field: column for column, field in chosen.items() if field}
    if "kind" not in columns:
        of_kind = next((one.name for one in layer.columns if one.name not in chosen and _holds_kinds(one)), None)
        if of_kind is not None and of_kind != known_by:
            guesses.append(Guess(of_kind, "kind", By.VALUES))
            columns["kind"] = of_kind
    unread = [name for name in names if name not in columns.values() and name != known_by]
    return Plan(
        columns, guesses, known_by, unread, id_guessed=id_column is None and bool(known_by),
        of_places="quantity" not in columns and holds_places(layer.columns, columns.get("title", "")),
    )  # fmt: skip


def _holds_kinds(column: Column) -> bool:
    """Whether a column whose name may mean many things holds kinds of elements, by some of its values."""
    return plain(column.name) in PERHAPS_KIND and any(map(names_kind, column.samples))


def value_reader(
    plan: Plan, given: Mapping[str, str], reading: Reading, language: str, kept: Collection[str]
) -> ValueReader:
    """Reads the rows of a file by a plan; it looks through the column of quantities for what its marks mean."""
    column = plan.columns.get("quantity")
    return ValueReader(plan.columns, given, _texts_of(column, reading) if column else (), language, kept)


def _texts_of(column: str, reading: Reading) -> set[str]:
    """All texts of a column; none where it holds numbers, as its first value then is one."""
    found = set[str]()
    for row in reading.rows():
        value = row.attributes.get(column) if isinstance(row, Feature) else None
        if isinstance(value, str):
            found.add(value)
        elif value is not None:
            return set()
    return found
