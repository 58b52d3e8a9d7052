"""What is wrong with a list: kept as texts of the source with their values, and said in the reader's language."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext

from listings.imports.columns import TITLES
from materials.models import Material
from materials.units import Listed, One, unit_words

#: A refusal as JSON: each of its sentences as it stands in the source, which is its code, with its values.
Said = list[tuple[str, dict[str, Any]]]


@dataclass(frozen=True)
class Mistake:
    """What is wrong with one cell: of a field, in the column that the file calls `column`.

    `row` is its number in the file, 0 where the whole file is meant.
    """

    row: int
    field: str
    column: str
    value: str
    refusal: ValidationError

    @property
    def message(self) -> str:
        """In the active language."""
        return " ".join(self.refusal.messages)

    def stored(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "row": self.row,
            "field": self.field,
            "column": self.column,
            "value": self.value,
            "says": said(self.refusal),
        }


class Told(NamedTuple):
    """A stored mistake in the active language. A column that the file lacks is called as that language does."""

    row: int
    field: str
    column: str
    value: str
    message: str


def of_the_file(refusal: ValidationError) -> list[Mistake]:
    """A mistake that no cell makes."""
    return [Mistake(0, "", "", "", refusal)]


def said(refusal: ValidationError) -> Said:
    """The sentences of a refusal as JSON."""
    with translation.override(None):
        # Without a language a text is as it stands in the source.
        return [
            (str(error.message), {name: _kept(value) for name, value in (error.params or {}).items()})
            for error in refusal.error_list
        ]


def _kept(value: Any) -> Any:
    """A value as JSON that tells whether it has other names in other languages."""
    if isinstance(value, Promise):
        return {"text": str(value)}
    if isinstance(value, Material):
        return {"material": value.code}
    if isinstance(value, One):
        return {"one": value.unit}
    if isinstance(value, Listed):
        return [_kept(one) for one in value]
    return value if isinstance(value, int | float) else str(value)


def told(mistakes: Iterable[dict[str, Any]]) -> list[Told]:
    """Stored mistakes in the active language."""
    stored = list(mistakes)
    messages = told_all([mistake["says"] for mistake in stored])
    return [
        Told(
            mistake["row"], mistake["field"], mistake["column"] or _title(mistake["field"]), mistake["value"], message
        )
        for mistake, message in zip(stored, messages, strict=True)
    ]


def _title(field: str) -> str:
    return str(TITLES.get(field, ""))


def told_all(refusals: Sequence[Said]) -> list[str]:
    """Stored refusals in the active language; the names of materials come from the database, all at once."""
    codes = {code for refusal in refusals for _text, values in refusal for code in _codes(list(values.values()))}
    names = {material.code: material.name for material in Material.objects.filter(code__in=codes)} if codes else {}
    return [" ".join(_sentence(text, values, names) for text, values in refusal) for refusal in refusals]


def _codes(values: Any) -> set[str]:
    if isinstance(values, list):
        return {code for value in values for code in _codes(value)}
    return {values["material"]} if isinstance(values, dict) and "material" in values else set()


def _sentence(text: str, values: dict[str, Any], names: dict[str, str]) -> str:
    # A sentence without values may hold a per cent sign.
    words = gettext(text) if text else ""
    return words % {name: _word(value, names) for name, value in values.items()} if values else words


def _word(value: Any, names: dict[str, str]) -> Any:
    match value:
        case list():
            return ", ".join(str(_word(one, names)) for one in value)
        case {"material": code}:
            return names.get(code, code)
        case {"one": unit}:
            return unit_words(unit, 1)
        case {"text": text}:
            return gettext(text)
    return value
