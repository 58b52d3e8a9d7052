"""Standing agreements: asking for one, its page, and the steps after that."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from exchanges import services
from exchanges.agreements.rhythm import rhythm_words
from exchanges.agreements.steps import turn_of
from exchanges.enums import Turn
from exchanges.models import Delivery, StandingAgreement
from exchanges.parties import know_parties
from exchanges.permissions import acts_for_hub
from exchanges.services.agreement_steps import BY_NAME
from exchanges.taking import ExchangeMoved
from frontend.components import figures
from frontend.components.form_fields import add_errors
from frontend.exchanges.again import at_version, say_still_there, shows_step
from frontend.exchanges.agreement_forms import FORMS, AgreementForm, AgreementStepForm
from frontend.exchanges.agreement_page import agreement_context
from frontend.exchanges.asking import Askers, askers, for_whom, not_askable, request_page
from frontend.exchanges.streams import first_chance, period_rows, periods_of
from frontend.requests import MemberRequest
from listings.balances.free import Standing, goes_whole, quantity_of, unit_of
from listings.balances.periods import recurs
from listings.models import Listing

_PAGE_SIZE = 25
#: The page of those that are over; where an address has it, they are shown unfolded.
_OVER = "gestopt"


@login_required
@require_http_methods(["GET", "POST"])
def ask_agreement(request: MemberRequest, listing_id: int) -> HttpResponse:
    """So much of a stream or of a service's week each time, in a rhythm. What comes once has a page of its own."""
    listing = get_object_or_404(Listing.objects.visible_to(request.user).for_cards(), pk=listing_id)
    if not recurs(listing):
        return redirect("exchange-request", listing.pk)
    who = askers(request, listing)
    running = StandingAgreement.objects.open().filter(listing=listing, requester__in=who.organisations).first()
    if running is not None and len(who.organisations) == 1:
        messages.info(request, _("Je hebt hiervoor al een vaste afspraak: dit is ze."))
        return redirect("agreement", running.pk)
    if (refused := not_askable(request, listing, who)) is not None:
        return refused
    periods = periods_of(listing)
    form = AgreementForm(
        request.POST or None, unit=unit_of(listing), who=who, whole=goes_whole(listing),
        initial={"key": uuid4().hex} | _known(listing, periods),
    )  # fmt: skip
    if form.is_valid() and (made := _ask(request, listing, form, who)) is not None:
        messages.success(request, _("Verstuurd. %(organisation)s krijgt een mail en antwoordt binnen de week.")
                         % {"organisation": listing.shown_organisation})  # fmt: skip
        return redirect("agreement", made.pk)
    shown = {"form": form, "is_standing": True, "periods": period_rows(listing, periods)}
    return request_page(request, listing, who, shown)


def _known(listing: Listing, periods: Mapping[dt.date, Standing]) -> dict[str, Any]:
    """What the form says beforehand: what is free, and from when on. What goes whole can be asked for also where it is
    taken for weeks to come: later it may be free.
    """
    chance = first_chance(listing, periods)
    if chance:
        return {"quantity": chance["quantity"], "starts_on": chance["wanted_on"]}
    return {"quantity": quantity_of(listing)} if goes_whole(listing) else {}


def _ask(request: MemberRequest, listing: Listing, form: AgreementForm, who: Askers) -> StandingAgreement | None:
    given = form.cleaned_data
    try:
        return services.ask_agreement(
            by=request.user, organisation=for_whom(form, who), listing=listing, terms=form.terms(),
            remark=given["remark"], behalf_note=given.get("behalf_note", ""), idempotency_key=given["key"],
        )  # fmt: skip
    except ValidationError as error:
        add_errors(form, error)
        return None


