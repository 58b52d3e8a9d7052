"""Materials in a sentence, by the longest stretches of words that name one, and services that are asked for them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from django.conf import settings

from listings.search.sentence.parts import Piece, Says
from listings.search.sentence.text import Span, Text
from listings.search.sentence.vocabulary import (
    CONDITION_BY_PHRASE,
    CONTAINER,
    HAVE_DONE,
    HOW_OFTEN,
    IDLE,
    KIND_BY_PHRASE,
    SERVICE_BY_WORD,
    SERVICE_ENDS,
    TO_BE_DONE,
)
from materials.models import MaterialUnit
from materials.recognise import LONGEST_NAME, MENDED, SAME_WORDS, Named, recogniser
from materials.word_forms import singulars, words_of

#: Words of a stretch that are looked at, and of one name.
_MOST_WORDS, _LONGEST = 12, 6
#: Words of a sentence that may hold slips and yet be read as one name.
_LONGEST_WHOLE = 4
_HOW_OFTEN = re.compile(rf"(?<!\w)(?:{HOW_OFTEN})(?!\w)")
_JOINS = re.compile(r"\s*(?:[,;/&+]|(?<!\w)(?:en|of|et|ou|and|or)(?!\w))\s*")
#: "100 m kabel" names no thing that begins with "m".
_UNIT = re.compile(r"m|m2|m²|m3|m³|kg|kilo|l|liter|litre|ton|tonne|stuks?|lm|x|cm|mm")


def phrases(text: Text) -> Iterator[Piece]:
    """The kind of listing and its condition, by fixed phrases; the longest first."""
    for table, says, name in ((KIND_BY_PHRASE, Says.KIND, "kind"), (CONDITION_BY_PHRASE, Says.CONDITION, "condition")):
        for found in text.find(_pattern(tuple(table))):
            value = table[found[0]]
            yield Piece(says, Span(*found.span()), ((name, getattr(value, "slug", None) or str(value.value)),))


def how_often(text: Text) -> Iterator[Span]:
    """How often something comes, such as "per week": no filter asks that."""
    for found in text.find(_HOW_OFTEN):
        yield Span(*found.span())


@lru_cache(maxsize=2)
def _pattern(known: tuple[str, ...]) -> re.Pattern[str]:
    ordered = sorted(known, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, ordered))})(?!\w)")


def materials(text: Text, language: str) -> list[Piece]:
    """The materials that a sentence names: several where they are joined, else the thing itself."""
    found: list[Piece] = []
    for run in text.runs():
        found += _of_run(text, run[:_MOST_WORDS], language)
    return _meant(text, sorted(found, key=lambda piece: piece.span), language)


def _of_run(text: Text, words: list[Span], language: str) -> list[Piece]:
    """The longest name first; what stands beside it is read in its turn."""
    for length in range(min(len(words), _LONGEST), 0, -1):
        starts = range(len(words) - length + 1)
        for start in starts if language == "fr" else reversed(starts):
            window = words[start : start + length]
            if named := _named(text, window, language, is_whole=length == len(words) and length <= _LONGEST_WHOLE):
                piece = _piece(text, window, named, language)
                return [
                    *_of_run(text, words[:start], language),
                    piece,
                    *_of_run(text, words[start + length :], language),
                ]
    return []


def _named(text: Text, window: Sequence[Span], language: str, *, is_whole: bool) -> list[Named]:
    first, last = text.plain_of(window[0]), text.plain_of(window[-1])
    if first in IDLE or last in IDLE:
        return []
    typed = text.of(Span(window[0].start, window[-1].end))
    if len(typed) > LONGEST_NAME or not any(letter.isalpha() for letter in typed):
        return []
    if len(window) == 1 and first in SERVICE_BY_WORD:
        return []
    if len(window) > 1 and _UNIT.fullmatch(first):
        return []
    if len(window) > 1 and not is_whole and not all(_is_known(text.plain_of(span)) for span in window):
        # Only one word at a time is read as more than its letters say.
        return []
    if first.isdigit():
        # It counts or measures, unless it belongs to a name.
        exact = [one for one in meant(typed, language) if one.likeness >= SAME_WORDS]
        return exact if len(window) > 1 else []
    named = meant(typed, language)
    if not named and len(window) == 2 and language != "fr":
        # "Wielen fiets" are "fietswielen".
        turned = meant(f"{text.of(window[1])} {text.of(window[0])}", language)
        named = turned if turned and turned[0].likeness >= SAME_WORDS else []
    if named and len(window) > 1:
        likeness = named[0].likeness
        # Of things that are joined each is found; a slip is mended in one word, or where all is understood.
        if likeness < SAME_WORDS and _has_join(text, window[0].start, window[-1].end, language):
            return []
        if likeness <= MENDED and not is_whole:
            return []
        if likeness < SAME_WORDS and any(text.plain_of(span) in SERVICE_BY_WORD for span in window):
            return []
    return named


def _is_known(word: str) -> bool:
    return any(letter.isdigit() for letter in word) or recogniser().words.knows(word)


@lru_cache(maxsize=20_000)
def meant(typed: str, language: str) -> list[Named]:
    """What a text means, in the reader's language before the others."""
    if named := recogniser().meant(typed, language):
        return named
    # In another language a name has to be written right: what is made of what is said otherwise there.
    others = (recogniser().meant(typed, other) for other in settings.LANGUAGE_CODES if other != language)
    return next((named for named in others if named and named[0].likeness > MENDED), [])


