"""Numbers in words, as Belgians write them and in the reader's language."""

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import get_language

from materials.enums import Unit
from materials.units import unit_words


def number(value: Decimal | float | int, most_decimals: int = 2) -> str:
    """1250.50 → "1 250,5": grouped, without a tail of zeros."""
    rounded = round(Decimal(value), most_decimals).normalize()
    exponent = rounded.as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return number_format(rounded, decimals, use_l10n=True, force_grouping=True)


def amount(quantity: Decimal | float | int, unit: str) -> str:
    """ "40 stuks", "1 250 kg", "12,5 m²"."""
    return f"{number(quantity)}\N{NO-BREAK SPACE}{unit_words(unit, quantity)}"


def mass(mass_kg: Decimal | float | int) -> str:
    """Kilograms below a tonne, tonnes from there on."""
    return amount(mass_kg, Unit.KG) if mass_kg < 1000 else amount(round(Decimal(mass_kg) / 1000, 1), Unit.TONNE)


def euro(value: Decimal | float | int) -> str:
    """ "€ 1 250" or "€ 3,50"."""
    decimals = 0 if Decimal(value) == int(value) else 2
    digits = number_format(value, decimals, use_l10n=True, force_grouping=True)
    return f"{digits}\N{NO-BREAK SPACE}€" if get_language() == "fr" else f"€\N{NO-BREAK SPACE}{digits}"
