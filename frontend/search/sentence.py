"""What the page says of a sentence: a chip for each part that is understood, what isn't followed, what it may mean."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from frontend.components import figures
from frontend.components.cards import Card, make_cards
from frontend.search.address import changed
from frontend.search.help import Hint
from geo.gazetteer import look_up
from listings.search.asking import MOST_NARROWING
from listings.search.filters.where import PLACE
from listings.search.parameters import SearchParameters
from listings.search.parts import Found
from listings.search.query import count_without_mass, first_of, listings_of, related_to
from listings.search.sentence.parts import Piece, Says, Sentence
from listings.search.sentence.text import Span
from materials.models import Material

#: Parts that are a number with its unit: taken away they are gone, since nobody looks for "50" in a text.
_NUMBERS = (Says.RADIUS, Says.PRICE, Says.AMOUNT, Says.MASS)
#: Cards under each line below the results, and places that are offered, at most.
MOST_RELATED, MOST_OFFERED = 6, 3
#: Above so many results nobody misses what is only like them.
ENOUGH = 60


@dataclass(frozen=True)
class Chip:
    """What is asked, and the parameters of the address once its chip is clicked away."""

    label: str
    query: str


@dataclass(frozen=True)
class Related:
    """Listings that aren't quite what was asked for, and words that say so."""

    label: str
    cards: list[Card]


def understood_chips(query: QueryDict, given: SearchParameters) -> list[Chip]:
    """A chip for each part that is followed, and one for the free words.

    Clicked away, a part stays in the text as a quoted word; a number with its unit and the free words are taken out.
    """
    if given.reading is None:
        return []
    sentence, used = given.reading.sentence, given.reading.used
    chips = []
    for piece in used:
        if piece.says is Says.RADIUS and any(other.says is Says.PLACE for other in used):
            continue  # It is told with its place.
        spans = [other.span for other in used if other.span == piece.span or _is_its_radius(piece, other)]
        if label := _label(piece, given):
            chips.append(Chip(label, changed(query, q=_without(sentence, piece, spans))))
    idle = {*given.reading.left_out, *given.reading.not_looked_up, *given.reading.met}
    words = [span for span in (*sentence.words, *sentence.literals) if sentence.of(span) not in idle]
    if words and given.q:
        chips.append(Chip(f"“{given.q}”", changed(query, q=sentence.without(*words))))
    return chips


def _is_its_radius(piece: Piece, other: Piece) -> bool:
    return piece.says is Says.PLACE and other.says is Says.RADIUS


def _without(sentence: Sentence, piece: Piece, spans: Iterable[Span]) -> str:
    """The sentence in which a part is a plain word; a number with its unit goes."""
    has_number = piece.says in _NUMBERS and any(letter.isdigit() for letter in sentence.of(piece.span))
    others = [span for span in spans if span != piece.span]
    changes = dict.fromkeys(others, "") | {piece.span: "" if has_number else f'"{_bare(sentence, piece)}"'}
    return sentence.with_parts(changes)


def _bare(sentence: Sentence, piece: Piece) -> str:
    """The words of a part; of a place without what leads to it: "rond Gent" becomes "Gent"."""
    typed = sentence.of(piece.span)
    return typed.split(maxsplit=1)[-1] if piece.says is Says.PLACE and typed[:1].islower() and " " in typed else typed


def _label(piece: Piece, given: SearchParameters) -> str:
    """What a part asks, in words."""
    if piece.says is Says.MATERIAL:
        names = [material.name for material in given.among if material.code in piece.label.split(",")]
        return get_text_list(names, _("of"))
    if piece.says in (Says.PLACE, Says.RADIUS):
        around = PLACE.of(given)
        return PLACE.words(around, {"lat": piece.label}) if around else ""
    asked = {name for name, _text in piece.parameters}
    return next((filter.words(value, {}) for filter, value in given.filters if asked & set(filter.names)), "")


def notes(given: SearchParameters) -> list[str]:
    """What of the sentence isn't followed, and why."""
    if given.reading is None:
        return []
    sentence, said = given.reading.sentence, list[str]()
    if given.reading.left_out:
        words = get_text_list(_quoted(given.reading.left_out), _("of"))
        said.append(_("In geen enkel zoekertje hiervan staat ook %(words)s: dat telt niet mee.") % {"words": words})
    if given.reading.not_looked_up:
        told = {"words": get_text_list(_quoted(given.reading.not_looked_up), _("en")), "most": MOST_NARROWING}
        said.append(_("Bij een materiaal zoek ik naar hoogstens %(most)d woorden: %(words)s zocht ik niet.") % told)
    for span in given.reading.passed:
        told = {"words": sentence.of(span)}
        if span in sentence.unmet:
            said.append(_("Op “%(words)s” kan ik niet zoeken: dat telt niet mee.") % told)
        elif given.point is None and any(
            piece.says is Says.RADIUS and piece.span == span for piece in sentence.pieces
        ):
            said.append(_("“%(words)s” telt niet mee: zeg ook van waar.") % told)
        else:
            said.append(_("“%(words)s” telt niet mee: je koos daar al iets anders voor.") % told)
    return said


