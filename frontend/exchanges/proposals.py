"""A proposal of a match or a chain: what it says, answering it, and taking it back."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.permissions import can_write_for, is_hub_staff
from exchanges import services
from exchanges.checks import fitting, late_food_words
from exchanges.enums import ProposalState
from exchanges.models import Exchange, Proposal
from exchanges.parties import know_parties
from exchanges.storage import stores_only
from frontend.components import figures
from frontend.components.cards import make_cards
from frontend.requests import MemberRequest
from listings.capacity.weeks import WEEK
from listings.models import Listing
from listings.owners import know_owners


@login_required
@require_GET
def proposal(request: MemberRequest, proposal_id: int) -> HttpResponse:
    """Both listings, why the hub thinks that they fit, and what each side said."""
    found = _found(request, proposal_id)
    sides = found.sides
    know_owners(sides.values(), request.user)
    listings = Listing.objects.filter(pk__in=[one.pk for one in sides.values()]).for_cards()
    cards = {card.listing.pk: card for card in make_cards(listings, request.user)}
    # Who proposed it, or has answered already, may still change their mind while the others think.
    own = {
        name: str(getattr(found, f"{name}_answer"))
        for name, one in sides.items()
        if can_write_for(request.user, one.organisation)
    }
    state = found.state_at(timezone.now())
    context: dict[str, Any] = {
        "proposal": found,
        "cards": [cards[one.pk] for one in sides.values() if one.pk in cards],
        "amount": figures.stored_amount(_quantity(found), found.supply.unit),
        "work": figures.stored_amount(found.work, found.service.capacity_unit) if found.service and found.work else "",
        "answers": [(one.shown_organisation, _said(found, name)) for name, one in sides.items()],
        "is_stored": found.service is not None and stores_only(found.service),
        "own": own,
        "late_food": late_food_words(found.supply, found.week + WEEK) if found.week else "",
        "is_over": state == ProposalState.LAPSED,
        "is_withdrawn": state == ProposalState.WITHDRAWN,
        "may_withdraw": state == ProposalState.WAITING
        and found.hub is not None
        and is_hub_staff(request.user, found.hub),
        "may_answer": bool(own) and state == ProposalState.WAITING,
    }
    if found.arrangement is not None:
        seen = Exchange.objects.visible_to(request.user).filter(arrangement=found.arrangement)
        context["exchanges"] = list(seen.for_cards().order_by("pk"))
        know_parties(context["exchanges"], request.user)
    return render(request, "exchanges/proposal.html", context)


def _quantity(proposal: Proposal) -> Decimal:
    """What goes along: a chain says it beforehand."""
    return proposal.quantity or fitting(proposal.supply, proposal.demand)


def _said(proposal: Proposal, side: str) -> str:
    """In words; a side that hasn't answered yet says nothing."""
    return str(getattr(proposal, f"get_{side}_answer_display")()) or _("nog geen antwoord")


@login_required
@require_POST
def answer(request: MemberRequest, proposal_id: int) -> HttpResponse:
    found = _found(request, proposal_id)
    given = request.POST
    try:
        answered = services.answer_proposal(
            by=request.user, proposal=found, answer=given.get("answer", ""), side=given.get("side", "")
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(found)
    if answered.exchange is not None:
        messages.success(request, _("Jullie zeiden allebei ja: hier gaat het verder."))
        return redirect(answered.exchange)
    if answered.arrangement is not None:
        messages.success(request, _("Iedereen zei ja: hier gaat het verder."))
        return redirect(found)
    messages.success(request, _("Bedankt voor je antwoord."))
    return redirect(found)


@login_required
@require_POST
def withdraw(request: MemberRequest, proposal_id: int) -> HttpResponse:
    """For staff of the hub that proposed it."""
    found = _found(request, proposal_id)
    try:
        services.withdraw_proposal(by=request.user, proposal=found)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(found)
    messages.success(request, _("Ingetrokken. Wie al ja zei, krijgt een mail."))
    return redirect(found)


def _found(request: MemberRequest, proposal_id: int) -> Proposal:
    """For members of all sides, and the staff of the hub. That others exist is nobody's affair."""
    rows = Proposal.objects.visible_to(request.user).for_rows().select_related("exchange", "arrangement")
    return get_object_or_404(rows, pk=proposal_id)
