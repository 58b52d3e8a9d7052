"""A chain: a supply goes to a service, and from there to a demand, once all three have said yes."""

import datetime as dt
from decimal import Decimal
from typing import Unpack
from uuid import uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import HubStaff, User
from accounts.permissions import can_write_for
from accounts.texts import check_text
from exchanges.arrangements import errors_at_field
from exchanges.beginning import check_not_running, complete, new_exchange, store_once
from exchanges.checks import (
    check_period,
    check_quantity,
    check_window,
    late_food_words,
    why_not_together,
)
from exchanges.enums import Answer, ArrangementKind, ExchangeState, Role, Side, StartedFrom
from exchanges.fallen import leg_left_by
from exchanges.letters import tell_of_proposal
from exchanges.models import LONGEST_PROPOSAL, Arrangement, Exchange, Proposal
from exchanges.proposals import LASTS, forget_earlier, record_proposal, spoken_by
from exchanges.taking import ExchangeMoved, How, begin, finish, hold_for, let_go, write_step
from exchanges.verbs import ExchangeVerb
from exchanges.work_weeks import check_supply_in_week, end_of_week, naming_listing
from listings.capacity.weeks import WEEK
from listings.enums import ListingKind
from listings.late import TooLate
from listings.models import WHOLE_LOT, Listing
from listings.owners import tell_owner

_NAMES = ("supply", "service", "demand")
_KINDS = (ListingKind.SUPPLY, ListingKind.SERVICE, ListingKind.DEMAND)


@transaction.atomic
def propose_chain(
    *,
    by: User,
    supply: Listing,
    service: Listing,
    demand: Listing,
    week: dt.date,
    quantity: Decimal,
    work: Decimal,
    note: str = "",
    sure: bool = False,
    at: dt.datetime | None = None,
) -> Proposal:
    """Ask all three of a chain whether they take part. The proposer's own sides have said yes with it. Food that comes
    out of the work after its best-before date is proposed by who is `sure`.

    `week` is the Monday of the week of the work, `quantity` is in the supply's unit, and `work` in the service's
    capacity_unit. For members of one of the three, and staff of a hub that one lies in. Raises PermissionDenied;
    NotEnoughFree; ValidationError by field, or without a field where the kinds don't fit, two sides are of one
    organisation, or a listing can't be asked for.
    """
    at = at or timezone.now()
    three = (supply, service, demand)
    if tuple(listing.kind for listing in three) != _KINDS:
        raise ValidationError(_("Een keten gaat van een aanbod langs een dienst naar een vraag."))
    own, staff = concerned_by(by, three)
    check_text("note", note, LONGEST_PROPOSAL)
    _check_chain(three, week, quantity, work, at)
    if not sure and (words := late_food_words(supply, week + WEEK)):
        raise ValidationError({"sure": words})
    # Two who propose the same at once do so one after the other.
    Listing.objects.select_for_update(no_key=True).get(pk=supply.pk)
    forget_earlier(supply, service, demand, at)
    made = Proposal(
        hub=staff.hub if staff else None, hub_ids=[staff.hub_id] if staff else _hubs_of(three),
        proposed_for=next((one.organisation for one in own.values()), None),
        supply=supply, service=service, demand=demand, week=week, quantity=quantity, work=work, note=note.strip(),
        made_by=by, made_at=at, lapses_at=min(at + LASTS, end_of_week(week)),
    )  # fmt: skip
    for name in own:
        setattr(made, f"{name}_answer", Answer.YES)
        setattr(made, f"{name}_by", by)
    made.save()
    for listing in own.values():
        tell_owner(listing, {one.organisation_id for one in three})
    record_proposal(ExchangeVerb.PROPOSED, made, by)
    tell_of_proposal(made)
    return made


def _hubs_of(three: tuple[Listing, ...]) -> list[int]:
    """Those in which one of them lies."""
    return sorted({pk for listing in three for pk in listing.hub_ids})


def concerned_by(user: User, three: tuple[Listing, ...]) -> tuple[dict[str, Listing], HubStaff | None]:
    """Which of a supply, a service and a demand are of the user's organisations; where none is, for which of their
    hubs the user works. Raises PermissionDenied for whom it doesn't concern.
    """
    own = {name: one for name, one in zip(_NAMES, three, strict=True) if can_write_for(user, one.organisation)}
    hubs = {pk for listing in three for pk in listing.hub_ids}
    staff = None if own else HubStaff.objects.filter(user=user, hub__in=hubs).select_related("hub").first()
    if not own and staff is None:
        raise PermissionDenied(_("Alleen wie bij de keten hoort, en hun hub, stelt ze voor."))
    return own, staff


def _check_chain(three: tuple[Listing, ...], week: dt.date, quantity: Decimal, work: Decimal, at: dt.datetime) -> None:
    supply, service, demand = three
    if len({listing.organisation_id for listing in three}) < len(three):
        raise ValidationError(_("Een keten gaat tussen drie organisaties."))
    today = timezone.localdate(at)
    for listing in three:
        if obstacle := why_not_together(listing, today):
            raise TooLate(f"{listing.heading}: {obstacle}")
    check_period(service, week, today)
    _check_in_time(supply, demand, week)
    check_quantity(supply, quantity)
    with errors_at_field("work"):
        check_quantity(service, work, week)


