"""One's own account: name, language, the key for the API."""

from allauth.account.internal.flows.email_verification import consume_email_verification_rate_limit
from allauth.account.models import EmailAddress
from allauth.account.stages import EmailVerificationStage, LoginStageController
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import i18n
from django.views.decorators.http import require_POST

from accounts.services import update_user
from frontend.account.forms import AccountForm
from frontend.requests import MemberRequest, PageRequest
from journal.enums import Topic
from journal.letters import accept_letters, refuse_letters, topics_refused_by


@login_required
def my_account(request: MemberRequest) -> HttpResponse:
    user = request.user
    form = AccountForm(request.POST or None, initial={"name": user.name, "language": user.language})
    if request.method == "POST" and form.is_valid():
        update_user(by=user, **form.cleaned_data)
        messages.success(request, _("Bewaard."))
        response = redirect("my-account")
        # The account's language counts from now on, also where the browser had chosen another one.
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
        return response
    refused = topics_refused_by(user.email)
    topics = [{"name": one.value, "label": one.label, "is_on": one not in refused} for one in Topic]
    return render(request, "account/my_account.html", {"form": form, "topics": topics})


@login_required
@require_POST
def my_letters(request: MemberRequest) -> HttpResponse:
    """Which letters one wants, of those that can be refused."""
    wanted = set(request.POST.getlist("topics"))
    for topic in Topic:
        change = accept_letters if topic in wanted else refuse_letters
        change(request.user.email, topic)
    messages.success(request, _("Bewaard."))
    return redirect("my-account")


@require_POST
def resend_confirmation(request: PageRequest) -> HttpResponse:
    """Once more the mail of who just signed up in this browser. The answer doesn't tell which addresses are known."""
    stage = LoginStageController.enter(request, EmailVerificationStage.key)
    address = EmailAddress.objects.filter(user=stage.login.user, verified=False).first() if stage else None
    if address and consume_email_verification_rate_limit(request, address.email):
        address.send_confirmation(request)
    messages.info(request, _("Er is een nieuwe mail, als je adres nog niet bevestigd is. Eén per paar minuten kan."))
    return redirect("account_email_verification_sent")


def set_language(request: PageRequest) -> HttpResponse:
    """The language of the browser, and of the account of who is logged in."""
    response: HttpResponse = i18n.set_language(request)
    chosen = request.POST.get("language", "")
    if request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        update_user(by=request.user, name=request.user.name, language=chosen)
    return response
