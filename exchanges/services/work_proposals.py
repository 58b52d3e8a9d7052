"""Bringing a supply to a service that is to work on it, without a demand for what comes out."""

import datetime as dt
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.texts import check_text
from exchanges.arrangements import errors_at_field
from exchanges.bringing import same_owner_words, too_late_for_work_words
from exchanges.checks import check_period, check_quantity, late_food_words, why_not_together
from exchanges.letters import tell_of_proposal
from exchanges.models import LONGEST_PROPOSAL, Exchange, Proposal
from exchanges.proposals import LASTS, check_brings, forget_earlier, record_proposal, spoken_by
from exchanges.services.requests import begin_agreed
from exchanges.taking import ExchangeMoved
from exchanges.verbs import ExchangeVerb
from exchanges.work_weeks import check_supply_in_week, end_of_week
from geo.models import Hub
from listings.capacity.weeks import WEEK
from listings.enums import ListingKind
from listings.late import TooLate
from listings.models import Listing


@transaction.atomic
def propose_work(
    *,
    by: User,
    hub: Hub,
    supply: Listing,
    service: Listing,
    week: dt.date,
    work: Decimal,
    note: str = "",
    sure: bool = False,
    at: dt.datetime | None = None,
) -> Proposal:
    """Ask both whether the service works on the supply: so much, in its capacity_unit, in the week of a Monday. For
    staff of a hub that one of both lies in. Nothing is held before both said yes. Food that comes out of the work
    after its best-before date is proposed by who is `sure`.

    Raises PermissionDenied; TooLate for what can't be brought to any other by now; NotEnoughFree; ValidationError by
    field.
    """
    at = at or timezone.now()
    check_brings(by, hub, supply, service)
    if (supply.kind, service.kind) != (ListingKind.SUPPLY, ListingKind.SERVICE):
        raise ValidationError({"service": _("Een dienst werkt aan aanbod: kies een aanbod en een dienst.")})
    if words := same_owner_words(supply, service):
        raise ValidationError({"supply": words})
    today = timezone.localdate(at)
    if words := too_late_for_work_words(supply, service, week, today):
        raise TooLate({"supply": words})
    check_text("note", note, LONGEST_PROPOSAL)
    _check_work(supply, service, week, work, today)
    if not sure and (words := late_food_words(supply, week + WEEK)):
        raise ValidationError({"sure": words})
    # Two of the hub who ask the same at once do so one after the other.
    Listing.objects.select_for_update(no_key=True).get(pk=supply.pk)
    forget_earlier(supply, service, None, at)
    made = Proposal.objects.create(
        hub=hub, hub_ids=[hub.pk], supply=supply, service=service, week=week, work=work, note=note.strip(),
        made_by=by, made_at=at, lapses_at=min(at + LASTS, end_of_week(week)),
    )  # fmt: skip
    record_proposal(ExchangeVerb.PROPOSED, made, by)
    tell_of_proposal(made)
    return made


def _check_work(supply: Listing, service: Listing, week: dt.date, work: Decimal, today: dt.date) -> None:
    check_period(service, week, today)
    check_supply_in_week(supply, week)
    with errors_at_field("work"):
        check_quantity(service, work, week)


def begin_work(proposal: Proposal, at: dt.datetime) -> Exchange:
    """Reserve the week of the service for the supply's organisation.

    Needs a transaction. Raises ExchangeMoved where the supply can't be brought to any other any more; NotEnoughFree;
    ValidationError where the week doesn't fit, or such an exchange runs already.
    """
    assert proposal.service is not None, "work is of a service"
    assert proposal.week is not None, "work says which week"
    assert proposal.work is not None, "work says how much"
    if why_not_together(proposal.supply, timezone.localdate(at)):
        raise ExchangeMoved(_("Het aanbod is niet meer beschikbaar."), code="moved")
    check_supply_in_week(proposal.supply, proposal.week)
    return begin_agreed(
        asker=spoken_by(proposal, "supply"), owner=spoken_by(proposal, "service"), listing=proposal.service,
        matched=proposal.supply, quantity=proposal.work, period=proposal.week, at=at,
    )  # fmt: skip
