"""Why an element goes back to whoever put it forward."""

from django import forms
from django.utils.translation import gettext_lazy

from maps.models import LONGEST_REASON


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Wat moet er beter?"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 2})
    )
