"""Tells from words whether a file holds places: kringwinkels, places to repair or sort, collection points."""

import re
from collections.abc import Iterable

from listings.words import word
from maps.files.reading import Column

#: What people call such places, and what OpenStreetMap's tags (shop, amenity) do, in the form of `word`.
PLACE_WORDS = (
    "kringwinkel", "kringloopwinkel", "kringloopcentrum", "tweedehandswinkel", "weggeefwinkel", "herstelplek",
    "herstelpunt", "hersteldienst", "herstelcafe", "repair cafe", "sorteerplek", "sorteercentrum", "inzamelpunt",
    "inzamelplek", "recyclagepark", "containerpark", "milieupark", "materialenbank", "second hand shop",
    "charity shop", "repair shop", "sorting centre", "collection point", "recycling centre", "ressourcerie",
    "recyclerie", "recyparc", "decheterie", "point de collecte", "centre de tri", "charity", "second hand",
    "recycling", "waste disposal", "waste transfer station",
)  # fmt: skip
#: Columns that say what sort of thing a row is, and are no field of an element.
_SORTS = frozenset({"type", "soort", "sorte", "shop", "amenity", "categorie", "category", "fclass", "soort plaats"})
_SAID = frozenset(PLACE_WORDS)
#: Such a word in a title. OpenStreetMap's own are left out: a title may hold "recycling" and be a flow.
_IN_TITLE = re.compile(rf"\b({'|'.join(map(re.escape, PLACE_WORDS[: PLACE_WORDS.index('charity')]))})")


def holds_places(columns: Iterable[Column], title: str) -> bool:
    """Whether all that some columns, with samples of their values, say of their rows is that they are places.

    What says the sort of a row counts; where there is no such column, the one that is called `title`.
    """
    columns = list(columns)
    sorts = [word(value) for one in columns if word(one.name) in _SORTS for value in one.samples]
    if sorts:
        return all(sort in _SAID for sort in sorts)
    titles = [word(value) for one in columns if one.name == title for value in one.samples]
    return bool(titles) and all(_IN_TITLE.search(value) for value in titles)
