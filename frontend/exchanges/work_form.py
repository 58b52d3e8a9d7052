"""What is asked of a service that somebody proposes: in which week, how much work, and why it fits."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from exchanges.models import LONGEST_PROPOSAL
from exchanges.portions import work_of
from exchanges.storage import stores_only
from frontend.capacity.forms import week_choices
from frontend.components.form_fields import AmountInField, add_errors, as_reader_types
from listings.capacity.weeks import Week
from listings.models import Listing
from materials.units import unit_words


class WorkForm(forms.Form):
    """Of a service, with its `weeks`: those with room can be chosen."""

    def __init__(self, *args: Any, service: Listing, weeks: Sequence[Week], **more: Any) -> None:
        super().__init__(*args, **more)
        unit = service.capacity_unit
        label = _work_label(service) % {"unit": unit_words(unit, 2) if unit else ""}
        self.fields["work"] = AmountInField(unit, label=label, max_digits=14, decimal_places=3)
        self.fields["week"] = forms.TypedChoiceField(
            label=_("In welke week het gebracht wordt") if stores_only(service) else _("In welke week"),
            choices=week_choices(weeks, unit),
            coerce=dt.date.fromisoformat,
        )
        text = forms.Textarea(attrs={"rows": 3, "class": "input"})
        self.fields["note"] = forms.CharField(
            label=_("Waarom dit past"), max_length=LONGEST_PROPOSAL, required=False, widget=text
        )
        self.fields["sure"] = forms.BooleanField(
            label=_("Ja, ik weet dat, en ze krijgen het zo"), required=False, widget=forms.HiddenInput
        )

    def add_refusal(self, error: ValidationError) -> None:
        """What a service refused, at its field. Where food would come too late for its best-before date, or the work
        is for more or less than goes there, whoever is sure may say so.
        """
        if hasattr(error, "error_dict") and "week_start" in error.error_dict:
            error.error_dict["week"] = error.error_dict.pop("week_start")
        add_errors(self, error)
        if "sure" in self.errors:
            self.fields["sure"].widget = forms.CheckboxInput()


def _work_label(service: Listing) -> str:
    if stores_only(service):
        return _("Hoeveel plaats in de opslag (%(unit)s)")
    return _("Hoeveel werk voor de dienst (%(unit)s)")


def known_work(supply: Listing, service: Listing, quantity: Decimal, weeks: Sequence[Week]) -> dict[str, Any]:
    """What the form says beforehand of so much of a supply, by the weeks that have room."""
    work = work_of(supply, quantity, service.capacity_unit)
    # The first in which all of it fits; where it fits in none, the first with some room.
    roomy = (week.start for week in weeks if work is not None and (week.free or 0) >= work)
    first = next(roomy, weeks[0].start if weeks else None)
    return {"work": "" if work is None else as_reader_types(work), "week": first.isoformat() if first else ""}
