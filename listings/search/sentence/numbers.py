"""Prices, masses, distances and amounts in a sentence."""

import re
from collections.abc import Iterator
from decimal import Decimal

from django.core.exceptions import ValidationError

from listings.numbers import LARGEST_WHOLE, number
from listings.search.sentence.parts import Piece, Says
from listings.search.sentence.text import Span, Text
from listings.search.sentence.vocabulary import AT_LEAST, AT_MOST, FREE, UNITS
from materials.enums import Unit

_NUMBER = r"[0-9]{1,3}(?:[. ][0-9]{3})+(?:,[0-9]+)?|[0-9]+(?:[.,][0-9]+)?"
_EURO = r"(?:€|euros?\b|eur\b)"
_BEFORE, _AFTER = r"(?<![\w.,])", r"(?![\w])"
_FREE = re.compile(rf"(?<!\w)(?:{'|'.join(FREE)})(?!\w)")
_PRICE = re.compile(
    rf"""{_BEFORE}
    (?: (?P<most>{AT_MOST}) \s* | (?P<least>{AT_LEAST}) \s* | (?P<between>tussen|entre|between) \s* )?
    (?: {_EURO} \s* (?P<first>{_NUMBER}) | (?P<second>{_NUMBER}) \s* {_EURO} | (?P<low>{_NUMBER}) )
    (?: \s* (?:en|et|and|-|–|tot|a|to) \s*
        (?: {_EURO} \s* (?P<third>{_NUMBER}) | (?P<fourth>{_NUMBER}) \s* {_EURO} ) )?
    {_AFTER}""",
    re.VERBOSE,
)
_RADIUS = re.compile(
    rf"""(?<!\w)
    (?: (?: binnen | op | in | met | within | in\ a | dans | a | tot )? \s* (?:de|een|un|a|the)? \s*
        (?: (?:straal|radius|rayon|afstand|omtrek) \s* (?:van|de|of)? )? \s*
        (?: {AT_MOST} | niet\ verder\ dan )? \s* )
    (?P<km>{_NUMBER}) \s* (?:km|kilometers?|kilometres?) (?!\w)
    (?: \s+ (?: rond(?:om)? | in\ de\ buurt\ van | afstand\ van | van(?:af)? | autour\ d[e'] | d[e']
        | of | from | around )
        (?!\w) )?""",
    re.VERBOSE,
)
_MASS = re.compile(
    rf"(?<!\w){AT_MOST}\s*(?P<mass>{_NUMBER})\s*"
    r"(?:(?P<kg>kg|kilo'?s?|kilogram(?:mes?)?)|(?P<tonne>tons?|tonnes?))(?!\w)"
)
_LINK = r"(?:\s+(?:van|de|of|aan)(?!\w)|\s+d')?"
_AMOUNT = re.compile(
    rf"(?<![\w.,])(?P<most>{AT_MOST}\s*)?(?:{AT_LEAST}\s*)?(?P<number>{_NUMBER})"
    rf"(?:\s*(?:{UNITS})(?![\w²³]))?{_LINK}",
    re.VERBOSE,
)


def prices(text: Text) -> Iterator[Piece]:
    """What it may cost: nothing, or at most so much."""
    for found in text.find(_FREE):
        yield _piece(Says.PRICE, found, max_price="0")
    for found in text.find(_PRICE):
        given = [found[name] for name in ("first", "second", "low", "third", "fourth") if found[name]]
        has_euro = found["first"] or found["second"] or found["third"] or found["fourth"]
        if has_euro and not found["least"] and (most := _read(given[-1])) is not None:
            yield _piece(Says.PRICE, found, max_price=str(most))


def least_prices(text: Text) -> Iterator[Span]:
    """What it must cost at least: no filter asks that."""
    for found in text.find(_PRICE):
        if found["least"] and (found["first"] or found["second"]):
            yield Span(*found.span())


def radius(text: Text) -> Iterator[Piece]:
    """How far around a place."""
    for found in text.find(_RADIUS):
        km = _read(found["km"])
        if km is not None and 0 < km <= 300:
            yield _piece(Says.RADIUS, found, radius_km=str(km))


def masses(text: Text) -> Iterator[Piece]:
    """How heavy it may be at most."""
    for found in text.find(_MASS):
        if (mass := _read(found["mass"])) is not None and mass > 0:
            yield _piece(Says.MASS, found, max_mass=str(mass * (1000 if found["tonne"] else 1)))


def amounts(text: Text) -> Iterator[tuple[Span, Decimal, Unit | None]]:
    """Numbers, each with its unit where one follows; whether they count the thing is for others to say."""
    for found in text.find(_AMOUNT):
        quantity = _read(found["number"])
        if quantity is not None and quantity > 0 and not found["most"]:
            unit = next((unit for unit in Unit if found[unit.name]), None)
            yield Span(*found.span()), quantity, unit


def _piece(says: Says, found: re.Match[str], **parameters: str) -> Piece:
    blank = len(found[0]) - len(found[0].lstrip())
    return Piece(says, Span(found.start() + blank, found.end()), tuple(parameters.items()))


def _read(text: str) -> Decimal | None:
    """A number as Belgians write it; None for what may be two."""
    try:
        read = number(text)
    except ValidationError:
        return None
    return read.normalize() + 0 if read <= LARGEST_WHOLE else None
