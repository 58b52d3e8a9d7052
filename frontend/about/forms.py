"""The form of the page of components."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SpecimenForm(forms.Form):
    """Fields in each state."""

    text = forms.CharField(label=_("Gewoon veld"), help_text=_("Met een woord uitleg."))
    optional = forms.CharField(label=_("Veld dat leeg mag"), required=False)
    choice = forms.ChoiceField(label=_("Keuze"), choices=[("a", _("gebruikt")), ("b", _("nieuw"))])
    radio = forms.ChoiceField(
        label=_("Eén van"),
        choices=[("a", _("gratis")), ("b", _("vaste prijs"))],
        widget=forms.RadioSelect,
    )
    wrong = forms.IntegerField(label=_("Veld met een fout"))
    off = forms.CharField(label=_("Veld dat nu niet kan"), disabled=True, required=False)
