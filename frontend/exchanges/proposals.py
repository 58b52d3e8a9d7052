"""A proposal of a match, work or a chain: what it says, answering it, and taking it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import HubStaff, Organisation
from accounts.permissions import can_write_for, is_hub_staff
from exchanges import services
from exchanges.behalf import sides_answered_for
from exchanges.checks import fitting, late_food_words
from exchanges.enums import Answer, ProposalState, Refusal
from exchanges.models import LONGEST_REFUSAL, Exchange, Proposal
from exchanges.parties import know_parties
from exchanges.proposals import reads_note, reads_refusal, refusal_words
from exchanges.serving import obstacles_of
from exchanges.storage import stores_only
from frontend.components import figures
from frontend.components.cards import make_cards
from frontend.exchanges.asking import behalf_field
from frontend.requests import MemberRequest
from listings.capacity.weeks import WEEK
from listings.models import Listing
from listings.owners import know_owners


class AnswerForm(forms.Form):
    """What a side says along: why not, and of staff of a hub who of it asked them to answer."""

    def __init__(self, *args: Any, answer: str, on_behalf: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        if answer == Answer.NO:
            choices = [("", _("Kies waarom niet")), *Refusal.choices]
            self.fields["reason"] = forms.ChoiceField(label=_("Waarom niet"), choices=choices)
            self.fields["words"] = forms.CharField(
                label=_("Toelichting"), max_length=LONGEST_REFUSAL, required=False,
                widget=forms.Textarea(attrs={"rows": 2, "class": "input"}),
            )  # fmt: skip
        if on_behalf:
            self.fields["behalf_note"] = behalf_field()


@dataclass(frozen=True)
class Answerer:
    """A side that the reader may answer for: as a member, or `on_behalf` of a partner of their hub. `said` is what it
    said already; `yes` and `no` are the forms.
    """

    side: str
    organisation: Organisation
    said: str
    on_behalf: bool
    yes: AnswerForm
    no: AnswerForm


@login_required
@require_GET
def proposal(request: MemberRequest, proposal_id: int) -> HttpResponse:
    """Both listings, why the hub thinks that they fit, and what each side said."""
    return _page(request, _found(request, proposal_id))


def _page(request: MemberRequest, found: Proposal, wrong: tuple[str, AnswerForm] | None = None) -> HttpResponse:
    """The page of a proposal; with a form that was filled in `wrong`, and the side that it is of."""
    sides = found.sides
    know_owners(sides.values(), request.user)
    listings = Listing.objects.filter(pk__in=[one.pk for one in sides.values()]).for_cards()
    cards = {card.listing.pk: card for card in make_cards(listings, request.user)}
    at = timezone.now()
    state = found.state_at(at)
    own = [name for name, one in sides.items() if can_write_for(request.user, one.organisation)]
    hubs = set(HubStaff.objects.filter(user=request.user).values_list("hub", flat=True))
    organisations = [sides[name].organisation_id for name in own]
    context: dict[str, Any] = {
        "proposal": found,
        "cards": [cards[one.pk] for one in sides.values() if one.pk in cards],
        "amount": figures.stored_amount(_quantity(found), found.supply.unit),
        "work": figures.stored_amount(found.work, found.service.capacity_unit) if found.service and found.work else "",
        "answers": [
            (one.shown_organisation, _said(found, name), _said_for(found, name)) for name, one in sides.items()
        ],
        "note": found.note if reads_note(found, organisations, hubs) else "",
        "why_not": refusal_words(found) if reads_refusal(found, organisations, hubs) else "",
        "is_stored": found.service is not None and stores_only(found.service),
        "obstacles": obstacles_of([found], at).get(found.pk, []),
        "late_food": late_food_words(found.supply, found.week + WEEK) if found.week else "",
        "own": sides[own[0]] if own else None,
        "is_over": state == ProposalState.LAPSED,
        "is_withdrawn": state == ProposalState.WITHDRAWN,
        "may_withdraw": state == ProposalState.WAITING
        and found.hub is not None
        and is_hub_staff(request.user, found.hub),
        "answerers": _answerers(request, found, own, wrong) if state == ProposalState.WAITING else [],
    }
    if found.arrangement is not None:
        seen = Exchange.objects.visible_to(request.user).filter(arrangement=found.arrangement)
        context["exchanges"] = list(seen.for_cards().order_by("pk"))
        know_parties(context["exchanges"], request.user)
    return render(request, "exchanges/proposal.html", context, status=409 if wrong else 200)


def _answerers(
    request: MemberRequest, found: Proposal, own: Sequence[str], wrong: tuple[str, AnswerForm] | None
) -> list[Answerer]:
    """Who proposed it, or has answered already, may still change their mind while the others think."""
    sides = own or sorted(sides_answered_for(request.user, found))
    rows = []
    for side in sides:
        forms_of = {
            answer: AnswerForm(answer=answer, on_behalf=not own, auto_id=f"{side}-{answer}-%s")
            for answer in Answer.values
        }
        if wrong is not None and wrong[0] == side:
            forms_of[wrong[1].data["answer"]] = wrong[1]
        rows.append(Answerer(
            side, found.sides[side].shown_organisation, str(getattr(found, f"{side}_answer")), not own,
            forms_of[Answer.YES], forms_of[Answer.NO],
        ))  # fmt: skip
    return rows


def _quantity(proposal: Proposal) -> Decimal:
    """What goes along: a chain says it beforehand."""
    return proposal.quantity or fitting(proposal.supply, proposal.demand)


def _said(proposal: Proposal, side: str) -> str:
    """In words; a side that hasn't answered yet says nothing."""
    return str(getattr(proposal, f"get_{side}_answer_display")()) or _("nog geen antwoord")


@login_required
@require_POST
def answer(request: MemberRequest, proposal_id: int) -> HttpResponse:
    """Yes or no for a side; what is missing beside a no, or beside an answer on behalf of a partner, is asked for."""
    found = _found(request, proposal_id)
    side, said = request.POST.get("side", ""), request.POST.get("answer", "")
    if said not in Answer.values:
        messages.error(request, _("Kies ja of nee."))
        return redirect(found)
    own = any(can_write_for(request.user, one.organisation) for one in found.sides.values())
    on_behalf = not own and bool(sides_answered_for(request.user, found))
    form = AnswerForm(request.POST, answer=said, on_behalf=on_behalf, auto_id=f"{side}-{said}-%s")
    if not form.is_valid():
        return _page(request, found, (side, form))
    try:
        answered = services.answer_proposal(
            by=request.user, proposal=found, answer=said, side=side, **form.cleaned_data
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(found)
    if answered.exchange is not None:
        both = _("Jullie zeiden allebei ja: hier gaat het verder.")
        messages.success(request, _("Ze zeiden allebei ja: hier gaat het verder.") if on_behalf else both)
        return redirect(answered.exchange)
    if answered.arrangement is not None:
        messages.success(request, _("Iedereen zei ja: hier gaat het verder."))
        return redirect(found)
    messages.success(request, _("Bedankt voor je antwoord."))
    return redirect(found)


def _said_for(proposal: Proposal, side: str) -> str:
    """Who of a side asked the hub to answer on its behalf, for who may know whose it is."""
    return str(getattr(proposal, f"{side}_behalf_note")) if proposal.sides[side].shows_owner else ""


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