def _piece(text: Text, window: Sequence[Span], named: list[Named], language: str) -> Piece:
    """The part of a stretch that makes it this material; other words of it may narrow what is found.

    In "oude eiken balken" "balken" is enough. But in "houten balken" wood is what they are made of anyway.
    """
    codes = {one.code for one in named}
    kept = list(window)
    if named[0].likeness >= SAME_WORDS:
        kept = _without_substance(text, kept, codes, language)
    else:
        for span in (*window, *window):
            rest = [other for other in kept if other != span]
            if rest and rest != kept and _codes(text, rest, language) == codes:
                kept = rest
    told = [
        span
        for span in window
        if span in kept
        or (
            recogniser().words.is_told(text.of(span), codes, language)
            and not (span < kept[0] and CONTAINER.fullmatch(text.plain_of(span)))
        )
    ]
    span = Span(told[0].start, told[-1].end)
    text.take(span)
    return material_piece(span, codes)


def _without_substance(text: Text, window: list[Span], codes: set[str], language: str) -> list[Span]:
    """A name without what it says at an end of what the thing is made of, where the material alone doesn't say so.

    "Metalen kast" is a name for cabinets, but not all of them are of metal.
    """
    for length in (2, 1):
        for part, rest in ((window[:length], window[length:]), (window[-length:], window[:-length])):
            while rest and text.plain_of(rest[-1]) in IDLE:
                rest = rest[:-1]
            words = words_of(" ".join(map(text.of, part)))
            if (
                rest
                and len(words) == length
                and recogniser().words.is_substance(words, *settings.LANGUAGE_CODES)
                and not all(recogniser().words.is_met(word, codes) for word in words)
                and _codes(text, rest, language) == codes
            ):
                return _without_substance(text, rest, codes, language)
    return window


def material_piece(span: Span, codes: Iterable[str]) -> Piece:
    """A part that names materials; its label has their codes, also where others of the sentence will do too."""
    every = ",".join(sorted(codes))
    return Piece(Says.MATERIAL, span, (("among", every),), every)


def _codes(text: Text, words: Sequence[Span], language: str) -> set[str]:
    return {one.code for one in meant(" ".join(map(text.of, words)), language)}


