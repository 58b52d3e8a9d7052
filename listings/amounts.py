"""How people write an amount: a number, and behind it the unit where they name one. The same in lists and forms."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from listings.numbers import BELGIAN, Marks, marks_of, number
from listings.words import word
from materials.enums import Unit

#: What people call each unit, in Dutch, English and French. What isn't here is refused, never guessed.
_UNITS: dict[Unit, tuple[str, ...]] = {
    Unit.KG: ("kg", "kgs", "kilo", "kilo's", "kilos", "kilogram", "kilogrammen", "kilogramme", "kilogrammes", "kgr"),
    Unit.TONNE: ("ton", "tons", "tonnen", "t", "tonne", "tonnes"),
    Unit.PIECE: (
        "stuk", "stuks", "stuk(s)", "stuk/stuks", "st", "st(s)", "stk", "stks", "stk(s)", "piece", "pieces",
        "piece(s)", "pcs", "pce", "pces", "pc", "pc(s)", "pcs(s)", "ex", "exemplaar", "exemplaren", "each", "ea",
    ),
    Unit.METRE: (
        "m", "m1", "lm", "l.m", "l m", "meter", "meters", "meter(s)", "mtr", "mtrs", "lopende meter", "lopende meters",
        "lopende m", "str m", "strekkende meter", "strekkende meters", "metre", "metres", "metre(s)", "metre lineaire",
        "metres lineaires", "metre courant", "metres courants", "ml", "linear meter", "linear metre", "linear metres",
    ),
    Unit.SQUARE_METRE: (
        "m2", "m^2", "vierkante meter", "vierkante meters", "vierkante m", "vk m", "vkm", "qm", "sqm", "sq m",
        "square meter", "square meters", "square metre", "square metres", "metre carre", "metres carres", "meter2",
    ),
    Unit.CUBIC_METRE: (
        "m3", "m^3", "kubieke meter", "kubieke meters", "kubieke m", "kub", "kuub", "cbm", "cubic meter",
        "cubic meters", "cubic metre", "cubic metres", "metre cube", "metres cubes", "meter3",
    ),
    Unit.LITRE: ("l", "ltr", "liter", "liters", "liter(s)", "litre", "litres", "litre(s)"),
    Unit.PALLET: (
        "pallet", "pallets", "pallet(s)", "palet", "paletten", "pallets vol", "pallet vol", "volle pallet",
        "volle pallets", "pallet load", "pallet loads", "palette", "palettes", "palette(s)", "palette pleine",
        "palettes pleines", "plt",
    ),
    Unit.BOX: ("doos", "dozen", "doos/dozen", "box", "boxes", "box(es)", "boite", "boites", "boite(s)"),
    Unit.ROLL: ("rol", "rollen", "rol(len)", "roll", "rolls", "roll(s)", "rouleau", "rouleaux", "rouleau(x)"),
    Unit.BAG: ("zak", "zakken", "zak(ken)", "bag", "bags", "bag(s)", "sac", "sacs", "sac(s)"),
}  # fmt: skip
#: Also by the codes that the API uses, which exports and programs write.
UNIT_BY_WORD: dict[str, Unit] = {word(name): unit for unit, names in _UNITS.items() for name in (*names, unit.value)}

_WITH_UNIT = re.compile(r"(?P<number>[^a-z]*[^a-z\s])\s?(?P<unit>[a-z].*)", re.IGNORECASE)


class Amount(NamedTuple):
    """A number, with the unit that stands behind it, if one does."""

    number: Decimal
    unit: Unit | None = None

    def in_unit(self, chosen: Unit) -> Decimal:
        """How many of the chosen unit it is. Raises ValidationError where it names another that doesn't convert."""
        if self.unit is None or self.unit == chosen:
            return self.number
        if self.unit.dimension != chosen.dimension:
            message = _("Hier staat %(named)s, en het gaat om %(unit)s. Geef het in %(unit)s.")
            raise ValidationError(message, params={"named": self.unit.label, "unit": chosen.label})
        return self.number * self.unit.factor / chosen.factor


def amount(text: str, marks: Marks = BELGIAN) -> Amount:
    """ "1.250", or "12 st." with a unit that we know. Raises ValidationError for everything else."""
    found = _WITH_UNIT.fullmatch(text)
    # "e5" is no unit: "1e5" is refused as a whole.
    named = UNIT_BY_WORD.get(word(found["unit"])) if found else None
    return Amount(number(found["number"] if found and named else text, marks), named)


def names_unit(text: str) -> bool:
    """Whether a unit stands behind the number, as in "12 st."."""
    found = _WITH_UNIT.fullmatch(text)
    return bool(found and word(found["unit"]) in UNIT_BY_WORD)


def marks_in(texts: Iterable[str]) -> Marks:
    """What points and commas mean in a column of amounts, of which some name their unit: "12.5 m2"."""
    found = {text: _WITH_UNIT.fullmatch(text) for text in set(texts)}
    return marks_of(with_unit["number"] if with_unit else text for text, with_unit in found.items())
