"""How django-allauth makes accounts here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from accounts.models import Invitation, User
from journal.addresses import mailbox
from journal.letters import write_letter

#: Our letter template for each mail that the library sends, by the library's name, and the key under which its context
#: holds the address for the button.
LETTERS = {
    "account/email/email_confirmation": ("email_confirmation", "activate_url"),
    "account/email/email_confirmation_signup": ("email_confirmation", "activate_url"),
    "account/email/password_reset_key": ("password_reset", "password_reset_url"),
    "account/email/unknown_account": ("unknown_account", "signup_url"),
    "account/email/account_already_exists": ("account_already_exists", "password_reset_url"),
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth has no types
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put a letter in the outbox, in the language of the page. Raises KeyError for one that has no words here."""
        template, link = LETTERS[template_prefix]
        with transaction.atomic():
            write_letter(template, to=email, language=get_language() or "nl", data={"link": context[link]})

    def clean_email(self, email: str) -> str:
        """The address as it is stored, also where somebody only asks for it."""
        return str(User._meta.get_field("email").clean(mailbox(email), None))

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Save the new user with the language of the page on which they signed up."""
        user.language = get_language() or "nl"
        saved: User = super().save_user(request, user, form, commit)
        return saved

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """The page that follows when somebody confirms their address in the browser in which they signed up."""
        return _next_step(request.user) or str(super().get_signup_redirect_url(request))

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        """The page that follows when somebody confirms in another browser: they log in there first."""
        return _next_step(email_address.user) or str(super().get_email_verification_redirect_url(email_address))


def _next_step(user: User | AnonymousUser) -> str:
    """The next page for a new user: a waiting invitation, else adding an organisation. Empty for members."""
    if not user.is_authenticated:
        return ""
    invitation = Invitation.objects.open().to(user).order_by("-created_at").first()
    if invitation is not None:
        return reverse("accept-invitation", args=[invitation.token])
    return "" if user.memberships.exists() else reverse("organisation-new")
