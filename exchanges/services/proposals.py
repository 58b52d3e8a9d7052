"""Bringing a match to both sides, and what they answer."""

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from accounts.permissions import can_write_for, check_is_hub_staff
from accounts.texts import check_text
from exchanges.behalf import sides_answered_for
from exchanges.bringing import same_owner_words, too_late_words
from exchanges.checks import fitting
from exchanges.enums import Answer, ProposalState, Refusal, Role
from exchanges.letters import tell_of_proposal
from exchanges.models import LONGEST_PROPOSAL, LONGEST_REFUSAL, Exchange, Proposal
from exchanges.proposal_letters import tell_of_agreed_proposal, tell_of_answer_for, tell_of_ended_proposal
from exchanges.proposals import LASTS, check_brings, forget_earlier, record_proposal, spoken_by, was_answered_for
from exchanges.services.chains import begin_chain
from exchanges.services.requests import begin_agreed
from exchanges.services.work_proposals import begin_work
from exchanges.taking import ExchangeMoved
from exchanges.texts import check_behalf_note
from exchanges.verbs import ExchangeVerb
from geo.models import Hub
from listings.enums import ListingKind
from listings.late import TooLate
from listings.models import Listing


@transaction.atomic
def propose_match(
    *, by: User, hub: Hub, supply: Listing, demand: Listing, note: str = "", at: dt.datetime | None = None
) -> Proposal:
    """Ask both sides of a match whether they want to exchange. For staff of a hub that one of both lies in.

    Raises PermissionDenied; ValidationError where the two don't make a pair, or may still answer what was asked.
    """
    at = at or timezone.now()
    check_brings(by, hub, supply, demand)
    if (supply.kind, demand.kind) != (ListingKind.SUPPLY, ListingKind.DEMAND):
        raise ValidationError({"supply": _("Een aanbod past bij een vraag, en omgekeerd.")})
    if words := same_owner_words(supply, demand):
        raise ValidationError({"supply": words})
    if words := too_late_words(supply, demand, timezone.localdate(at)):
        raise TooLate({"supply": words})
    check_text("note", note, LONGEST_PROPOSAL)
    # Two of the hub who ask the same at once do so one after the other.
    Listing.objects.select_for_update(no_key=True).get(pk=supply.pk)
    forget_earlier(supply, None, demand, at)
    made = Proposal.objects.create(
        hub=hub,
        hub_ids=[hub.pk],
        supply=supply,
        demand=demand,
        note=note.strip(),
        made_by=by,
        made_at=at,
        lapses_at=at + LASTS,
    )
    record_proposal(ExchangeVerb.PROPOSED, made, by)
    tell_of_proposal(made)
    return made


@transaction.atomic
def answer_proposal(
    *, by: User, proposal: Proposal, answer: str, side: str = "", reason: str = "", words: str = "",
    behalf_note: str = "", at: dt.datetime | None = None,
) -> Proposal:  # fmt: skip
    """Say yes or no for one's own side: "supply", "service" or "demand", which only who is a member of two has to say.
    A no has a `reason`, of Refusal, and maybe `words`: for the hub that proposed it. Staff of a hub answer for its
    partner, and say in `behalf_note` who of it asked them to, and how.

    With the last yes the exchange begins, and what fits is reserved for the demand's organisation, or a service's week
    for the supply's; of a chain both its exchanges. Whoever proposed it and who said yes before hear of a no. Raises
    PermissionDenied, ValidationError by field, ExchangeMoved where it was answered or has lapsed.
    """
    at = at or timezone.now()
    locked = Proposal.objects.for_rows().select_for_update(of=("self",)).get(pk=proposal.pk)
    chosen, role = _side(by, locked, side)
    _check_answer(answer, reason, words)
    note = check_behalf_note(role, behalf_note)
    if locked.state_at(at) != ProposalState.WAITING:
        raise ExchangeMoved(_("Op dit voorstel kun je niet meer antwoorden."), code="moved")
    setattr(locked, f"{chosen}_answer", answer)
    setattr(locked, f"{chosen}_by", by)
    setattr(locked, f"{chosen}_behalf_note", note)
    locked.refusal, locked.refusal_words = reason, words.strip()
    if locked.is_agreed:
        _check_all_have_people(locked)
        _begin(locked, at)
    locked.save()
    said_for = {f"{chosen}_behalf_note": note} if note else {}
    record_proposal(ExchangeVerb.PROPOSAL_ANSWERED, locked, by, **said_for)
    if note:
        tell_of_answer_for(locked, chosen, by)
    if locked.is_refused:
        tell_of_ended_proposal(locked, by)
    elif locked.has_begun:
        tell_of_agreed_proposal(locked)
    return locked


