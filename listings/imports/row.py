"""One row of a list while it is read: its cells by field, what they mean, and what is wrong with them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from listings.imports import values
from listings.imports.mistakes import Mistake

#: Letters of a cell that a mistake repeats.
LONGEST_ECHO = 80

#: What a text in a column means, or else why it is refused, by field and text. Columns repeat themselves: a file has
#: few units, days and prices.
Meanings = dict[tuple[str, str], tuple[Any, ValidationError | None]]


@dataclass
class Parsed:
    """What a row says.

    `values` are by field of Listing, and `place` among them is its WGS84 point. `place_words` is what the place is
    called, unless the row gave coordinates. `guessed_from` is the text from which the material was guessed, if it was.
    `photos` are paths in the zip in which the list came.
    """

    row: int
    values: dict[str, Any] = field(default_factory=dict)
    place_words: str = ""
    guessed_from: str = ""
    photos: list[str] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)


class Row:
    """The cells of one row. `names` is what the file calls the column of each field."""

    def __init__(self, parsed: Parsed, texts: dict[str, str], names: Mapping[str, str], meanings: Meanings) -> None:
        self.parsed = parsed
        #: Fields whose cells hold an error of a spreadsheet: that is a mistake, and they count as empty.
        self.broken: set[str] = set()
        self._texts, self._names, self._meanings = texts, names, meanings
        for name, text in texts.items():
            if text.startswith(values.ERRORS_START):
                self._check_is_no_error(name, text)

    def get(self, name: str) -> str:
        return self._texts.get(name, "")

    def column(self, name: str) -> str:
        """What the file calls the column of a field; empty where it has none."""
        return self._names.get(name, "")

    def read(self, name: str, parse: Callable[[str], Any]) -> Any:
        """What a cell means; None, and a mistake, where `parse` refuses it. It always says the same of one text."""
        text = self.get(name)
        if name in self.broken:
            return None
        if (name, text) not in self._meanings:
            try:
                self._meanings[name, text] = parse(text), None
            except ValidationError as error:
                self._meanings[name, text] = None, error
        value, refusal = self._meanings[name, text]
        if refusal:
            self.wrong(name, refusal)
        return value

    def wrong(self, name: str, refusal: ValidationError, value: str | None = None) -> None:
        """Note what is wrong with the cell of a field, or with the `value` that several cells give together."""
        shown = (self.get(name) if value is None else value)[:LONGEST_ECHO]
        self.parsed.mistakes.append(Mistake(self.parsed.row, name, self.column(name), shown, refusal))

    def wrong_by_field(self, refusal: ValidationError) -> None:
        """The same for a refusal that names the fields."""
        for name, errors in refusal.error_dict.items():
            self.wrong(name, ValidationError(errors))

    def short(self, name: str, text: str, most: int) -> str:
        """The text, if it is short enough. A longer one is a mistake: it isn't cut off without a word."""
        if len(text) > most:
            self.wrong(name, values.too_long(len(text), most), text)
        return text[:most]

    def _check_is_no_error(self, name: str, text: str) -> None:
        try:
            values.check_is_no_error(text)
        except ValidationError as error:
            self.wrong(name, error)
            self.broken.add(name)
            self._texts[name] = ""
