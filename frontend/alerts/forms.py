"""What people fill in about a saved search, and about matches."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alerts.enums import Frequency
from alerts.models import LONGEST_NAME, SavedSearch
from alerts.names import names_of

_NEW = ""


class FrequencyForm(forms.Form):
    frequency = forms.ChoiceField(
        label=_("Hoe vaak wil je een mail?"), choices=Frequency.choices, widget=forms.RadioSelect,
        help_text=_("Tussen 21 en 7 uur sturen we niets."),
    )  # fmt: skip


class SavedSearchForm(FrequencyForm):
    name = forms.CharField(label=_("Naam"), max_length=LONGEST_NAME)
    field_order = ["name", "frequency"]


class NewSearchForm(SavedSearchForm):
    """Who saved searches before may have this one take the place of another."""

    field_order = ["name", "replaces", "frequency"]

    def __init__(self, data: Any = None, *, others: list[SavedSearch], **more: Any) -> None:
        super().__init__(data, **more)
        if others:
            choices = [(_NEW, _("Nieuwe zoekopdracht")), *((str(pk), name) for pk, name in names_of(others).items())]
            self.fields["replaces"] = forms.ChoiceField(label=_("Bewaren als"), choices=choices, required=False)
            self.order_fields(self.field_order)
