"""What people fill in when they ask a hub something."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from exchanges.models import LONGEST_MESSAGE, LONGEST_SUBJECT
from frontend.components.photo_fields import PhotosField
from geo.gazetteer import Found, recognise, why_not_sure


class AskForm(forms.Form):
    """`asks_place` where nothing else says which hub it is for. Who has one organisation isn't asked for which."""

    key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, organisations: list[Organisation], asks_place: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        self.found: Found | None = None
        if asks_place:
            self.fields["place"] = forms.CharField(
                label=_("Waar gaat het over"), max_length=200, help_text=_("Gemeente of postcode.")
            )
        self.fields["subject"] = forms.CharField(label=_("Onderwerp"), max_length=LONGEST_SUBJECT)
        self.fields["text"] = forms.CharField(
            label=_("Je vraag"), max_length=LONGEST_MESSAGE, widget=forms.Textarea(attrs={"rows": 6, "class": "input"})
        )
        self.fields["photos"] = PhotosField(label=_("Foto's"), required=False)
        if len(organisations) > 1:
            choices = [("", _("Voor mezelf")), *((one.pk, one.name) for one in organisations)]
            self.fields["organisation"] = forms.TypedChoiceField(
                label=_("Voor wie"), choices=choices, coerce=int, empty_value=None, required=False
            )

    def clean_place(self) -> str:
        """A place that isn't known for sure is asked again, with those that may have been meant."""
        given: str = self.cleaned_data["place"]
        self.found = recognise(given)
        if self.found is None:
            raise ValidationError(why_not_sure(given))
        return given
