"""How every step is taken: under the lock of its exchange, by somebody who may, from a state that it fits.

A service begins, does what its step alone does, and finishes. Locks are taken in one order: the exchange, its listing,
its balance; then what is only added: step, event, letters.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypedDict

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.texts import check_text
from exchanges.enums import CALLED_OFF, ENDED, ArrangementKind, ExchangeState, Role, Side, Turn
from exchanges.fallen import falls_with_its_chain, stops_soon
from exchanges.impact.ledger import write_entry
from exchanges.letters import tell_of_step
from exchanges.models import LONGEST_REASON, Conversation, Exchange, ExchangeLeg, ExchangeStep
from exchanges.parties import know_parties, tell_parties
from exchanges.permissions import Actor, actor_for, mediator_for
from exchanges.schedule import confirmed, schedule_of, turn_of
from exchanges.steps import CONTEST_WITHIN, STEPS, Lot, Step
from exchanges.texts import check_behalf_note
from exchanges.words import sentences_of
from exchanges.writing import let_hub_in
from journal.events import record
from journal.letters import drop_letters
from journal.origin import current_origin
from listings.balances.services import hold, release
from listings.enums import ListingKind
from listings.late import TooLate
from listings.models import Listing, Reservation


class ExchangeMoved(TooLate):
    """A step no longer fits, since somebody took another: its words say who, and what."""


class How(TypedDict, total=False):
    """What every step takes beside who takes it: for which side, seen as which version of the exchange, and so on.

    The same `key` again changes nothing. `seen_version` makes sure that nothing happened that the person didn't see.
    Of staff of a hub that act for a side, `behalf_note` says who of it asked them to, and how.
    """

    behalf_note: str
    side: str
    seen_version: int | None
    key: str
    reason: str
    at: dt.datetime | None


@dataclass
class Taking:
    """A step that is being taken. `is_replay` says that it was taken before, by the same key; `is_told` that what it
    belongs to has letters that tell it; `changes_calendar` that its appointment was made, moved or called off.
    `vehicle` is what is said to have carried the lot.
    """

    step: Step
    exchange: Exchange
    leg: ExchangeLeg
    by: User | None
    actor: Actor
    at: dt.datetime
    key: str = ""
    reason: str = ""
    behalf_note: str = ""
    vehicle: str = ""
    is_replay: bool = False
    is_told: bool = False
    changes_calendar: bool = False


def begin(
    name: str | Step,
    *,
    exchange: Exchange,
    by: User | None,
    side: str = "",
    allowed: Collection[Side] | None = None,
    said: Actor | None = None,
    key: str = "",
    seen_version: int | None = None,
    reason: str = "",
    behalf_note: str = "",
    at: dt.datetime | None = None,
) -> Taking:
    """Lock the exchange and check that this step, of STEPS by its name, may be taken. Without a person it is a
    time-out. `said` is as whom `by` said so beforehand: they may have left since.

    Raises PermissionDenied; ExchangeMoved where the step doesn't fit the state, or the version that was seen isn't the
    last; ValidationError by field.
    """
    step = STEPS[name] if isinstance(name, str) else name
    locked = Exchange.objects.select_for_update(of=("self",)).select_related("requester", "owner").get(pk=exchange.pk)
    # The wide row of the listing next: whoever locks both does it in this order. Its material is read after that:
    # joined to a row that somebody else is changing, it would be none.
    locked.listing = Listing.objects.select_for_update(of=("self",), no_key=True).get(pk=locked.listing_id)
    (leg,) = locked.legs.select_related("reservation", "giver", "receiver")
    leg.exchange, leg.listing = locked, locked.listing
    actor = said or _actor(step, locked, by, side, allowed)
    taking = Taking(step, locked, leg, by, actor, at or timezone.now(), key, reason.strip(), behalf_note.strip())
    if key and locked.steps.filter(idempotency_key=key).exists():
        taking.is_replay = True
        return taking
    fits = locked.state in step.sources
    if not fits or (seen_version is not None and seen_version != locked.version):
        raise ExchangeMoved(moved_words(locked, by), code="moved")
    if by is not None and stops_soon(locked):
        words = _("Een andere overdracht in de keten gaat niet door. Deze stopt mee: je krijgt er zo een mail over.")
        raise ExchangeMoved(words, code="moved")
    if step.needs_reason and not taking.reason:
        raise ValidationError({"reason": _("Zeg in een zin waarom: de andere partij leest het.")})
    check_text("reason", taking.reason, LONGEST_REASON)
    check_behalf_note(actor.role, taking.behalf_note, decides=actor.side is None)
    return taking


def _actor(step: Step, exchange: Exchange, by: User | None, side: str, allowed: Collection[Side] | None) -> Actor:
    if by is None:
        assert Role.TIME_OUT in step.actors, "time takes no step of people"
        return Actor(Role.TIME_OUT, None)
    if Role.HUB in step.actors:
        return mediator_for(by, exchange)
    may = {Side(role.value) for role in step.actors}
    return actor_for(by, exchange, side, may if allowed is None else may & set(allowed))


def moved_words(exchange: Exchange, by: User | None) -> str:
    """That a step doesn't fit any more, and what happened since."""
    if by is not None:
        know_parties([exchange], by)
    last = exchange.steps.last()
    assert last is not None, "an exchange begins with a step"
    words = {"happened": sentences_of(exchange, [last])[0], "state": exchange.get_state_display()}
    return _("Dit ging niet door. Intussen: %(happened)s De uitwisseling staat nu op “%(state)s”.") % words


