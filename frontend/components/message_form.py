"""What people fill in to write in a conversation, of an exchange and of a question to a hub alike."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from exchanges.models import LONGEST_MESSAGE
from frontend.components.photo_fields import PhotosField


class MessageForm(forms.Form):
    """`key` makes a double click one message. `side` says for which organisation, where that isn't clear."""

    key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    side = forms.CharField(max_length=10, required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Jouw bericht"), max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 3, "class": "input"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["photos"] = PhotosField(label=_("Foto's"), required=False)
