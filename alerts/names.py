"""What a saved search is called: as its owner named it, or else by its own words in the reader's language."""

from collections.abc import Iterable

from alerts.models import LONGEST_NAME, SavedSearch
from alerts.reading import all_parameters
from alerts.words import name_of
from listings.search.parameters import SearchParameters

Asked = SearchParameters | None


def names_of(searches: Iterable[SavedSearch]) -> dict[int | None, str]:
    """Of each by its id; one query at most."""
    found = list(searches)
    asked = asked_by_words(found)
    return {search.pk: name_in_words(search, asked.get(search.pk)) for search in found}


def asked_by_words(searches: Iterable[SavedSearch]) -> dict[int | None, Asked]:
    """What those ask that nobody gave a name, by their ids: for who says their names in several languages."""
    return all_parameters(search for search in searches if search.is_called_by_words)


def name_in_words(search: SavedSearch, asked: Asked) -> str:
    """The name of one; as it was first said, where what it asks is no longer there."""
    if not search.is_called_by_words or asked is None:
        return search.name
    return name_of(asked, search.called)[:LONGEST_NAME]


def call(search: SavedSearch, name: str, asked: Asked) -> None:
    """Name a search that isn't stored yet: an empty name, or its own words, is no name of its owner's."""
    words = name_of(asked, search.called)[:LONGEST_NAME] if asked is not None else ""
    search.is_called_by_words = bool(words) and name.strip() in ("", words)
    search.name = words if search.is_called_by_words else name.strip()
