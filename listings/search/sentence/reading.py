"""Reads a sentence: each step takes its part of the text, the surest first, and leaves the rest to the next."""

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from listings.search.sentence import numbers, places, things
from listings.search.sentence.parts import Piece, Says, Sentence
from listings.search.sentence.text import Span, Text
from listings.search.sentence.vocabulary import CONTAINERS, IDLE
from materials.enums import Unit
from materials.recognise import recogniser
from materials.units import MASS_UNITS

#: A search that says "of" by itself is one for programs: nothing of it is understood but its words.
_OPERATOR = re.compile(r"(?<!\S)OR(?!\S)")
_POSTAL = re.compile(r"[0-9]{4}")
#: A smaller lot than two is every lot.
_FEWEST = 2


@lru_cache(maxsize=2000)
def read(typed: str, language: str) -> Sentence:
    """What a sentence says. Asks the database nothing once materials and places are read."""
    text = Text(typed)
    if _OPERATOR.search(typed):
        return Sentence(typed, words=tuple(text.words()), rest=typed)
    pieces: list[Piece] = []
    unmet = _taken(text, numbers.least_prices(text)) + _taken(text, things.how_often(text))
    for step in (numbers.prices, numbers.radius, numbers.masses, things.phrases):
        for piece in step(text):
            # A distance begins what a place ends; other things are asked once.
            if text.is_free(piece.span):
                text.take(piece.span)
                if any(piece.says == other.says for other in pieces):
                    unmet.append(piece.span)
                else:
                    pieces.append(piece)
    materials = things.materials(text, language)
    ends = frozenset(_next_word(text, piece.span.end) for piece in pieces if piece.says is Says.RADIUS)
    where = places.find_place(text, ends, _counted(text, materials))
    if where.place is not None:
        text.take(where.place.span)
        pieces.append(where.place)
    pieces += _amount(text, materials)
    services = things.services(text, language)
    for piece in services:
        text.take(piece.span)
    pieces += [*materials, *(piece for piece in services if piece.says is Says.MATERIAL and not materials)]
    pieces += [piece for piece in services if piece.says is Says.SERVICE][-1:]
    offers = [offer for offer in where.offers if text.is_free(offer.span)]
    words = tuple(span for span in text.words() if text.plain_of(span) not in IDLE)
    # A sentence of which nothing is understood is searched for as it is.
    rest = " ".join(map(text.of, sorted((*words, *text.literals)))) if pieces or unmet else typed
    return Sentence(
        typed, tuple(_joined(sorted(pieces, key=lambda piece: piece.span))), words, tuple(offers), tuple(unmet), rest
    )


def _taken(text: Text, spans: Iterable[Span]) -> list[Span]:
    found = list(spans)
    for span in found:
        text.take(span)
    return found


def _next_word(text: Text, end: int) -> int:
    """Where the word after a part begins."""
    return end + len(text.plain[end:]) - len(text.plain[end:].lstrip())


def _counted(text: Text, materials: list[Piece]) -> frozenset[int]:
    """Where a number counts what follows it: "2000 bakstenen" and "1000 liter" have no postal code."""
    starts = {piece.span.start for piece in materials if _first_unit(piece) is Unit.PIECE}
    numbers_ = [Span(*found.span()) for found in text.find(_POSTAL)]
    measures = {span.start for span, _quantity, unit in numbers.amounts(text) if unit is not None}
    words = text.words()
    measures |= {one.start for one, other in pairwise(words) if recogniser().words.measures(text.plain_of(other))}
    return frozenset(measures) | frozenset(span.start for span in numbers_ if _next_word(text, span.end) in starts)


def _codes(piece: Piece) -> list[str]:
    return dict(piece.parameters)["among"].split(",")


def _first_unit(piece: Piece) -> Unit | None:
    units = things.units_of(_codes(piece)[0])
    return Unit(units[0]) if units else None


def _amount(text: Text, materials: list[Piece]) -> list[Piece]:
    """How much is asked, in a unit that fits the material; nothing where numbers say sizes."""
    starts = {piece.span.start for piece in materials}
    fitting = {unit for piece in materials for code in _codes(piece) for unit in things.units_of(code)} | set(
        MASS_UNITS
    )
    for span, quantity, unit in numbers.amounts(text):
        leads = _next_word(text, span.end) in starts
        # "Balken 4 m" are so long; "100 m kabel" is so much.
        fits = materials and (unit in fitting if unit else leads) and (leads or unit not in (Unit.METRE, *CONTAINERS))
        is_some = quantity >= _FEWEST or unit not in (None, Unit.PIECE)
        if fits and is_some and (unit is not None or quantity == quantity.to_integral_value()):
            text.take(span)
            asked = unit or Unit.PIECE
            return [Piece(Says.AMOUNT, span, (("min_quantity", f"{quantity:f}"), ("unit", asked.value)))]
    return []


def _joined(pieces: list[Piece]) -> list[Piece]:
    """The pieces, in which several materials are one question: any of them."""
    materials = [piece for piece in pieces if piece.says is Says.MATERIAL]
    if len(materials) < 2:
        return pieces
    codes = sorted({code for piece in materials for code in _codes(piece)})
    every = (("among", ",".join(codes)),)
    return [replace(piece, parameters=every) if piece in materials else piece for piece in pieces]