def finish(taking: Taking, **told: Any) -> Exchange:
    """Write the step, and let everything follow from it: the lot, what falls due, the event and the letters.

    `told` is what the step keeps: quantity, kg, wanted_on, period.
    """
    exchange, leg, step = taking.exchange, taking.leg, taking.step
    before = exchange.state
    # What comes from the service of a chain may lie there by now: once all of it has stopped, its sweep looks.
    if step.lot == Lot.RELEASE and leg.reservation is not None and exchange.via_id is None:
        let_go(leg)
    after = step.target or ExchangeState(before)
    if after != before:
        exchange.state, exchange.state_since = after, taking.at
        if after in CALLED_OFF and confirmed(leg) is not None:
            change_calendar(taking)
    write_step(taking, step.verb, before, told)
    if after != before:
        write_entry(exchange=exchange, leg=leg, at=taking.at)
    return exchange


def change_calendar(taking: Taking) -> None:
    """Let calendars that have the appointment know that this is a later version."""
    leg, taking.changes_calendar = taking.leg, True
    leg.calendar_sequence += 1
    leg.save(update_fields=["calendar_sequence"])


def drop_accusation(taking: Taking) -> None:
    """Let a no-show that could still be contested count against nobody, where it ends before that without a word of
    whoever it is said of. To be called before finish().
    """
    exchange = taking.exchange
    by_themselves = taking.actor.role == exchange.no_show_by
    may_contest = exchange.state == ExchangeState.NO_SHOW and taking.at <= exchange.state_since + CONTEST_WITHIN
    if may_contest and not by_themselves:
        exchange.no_show_by = ""


def hold_for(exchange: Exchange, quantity: Decimal, by: User | None) -> Reservation:
    """Hold so much of what an exchange is about for its requester. Raises NotEnoughFree."""
    service = exchange.listing.kind == ListingKind.SERVICE
    return hold(
        by=by, listing=exchange.listing, period=exchange.period, quantity=quantity, organisation=exchange.requester,
        supply=exchange.matched if service else None,
    )  # fmt: skip


def let_go(leg: ExchangeLeg) -> None:
    """What was held or given for a leg is free again."""
    assert leg.reservation is not None
    release(reservation=leg.reservation)
    leg.reservation = None
    leg.save(update_fields=["reservation"])


def write_step(taking: Taking, verb: str, before: str, told: dict[str, Any]) -> ExchangeStep:
    """Store the exchange as it now is and its new step, record the event, drop reminders, and tell of the step."""
    exchange, leg = taking.exchange, taking.leg
    exchange.version += 1
    set_due(exchange, leg, taking.at)
    exchange.save()
    tell_parties(exchange, before)
    amount = {"quantity": leg.quantity, "unit": leg.unit} | told
    role = taking.actor.role
    organisation = exchange.organisation_of(taking.actor.side) if taking.actor.side else None
    step = ExchangeStep.objects.create(
        exchange=exchange, number=exchange.version, step=verb, state_before=before, state_after=exchange.state,
        actor_id=taking.by.pk if taking.by else None, organisation_id=organisation.pk if organisation else None,
        role=role, side=taking.actor.side or "", cause=current_origin().source, reason=taking.reason, at=taking.at,
        behalf_note=taking.behalf_note, idempotency_key=taking.key, **amount,
    )  # fmt: skip
    record_of(
        exchange, verb, taking.by, organisation.pk if organisation else None, before, amount, taking.behalf_note,
        taking.vehicle,
    )  # fmt: skip
    if exchange.state == ExchangeState.DISPUTED:
        # Who decides between the sides reads what they wrote.
        let_hub_in(Conversation.objects.filter(exchange=exchange), taking.at)
    # Reminders of what has now happened.
    drop_letters(leg)
    if not taking.is_told and not _is_told_with_others(taking, step):
        tell_of_step(exchange, step, changed=leg if taking.changes_calendar else None)
    return step


def _is_told_with_others(taking: Taking, step: ExchangeStep) -> bool:
    """Of weeks that began in one go there is one letter, which who began them writes. Of a chain that falls through
    there is one too, within the minute; only calendars hear of it beside that.
    """
    exchange = taking.exchange
    together = exchange.arrangement if step.number == 1 else None
    if together is not None and together.kind == ArrangementKind.WEEKS:
        return True
    return not taking.changes_calendar and falls_with_its_chain(exchange)


def record_of(
    exchange: Exchange, verb: str, by: User | None, organisation_id: int | None, before: str, amount: dict[str, Any],
    behalf_note: str = "", vehicle: str = "",
) -> None:  # fmt: skip
    """Write the event, with who asked staff of a hub to act, and what is said to have carried it. Of a time-out it is
    in the log of the listing's organisation.
    """
    changes: dict[str, Any] = {"listing": exchange.listing_id}
    if before != exchange.state:
        changes["state"] = [before, exchange.state]
    note = behalf_note or ("" if before else exchange.behalf_note)
    if note:
        changes["behalf_note"] = note
    if vehicle:
        changes["vehicle"] = vehicle
    if amount:
        changes |= {"quantity": _plain(amount["quantity"]), "unit": amount["unit"]}
    record(
        verb, exchange, by=by, organisation_id=organisation_id or exchange.owner_id, hub_ids=exchange.hub_ids,
        changes=changes,
    )  # fmt: skip


def _plain(quantity: Decimal) -> str:
    return format(Decimal(quantity).normalize(), "f")


def set_due(exchange: Exchange, leg: ExchangeLeg, at: dt.datetime) -> None:
    """Set whose turn it is and what falls due next."""
    if exchange.state in ENDED:
        exchange.turn, exchange.due_at, exchange.deadline_at, exchange.due_number = Turn.NOBODY, None, None, 0
        return
    schedule = schedule_of(exchange, leg)
    exchange.turn = turn_of(exchange, leg, at)
    exchange.due_at, exchange.deadline_at = schedule.after(at), schedule.deadline
    exchange.due_number = schedule.number_at(at)
