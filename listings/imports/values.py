"""Reads what companies write in cells. Each function raises ValidationError, which says what to write instead."""

import datetime as dt
import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from listings.enums import Condition, ListingKind, PriceBasis, PriceKind
from listings.imports.columns import plain
from listings.models import LARGEST_QUANTITY
from materials.enums import Unit

T = TypeVar("T")

_UNITS: dict[Unit, tuple[str, ...]] = {
    Unit.KG: ("kg", "kilo", "kilogram", "kilogramme", "kgs"),
    Unit.TONNE: ("ton", "t", "tonne", "tonnes"),
    Unit.PIECE: ("stuk", "stuks", "st", "stk", "piece", "pieces", "pcs", "pce", "pieces"),
    Unit.METRE: ("m", "lm", "meter", "lopende meter", "metre"),
    Unit.SQUARE_METRE: ("m2", "m²", "vierkante meter"),
    Unit.CUBIC_METRE: ("m3", "m³", "kubieke meter", "kuub"),
    Unit.LITRE: ("l", "liter", "litre", "litres"),
    Unit.PALLET: (
        "pallet", "pallets", "palet", "paletten", "pallets vol", "pallet vol", "pallet load", "pallet loads",
        "palette", "palettes", "palette pleine", "palettes pleines",
    ),
    Unit.BOX: ("doos", "dozen", "box", "boxes", "boite", "boites"),
    Unit.ROLL: ("rol", "rollen", "roll", "rolls", "rouleau", "rouleaux"),
    Unit.BAG: ("zak", "zakken", "bag", "bags", "sac", "sacs"),
}  # fmt: skip
_CONDITIONS: dict[Condition, tuple[str, ...]] = {
    Condition.NEW: ("nieuw", "new", "neuf", "ongebruikt"),
    Condition.AS_NEW: ("zo goed als nieuw", "als nieuw", "zeer goed", "as new", "as_new", "comme neuf", "goed"),
    Condition.USED: ("gebruikt", "tweedehands", "used", "occasion", "usage"),
    Condition.TO_REPAIR: ("te herstellen", "defect", "kapot", "to repair", "to_repair", "a reparer"),
    Condition.FOR_PARTS: ("voor onderdelen", "onderdelen", "for parts", "for_parts", "pour pieces"),
}
_KINDS: dict[ListingKind, tuple[str, ...]] = {
    ListingKind.SUPPLY: ("aanbod", "te koop", "aangeboden", "supply", "offer", "offre"),
    ListingKind.DEMAND: ("vraag", "gezocht", "gevraagd", "demand", "wanted", "demande"),
}
_FREE = ("gratis", "free", "gratuit", "0")
_ON_REQUEST = ("op aanvraag", "o.t.k.", "otk", "te bespreken", "on request", "sur demande", "")


def _by_name(names: dict[T, tuple[str, ...]]) -> dict[str, T]:
    return {plain(name): value for value, options in names.items() for name in options}


_UNIT_BY_NAME = _by_name(_UNITS) | {unit.value: unit for unit in Unit}
_CONDITION_BY_NAME = _by_name(_CONDITIONS)
_KIND_BY_NAME = _by_name(_KINDS)


def filled(text: str) -> str:
    """The text, which may not be empty."""
    if not text:
        raise ValidationError(_("Deze cel is leeg."))
    return text


def number(text: str) -> Decimal:
    """ "1.250,5", "1 250,5", "1250.5" and "1,250.5" are all the same number; "1.250" is a thousand, "0.125" isn't."""
    digits = re.sub(r"[\s\u00a0\u202f']", "", filled(text))
    # Nobody groups thousands after a leading zero: there the point is a decimal one.
    if re.fullmatch(r"-?[1-9]\d{0,2}(\.\d{3})+(,\d+)?", digits):
        digits = digits.replace(".", "")
    elif re.fullmatch(r"-?[1-9]\d{0,2}(,\d{3})+\.\d+", digits):
        digits = digits.replace(",", "")
    return _decimal(digits, text)


def coordinate(text: str) -> float:
    """Degrees. A point is always a decimal one here: "51.054" is 51 and a bit."""
    return float(_decimal(re.sub(r"\s", "", filled(text)), text))


def _decimal(digits: str, text: str) -> Decimal:
    try:
        value = Decimal(digits.replace(",", "."))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise ValidationError(_("“%(text)s” is geen getal.") % {"text": text[:40]})
    return value


def quantity(text: str) -> Decimal:
    value = number(text)
    # The size comes first: a number that is far too large can't be rounded. One that rounds to 0 counts as 0.
    if not 0 < value <= LARGEST_QUANTITY or not (rounded := round(value, 3)):
        raise ValidationError(_("De hoeveelheid moet meer dan 0 zijn en hoogstens een miljard."))
    return rounded


def day(text: str) -> dt.date:
    """31/12/2026, 31-12-2026, 31.12.2026 or 2026-12-31; 31/12/26 is in this century."""
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y", "%d-%m-%y", "%d.%m.%y"):
        try:
            found = dt.datetime.strptime(text, form).date()
        except ValueError:
            continue
        # Python reads the years 69 to 99 as those of the last century.
        return found.replace(year=found.year + 100) if "%y" in form and found.year < 2000 else found
    raise ValidationError(_("“%(text)s” is geen datum. Schrijf ze als 31/12/2026.") % {"text": text[:40]})


def unit(text: str) -> Unit:
    return _named(text, _UNIT_BY_NAME, Unit)


def condition(text: str) -> Condition:
    return _named(text, _CONDITION_BY_NAME, Condition)


def kind(text: str) -> ListingKind:
    return _named(text, _KIND_BY_NAME, _KINDS)


def price(text: str) -> tuple[PriceKind, Decimal | None]:
    """An amount in euro, "gratis", "op aanvraag" or nothing. A negative amount is paid to whoever takes it away."""
    words = plain(text.replace("€", "").replace("EUR", ""))
    if words in _FREE:
        return PriceKind.FREE, None
    if words in _ON_REQUEST:
        return PriceKind.ON_REQUEST, None
    amount = number(words)
    if not -(10**8) < amount < 10**8:
        raise ValidationError(_("Dit bedrag is te groot."))
    amount = round(amount, 2)
    if amount == 0:
        return PriceKind.FREE, None
    return (PriceKind.FIXED, amount) if amount > 0 else (PriceKind.REMOVAL_FEE, -amount)


def price_basis(text: str) -> PriceBasis:
    return PriceBasis.LOT if plain(text) in ("", "partij", "lot", "geheel", "hele partij") else PriceBasis.UNIT


def yes(text: str) -> bool:
    """Whether a cell says yes: any text that isn't a clear no."""
    return plain(text) not in ("nee", "neen", "no", "non", "n", "0", "false", "onwaar")


def _named(text: str, names: dict[str, T], choices: "Iterable[Unit | Condition | ListingKind]") -> T:
    try:
        return names[plain(filled(text))]
    except KeyError:
        known = ", ".join(str(choice.label) for choice in choices)
        raise ValidationError(
            _("“%(text)s” ken ik niet. Kies uit: %(known)s.") % {"text": text[:40], "known": known}
        ) from None
