"""What a feature tells beside its place: where it comes from, what type it has, and how it is asked for."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import F, Func, Q, TextChoices, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Concat, NullIf
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maps.ogc.times import Days

#: Letters of a value that is asked for, at most; longer ones stand nowhere.
LONGEST_VALUE = 1_000
#: Digits of a number that is asked for, at most.
_LONGEST_NUMBER = 40
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d{1,15}", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_ANSWERS = {"true": True, "false": False}


class ToTheMillisecond(Func):
    """A moment as fine as clients keep it.

    GDAL holds milliseconds. pyogrio rounds what is finer, and finds no moment where that makes a whole second.
    """

    template = "date_trunc('milliseconds', %(expressions)s)"


@dataclass(frozen=True)
class Property:
    """A member of `properties`. `value` is what the database reads: an expression, or a path of fields.

    Those that are asked for by a parameter of their name are equal to its value. Lists, and those with `asked` off,
    can't be asked for. `always`: no feature is without a value; without it, null says that there is none.
    """

    name: str
    title: str | Promise
    value: str | Combinable
    type: Literal["string", "integer", "number", "boolean", "array"] = "string"
    format: str = ""
    choices: Sequence[str] = ()
    items: str = "string"
    asked: bool = True
    always: bool = False

    @property
    def expression(self) -> Combinable:
        value = F(self.value) if isinstance(self.value, str) else self.value
        return ToTheMillisecond(value) if self.format == "date-time" else value

    @property
    def is_queryable(self) -> bool:
        return self.asked and self.type != "array"

    @property
    def schema(self) -> dict[str, Any]:
        """As JSON schema says it."""
        described: dict[str, Any] = {"title": str(self.title), "type": self.type}
        if self.type == "array":
            described["items"] = {"type": self.items}
        if self.format:
            described["format"] = self.format
        if self.choices:
            described["enum"] = list(self.choices)
        return described

    def parse(self, text: str) -> Any:
        """The value that a parameter asks for. Raises ValidationError, by the name of the parameter."""
        if self.choices:
            return self._checked(text if text in self.choices else None, self._choose())
        match self.type, self.format:
            case "integer", _format:
                return self._checked(int(text) if _WHOLE.fullmatch(text) else None, _("Geef een geheel getal."))
            case "number", _format:
                fits = len(text) <= _LONGEST_NUMBER and _NUMBER.fullmatch(text) is not None
                return self._checked(Decimal(text) if fits else None, _("Geef een getal, zoals 12.5."))
            case "boolean", _format:
                return self._checked(_ANSWERS.get(text), _("Kies true of false."))
            case _type, "date":
                return self._checked(_date(text), _("Geef een datum als 2026-05-01."))
        fits = len(text) <= LONGEST_VALUE and "\x00" not in text
        return self._checked(text if fits else None, _("Deze tekst is te lang of bevat een teken dat nergens staat."))

    def _choose(self) -> str:
        return _("Kies uit: %(known)s.") % {"known": ", ".join(self.choices)}

    def _checked(self, value: Any, refusal: str) -> Any:
        if value is None:
            raise ValidationError({self.name: refusal})
        return value


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


def asked_values(properties: Sequence[Property], given: Mapping[str, str]) -> dict[str, Any]:
    """The value that is asked for of each queryable property. Raises ValidationError that names all that are wrong."""
    found: dict[str, Any] = {}
    wrong: dict[str, Any] = {}
    for each in properties:
        if each.is_queryable and each.name in given:
            try:
                found[each.name] = each.parse(given[each.name])
            except ValidationError as refused:
                wrong |= refused.error_dict
    if wrong:
        raise ValidationError(wrong)
    return found


def filled(path: str) -> Combinable:
    """A text, or null where it is empty."""
    return NullIf(F(path), Value(""))


def chosen(path: str, choices: type[TextChoices], name: str, title: str | Promise, *, empty: bool = False) -> Property:
    """A property with one of some values. `empty`: where there is none, the column holds an empty text."""
    value = filled(path) if empty else path
    return Property(name, title, value, choices=tuple(choices.values), always=not empty)


def within(days: Days, starts: str, ends: str) -> Q:
    """Whether what is there from one day to another is there on one of some days. An end that isn't known is open."""
    asked = Q()
    if days.last is not None:
        asked &= Q(**{f"{starts}__isnull": True}) | Q(**{f"{starts}__lte": days.last})
    if days.first is not None:
        asked &= Q(**{f"{ends}__isnull": True}) | Q(**{f"{ends}__gte": days.first})
    return asked


def page_property(name: str) -> Property:
    """The address of each row's own page, which stands in the routes under a name and takes the row's number."""
    before, after = (settings.SITE_URL + reverse(name, args=[0])).rsplit("0", 1)
    address = Concat(Value(before), Cast(F("pk"), TextField()), Value(after), output_field=TextField())
    return Property("url", gettext_lazy("bladzijde"), address, format="uri", asked=False, always=True)
