"""A saved search in words."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from listings.search.parameters import SearchParameters
from listings.search.sentence.parts import Says


def words_of(asked: SearchParameters, called: Mapping[str, str]) -> list[str]:
    """What a search asks, filter by filter, in the reader's language."""
    return [words for filter, value in asked.filters if (words := filter.words(value, called))]


def name_of(asked: SearchParameters, called: Mapping[str, str]) -> str:
    """What a search is called that its owner gives no name."""
    return " · ".join(words_of(asked, called)) or _("Alles wat nieuw is")


def called_in(asked: SearchParameters) -> dict[str, str]:
    """How the words of a search call its point, by the parameter of its latitude: `{"lat": "Gent"}`."""
    used = asked.reading.used if asked.reading is not None else ()
    place = next((piece.label for piece in used if piece.says is Says.PLACE), "")
    return {"lat": place} if place and asked.point is not None else {}
