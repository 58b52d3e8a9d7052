"""Figures in words, as the reader's language writes them: numbers, amounts, money, distances, days.

`marketplace/formats` says how each language writes; everything that people read takes its figures from here.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format, get_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from materials.enums import Unit
from materials.units import unit_words

#: A figure and its unit stay on one line.
_JOINED = "\N{NO-BREAK SPACE}"


def number(value: Decimal | float | int, most_decimals: int = 2) -> str:
    """1250.50 → "1 250,5", in English "1,250.5": grouped, without a tail of zeros."""
    rounded = round(Decimal(value), most_decimals).normalize()
    exponent = rounded.as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return number_format(rounded, decimals, use_l10n=True, force_grouping=True)


def amount(quantity: Decimal | float | int, unit: str, most_decimals: int = 2) -> str:
    """ "40 stuks", "1 250 kg", "12,5 m²"."""
    return f"{number(quantity, most_decimals)}{_JOINED}{unit_words(unit, quantity)}"


def stored_amount(quantity: Decimal, unit: str) -> str:
    """An amount with all of its stored decimals: rounded up, more would seem free than can be booked."""
    return amount(quantity, unit, 3)


def mass(mass_kg: Decimal | float | int) -> str:
    """Kilograms below a tonne, tonnes from there on."""
    return amount(mass_kg, Unit.KG) if mass_kg < 1000 else amount(round(Decimal(mass_kg) / 1000, 1), Unit.TONNE)


def euro(value: Decimal | float | int) -> str:
    """ "€ 1 250" or "€ 3,50"; in English "€3.50", in French "3,50 €"."""
    decimals = 0 if Decimal(value) == int(value) else 2
    return in_euro(number_format(value, decimals, use_l10n=True, force_grouping=True))


def in_euro(written: str) -> str:
    """A number that is already written, as so many euros: "€ 12"."""
    return str(_format("EURO_FORMAT")).format(written)


def percent(share: Decimal | float, most_decimals: int = 0) -> str:
    """0.8 → "80 %", in English "80%"."""
    return str(_format("PERCENT_FORMAT")).format(number(share * 100, most_decimals))


def distance(metres: float) -> str:
    """ "850 m", "7,7 km", "25 km"; "vlakbij" where it rounds to nothing: both may stand for some 500 m around."""
    if metres < 5:
        return _("vlakbij")
    if metres < 950:
        return f"{number(round(metres / 10) * 10)}{_JOINED}m"
    return f"{number(metres / 1000, 1 if metres < 9_950 else 0)}{_JOINED}km"


def whole_way(metres: float) -> str:
    """A distance over several stops: "12 km in totaal"."""
    return distance(metres) if metres < 5 else _("%(distance)s in totaal") % {"distance": distance(metres)}


def short_day(value: dt.date, today: dt.date | None = None) -> str:
    """ "3 dec", in French "1er févr."; with the year where it isn't this one."""
    today = today or timezone.localdate()
    words = f"{_day_of_month(value)} {_format('SHORT_MONTHS')[value.month - 1]}"
    return words if value.year == today.year else f"{words} {value.year}"


def day_and_month(value: dt.date) -> str:
    """ "3 december", in French "1er décembre"."""
    return f"{_day_of_month(value)} {date_format(value, 'F')}"


def long_day(value: dt.date) -> str:
    """ "3 december 2026", in French "1er décembre 2026"."""
    return f"{day_and_month(value)} {value.year}"


def weekday_and_day(value: dt.date, today: dt.date | None = None) -> str:
    """ "donderdag 3 december"; with the year where it isn't this one."""
    words = f"{date_format(value, 'l')} {day_and_month(value)}"
    return words if value.year == (today or timezone.localdate()).year else f"{words} {value.year}"


def time_of_day(at: dt.datetime) -> str:
    """ "14:05", on our clocks."""
    return date_format(timezone.localtime(at), "TIME_FORMAT")


def until(at: dt.datetime, *, short: bool = False) -> str:
    """The moment on our clocks at which something is over: "maandag 14 december, 05:17", short "14 dec, 05:17".

    What ends with a day is over at 24:00 of that day: who reads "tot maandag" of a Sunday's midnight comes a day late.
    """
    local = timezone.localtime(at)
    ends_with_day = (local.hour, local.minute) == (0, 0)
    day = timezone.localdate(at) - dt.timedelta(days=ends_with_day)
    words = short_day(day) if short else weekday_and_day(day)
    return f"{words}, {'24:00' if ends_with_day else time_of_day(at)}"


def _day_of_month(value: dt.date) -> str:
    return str(_format("FIRST_OF_MONTH")) if value.day == 1 else str(value.day)


def _format(name: str) -> Any:
    return get_format(name, get_language() or settings.LANGUAGE_CODE)
