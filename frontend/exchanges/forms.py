"""What people fill in when they ask for something, and at each step after that."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from exchanges.checks import MOST_TIMES, first_day_in_week, moment, unknown_time_words
from exchanges.enums import CarrierExemption, Vehicle, WeightMethod
from exchanges.models import (
    LONGEST_CARRIER,
    LONGEST_MESSAGE,
    LONGEST_NOTE,
    LONGEST_REASON,
    LONGEST_REGISTRATION,
    Carrier,
    ExchangeLeg,
)
from frontend.components.form_fields import AmountInField, BelgianDecimalField, DateField
from frontend.components.photo_fields import PhotoField
from frontend.exchanges.asking import Askers, ask_for_whom, behalf_field
from listings.balances.free import goes_whole
from materials.units import unit_words

_TIME = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


def _quantity(unit: str, **more: Any) -> AmountInField:
    words = {"unit": unit_words(unit, 2)}
    return AmountInField(unit, label=_("Hoeveel (%(unit)s)") % words, max_digits=14, decimal_places=3, **more)


def _text(label: Any, longest: int, *, required: bool, rows: int = 3) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "class": "input"})
    return forms.CharField(label=label, max_length=longest, required=required, widget=widget)


def _sure(label: Any) -> forms.BooleanField:
    """Shown once what is said is unlikely."""
    return forms.BooleanField(label=label, required=False, widget=forms.HiddenInput)


class RequestForm(forms.Form):
    """The amount is filled in with what is free; who has one organisation isn't asked for which. Of a stream the day
    says which week or month (`by_day`).
    """

    key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    matched = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    plan = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, unit: str, who: Askers, whole: bool, by_day: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["quantity"] = _quantity(unit)
        if whole:
            self.fields["quantity"].widget.attrs["readonly"] = True
        self.fields["wanted_on"] = DateField(label=_("Wanneer zou je willen"), required=by_day)
        self.fields["message"] = _text(_("Bericht"), LONGEST_MESSAGE, required=False)
        ask_for_whom(self, who)


class StepForm(forms.Form):
    """Of a step that asks nothing. `version` is what the person saw, `key` makes a double click one step."""

    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    side = forms.CharField(max_length=10, required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, files: Any = None, *, leg: ExchangeLeg, on_behalf: bool = False, **more: Any
    ) -> None:
        self.leg, self.on_behalf = leg, on_behalf
        super().__init__(data, files, **more)
        self.add_fields()
        if on_behalf:
            self.fields["behalf_note"] = behalf_field()

    def add_fields(self) -> None:
        """Fields that depend on the leg."""

    def ask_whether_sure(self) -> None:
        """Where what is said was refused as unlikely, whoever is sure may say so."""
        errors = [error for found in self.errors.as_data().values() for error in found]
        if "sure" in self.fields and any(error.code == "unlikely" for error in errors):
            self.fields["sure"].widget = forms.CheckboxInput()

    def given(self) -> dict[str, Any]:
        """What the service gets of it."""
        return {"seen_version": self.cleaned_data["version"], "key": self.cleaned_data["key"],
                "side": self.cleaned_data["side"],
                "behalf_note": self.cleaned_data.get("behalf_note", "")} | self.told()  # fmt: skip

    def told(self) -> dict[str, Any]:
        """What the step itself asks."""
        return {}


class ReasonForm(StepForm):
    def add_fields(self) -> None:
        self.fields["reason"] = _text(_("Waarom"), LONGEST_REASON, required=True)

    def told(self) -> dict[str, Any]:
        return {"reason": self.cleaned_data["reason"]}


class TellForm(StepForm):
    """Of a step that stands without a reason, and that its author may explain."""

    def add_fields(self) -> None:
        self.fields["reason"] = _text(_("Toelichting"), LONGEST_REASON, required=False)

    def told(self) -> dict[str, Any]:
        return {"reason": self.cleaned_data["reason"]}


class CounterForm(StepForm):
    def add_fields(self) -> None:
        self.fields["quantity"] = _quantity(self.leg.unit, initial=self.leg.quantity)
        self.fields["wanted_on"] = DateField(label=_("Wanneer"), required=False, initial=self.leg.wanted_on)
        self.fields["reason"] = _text(_("Toelichting"), LONGEST_REASON, required=False)

    def told(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("quantity", "wanted_on", "reason")}


class TimesForm(StepForm):
    """Up to three times: the first is asked, the others may stay empty."""

    def add_fields(self) -> None:
        for number in range(1, MOST_TIMES + 1):
            first = number == 1
            day = first_day_in_week(self.leg.exchange, timezone.localdate()) if first else None
            self.fields[f"day_{number}"] = DateField(label=_("Dag"), required=first, initial=day)
            for name, label, initial in (("from", _("Van"), dt.time(9)), ("to", _("Tot"), dt.time(11))):
                self.fields[f"{name}_{number}"] = forms.TimeField(
                    label=label, required=first, widget=_TIME, initial=initial
                )
        self.fields["sure"] = _sure(_("Ja, ik weet dat, en kies dit toch"))

    @property
    def rows(self) -> list[list[forms.BoundField]]:
        return [[self[f"{name}_{number}"] for name in ("day", "from", "to")] for number in range(1, MOST_TIMES + 1)]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        given["times"] = []
        for number in range(1, MOST_TIMES + 1):
            day, start, end = (given.get(f"{name}_{number}") for name in ("day", "from", "to"))
            if day is None:
                continue
            if start is None or end is None:
                self.add_error(f"day_{number}", _("Geef ook van wanneer tot wanneer."))
                continue
            try:
                given["times"].append((moment(day, start), moment(day, end)))
            except ValidationError as error:
                self.add_error(f"day_{number}", error.messages)
        return given

    def told(self) -> dict[str, Any]:
        return {"times": self.cleaned_data["times"], "sure": self.cleaned_data["sure"]}


class ConfirmTimeForm(StepForm):
    appointment = forms.IntegerField(min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)

    def add_fields(self) -> None:
        self.fields["sure"] = _sure(_("Ja, ik weet dat, en kies dit toch"))

    def told(self) -> dict[str, Any]:
        chosen = self.leg.appointments.filter(pk=self.cleaned_data["appointment"]).first()
        return {"appointment": chosen, "sure": self.cleaned_data["sure"]}

    def clean_appointment(self) -> int:
        chosen: int = self.cleaned_data["appointment"]
        if not self.leg.appointments.filter(pk=chosen).exists():
            raise ValidationError(unknown_time_words(self.leg))
        return chosen


class CarrierForm(StepForm):
    """Of waste: who carries it, and their number or why they need none."""

    def add_fields(self) -> None:
        said = Carrier.objects.filter(leg=self.leg).first() or Carrier()
        self.fields["name"] = forms.CharField(
            label=_("Wie vervoert het?"), max_length=LONGEST_CARRIER, initial=said.name
        )
        self.fields["registration"] = forms.CharField(
            label=_("Registratienummer bij OVAM (vervoerder of IHM)"), max_length=LONGEST_REGISTRATION, required=False,
            initial=said.registration,
        )  # fmt: skip
        self.fields["exemption"] = forms.ChoiceField(
            label=_("Of waarom is er geen nodig?"), choices=[("", "–"), *CarrierExemption.choices], required=False,
            initial=said.exemption,
        )  # fmt: skip

    def told(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("name", "registration", "exemption")}


class WeightForm(StepForm):
    def add_fields(self) -> None:
        if not goes_whole(self.leg.listing):
            self.fields["quantity"] = _quantity(self.leg.unit, initial=self._initial_quantity())
        self.fields["method"] = forms.ChoiceField(
            label=_("Hoe gemeten"), choices=WeightMethod.choices, widget=forms.RadioSelect, initial="weighed"
        )
        self.fields["kg"] = BelgianDecimalField(
            label=_("Gewicht (kg)"), max_digits=12, decimal_places=3, required=False,
            help_text=_("Leeg mag alleen als je telde: dan rekenen we met wat één stuk weegt, als we dat weten."),
        )  # fmt: skip
        self.fields["vehicle"] = forms.ChoiceField(
            label=_("Vervoerd met"), choices=[("", "–"), *Vehicle.choices], required=False
        )
        self.fields["sure"] = _sure(_("Ja, dit klopt"))
        self.fields["slip"] = PhotoField(label=_("Foto van de weegbon"), required=False)

    def _initial_quantity(self) -> Decimal:
        return self.leg.quantity

    def told(self) -> dict[str, Any]:
        told = {name: self.cleaned_data.get(name) for name in ("quantity", "method", "kg", "vehicle", "sure")}
        return told | {"slip": self.cleaned_data["slip"] or b""}


class SettleForm(WeightForm):
    def add_fields(self) -> None:
        super().add_fields()
        del self.fields["slip"]
        self.fields["reason"] = _text(_("Waarom"), LONGEST_REASON, required=True)

    def told(self) -> dict[str, Any]:
        told = {
            name: self.cleaned_data.get(name) for name in ("quantity", "method", "kg", "vehicle", "sure", "reason")
        }
        return told | {"quantity": told["quantity"] or self.leg.quantity}


class NoteForm(forms.Form):
    """What the people of a hub keep for themselves."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["text"] = _text(_("Notitie"), LONGEST_NOTE, required=True)


class HoursForm(forms.Form):
    """For a maatwerkbedrijf: how long it worked on what it gave or got. Staff of a hub say who of it asked them."""

    organisation = forms.IntegerField(min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    hours = BelgianDecimalField(label=_("Gepresteerde uren"), max_digits=7, decimal_places=2, min_value=0)

    def __init__(self, *args: Any, on_behalf: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        if on_behalf:
            self.fields["behalf_note"] = behalf_field()


#: By the step; those that aren't here ask nothing.
FORMS: Mapping[str, type[StepForm]] = {
    "counter": CounterForm,
    "decline": ReasonForm,
    "propose_times": TimesForm,
    "confirm_time": ConfirmTimeForm,
    "state_carrier": CarrierForm,
    "cancel": ReasonForm,
    "state_weight": WeightForm,
    "report_no_show": TellForm,
    "contest_no_show": ReasonForm,
    "dispute": ReasonForm,
    "settle": SettleForm,
    "settle_cancelled": ReasonForm,
    "uphold_no_show": ReasonForm,
}
