"""Forms of accounts: one's own page, and django-allauth's in our words."""

from typing import Any

from allauth.account.forms import AddEmailForm as AllauthAddEmailForm
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import ResetPasswordForm as AllauthResetPasswordForm
from allauth.account.forms import SignupForm as AllauthSignupForm
from django import forms
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from journal.addresses import mailbox


class AccountForm(forms.Form):
    name = forms.CharField(label=_("Naam"), max_length=120, required=False)
    language = forms.ChoiceField(label=_("Taal"), choices=settings.LANGUAGES)


class LoginForm(AllauthLoginForm):
    """The log-in form without the library's own link for a forgotten password: our page has one."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["login"].label = _("E-mailadres")
        self.fields["password"].help_text = ""

    def clean_login(self) -> str:
        """The address as accounts have it (the other forms come by accounts.adapter)."""
        return mailbox(super().clean_login())


class SignupForm(AllauthSignupForm):
    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["email"].label = _("E-mailadres")

    def try_save(self, request: HttpRequest) -> Any:
        """Make the account. Of two sign-ups at once the second is answered like one that comes later: by a letter."""
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError:
            self.account_already_exists = True
            return super().try_save(request)


class ResetPasswordForm(AllauthResetPasswordForm):
    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["email"].label = _("E-mailadres")


class AddEmailForm(AllauthAddEmailForm):
    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["email"].label = _("E-mailadres")
