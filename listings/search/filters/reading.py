"""An address's parameters, read one by one. Every refusal says what would do instead."""

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.points import point_from

T = TypeVar("T")
#: No number of an address is further from zero: the database holds none that is.
LARGEST_NUMBER = 10**9
#: Numbers as programs write them. Python would read "1_000" and the digits of other scripts too.
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?")


class Given:
    """The parameters of an address, with what they ask for in `values`, and what is wrong with each in `errors`.

    `values` go by the names of SearchParameters' fields, `errors` by those of the address.
    """

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts
        self.values: dict[str, Any] = {}
        self.errors: dict[str, str] = {}

    def has(self, *names: str) -> bool:
        """Whether one of these parameters is given, right or wrong. An empty one isn't."""
        return any(self.texts.get(name, "").strip() for name in names)

    def is_wrong(self, *names: str) -> bool:
        return any(name in self.errors for name in names)

    def read(self, name: str, parse: Callable[[str], T]) -> T | None:
        """What a parameter says; None where it isn't given, or is wrong. `parse` raises ValidationError."""
        text = self.texts.get(name, "").strip()
        if not text:
            return None
        if "\x00" in text:
            self.errors[name] = _("Deze tekst bevat een teken dat niet te bewaren is. Haal het weg.")
            return None
        try:
            return parse(text)
        except ValidationError as error:
            self.errors[name] = " ".join(error.messages)
            return None

    def read_point(self, lat_name: str, lon_name: str) -> Point | None:
        """The point that two parameters give together; None where neither is given, or one is wrong."""
        lat, lon = self.read(lat_name, number), self.read(lon_name, number)
        if self.is_wrong(lat_name, lon_name) or (lat is None and lon is None):
            return None
        if lat is None or lon is None:
            self.errors[lat_name if lat is None else lon_name] = _("Een punt heeft lat en lon allebei nodig.")
            return None
        try:
            return point_from(lat=lat, lon=lon)
        except ValidationError as error:
            names = {"lat": lat_name, "lon": lon_name}
            for field, messages in _by_field(error).items():
                self.errors[names.get(field, field)] = " ".join(messages)
            return None


def _by_field(error: ValidationError) -> dict[str, list[str]]:
    return error.message_dict if hasattr(error, "error_dict") else {"lat": error.messages}


def number(text: str) -> float:
    if not _NUMBER.fullmatch(text):
        raise ValidationError(_no_number(text))
    found = float(text)
    if not math.isfinite(found):
        raise ValidationError(_("“%(text)s” is geen eindig getal.") % {"text": text[:40]})
    return found


def decimal(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise ValidationError(_no_number(text))
    found = Decimal(text)
    if not -LARGEST_NUMBER <= found <= LARGEST_NUMBER:
        raise ValidationError(_("Geef een getal tot een miljard."))
    # Finer than any stored number; a millionth of a millionth is more than the database can read.
    return round(found, 6)


def _no_number(text: str) -> str:
    """A comma is no point here: in 1,250 nobody knows which of both it is."""
    return _("“%(text)s” is geen getal. Schrijf decimalen na een punt, zoals 2.5.") % {"text": text[:40]}


def date(text: str) -> dt.date:
    if text == "today":
        return timezone.localdate()
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ValidationError(_("Schrijf een datum als 2026-12-31.")) from None


def one_of(choices: Mapping[str, T], text: str) -> T:
    """What a word of a closed list stands for."""
    if text not in choices:
        raise ValidationError(
            _("“%(text)s” ken ik niet. Kies uit: %(known)s.") % {"text": text[:40], "known": ", ".join(choices)}
        )
    return choices[text]
