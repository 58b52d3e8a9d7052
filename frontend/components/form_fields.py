"""Form fields and the way every field is drawn."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.utils.formats import get_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Site
from listings.amounts import Amount, amount
from listings.days import day
from listings.numbers import BELGIAN, UNSURE, Marks, euros, number, whole
from materials.enums import Unit


class Renderer(TemplatesSetting):
    """Label, help, control and error, as components/field.html draws them."""

    field_template_name = "components/field.html"


def readers_marks() -> Marks:
    """What a point and a comma mean to the reader. Who reads English may have either habit: "1.250" is asked about."""
    return UNSURE if get_language() == "en" else BELGIAN


class BelgianDecimalField(forms.DecimalField):
    """A number as Belgians write it: "1.250,5" is one thousand two hundred fifty and a half.

    Who reads English is asked which of two numbers "1.250" is.
    """

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override] # the stubs take every number for an int
        text = "" if value in self.empty_values else str(value).strip()
        return self.read(text) if text else None

    def read(self, text: str) -> Decimal:
        return number(text, readers_marks())

    def prepare_value(self, value: Any) -> Any:
        return as_reader_types(value) if isinstance(value, Decimal) else value


def as_reader_types(value: Decimal) -> str:
    """A stored number as the reader would type it: read again, it is the same.

    Where "1.125" would be asked about it becomes "1.1250", as no thousand is grouped.
    """
    whole, _point, decimals = f"{value.normalize():f}".partition(".")
    if len(decimals) == 3 and readers_marks() is UNSURE:
        decimals += "0"
    return f"{whole}{get_format('DECIMAL_SEPARATOR')}{decimals}" if decimals else whole


class AmountField(BelgianDecimalField):
    """A number, with its unit where one is typed behind it: "20", "20 st.", "500 kg". Cleans to an Amount.

    What that makes in the unit that is chosen beside it, the form says (settle_unit).
    """

    def to_python(self, value: Any) -> Amount | None:  # type: ignore[override]
        text = "" if value in self.empty_values else str(value).strip()
        return amount(text, readers_marks()) if text else None

    def validate(self, value: Any) -> None:
        super().validate(value.number if isinstance(value, Amount) else value)

    def run_validators(self, value: Any) -> None:
        super().run_validators(value.number if isinstance(value, Amount) else value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            given = self.to_python(data)
        except ValidationError:
            return True
        return given != (None if initial is None else Amount(initial))


class AmountInField(BelgianDecimalField):
    """An amount in a unit that is given: "20", "20 st.", or what converts to it. With unit "" only a plain number is
    taken.
    """

    def __init__(self, unit: str, **more: Any) -> None:
        self.unit = unit
        super().__init__(**more)

    def read(self, text: str) -> Decimal:
        given = amount(text, readers_marks())
        return given.in_unit(Unit(self.unit)) if self.unit else super().read(text)


def settle_unit(form: forms.Form, name: str, unit_name: str) -> None:
    """Turn an amount typed with a unit into a number in the chosen unit. Where none is chosen, the typed unit is.

    Adds an error to the form where the two don't convert.
    """
    cleaned = form.cleaned_data
    given = cleaned.get(name)
    if given is None:
        return
    if given.unit and unit_name in form.errors:
        # What it is an amount of waits for a unit that fits.
        del cleaned[name]
        return
    if given.unit and not cleaned[unit_name]:
        cleaned[unit_name] = given.unit.value
        # The page shows what was chosen by that.
        shown = form.data.copy()  # type: ignore[attr-defined] # a QueryDict, or a dict
        shown[form.add_prefix(unit_name)] = given.unit.value
        form.data = shown
    try:
        cleaned[name] = given.in_unit(Unit(cleaned[unit_name])) if given.unit else given.number
    except ValidationError:
        message = _("Hier staat %(named)s, en als eenheid is %(unit)s gekozen. Kies één van de twee.")
        words = {"named": given.unit.label, "unit": Unit(cleaned[unit_name]).label}
        form.add_error(name, ValidationError(message, params=words))


class EuroField(BelgianDecimalField):
    """An amount of money: "12,50", "€ 12" or "12,-". What a choice has hidden isn't sent (dependents.ts)."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "data-only-shown": True})

    def read(self, text: str) -> Decimal:
        return euros(text, readers_marks())


class WholeField(forms.IntegerField):
    """A number without decimals. The browser's own control gives plain digits; who has none may group them."""

    def to_python(self, value: Any) -> int | None:
        text = "" if value in self.empty_values else str(value).strip()
        return whole(text) if text else None


class DateField(forms.DateField):
    """A day, by the browser's own picker, or as people write it."""

    def __init__(self, **more: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)

    def to_python(self, value: Any) -> dt.date | None:
        text = "" if value in self.empty_values else str(value).strip()
        return day(text) if text else None


class SiteSelect(forms.Select):
    """Each site carries its point, so that the map can go there."""

    def create_option(self, name: str, value: Any, *args: Any, **more: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **more)
        site = getattr(value, "instance", None)
        if isinstance(site, Site):
            option["attrs"] |= {"data-lat": repr(site.location.y), "data-lon": repr(site.location.x)}
        return option


def add_errors(form: forms.Form, error: ValidationError) -> None:
    """Put a service's refusal where it belongs: by its field where the form has that, else above the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)  # type: ignore[arg-type]
