"""Writing to each other about an exchange or a standing agreement, and asking the hub in."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from exchanges import services
from exchanges.models import Between, Exchange
from frontend.components.form_fields import add_errors
from frontend.components.message_form import MessageForm
from frontend.exchanges.agreement_page import agreement_context
from frontend.exchanges.agreements import found_agreement
from frontend.exchanges.page import exchange_context
from frontend.exchanges.views import found_exchange
from frontend.requests import MemberRequest


@login_required
@require_http_methods(["GET", "POST"])
def send_message(request: MemberRequest, **about: int) -> HttpResponse:
    found = _found(request, **about)
    if request.method == "GET":
        return redirect(found)
    form = MessageForm(request.POST, request.FILES, prefix="message")
    if form.is_valid():
        try:
            services.send_message(by=request.user, conversation=found.conversation, **form.cleaned_data)
            return redirect(f"{found.get_absolute_url()}#berichten")
        except ValidationError as error:
            add_errors(form, error)
    return _page(request, found, {"message_form": form})


@login_required
@require_POST
def invite_hub(request: MemberRequest, **about: int) -> HttpResponse:
    """Ask the people of the hub to read along. Pressing the button twice does no harm."""
    found = _found(request, **about)
    try:
        services.invite_hub(by=request.user, conversation=found.conversation)
        messages.success(request, _("De hub kijkt nu mee."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(f"{found.get_absolute_url()}#berichten")


def _found(request: MemberRequest, exchange_id: int = 0, agreement_id: int = 0) -> Between:
    """An address names one of both."""
    return found_exchange(request, exchange_id) if exchange_id else found_agreement(request, agreement_id)


def _page(request: MemberRequest, found: Between, refused: dict[str, Any]) -> HttpResponse:
    """The page again, with what was refused."""
    if isinstance(found, Exchange):
        context, template = exchange_context(found, request.user), "exchanges/exchange.html"
    else:
        context, template = agreement_context(found, request.user), "exchanges/agreement.html"
    return render(request, template, context | refused, status=409)