def _meant(text: Text, pieces: list[Piece], language: str) -> list[Piece]:
    """Of several materials those that are joined, or listed in the plural. Else what is said last is the thing.

    What a thing is made of says no more than the thing: "kisten hout" are crates.
    """
    lines = recogniser().code_and_above
    codes = [set(dict(piece.parameters)["among"].split(",")) for piece in pieces]
    kept = [
        place
        for place, own in enumerate(codes)
        if not any(
            other != place
            and codes[other] != own
            and all(any(code in lines[below][1:] for below in codes[other]) for code in own)
            for other in range(len(pieces))
        )
    ]
    if len(kept) > 1 and not all(
        _has_join(text, pieces[one].span.end, pieces[other].span.start, language)
        or _is_plural(text, pieces[one], language)
        for one, other in pairwise(kept)
    ):
        kept = kept[:1] if language == "fr" else kept[-1:]
    chosen = []
    for place, piece in enumerate(pieces):
        if place in kept:
            chosen.append(piece)
        else:
            text.taken[piece.span.start : piece.span.end] = [False] * (piece.span.end - piece.span.start)
    return chosen


def _has_join(text: Text, start: int, end: int, language: str) -> bool:
    """Whether something joins things here. But French "en" says what one is made of: "armoire en métal"."""
    return any(
        not (found[0].strip() == "en" and _is_made_of(text.plain[found.end() :], language))
        for found in _JOINS.finditer(text.plain, start, end)
    )


def _is_made_of(after: str, language: str) -> bool:
    """Whether a substance follows "en", in French. What Dutch calls alike is joined by it: "hout en beton"."""
    words = words_of(after)[:1]
    is_dutch = language != "fr" and recogniser().words.is_substance(words, "nl")
    return bool(words) and not is_dutch and recogniser().words.is_substance(words, "fr")


def _is_plural(text: Text, piece: Piece, language: str) -> bool:
    words = words_of(text.of(piece.span))
    return bool(words) and len(singulars(words[-1], language)) > 1


def services(text: Text, language: str) -> list[Piece]:
    """What is to be done: "herstellen", "laten maken", "fietsherstel". The last of them, since one can be asked."""
    found: list[Piece] = []
    words = text.words()
    for place, span in enumerate(words):
        before = text.plain_of(words[place - 1]) if place else ""
        word = text.plain_of(span)
        if service := SERVICE_BY_WORD.get(word):
            if before in TO_BE_DONE:
                continue
            start = words[place - 1].start if before in HAVE_DONE else span.start
            found.append(Piece(Says.SERVICE, Span(start, span.end), (("service", service.value),)))
        elif ended := _compound(text.of(span), language):
            end, named = ended
            found.append(material_piece(span, {one.code for one in named}))
            found.append(Piece(Says.SERVICE, span, (("service", SERVICE_ENDS[end].value),)))
    return found


def _compound(word: str, language: str) -> tuple[str, list[Named]] | None:
    """The service at the end of a word, and the materials that its beginning names: "fietsherstel"."""
    bare = word.lower()
    for end in sorted(SERVICE_ENDS, key=len, reverse=True):
        thing = bare.removesuffix(end).rstrip("-")
        if thing != bare and len(thing) > 2:
            for form in (thing, thing.removesuffix("s"), thing.removesuffix("en")):
                if named := meant(form, language):
                    return end, named
    return None


@lru_cache(maxsize=1)
def units_by_code() -> dict[str, tuple[str, ...]]:
    """Of each material with units of its own, these; the usual ones first. Read once per process, as the tree is."""
    units: dict[str, tuple[str, ...]] = {}
    rows = MaterialUnit.objects.order_by("material", "position").values_list("material__code", "unit")
    for code, unit in rows:
        units[code] = (*units.get(code, ()), unit)
    return units


def units_of(code: str) -> tuple[str, ...]:
    """The units of a material, or of the nearest above it that has some."""
    known = units_by_code()
    return next((known[above] for above in recogniser().code_and_above[code] if above in known), ())