@login_required
@require_GET
def agreement(request: MemberRequest, agreement_id: int) -> HttpResponse:
    found = found_agreement(request, agreement_id)
    context = agreement_context(found, request.user)
    if context["may_read"]:
        services.mark_read(by=request.user, conversation=found.conversation)
    return render(request, "exchanges/agreement.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def take_agreement_step(request: MemberRequest, agreement_id: int, name: str) -> HttpResponse:
    """Take a step; one that is refused comes back with why. Whoever asks for that page again gets the agreement."""
    if name not in BY_NAME:
        raise Http404
    found = found_agreement(request, agreement_id)
    if request.method == "GET":
        return redirect("agreement", found.pk)
    form, moved = _step_form(request, name, found, request.POST), []
    if form.is_valid():
        try:
            BY_NAME[name](by=request.user, agreement=found, **form.given())
            return redirect("agreement", found.pk)
        except ExchangeMoved as error:
            found, moved = found_agreement(request, agreement_id), error.messages
            form = _step_form(request, name, found, at_version(request.POST, found.version))
            form.add_error(None, [*error.messages, say_still_there()])
        except ValidationError as error:
            add_errors(form, error)
    context = agreement_context(found, request.user, failed=(name, form))
    if moved and not shows_step(context):
        messages.error(request, " ".join(moved))
        return redirect("agreement", found.pk)
    return render(request, "exchanges/agreement.html", context | {"failed": form}, status=409)


def _step_form(request: MemberRequest, name: str, found: StandingAgreement, data: Any) -> AgreementStepForm:
    """Of staff of a hub that act for a side it asks who of it asked them to."""
    on_behalf = acts_for_hub(request.user, found)
    return FORMS.get(name, AgreementStepForm)(data, agreement=found, on_behalf=on_behalf)


def found_agreement(request: MemberRequest, agreement_id: int) -> StandingAgreement:
    """That others exist is nobody's affair."""
    visible = StandingAgreement.objects.visible_to(request.user).for_rows()
    return get_object_or_404(visible, pk=agreement_id)


def _waits_for(agreement: StandingAgreement) -> str:
    """The organisation that is to answer; empty where none alone is."""
    turn = turn_of(agreement)
    return agreement.shown_of(turn.value).name if turn in (Turn.REQUESTER, Turn.OWNER) else ""


def agreement_lists(request: MemberRequest, unread: Mapping[int, int]) -> dict[str, Any]:
    """Those of one's organisations: what runs or waits, and apart what is over. That stands among the first as long as
    there is something to read of it. `unread` is as for agreement_rows().
    """
    own = StandingAgreement.objects.of_members(request.user).for_rows()
    standing = own.open_or_among(unread).mine_to_act_on_first(request.user, unread)
    page = Paginator(standing, _PAGE_SIZE).get_page(request.GET.get("afspraken"))
    over = Paginator(own.over_but_for(unread), _PAGE_SIZE).get_page(request.GET.get(_OVER))
    return {
        "agreements": agreement_rows(page, request.user, unread),
        "agreement_page": page,
        "unread_in_agreements": sum(unread.values()),
        "over": agreement_rows(over, request.user, unread),
        "over_page": over,
        "over_is_open": _OVER in request.GET,
    }


def agreement_rows(
    agreements: Iterable[StandingAgreement], reader: User, unread: Mapping[int, int]
) -> list[dict[str, Any]]:
    """Rows of a list, as this reader may see them: what, how much and how often, between whom, and when next. `unread`
    is how many messages there are that they haven't read, by agreement.
    """
    found = list(agreements)
    know_parties(found, reader)
    stored = Delivery.objects.next_days(found, timezone.localdate()) if found else {}
    return [
        {
            "agreement": one,
            "amount": figures.stored_amount(one.quantity, one.unit),
            "rhythm": rhythm_words(one),
            "next": min((day for day in (stored.get(one.pk), one.next_on) if day is not None), default=None),
            "is_mine": getattr(one, "is_mine", False),
            "unread": unread.get(one.pk, 0),
            "waits_for": _waits_for(one),
        }
        for one in found
    ]
