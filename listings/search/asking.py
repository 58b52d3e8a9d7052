"""From what an address holds to a checked search: a sentence in `q` is understood, and asks what its parts ask.

What the address asks itself is never changed by `q`. A part of a sentence that would contradict it is passed over,
and `Reading` says so. See docs/adr/0033.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from django.utils.translation import get_language

from listings.models import Listing
from listings.search.facets import material_tokens
from listings.search.filters.what import LONGEST_TEXT, WORDS
from listings.search.lexicon import with_known_words
from listings.search.parameters import SearchParameters
from listings.search.sentence.parts import Piece, Reading, Says, Sentence
from listings.search.sentence.reading import read
from listings.search.sentence.text import Span, words_in
from materials.models import Material
from materials.recognise import recogniser
from materials.tree_numbers import numbers_below

#: Words that may narrow a search, and words that are mended, at most: each asks the database.
MOST_NARROWING, MOST_MENDED = 6, 3
#: Parameters of an address beside which a part of a sentence isn't followed.
_TAKEN_BY: dict[Says, tuple[str, ...]] = {
    Says.MATERIAL: ("among",),
    Says.PLACE: ("lat", "lon", "hub", "bbox"),
    Says.RADIUS: ("radius_km",),
    Says.PRICE: ("max_price",),
    Says.AMOUNT: ("min_quantity", "unit"),
    Says.MASS: ("max_mass",),
    Says.SERVICE: ("service",),
    Says.KIND: ("kind",),
    Says.CONDITION: ("condition",),
}


def ask(texts: Mapping[str, str], *, for_later: bool = False) -> SearchParameters:
    """The search that an address asks. Raises ValidationError that names each wrong parameter and its remedy.

    A search `for_later` waits for what isn't there yet: words that no listing has today are kept, where one of now
    leaves them out or takes them for others.
    """
    typed = texts.get("q", "").strip()
    if not typed or len(typed) > LONGEST_TEXT or "\x00" in typed:
        return SearchParameters.parse(texts)
    language = get_language() or "nl"
    sentence, corrected = _spelled(read(typed, language), language)
    used, passed = _followed(sentence, texts)
    # Of an address that says something twice the last counts, as everywhere.
    asked = {name: texts.get(name, "") for name in texts} | {"q": sentence.rest}
    for piece in used:
        asked |= dict(piece.parameters)
    if any(piece.says is Says.SERVICE for piece in used) and not asked.get("kind"):
        asked["kind"] = "service"
    parameters = SearchParameters.parse(asked)
    reading = Reading(sentence, tuple(used), tuple(passed))
    return _with_words(replace(parameters, reading=reading, corrected=corrected), for_later)


def _spelled(sentence: Sentence, language: str) -> tuple[Sentence, tuple[tuple[str, str], ...]]:
    """The sentence with slips in names of materials mended, and each with what stands there instead.

    A word that some listing has is none, whatever it looks like.
    """
    named = [
        word
        for piece in sentence.pieces
        if piece.says is Says.MATERIAL
        for word in words_in(sentence.typed, piece.span)
    ]
    slips = {span: meant for span in (*named, *sentence.words) if (meant := _slip_of(sentence.of(span), language))}
    mended = {
        span: meant
        for span, meant in list(slips.items())[:MOST_MENDED]
        if not WORDS.looked_up(Listing.objects.published(), sentence.of(span)).count()
    }
    if not mended:
        return sentence, ()
    corrected = tuple((sentence.of(span), meant) for span, meant in mended.items())
    return read(sentence.with_parts(mended), language), corrected


@lru_cache(maxsize=5000)
def _slip_of(word: str, language: str) -> str | None:
    return recogniser().spelled(word, language)


def _followed(sentence: Sentence, texts: Mapping[str, str]) -> tuple[list[Piece], list[Span]]:
    """The parts of a sentence that a search follows beside its address, and those that it passes over."""
    used: list[Piece] = []
    passed = list(sentence.unmet)
    has_point = bool(texts.get("lat")) or any(
        piece.says is Says.PLACE and not _is_given(texts, piece) for piece in sentence.pieces
    )
    for piece in sentence.pieces:
        lacks_point = piece.says is Says.RADIUS and not has_point
        clashes = _is_given(texts, piece) or (piece.says is Says.MATERIAL and not _fits(texts, piece))
        if (lacks_point or clashes) and not _is_the_same(texts, piece):
            passed.append(piece.span)
        else:
            used.append(piece)
    return used, passed


def _is_given(texts: Mapping[str, str], piece: Piece) -> bool:
    return any(texts.get(name, "").strip() for name in _TAKEN_BY[piece.says])


def _is_the_same(texts: Mapping[str, str], piece: Piece) -> bool:
    return all(texts.get(name, "").strip() == text for name, text in piece.parameters)


def _fits(texts: Mapping[str, str], piece: Piece) -> bool:
    """Whether the materials of a part lie above or below the one that the address asks."""
    chosen, lines = texts.get("material", "").strip(), recogniser().code_and_above
    codes = dict(piece.parameters)["among"].split(",")
    return chosen not in lines or any(chosen in lines[code] or code in lines[chosen] for code in codes)


def _with_words(asked: SearchParameters, for_later: bool) -> SearchParameters:
    """The search with the words that narrow it: each that some listing of its materials has beside those before it.

    Words that its materials' own names say ask nothing more. Others, and those past MOST_NARROWING, are left out, and
    said. Without a material all words count.
    """
    if not asked.among or not asked.q:
        return asked if for_later else with_known_words(asked)
    assert asked.reading is not None
    sentence = asked.reading.sentence
    codes = [material.code for material in asked.among]
    kept, left_out, not_looked_up, met = list[str](), list[str](), list[str](), list[str]()
    for span in sorted((*sentence.words, *sentence.literals)):
        words = sentence.of(span)
        if recogniser().words.is_met(words, codes):
            # Each of these materials is so by itself: "wooden" pallets are no fewer than all.
            met.append(words)
        elif for_later:
            kept.append(words)
        elif len(kept) + len(left_out) == MOST_NARROWING:
            not_looked_up.append(words)
        else:
            narrower = " ".join((*kept, words))
            (kept if _some_has(narrower, asked.among) else left_out).append(words)
    without = [part for part in sentence.typed.split() if part.startswith("-")]
    reading = replace(
        asked.reading, left_out=tuple(left_out), not_looked_up=tuple(not_looked_up), met=tuple(met)
    )  # fmt: skip
    return replace(asked, q=" ".join((*kept, *without)), reading=reading)


def _some_has(words: str, materials: tuple[Material, ...]) -> bool:
    """Whether a published listing of one of these materials has these words, wherever it lies.

    Counted rather than asked whether there is one: for that the planner would read all listings until it finds it.
    """
    numbers = {number for material in materials for number in numbers_below(material)}
    found = Listing.objects.published().with_facets([material_tokens(sorted(numbers))])
    return WORDS.looked_up(found, words).count() > 0
