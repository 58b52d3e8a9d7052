"""Places in a sentence: postal codes and names of towns, where they can't be anything else."""

import re
from typing import NamedTuple

from django.core.exceptions import ValidationError

from geo.gazetteer import found_of
from geo.names import name_key
from geo.towns import Town, find_town, is_sure, loaded_towns, towns_named
from listings.search.sentence.parts import Offer, Piece, Says
from listings.search.sentence.text import Span, Text
from listings.search.sentence.vocabulary import AROUND, IDLE, IN
from materials.recognise import recogniser

#: Words of the longest name that is looked for: "Sint-Pieters-Leeuw" counts as one.
_MOST_WORDS = 4
#: Places that are offered where several have one name, at most.
_MOST_OFFERED = 4
_CODE = re.compile(r"(?:be?-?)?([0-9]{4})")
_AROUND = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(AROUND, key=len, reverse=True))})(?:\s+|(?<='))")
_IN = re.compile(rf"(?<!\w)(?:{'|'.join(IN)})\s+$")
_COMMON_WORDS = """
as beek berg bergen beuken bevel bever boom bos bost burcht burst donk dorp duffel duras eik eiken eine eke
elen elene els elst emblem essen forest gits hal halen ham haren heers hees heide heks herten hever hoek hoeke
hout jeuk kanne kapel kaster kerk kester laar lauw lauwe leest leke leut lille linde linden lo loker loo lot
mal marke markt mater meer melden melle mere mesen millen moen moere mol molen munte olen outer panne peer pelt perk
perre proven pulle recht reet rotem rutten sas schore sint slijpe sluizen staden station steen stene stokkem
strijpen veerle veld velm voeren voorde voort vorsen vorst vremde wakken walem wange weelde weerde weert
welden welle wellen werken werm wijer woesten wolf zand zande zolder
"""
#: Names of places that are words too: taken for a place only after "rond", or beside a postal code.
_COMMON = frozenset(_COMMON_WORDS.split())


class Places(NamedTuple):
    """What a sentence says of where: the place that is surely meant, and those that may be."""

    place: Piece | None
    offers: list[Offer]


def find_place(text: Text, after: frozenset[int], counted: frozenset[int]) -> Places:
    """The place that a sentence names; the last where it names more, as people write it behind the thing.

    What stands where `after` tells is a place even where its name is a word: a distance goes before it. A number that
    stands where `counted` tells counts what follows, even where it is a postal code.
    """
    offers: list[Offer] = []
    found: list[Piece] = []
    words = text.words()
    place = 0
    while place < len(words):
        length = 1
        for several in range(min(_MOST_WORDS, len(words) - place), 0, -1):
            span = Span(words[place].start, words[place + several - 1].end)
            if not text.is_free(span):
                continue
            read = _read(text, span, after, counted)
            if read is not None:
                (found if isinstance(read, Piece) else offers).append(read)  # type: ignore[arg-type]
                length = several
                break
        place += length
    chosen = found[-1] if found else None
    # Another place that is named is offered: only one can be searched around.
    others = [Offer(piece.span, (piece.label,)) for piece in found[:-1]]
    return Places(chosen, offers + others)


def _read(text: Text, span: Span, after: frozenset[int], counted: frozenset[int]) -> Piece | Offer | None:
    typed = text.of(span)
    code = _code_in(text, span)
    if code is not None:
        if span.start in counted and code == typed:
            return None
        try:
            town = find_town("", typed, loaded_towns())
        except ValidationError:
            return None
        return _piece(_with_marker(text, span)[0], town, with_code=True)
    if any(letter.isdigit() for letter in typed):
        return None
    named = towns_named(typed, loaded_towns()) if name_key(typed) else []
    if not named:
        return None
    whole, is_marked = _with_marker(text, span)
    is_marked = is_marked or span.start in after
    if not is_sure(named):
        labels = tuple(found_of(town).label for town in named[:_MOST_OFFERED])
        return Offer(whole, labels) if is_marked or not _is_idle(typed) else None
    if not is_marked and _is_a_word(typed):
        return Offer(span, (found_of(named[0]).label,)) if not _is_idle(typed) else None
    return _piece(whole, named[0])


def _code_in(text: Text, span: Span) -> str | None:
    """The postal code among these words, as typed; None where there is none, or where it isn't first or last."""
    words = text.of(span).split()
    for word in {words[0], words[-1]}:
        code = _CODE.fullmatch(word.lower())
        if code and loaded_towns().of_code(code[1]):
            return word
    return None


def _with_marker(text: Text, span: Span) -> tuple[Span, bool]:
    """The place with the words before it that say that it is one: "rond Gent"; and whether only a place can follow."""
    before = text.plain[: span.start]
    for marker in _AROUND.finditer(before):
        if marker.end() == span.start and text.is_free(Span(marker.start(), span.start)):
            return Span(marker.start(), span.end), True
    weaker = _IN.search(before)
    if weaker and text.is_free(Span(weaker.start(), span.start)):
        return Span(weaker.start(), span.end), False
    return span, False


def _piece(span: Span, town: Town, *, with_code: bool = False) -> Piece:
    found = found_of(town, with_code=with_code)
    return Piece(Says.PLACE, span, (("lat", str(found.lat)), ("lon", str(found.lon))), found.label)


def _is_a_word(name: str) -> bool:
    """Whether a name may as well be a word: "Ham", "Peer", "Balen"."""
    key = name_key(name)
    return len(key) < 3 or key in _COMMON or recogniser().words.knows(name)


def _is_idle(name: str) -> bool:
    return name.lower() in IDLE