@transaction.atomic
def withdraw_proposal(*, by: User, proposal: Proposal, at: dt.datetime | None = None) -> Proposal:
    """Take back what one's hub proposed, while nobody refused it and nothing began: then the same can be asked anew.

    Who said yes hears of it. For staff of that hub. Raises PermissionDenied; ExchangeMoved where it is over.
    """
    at = at or timezone.now()
    locked = Proposal.objects.for_rows().select_for_update(of=("self",)).get(pk=proposal.pk)
    if locked.hub is None:
        raise PermissionDenied(_("Een organisatie stelde dit voor: wie daar lid is, kan nee zeggen."))
    check_is_hub_staff(by, locked.hub)
    if locked.state_at(at) != ProposalState.WAITING:
        raise ExchangeMoved(_("Dit voorstel is al voorbij."), code="moved")
    locked.withdrawn_at = locked.lapses_at = locked.lapse_told_at = at
    locked.save(update_fields=["withdrawn_at", "lapses_at", "lapse_told_at"])
    record_proposal(ExchangeVerb.PROPOSAL_WITHDRAWN, locked, by)
    tell_of_ended_proposal(locked, by)
    return locked


def _side(by: User, proposal: Proposal, side: str) -> tuple[str, Role]:
    """For which side the user answers: a member for their own, staff of a hub on behalf of a partner."""
    own = {name for name, listing in proposal.sides.items() if can_write_for(by, listing.organisation)}
    own, role = (own, Role.REQUESTER) if own else (sides_answered_for(by, proposal), Role.HUB)
    if side:
        own &= {side}
    if not own:
        raise PermissionDenied(_("Alleen leden van wie het aangaat, antwoorden, of de hub namens een partner."))
    if len(own) > 1:
        raise ValidationError({"side": _("Kies voor welke partij je dit doet.")})
    return own.pop(), role


def _check_answer(answer: str, reason: str, words: str) -> None:
    if answer not in Answer.values:
        raise ValidationError({"answer": _("Kies ja of nee.")})
    if answer == Answer.YES and (reason or words.strip()):
        raise ValidationError({"reason": _("Waarom zeg je alleen bij een nee.")})
    if answer == Answer.NO and reason not in Refusal.values:
        raise ValidationError({"reason": _("Kies waarom niet: alleen wie dit voorstelde, leest het.")})
    check_text("words", words, LONGEST_REFUSAL)


def _check_all_have_people(proposal: Proposal) -> None:
    """What somebody said yes to for an organisation holds when they leave it: any other member goes on with it. Raises
    ExchangeMoved where there is none left, unless it has its hub act on its behalf.
    """
    sides = proposal.sides.items()
    wanted = {one.organisation_id: one for name, one in sides if not was_answered_for(proposal, name)}
    here = Membership.objects.filter(organisation__in=wanted, user__is_active=True)
    missing = wanted.keys() - set(here.values_list("organisation_id", flat=True))
    if missing:
        name = wanted[missing.pop()].heading
        raise ExchangeMoved(
            _("Bij wie “%(listing)s” plaatste, werkt niemand meer op Werkstof. Vraag het aan je hub.")
            % {"listing": name},
            code="moved",
        )


def _begin(proposal: Proposal, at: dt.datetime) -> None:
    """What all said yes to is reserved."""
    if proposal.is_chain:
        proposal.arrangement = begin_chain(proposal, at)
    elif proposal.is_work:
        proposal.exchange = begin_work(proposal, at)
    else:
        proposal.exchange = _begin_match(proposal, at)


def _begin_match(proposal: Proposal, at: dt.datetime) -> Exchange:
    """As much of the supply as the demand still asks."""
    assert proposal.demand is not None, "a match has a demand"
    quantity = fitting(proposal.supply, proposal.demand)
    if quantity <= 0:
        raise ExchangeMoved(_("Van het aanbod is nu niets vrij."), code="moved")
    return begin_agreed(
        asker=spoken_by(proposal, "demand"), owner=spoken_by(proposal, "supply"), listing=proposal.supply,
        matched=proposal.demand, quantity=quantity, at=at,
    )  # fmt: skip
