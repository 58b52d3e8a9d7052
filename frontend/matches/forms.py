"""Saying that a match isn't for oneself, and why."""

from django import forms
from django.utils.translation import gettext_lazy as _

from listings.models import Listing
from matching.models import DismissalReason


class DismissalForm(forms.Form):
    """The service says which matches may be dismissed, and when words are needed."""

    other = forms.ModelChoiceField(Listing.objects.public())
    reason = forms.ChoiceField(
        choices=DismissalReason.choices, error_messages={"required": _("Kies waarom dit niets voor jou is.")}
    )
    words = forms.CharField(max_length=200, required=False)


class ShowAgainForm(forms.Form):
    """Which listing one does want to see: one that is no longer public can be taken back too."""

    other = forms.IntegerField(min_value=1, max_value=2**63 - 1)
