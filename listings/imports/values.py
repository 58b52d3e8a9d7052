"""Reads what companies write in cells. Each function raises ValidationError, which says what to write instead."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from listings import validators
from listings.amounts import UNIT_BY_WORD, Amount, amount
from listings.days import LAST_OF_ALL_DAYS, day
from listings.enums import (
    Allergen,
    Condition,
    DeclaredStatus,
    FoodDate,
    FoodStorage,
    ListingKind,
    PriceBasis,
    PriceKind,
    StatusEvidence,
)
from listings.imports.vocabulary import (
    ALLERGEN_BY_WORD,
    ANSWER_BY_WORD,
    CONDITION_BY_WORD,
    EVIDENCE_BY_WORD,
    FOOD_DATE_BY_WORD,
    FREE_WORDS,
    KIND_BY_WORD,
    NO_END_WORDS,
    NOT_LOOKED,
    ON_REQUEST_WORDS,
    PRICE_BASIS_BY_WORD,
    SPLITTABLE_BY_WORD,
    STATUS_BY_WORD,
    STORAGE_BY_WORD,
)
from listings.numbers import BELGIAN, Marks, euros
from listings.words import word
from materials.enums import Unit
from materials.units import Listed, One

T = TypeVar("T")

#: What a spreadsheet shows instead of a result, in English, Dutch, French and German.
_SHEET_ERRORS = frozenset({
    "#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!",
    "#CONNECT!", "#UNKNOWN!", "#BUSY!", "#PYTHON!", "#GETTING_DATA", "#ERROR!", "#ERR!", "#N/B", "#WAARDE!", "#VERW!",
    "#DEEL/0!", "#NAAM?", "#GETAL!", "#LEEG!", "#OVERLOOP!", "#BEREKENEN!", "#FOUT!", "#VALEUR!", "#NOM?", "#NOMBRE!",
    "#NUL!", "#PROPAGATION!", "#EPARS!", "#CALCUL!", "#ERREUR!", "#NV", "#WERT!", "#BEZUG!", "#ZAHL!", "#ÜBERLAUF!",
})  # fmt: skip
#: LibreOffice numbers its errors; where a column is too narrow, spreadsheets print "####".
_SHEET_ERROR = re.compile(r"(?:Err|Fout|Erreur):[0-9]{3}|#{2,}")

#: How each of these begins: other cells need not be looked at.
ERRORS_START = ("#", "Err:", "Fout:", "Erreur:")

#: The code of a refusal of a word that we don't know: somebody may say what it means.
UNKNOWN_WORD = "unknown-word"
#: Between the names of a list of them in one cell.
_BETWEEN = re.compile(r"[,;+/&\n]|\b(?:en|and|et)\b")
#: Letters in a price with what it is for, at most.
_LONGEST_PRICE = 80
_PER = re.compile(r"(?P<amount>[^/]*[0-9][^/]*?)\s*(?:/|\b(?:per|par)\b)\s*(?P<per>[^\s0-9].*)", re.IGNORECASE)
#: What stands before a unit or "partij" in a column such as "prijs per".
_BEFORE_BASIS = re.compile(r"(?:(?:€|eur|euro) ?)?(?:/|per\b|par\b|voor een\b)? ?(?P<word>.*)")


class Price(NamedTuple):
    """What a cell says of the price. `per` is for what, if the cell says so."""

    kind: PriceKind
    eur: Decimal | None
    per: PriceBasis | Unit | None = None


def check_is_no_error(text: str) -> None:
    """Raise ValidationError for the error of a spreadsheet, by its name: a formula there gave no result."""
    if text.upper() in _SHEET_ERRORS or _SHEET_ERROR.fullmatch(text):
        raise ValidationError(
            _("In deze cel staat een fout van je rekenblad: %(error)s. Verbeter de formule of maak de cel leeg."),
            params={"error": text[:40]},
        )


def filled(text: str) -> str:
    """The text, which may not be empty."""
    if not text:
        raise ValidationError(_("Deze cel is leeg."))
    return text


def too_long(length: int, most: int) -> ValidationError:
    message = _("Deze tekst heeft %(length)d tekens; er passen er %(most)d.")
    return ValidationError(message, params={"length": length, "most": most})


def quantity(text: str, marks: Marks = BELGIAN) -> Amount:
    """ "1.250", or "12 st." with a unit that we know."""
    given = amount(filled(text), marks)
    validators.check_quantity(given.number)
    return given._replace(number=round(given.number, validators.QUANTITY_PLACES))


def first_day(text: str) -> dt.date:
    found = day(text)
    validators.check_day(found)
    return found


def last_day(text: str) -> dt.date | None:
    """The last day, or None for words such as "onbeperkt", and for 31/12/9999, by which programs say the same."""
    if word(text) in NO_END_WORDS or (found := day(text)) == LAST_OF_ALL_DAYS:
        return None
    validators.check_day(found)
    return found


def declared_status(text: str) -> DeclaredStatus:
    return named(text, STATUS_BY_WORD, DeclaredStatus)


def status_evidence(text: str) -> StatusEvidence:
    return named(text, EVIDENCE_BY_WORD, StatusEvidence)


def checked(text: str) -> bool | None:
    """An answer of the reuse checklist; None where nobody looked."""
    return None if word(text) in NOT_LOOKED else answer(text)


def food_date(text: str) -> dt.date | FoodDate:
    """The date on food, or why it has none."""
    return FOOD_DATE_BY_WORD.get(word(text)) or first_day(text)


def food_storage(text: str) -> FoodStorage:
    return named(text, STORAGE_BY_WORD, FoodStorage)


def allergens(text: str) -> list[str]:
    """ "gluten, melk": the codes of each, in the order of the law, each once."""
    found = {named(name, ALLERGEN_BY_WORD, Allergen) for name in _BETWEEN.split(text) if name.strip()}
    return [one.value for one in Allergen if one in found]


def unit(text: str) -> Unit:
    return named(text, UNIT_BY_WORD, Unit)


def condition(text: str) -> Condition:
    return named(text, CONDITION_BY_WORD, Condition)


def kind(text: str) -> ListingKind:
    return named(text, KIND_BY_WORD, dict.fromkeys(KIND_BY_WORD.values()))


def splittable(text: str) -> bool:
    """Whether a lot may go in parts."""
    try:
        return SPLITTABLE_BY_WORD[word(text)]
    except KeyError:
        raise _unknown(text, [_("ja"), _("nee")]) from None


def answer(text: str) -> bool:
    """Yes or no."""
    try:
        return ANSWER_BY_WORD[word(text)]
    except KeyError:
        raise _unknown(text, [_("ja"), _("nee")]) from None


_PER_IN_HEADER = re.compile(r"(?:\bper\b|\bpar\b|/)\s*(?P<per>[^\s/()][^/()]{0,39})\)?\s*$", re.IGNORECASE)


def price_basis(text: str) -> PriceBasis | Unit:
    """What an amount is for: the whole lot, a unit of it, or a unit that the cell names."""
    found = _BEFORE_BASIS.fullmatch(word(text))
    try:
        return PRICE_BASIS_BY_WORD[found["word"] if found else ""]
    except KeyError:
        raise _unknown(text, [_("partij"), _("eenheid"), *(choice.label for choice in Unit)]) from None


def price_basis_in(header: str) -> PriceBasis | Unit | None:
    """What the name of a column of prices says that they are for: "Prijs per kg", "Prijs/stuk". None where it doesn't.

    Raises ValidationError for a unit that we don't know.
    """
    found = _PER_IN_HEADER.search(header)
    return price_basis(found["per"]) if found else None


def price(text: str, marks: Marks = BELGIAN) -> Price:
    """An amount in euro, "gratis", "op aanvraag" or nothing. A negative amount is paid to whoever takes it away."""
    said, per = word(text), None
    if said in FREE_WORDS:
        return Price(PriceKind.FREE, None)
    if said in ON_REQUEST_WORDS:
        return Price(PriceKind.ON_REQUEST, None)
    # A longer text is no price, and to look for what it is per in all of it takes too long.
    if len(text) <= _LONGEST_PRICE and (split := _PER.fullmatch(text)):
        text, per = split["amount"], price_basis(split["per"])
    amount = euros(text, marks)
    if abs(amount) >= 1:
        # Also where it is to be converted: in "1,250 per kg" somebody may mean a thousand.
        validators.check_price(abs(amount))
    if amount == 0:
        return Price(PriceKind.FREE, None)
    return Price(PriceKind.FIXED, amount, per) if amount > 0 else Price(PriceKind.REMOVAL_FEE, -amount, per)


def priced(price: Price, told: PriceBasis | Unit | None, lot: Unit | None, *, column: str) -> tuple[Price, PriceBasis]:
    """A price as it is stored, and what it is for: of a lot in tonnes a price per kg becomes one per tonne.

    `told` is what the `column` says that prices are for, `lot` the unit of the quantity. Raises ValidationError where
    the two contradict each other or units don't convert, and for an amount that can't be stored.
    """
    if price.per and told and price.per != told:
        message = _("De kolom “%(column)s” zegt iets anders. Kies één van de twee.")
        raise ValidationError(message, params={"column": column})
    per = price.per or told or PriceBasis.LOT
    basis = per if isinstance(per, PriceBasis) else PriceBasis.UNIT
    if price.eur is None:
        return price, basis
    eur = _euros_per(price.eur, per, lot) if isinstance(per, Unit) and lot else price.eur
    validators.check_price(eur)
    return price._replace(eur=round(eur, validators.PRICE_PLACES)), basis


def _euros_per(amount: Decimal, per: Unit, lot: Unit) -> Decimal:
    """The price per unit in which the lot is given, from that per another unit: 0.15 per kg is 150 per tonne."""
    if per.dimension != lot.dimension:
        raise ValidationError(
            _(
                "Een prijs per %(per)s past niet bij een hoeveelheid in %(lots)s. "
                "Geef de prijs per %(lot)s of per partij."
            ),
            params={"per": One(per), "lots": lot.label, "lot": One(lot)},
        )
    return amount if per == lot else (amount * lot.factor / per.factor).normalize()


def named(text: str, names: Mapping[str, T], choices: Iterable[Any]) -> T:
    """What a word means. Raises ValidationError, which names the choices, for one that isn't among `names`."""
    try:
        return names[word(filled(text))]
    except KeyError:
        raise _unknown(text, [choice.label for choice in choices]) from None


def _unknown(text: str, choices: list[Any]) -> ValidationError:
    return ValidationError(
        _("“%(text)s” ken ik niet. Kies uit: %(known)s."),
        code=UNKNOWN_WORD,
        params={"text": text[:40], "known": Listed(choices)},
    )
