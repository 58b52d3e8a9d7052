"""Booking a week of a service."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.components import figures
from frontend.components.form_fields import BelgianDecimalField
from listings.capacity.weeks import Week
from listings.enums import ListingKind
from listings.models import Listing
from materials.units import unit_words


class SupplyField(forms.ModelChoiceField):  # type: ignore[type-arg] # Django lends it no brackets at run time
    """A supply by its number, or by the address of its page."""

    def to_python(self, value: Any) -> Listing | None:
        address = re.search(r"/zoekertje/(\d+)", str(value))
        return super().to_python(address[1] if address else value)


class BookingForm(forms.Form):
    """Only weeks with room can be chosen; the service checks again what is free by then."""

    week_start = forms.TypedChoiceField(label=_("Week"), coerce=str)
    quantity = BelgianDecimalField(label=_("Hoeveel"), max_digits=12, decimal_places=3)
    supply = SupplyField(
        label=_("Nummer van het aanbod"),
        queryset=Listing.objects.of_kind(ListingKind.SUPPLY),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("Het getal in het adres van zijn pagina, of dat adres zelf."),
        error_messages={"invalid_choice": _("Dit aanbod bestaat niet of is niet openbaar.")},
    )
    note = forms.CharField(label=_("Nota"), max_length=200, required=False)

    def __init__(self, data: Any = None, *, weeks: list[Week], unit: str, **more: Any) -> None:
        super().__init__(data, **more)
        field = self.fields["week_start"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [
            (week.start.isoformat(), f"{figures.short_day(week.start)} ({figures.stored_amount(week.free, unit)})")
            for week in weeks
            if week.is_open and week.free and unit
        ]
        if unit:
            self.fields["quantity"].label = _("Hoeveel (%(unit)s)") % {"unit": unit_words(unit, 2)}
