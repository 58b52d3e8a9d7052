"""Booking weeks of a service."""

import datetime as dt
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from frontend.components import figures
from frontend.components.form_fields import AmountInField
from listings.capacity.weeks import Week
from listings.enums import ListingKind
from listings.models import Listing
from materials.enums import Unit
from materials.units import unit_words


class BoundSupply(forms.BoundField):
    """Beside it stands a hidden field of the same name with "_id": what was chosen from the list."""

    @property
    def chosen(self) -> forms.BoundField:
        return self.form[f"{self.name}_id"]


class SupplyField(forms.ModelChoiceField):  # type: ignore[type-arg] # Django lends it no brackets at run time
    """A supply by its number, by the address of its page, or by its whole title.

    The page offers what the route `source` of the API finds when it is asked so, read as `shape` says
    (frontend/src/behaviour/choices.ts).
    """

    def __init__(self, *args: Any, source: str, asked: str, shape: str, **more: Any) -> None:
        self.source, self.asked, self.shape = source, asked, shape
        widget = forms.TextInput(attrs={"class": "input", "autocomplete": "off"})
        super().__init__(*args, widget=widget, template_name="capacity/supply_field.html", **more)

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> BoundSupply:
        return BoundSupply(form, self, field_name)

    def to_python(self, value: Any) -> Listing | None:
        text = str(value or "").strip()
        address = re.search(r"/zoekertje/(\d+)", text)
        if address or text.isdecimal() or not text:
            return super().to_python(address[1] if address else text)
        assert self.queryset is not None  # a form's field gets one
        titled = list(self.queryset.filter(title__iexact=text).order_by("pk")[:2])
        if len(titled) != 1:
            raise ValidationError(self.error_messages["unclear" if titled else "invalid_choice"])
        return titled[0]


def chosen_field() -> forms.IntegerField:
    """What was chosen from the list: it counts before what the words alone would say."""
    fill = forms.HiddenInput(attrs={"data-fill": "id"})
    return forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=fill)


def take_chosen(form: forms.Form, name: str) -> int | None:
    """Put what was chosen in place of what was typed."""
    chosen: int | None = form.cleaned_data[f"{name}_id"]
    field = form.fields[name]
    assert isinstance(field, SupplyField)
    if chosen and form.data.get(name):
        form.errors.pop(name, None)
        try:
            form.cleaned_data[name] = field.to_python(chosen)
        except ValidationError as error:
            form.add_error(name, error)
    return chosen


class BookingForm(forms.Form):
    """Only weeks with room can be chosen; the service checks again what is free by then."""

    supply = SupplyField(
        label=_("Voor welk aanbod"),
        queryset=Listing.objects.public().of_kind(ListingKind.SUPPLY),
        required=False,
        source="api-search",
        asked="kind=supply",
        shape="listings",
        help_text=_("Typ enkele woorden en kies, of plak het adres van zijn pagina."),
        error_messages={
            "invalid_choice": _("Dit aanbod bestaat niet of is niet openbaar."),
            "unclear": _("Meer dan één aanbod heet zo. Kies het uit de lijst, of plak het adres van zijn pagina."),
        },
    )
    supply_id = chosen_field()
    weeks = forms.TypedMultipleChoiceField(
        label=_("Weken"),
        coerce=dt.date.fromisoformat,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("We verdelen over de weken die je kiest; de eerste loopt eerst vol."),
        error_messages={"required": _("Kies minstens één week.")},
    )
    quantity = AmountInField("", label=_("Hoeveel in totaal"), max_digits=12, decimal_places=3)
    note = forms.CharField(label=_("Nota"), max_length=200, required=False)

    def __init__(self, data: Any = None, *, weeks: list[Week], unit: str, **more: Any) -> None:
        super().__init__(data, **more)
        field = self.fields["weeks"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = week_choices(weeks, unit)
        amount = self.fields["quantity"]
        assert isinstance(amount, AmountInField)
        if unit:
            amount.unit = unit
            amount.label = _("Hoeveel in totaal (%(unit)s)") % {"unit": unit_words(unit, 2)}

    def clean_supply_id(self) -> int | None:
        return take_chosen(self, "supply")


def week_choices(weeks: Iterable[Week], unit: str) -> list[tuple[str, str]]:
    """The weeks with room, each with how much."""
    return [
        (
            week.start.isoformat(),
            _("%(day)s (%(free)s vrij)")
            % {"day": figures.short_day(week.start), "free": figures.stored_amount(week.free, unit)},
        )
        for week in weeks
        if week.is_open and week.free and unit
    ]


def known_of(supply: Listing, weeks: list[Week], unit: str) -> dict[str, Any]:
    """What the form can say beforehand of a supply: its amount in the service's unit, and the first weeks for that."""
    known: dict[str, Any] = {"supply": str(supply), "supply_id": supply.pk}
    amount = _amount_in(supply, unit)
    if amount is None:
        return known
    chosen, left = list[str](), amount
    for week in weeks:
        if week.is_open and week.free and left > 0:
            chosen.append(week.start.isoformat())
            left -= min(week.free, left)
    return known | {"weeks": chosen, "quantity": figures.number(amount - left, 3) if chosen else ""}


def _amount_in(supply: Listing, unit: str) -> Decimal | None:
    """What is free of a supply in a unit, or by its mass where that is one of mass; None where they don't compare."""
    if not unit or supply.free_quantity is None or not supply.unit:
        return None
    wanted, own = Unit(unit), Unit(supply.unit)
    if own.dimension == wanted.dimension:
        return round(supply.free_quantity * Decimal(own.factor) / Decimal(wanted.factor), 3)
    if wanted.dimension == Unit.KG.dimension and supply.free_mass_kg is not None:
        return round(Decimal(supply.free_mass_kg) / Decimal(wanted.factor), 3)
    return None
