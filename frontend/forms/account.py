"""Forms of accounts: one's own page, and django-allauth's log-in in our words."""

from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class AccountForm(forms.Form):
    name = forms.CharField(label=_("Naam"), max_length=120, required=False)
    language = forms.ChoiceField(label=_("Taal"), choices=settings.LANGUAGES)


class LoginForm(AllauthLoginForm):
    """The page has its own link for a forgotten password."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["login"].label = _("E-mailadres")
        self.fields["password"].help_text = ""