def _check_in_time(supply: Listing, demand: Listing, week: dt.date) -> None:
    """Raise ValidationError unless the supply is available in the week of the work, the demand after it, and a use-by
    date no earlier than the Monday after.
    """
    after_it = week + WEEK
    check_supply_in_week(supply, week)
    with naming_listing(demand):
        check_window(demand, max(after_it, demand.available_from or after_it))


@transaction.atomic
def free_again(*, by: User, exchange: Exchange, **how: Unpack[How]) -> Exchange:
    """Say that what was brought to the service of a chain that fell through can be promised anew: until then it stays
    held, since whoever finds it by its listing would come to the wrong place. `exchange` is the one that brought it.
    """
    # Then both listings in the order of everybody: a step locks that of its exchange alone.
    locked = Exchange.objects.select_for_update(of=("self",)).get(pk=exchange.pk)
    both = Listing.objects.filter(pk__in=[locked.listing_id, locked.matched_id])
    list(both.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk"))
    taking = begin("free_again", exchange=exchange, by=by, **how)
    if taking.is_replay:
        return taking.exchange
    left = leg_left_by(taking.exchange)
    if left is None:
        raise ExchangeMoved(_("Hiervan ligt niets meer vast."), code="moved")
    amount = {"quantity": left.current_quantity, "unit": left.unit}
    let_go(left)
    return finish(taking, **amount)


def begin_chain(proposal: Proposal, at: dt.datetime) -> Arrangement:
    """Reserve the week and the lot, both or none: from the supply to the service, and from there to the demand.

    Needs a transaction. Raises ExchangeMoved where one of the three can't be asked for any more; NotEnoughFree;
    ValidationError where a day or the week doesn't fit, or such an exchange runs already.
    """
    supply, service, demand = proposal.sides.values()
    assert proposal.week is not None, "a chain says which week"
    assert proposal.quantity is not None, "a chain says how much"
    assert proposal.work is not None, "a chain says how much work"
    locked = Listing.objects.select_related("organisation").select_for_update(of=("self",), no_key=True)
    rows = {row.pk: row for row in locked.filter(pk__in=[supply.pk, service.pk, demand.pk]).order_by("pk")}
    supply, service, demand = (rows[one.pk] for one in (supply, service, demand))
    today = timezone.localdate(at)
    if any(why_not_together(one, today) for one in (supply, service, demand)):
        raise ExchangeMoved(_("Een van de drie is niet meer beschikbaar."), code="moved")
    check_period(service, proposal.week, today)
    _check_in_time(supply, demand, proposal.week)
    for listing, period, requester in ((service, proposal.week, supply), (supply, WHOLE_LOT, demand)):
        check_not_running(listing, period, requester.organisation)
    arrangement = Arrangement.objects.create(
        kind=ArrangementKind.CHAIN, requester=demand.organisation, asked_by=proposal.made_by,
        idempotency_key=uuid4().hex, created_at=at,
    )  # fmt: skip
    hubs = _hubs_of((supply, service, demand))
    bringing, fetching = spoken_by(proposal, "supply"), spoken_by(proposal, "demand")
    brought = new_exchange(
        by=bringing.user, behalf_note=bringing.behalf_note, listing=service, period=proposal.week,
        requester=supply.organisation, matched=supply, arrangement=arrangement, started_from=StartedFrom.CHAIN,
        key=uuid4().hex, at=at,
    )  # fmt: skip
    fetched = new_exchange(
        by=fetching.user, behalf_note=fetching.behalf_note, listing=supply, period=WHOLE_LOT,
        requester=demand.organisation, matched=demand, arrangement=arrangement, started_from=StartedFrom.CHAIN,
        key=uuid4().hex, at=at,
    )  # fmt: skip
    # After the work it is the service that hands it over.
    fetched.owner, fetched.via = service.organisation, service
    after_it = proposal.week + WEEK
    for exchange, quantity, day in ((brought, proposal.work, None), (fetched, proposal.quantity, after_it)):
        exchange.hub_ids = hubs
        _store_accepted(exchange, quantity, day)
    return arrangement


def _store_accepted(exchange: Exchange, quantity: Decimal, wanted_on: dt.date | None) -> None:
    """For the organisation that said yes: who did so for it may have left since."""
    store_once(exchange)
    role = Role.HUB if exchange.behalf_note else Role.REQUESTER
    taking = complete(
        exchange, by=exchange.asked_by, role=role, side=Side.REQUESTER, quantity=quantity,
        wanted_on=wanted_on, message="",
    )  # fmt: skip
    taking.leg.reservation = hold_for(exchange, quantity, exchange.asked_by)
    taking.leg.save(update_fields=["reservation"])
    exchange.state = ExchangeState.ACCEPTED
    write_step(taking, ExchangeVerb.CHAINED, "", {})
