"""Saved searches as their pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass

from alerts.models import SavedSearch
from alerts.names import name_in_words
from alerts.reading import all_parameters
from alerts.words import words_of
from frontend.search.address import written


@dataclass(frozen=True)
class SavedRow:
    """A saved search with its words and its address on the search page; without both where it can't be asked any more.

    `told` is how many listings its owner has heard of by it.
    """

    search: SavedSearch
    name: str
    words: list[str]
    query: str
    told: int

    @property
    def line(self) -> str:
        """The words, unless its name says the same."""
        words = " · ".join(self.words)
        return "" if words == self.name else words


def rows_of(searches: Iterable[SavedSearch]) -> list[SavedRow]:
    """Searches that were read with_told()."""
    found = list(searches)
    parameters = all_parameters(found)
    rows = []
    for search in found:
        asked = parameters[search.pk]
        words = words_of(asked, search.called) if asked is not None else []
        query = written(search.asked, search.called) if asked is not None else ""
        rows.append(SavedRow(search, name_in_words(search, asked), words, query, search.told))
    return rows
