"""How people write a day: in figures, with the name of a month, or with a time behind it."""

import datetime as dt
import re

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from listings.words import word

#: What the months are called in Dutch, French and English, in full and in short, as word() writes them.
MONTHS: tuple[tuple[str, ...], ...] = (
    ("januari", "jan", "janvier", "janv", "january"),
    ("februari", "feb", "febr", "fevrier", "fevr", "fev", "february"),
    ("maart", "mrt", "maa", "mars", "march", "mar"),
    ("april", "apr", "avril", "avr"),
    ("mei", "mai", "may"),
    ("juni", "jun", "juin", "june"),
    ("juli", "jul", "juillet", "juil", "july"),
    ("augustus", "aug", "aout", "august"),
    ("september", "sep", "sept", "septembre"),
    ("oktober", "okt", "octobre", "oct", "october"),
    ("november", "nov", "novembre"),
    ("december", "dec", "decembre"),
)
#: From Monday on.
WEEKDAYS: tuple[tuple[str, ...], ...] = (
    ("maandag", "ma", "lundi", "lun", "monday", "mon"),
    ("dinsdag", "di", "mardi", "tuesday", "tue"),
    ("woensdag", "wo", "mercredi", "mer", "wednesday", "wed"),
    ("donderdag", "do", "jeudi", "jeu", "thursday", "thu"),
    ("vrijdag", "vr", "vendredi", "ven", "friday", "fri"),
    ("zaterdag", "za", "samedi", "sam", "saturday", "sat"),
    ("zondag", "zo", "dimanche", "dim", "sunday", "sun"),
)
#: The last day that a database can hold: some programs write it for "without end".
LAST_OF_ALL_DAYS = dt.date.max

#: The number of a month by each of its names.
MONTH_BY_NAME = {name: number for number, names in enumerate(MONTHS, start=1) for name in names}
_WEEKDAY_BY_NAME = {name: number for number, names in enumerate(WEEKDAYS) for name in names}

_YEAR = r"(?P<year>[0-9]{4}|[0-9]{2})"
_DAY = r"(?P<day>[0-9]{1,2})"
#: What may follow a day: "1er", "31st". Behind "1" the "de" of "1december" is none.
_RANK = r"(?:(?:e|er|ste|de|st|nd|rd|th)(?=[ -])|\.)?"
_FORMS = [
    re.compile(form)
    for form in (
        r"(?P<year>[0-9]{4})(?P<mark>[-/.])(?P<month>[0-9]{1,2})(?P=mark)(?P<day>[0-9]{1,2})",
        r"(?P<year>20[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})",
        rf"{_DAY}(?P<mark>[-/. ])(?P<month>[0-9]{{1,2}})(?P=mark){_YEAR}",
        # "31 maart 2027", "31-mrt-27", "1er avril 2027", "woensdag 31 maart 2027"
        rf"(?:(?P<weekday>[a-z]+)[.,]? )?{_DAY}{_RANK}[ -]?(?P<name>[a-z]+)\.?,?[ -]?{_YEAR}",
        # "March 31, 2027"
        rf"(?P<name>[a-z]+)\.? {_DAY}(?:st|nd|rd|th)?,? (?P<year>[0-9]{{4}})",
    )
]
_TIME = re.compile(r"(?:t|,? )[0-9]{1,2}[:.hu][0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?(?: ?(?:am|pm|uur|u))?$")
_ZONED = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})"
)
#: Letters in a date, at most.
_LONGEST = 50


def day(text: str) -> dt.date:
    """31/12/2026, 31-12-26, 2026-12-31, 20261231 or 31 december 2026, with or without a time behind it.

    A day before its month, as Belgians write; two digits are a year of this century. A moment that names its time zone
    is the day that it is in Belgium then. Raises ValidationError for everything else.
    """
    text = text.strip()
    try:
        if len(text) <= _LONGEST:
            return _zoned(text) if _ZONED.fullmatch(text) else _plain_day(_TIME.sub("", word(text)))
    except (ValueError, LookupError, OverflowError):
        pass
    raise ValidationError(_("“%(text)s” is geen datum. Schrijf ze als 31/12/2026."), params={"text": text[:40]})


def _zoned(text: str) -> dt.date:
    return timezone.localdate(dt.datetime.fromisoformat(text))


def _plain_day(text: str) -> dt.date:
    """Raises ValueError for a day that doesn't exist, LookupError for a month or weekday that doesn't."""
    found = next((found for form in _FORMS if (found := form.fullmatch(text))), None)
    if found is None:
        raise LookupError(text)
    given = found.groupdict()
    year = int(given["year"]) + (2000 if len(given["year"]) == 2 else 0)
    month = MONTH_BY_NAME[given["name"]] if given.get("name") else int(given["month"])
    result = dt.date(year, month, int(given["day"]))
    if given.get("weekday") and _WEEKDAY_BY_NAME[given["weekday"]] != result.weekday():
        raise ValueError(text)
    return result
