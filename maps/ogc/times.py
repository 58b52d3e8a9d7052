"""`datetime`: the moment or the time that features have to be there."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

_DAY = r"\d{4}-\d{2}-\d{2}"
_DATE = re.compile(_DAY, re.ASCII)
_MOMENT = re.compile(_DAY + r"[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)
_OPEN = ("..", "")


@dataclass(frozen=True)
class Days:
    """From one day to another, both included; None where that end is open."""

    first: dt.date | None
    last: dt.date | None


def days_of(given: Mapping[str, str]) -> Days | None:
    """The days that `datetime` asks; None without it. Raises ValidationError.

    What is stored counts in days, so a moment asks the day that it is in Belgium.
    A day alone is taken too: "2026-05-01" asks all of it.
    """
    if "datetime" not in given:
        return None
    parts = given["datetime"].split("/")
    if len(parts) == 1 and parts[0] not in _OPEN:
        day = _day(parts[0])
        return Days(day, day)
    if len(parts) != 2:
        raise _refused()
    first, last = (None if part in _OPEN else _day(part) for part in parts)
    if first is None and last is None:
        raise ValidationError({"datetime": _("Geef minstens één einde van de periode.")})
    if first is not None and last is not None and first > last:
        raise ValidationError({"datetime": _("De periode eindigt voor ze begint. Wissel begin en einde om.")})
    return Days(first, last)


def _day(text: str) -> dt.date:
    try:
        if _DATE.fullmatch(text):
            return dt.date.fromisoformat(text)
        if _MOMENT.fullmatch(text):
            return timezone.localdate(dt.datetime.fromisoformat(text.upper()))
    except (ValueError, OverflowError):
        # Such as the 31st of June, or the last hour of the year 9999, which in Belgium is in the next.
        raise _refused() from None
    raise _refused()


def _refused() -> ValidationError:
    return ValidationError(
        {
            "datetime": _(
                "Geef een tijdstip als 2026-05-01T00:00:00Z, of een periode als "
                "2026-05-01T00:00:00Z/.. (met .. waar ze open is)."
            )
        }
    )
