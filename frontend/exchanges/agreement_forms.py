"""What people fill in for a standing agreement: when they ask for one, and at each step after that."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from exchanges.agreements.checks import has_its_unit
from exchanges.agreements.dates import Date
from exchanges.agreements.sweep import first_day_after
from exchanges.agreements.terms import TERMS, Terms
from exchanges.enums import Rhythm
from exchanges.models import LONGEST_KEY, LONGEST_PLACE, LONGEST_REASON, LONGEST_REMARK, StandingAgreement
from frontend.components.form_fields import AmountInField, DateField
from frontend.exchanges.asking import Askers, ask_for_whom, behalf_field
from listings.balances.free import goes_whole, quantity_of, unit_of
from materials.units import unit_words

#: How often, as most people mean it; the API knows every number.
_OFTEN = ((Rhythm.WEEKS, (1, 2, 3, 4)), (Rhythm.MONTHS, (1, 2, 3, 6)))


def often_words(rhythm: str, every: int) -> str:
    """ "elke week", "om de 2 weken", "elke maand", "om de 3 maanden"."""
    if rhythm == Rhythm.WEEKS:
        return _("elke week") if every == 1 else _("om de %(n)d weken") % {"n": every}
    return _("elke maand") if every == 1 else _("om de %(n)d maanden") % {"n": every}


def _text(label: Any, longest: int, *, required: bool) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3, "class": "input"})
    return forms.CharField(label=label, max_length=longest, required=required, widget=widget)


class TermsFields(forms.Form):
    """How much, how often, from when to when, at which hours and where."""

    def add_terms(self, unit: str, *, whole: bool, more_often: tuple[str, int] | None = None) -> None:
        label = _("Hoeveel per levering (%(unit)s)") % {"unit": unit_words(unit, 2)}
        self.fields["quantity"] = AmountInField(unit, label=label, max_digits=14, decimal_places=3)
        if whole:
            self.fields["quantity"].widget.attrs["readonly"] = True
        choices = [(rhythm, every) for rhythm, numbers in _OFTEN for every in numbers]
        if more_often is not None and more_often not in choices:
            choices.append((Rhythm(more_often[0]), more_often[1]))
        named = [(f"{rhythm}-{every}", often_words(rhythm, every)) for rhythm, every in choices]
        self.fields["often"] = forms.ChoiceField(label=_("Hoe vaak"), choices=named)
        self.fields["starts_on"] = DateField(label=_("Eerste levering"))
        self.fields["ends_on"] = DateField(label=_("Tot en met"), required=False)
        self.fields["ends_on"].help_text = _("Leeg: tot een van jullie stopt.")
        for name, words in (("from_time", _("Van")), ("to_time", _("Tot"))):
            widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
            self.fields[name] = forms.TimeField(label=words, required=False, widget=widget)
        self.fields["place"] = forms.CharField(
            label=_("Waar en hoe"), max_length=LONGEST_PLACE, required=False,
            help_text=_("Bijvoorbeeld: aan de achterpoort, wij brengen lege bakken mee."),
        )  # fmt: skip

    @property
    def times(self) -> list[forms.BoundField]:
        return [self["from_time"], self["to_time"]]

    def terms(self) -> Terms:
        given = self.cleaned_data
        rhythm, _dash, every = given["often"].partition("-")
        return Terms(
            quantity=given["quantity"], rhythm=rhythm, every=int(every), starts_on=given["starts_on"],
            ends_on=given["ends_on"], from_time=given["from_time"], to_time=given["to_time"], place=given["place"],
        )  # fmt: skip


def known_quantity(agreement: StandingAgreement, quantity: Decimal) -> Decimal | None:
    """What a form says beforehand where `quantity` stands: of what goes whole all that there is now, and nothing where
    it stands in a unit that the listing doesn't count in any more.
    """
    if goes_whole(agreement.listing):
        return quantity_of(agreement.listing)
    return quantity if has_its_unit(agreement) else None


class AgreementForm(TermsFields):
    key = forms.CharField(max_length=LONGEST_KEY, widget=forms.HiddenInput)

    def __init__(self, *args: Any, unit: str, who: Askers, whole: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        self.add_terms(unit, whole=whole)
        self.fields["remark"] = _text(_("Bericht"), LONGEST_REMARK, required=False)
        ask_for_whom(self, who)

    @property
    def rest(self) -> list[forms.BoundField]:
        """What comes after the hours, which stand beside each other."""
        names = ("place", "remark", "organisation", "behalf_note")
        return [self[name] for name in names if name in self.fields]


class AgreementStepForm(TermsFields):
    """Of a step that asks nothing. `version` is what the person saw, `key` makes a double click one step."""

    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    key = forms.CharField(max_length=LONGEST_KEY, widget=forms.HiddenInput)
    side = forms.CharField(max_length=10, required=False, widget=forms.HiddenInput)
    #: Whether it asks all terms, which the page sets out together.
    asks_terms = False

    def __init__(
        self, *args: Any, agreement: StandingAgreement, date: Date | None = None, on_behalf: bool = False, **more: Any
    ) -> None:
        self.agreement, self.date = agreement, date
        super().__init__(*args, **more)
        self.add_fields()
        if on_behalf:
            self.fields["behalf_note"] = behalf_field()

    def add_fields(self) -> None:
        """Fields that depend on the agreement."""

    def given(self) -> dict[str, Any]:
        """What the service gets of it."""
        return {"seen_version": self.cleaned_data["version"], "key": self.cleaned_data["key"],
                "side": self.cleaned_data["side"],
                "behalf_note": self.cleaned_data.get("behalf_note", "")} | self.told()  # fmt: skip

    def told(self) -> dict[str, Any]:
        """What the step itself asks."""
        return {}


class AgreementReasonForm(AgreementStepForm):
    def add_fields(self) -> None:
        self.fields["reason"] = _text(_("Waarom"), LONGEST_REASON, required=True)

    def told(self) -> dict[str, Any]:
        return {"reason": self.cleaned_data["reason"]}


class CounterAgreementForm(AgreementStepForm):
    """Other terms, beginning with those that stand."""

    asks_terms = True

    def add_fields(self) -> None:
        one = self.agreement
        self.add_terms(unit_of(one.listing), whole=goes_whole(one.listing), more_often=(one.rhythm, one.every))
        known = {name: getattr(one, name) for name in TERMS} | {"quantity": known_quantity(one, one.quantity)}
        self.initial = {**known, "often": f"{one.rhythm}-{one.every}", "starts_on": self.first_day(), **self.initial}
        self.fields["reason"] = _text(_("Toelichting"), LONGEST_REASON, required=False)

    def first_day(self) -> dt.date | None:
        """From when the terms hold, where nobody chooses another day."""
        return self.agreement.starts_on

    @property
    def rest(self) -> list[forms.BoundField]:
        return [self[name] for name in ("place", "reason", "behalf_note") if name in self.fields]

    def told(self) -> dict[str, Any]:
        return {"terms": self.terms(), "reason": self.cleaned_data["reason"]}


class ChangeAgreementForm(CounterAgreementForm):
    """Of what runs: for all that follows from a date on."""

    def add_fields(self) -> None:
        super().add_fields()
        self.fields["starts_on"].label = _("Vanaf welke levering")

    def first_day(self) -> dt.date | None:
        return first_day_after(self.agreement, timezone.now())


class DeliveryForm(AgreementStepForm):
    """About one date."""

    due_on = forms.DateField(widget=forms.HiddenInput, input_formats=["%Y-%m-%d"])

    def told(self) -> dict[str, Any]:
        return {"due_on": self.cleaned_data["due_on"]}


class SkipDeliveryForm(DeliveryForm):
    def add_fields(self) -> None:
        self.fields["reason"] = _text(_("Waarom"), LONGEST_REASON, required=True)

    def told(self) -> dict[str, Any]:
        return super().told() | {"reason": self.cleaned_data["reason"]}


class ChangeDeliveryForm(DeliveryForm):
    def add_fields(self) -> None:
        unit = self.agreement.unit
        label = _("Hoeveel (%(unit)s)") % {"unit": unit_words(unit, 2)}
        self.fields["quantity"] = AmountInField(unit, label=label, max_digits=14, decimal_places=3)
        if goes_whole(self.agreement.listing):
            self.fields["quantity"].widget.attrs["readonly"] = True
        self.fields["on"] = DateField(label=_("Op welke dag"))
        self.fields["reason"] = _text(_("Toelichting"), LONGEST_REASON, required=False)
        if self.date is not None:
            quantity = known_quantity(self.agreement, self.date.quantity)
            self.initial = {"quantity": quantity, "on": self.date.on, **self.initial}

    def told(self) -> dict[str, Any]:
        return super().told() | {name: self.cleaned_data[name] for name in ("quantity", "on", "reason")}


#: By the step; those that aren't here ask nothing.
FORMS: Mapping[str, type[AgreementStepForm]] = {
    "counter": CounterAgreementForm,
    "decline": AgreementReasonForm,
    "change": ChangeAgreementForm,
    "decline_change": AgreementReasonForm,
    "pause": AgreementReasonForm,
    "end": AgreementReasonForm,
    "skip_delivery": SkipDeliveryForm,
    "change_delivery": ChangeDeliveryForm,
}