def _quoted(words: Iterable[str]) -> list[str]:
    return [f"“{word.strip(chr(34))}”" for word in words]


def mass_note(given: SearchParameters) -> str:
    """How many a search by mass leaves out because their mass isn't known; empty for none."""
    count = count_without_mass(given) if given.max_mass is not None and not given.cursor else 0
    if not count:
        return ""
    return ngettext(
        "Bij %(count)s zoekertje is de massa niet bekend: dat staat hier niet bij.",
        "Bij %(count)s zoekertjes is de massa niet bekend: die staan hier niet bij.",
        count,
    ) % {"count": figures.number(count)}


def offers(query: QueryDict, given: SearchParameters) -> list[Hint]:
    """Places that words of the sentence may mean, or that it names beside the one that is asked."""
    if given.reading is None:
        return []
    sentence, found = given.reading.sentence, list[Hint]()
    for offer in sentence.offers:
        for place in look_up(sentence.of(offer.span), limit=MOST_OFFERED):
            found.append(_around(query, sentence, offer.span, place.label))
    for piece in sentence.pieces:
        if piece.says is Says.PLACE and piece.span in given.reading.passed:
            found.append(_around(query, sentence, piece.span, piece.label))
    return found


def _around(query: QueryDict, sentence: Sentence, span: Span, label: str) -> Hint:
    where = {"place": label, "lat": "", "lon": "", "hub": "", "bbox": ""}
    return Hint(_("Zoek rond %(place)s") % {"place": label}, changed(query, q=sentence.without(span), **where))


def related(given: SearchParameters, count: int, reader: User | AnonymousUser) -> list[Related]:
    """What comes after the results: the same without a word or an amount, and what is akin to the material."""
    if not (given.among or given.material) or count > ENOUGH:
        return []
    found, widened = list[Related](), _wider(given)
    shown = {row.pk for row in first_of(given, ENOUGH)} if widened else set()
    for label, wider in widened:
        rows = [row for row in first_of(wider, ENOUGH + MOST_RELATED) if row.pk not in shown][:MOST_RELATED]
        shown |= {row.pk for row in rows}
        found += _group(label, rows, given, reader)
    akin = [row for row in related_to(given, 2 * MOST_RELATED) if row.pk not in shown][:MOST_RELATED]
    names = get_text_list([material.name for material in _asked_materials(given)], _("of"))
    return found + _group(_("Niet precies %(material)s, wel verwant") % {"material": names}, akin, given, reader)


def _group(label: str, rows: list[Found], given: SearchParameters, reader: User | AnonymousUser) -> list[Related]:
    """The rows under their line; none where there are no rows. Without a point no distance counts."""
    listings = listings_of(rows)
    for listing in listings if given.point is None else ():
        listing.distance_m = None
    return [Related(label, make_cards(listings, reader))] if listings else []


def _as_typed(given: SearchParameters) -> str:
    """The words that name the materials, with those that narrow them, as a text has them."""
    assert given.reading is not None
    sentence = given.reading.sentence
    named = [sentence.of(piece.span) for piece in given.reading.used if piece.says is Says.MATERIAL]
    return f"{named[0]} {given.q}".strip() if len(named) == 1 else ""


def _asked_materials(given: SearchParameters) -> tuple[Material, ...]:
    return given.among or ((given.material,) if given.material else ())


def _wider(given: SearchParameters) -> list[tuple[str, SearchParameters]]:
    """Wider searches, each with words that say what it lacks: the material, the words, the amount or the mass."""
    wider = []
    if given.among and given.reading is not None and (words := _as_typed(given)):
        label = _("Van een ander materiaal, met “%(words)s” in de tekst") % {"words": words}
        wider.append((label, replace(given, among=(), q=words)))
    if given.q:
        wider.append((_("Zonder “%(words)s”") % {"words": given.q}, replace(given, q="")))
    if given.min_quantity is not None:
        fewer = replace(given, min_quantity=None, unit=None)
        wider.append((_("Minder, of in een andere eenheid"), fewer))
    if given.max_mass is not None:
        wider.append((_("Zwaarder, of met onbekende massa"), replace(given, max_mass=None)))
    return wider
