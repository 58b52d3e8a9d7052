"""The address of a search: which parts of it ask something, and what one choice does to the others.

The browser has no rule of its own: it sends the whole form, follows `ENDS`, and shows the address that comes back.
"""

from collections.abc import Container, Mapping
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from frontend.components.form_fields import as_reader_types, readers_marks
from listings.numbers import LONGEST_ECHO, euros, number
from listings.search.filters import where
from listings.search.sentence.reading import read

#: The parameters that make a search one along a route.
ROUTE = ("to", *where.ROUTE.names)
#: By field of the form, the fields that a choice in it empties. Each choice of where ends the box that the map set.
ENDS = dict.fromkeys(("place", "hub", "to", "detour_km"), "bbox") | {"radius_km": "bbox to to_lat to_lon"}

#: Fields of the page in which people type a place, by the parameter of its latitude.
TYPED = {"lat": "place", "to_lat": "to"}
#: How the numbers of this address are read: as people type them, where the API has a point before decimals.
_NUMBERS = dict.fromkeys(("min_quantity", "max_mass", "radius_km", "detour_km"), number) | {"max_price": euros}
#: Parameters that the page's form has a list of choices for, beside hubs and materials.
_CHOSEN = ("kind", "service", "condition", "unit", "sort")


def read_numbers(given: dict[str, str]) -> dict[str, str]:
    """Write the numbers of an address as the search reads them: "12,50" becomes "12.50". Returns what is wrong, by
    parameter, and takes those out."""
    errors = {}
    for name in _NUMBERS.keys() & given.keys():
        try:
            given[name] = str(_NUMBERS[name](given[name], readers_marks()))
        except ValidationError as error:
            errors[name] = " ".join(error.messages)
            del given[name]
    return errors


def unlisted(name: str, text: str) -> str:
    """What to say of what an address asks of a list that people choose from, and that isn't in it; "" of what is typed
    freely. The search says it as programs read it, with codes and addresses.
    """
    words = {
        "hub": _("Er is geen hub “%(text)s”. Kies er een uit de lijst."),
        "material": _("Er is geen materiaal “%(text)s”. Kies er een uit de lijst."),
        **dict.fromkeys(_CHOSEN, _("“%(text)s” ken ik niet. Kies er een uit de lijst.")),
    }
    return words[name] % {"text": text[:LONGEST_ECHO]} if name in words and text and "\x00" not in text else ""


def written(texts: Mapping[str, str], called: Mapping[str, str]) -> str:
    """The address of this page that asks what parameters of the API ask: with numbers as its reader types them, and
    its points by what they are called. `called` has the labels by the parameter of a point's latitude.
    """
    given = {name: as_reader_types(Decimal(text)) if name in _NUMBERS else text for name, text in texts.items()}
    if "q" in given:
        given["q"] = _as_words(given["q"])
    box = where.BOX.parameter.name
    if box in given and where.holds_everything(where.BOX.parse(given[box])):
        del given[box]
    labels = {field: called[name] for name, field in TYPED.items() if name in texts and name in called}
    made = QueryDict(mutable=True)
    made.update(given | labels)
    return without_idle(made).urlencode()


def _as_words(words: str) -> str:
    """Words that are read as words: what a sentence would say otherwise stands in quotation marks."""
    sentence = read(words, get_language() or "nl")
    return sentence.with_parts({piece.span: f'"{sentence.of(piece.span)}"' for piece in sentence.pieces})


def without_idle(query: QueryDict) -> QueryDict:
    """The address without parameters that ask nothing. A form sends all of its fields:
    `?q=&place=Gent&radius_km=25&detour_km=10&unit=kg` asks no more than `?place=Gent&radius_km=25`.
    """
    given = {name for name in query if query.get(name, "").strip()}
    # A destination without words is no destination.
    if not given & ({"to"} if "to" in query else {"to_lat"}):
        given -= set(ROUTE)
    # A radius needs a place. Where a box or a route bounds the search, the radius doesn't count either.
    if given & {"bbox", "to", "to_lat"} or not given & {"place", "lat"}:
        given -= {"radius_km"}
    if "min_quantity" not in given:
        given -= {"unit"}
    return _only(query, given)


def changed(query: QueryDict, **values: str) -> str:
    """The address with these parameters set, or gone where empty; never with a cursor."""
    made = query.copy()
    for name, value in {**values, "cursor": ""}.items():
        made[name] = value
    return without_idle(made).urlencode()


def _only(query: QueryDict, names: Container[str]) -> QueryDict:
    """The address with these parameters alone, in its order."""
    made = query.copy()
    for name in [name for name in made if name not in names]:
        del made[name]
    return made
