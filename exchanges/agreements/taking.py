"""How a step of a standing agreement is taken: under its lock, by somebody who may, from a state that it fits.

Locks are taken in one order: the agreement, its exchanges by their number, and each one's listing.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, TypedDict

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.texts import check_text
from exchanges.agreements.letters import REMINDER, tell_of_agreement
from exchanges.agreements.steps import AHEAD, STEPS, WAITS, AgreementStep
from exchanges.enums import AgreementState, Role
from exchanges.models import (
    LONGEST_REASON,
    AgreementReason,
    AgreementStepKey,
    Appointment,
    Conversation,
    Delivery,
    StandingAgreement,
)
from exchanges.permissions import Actor, actor_for
from exchanges.schedule import BRUSSELS, SHORTEST
from exchanges.taking import ExchangeMoved
from exchanges.texts import check_behalf_note
from exchanges.verbs import AgreementVerb
from exchanges.writing import let_hub_in
from journal.events import record
from journal.letters import drop_letters
from journal.models import Event
from listings.owners import tell_owner

#: At this hour of our clocks deliveries are made, and what is over ends.
_HOUR = dt.time(6)


class AgreementHow(TypedDict, total=False):
    """What every step takes beside who takes it. The same `key` again changes nothing. `seen_version` makes sure that
    nothing happened that the person didn't see. Of staff of a hub that act for a side, `behalf_note` says who of it
    asked them to, and how.
    """

    behalf_note: str
    side: str
    seen_version: int | None
    key: str
    reason: str
    at: dt.datetime | None


@dataclass
class AgreementTaking:
    """A step that is being taken. `is_replay` says that it was taken before, by the same key. `changed` are the
    appointments of deliveries that were moved or called off by it, each as it is now.
    """

    step: AgreementStep
    agreement: StandingAgreement
    by: User | None
    actor: Actor
    at: dt.datetime
    reason: str = ""
    key: str = ""
    behalf_note: str = ""
    is_replay: bool = False
    changed: list[Appointment] = field(default_factory=list)

    @property
    def today(self) -> dt.date:
        return timezone.localdate(self.at)


def begin_step(
    name: str,
    *,
    agreement: StandingAgreement,
    by: User,
    side: str = "",
    seen_version: int | None = None,
    key: str = "",
    reason: str = "",
    behalf_note: str = "",
    at: dt.datetime | None = None,
) -> AgreementTaking:
    """Lock the agreement and check that this step may be taken, or was by this key.

    Raises PermissionDenied; ExchangeMoved where the step doesn't fit the state, or the version that was seen isn't the
    last; ValidationError by field.
    """
    step, at = STEPS[name], at or timezone.now()
    locked = lock(agreement.pk)
    actor = actor_for(by, locked, side, step.sides)
    taking = AgreementTaking(step, locked, by, actor, at, reason.strip(), key)
    if key and locked.step_keys.filter(key=key).exists():
        taking.is_replay = True
        return taking
    fits = locked.state in step.sources
    if not fits or (seen_version is not None and seen_version != locked.version):
        words = {"state": locked.get_state_display()}
        raise ExchangeMoved(
            _("Dit ging niet door: de vaste afspraak is intussen veranderd. Ze staat nu op “%(state)s”.") % words,
            code="moved",
        )
    if step.needs_reason and not taking.reason:
        raise ValidationError({"reason": _("Zeg in een zin waarom: de andere partij leest het.")})
    check_text("reason", reason, LONGEST_REASON)
    taking.behalf_note = check_behalf_note(actor.role, behalf_note)
    return taking


def taking_of_time(name: str, agreement: StandingAgreement, at: dt.datetime) -> AgreementTaking:
    """A step that nobody takes, of a locked agreement of which the state fits."""
    return AgreementTaking(STEPS[name], agreement, None, Actor(Role.TIME_OUT, None), at)


def lock(agreement_id: int) -> StandingAgreement:
    rows = StandingAgreement.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("listing__material", "listing__organisation", "requester", "owner").get(pk=agreement_id)


def finish_step(taking: AgreementTaking, delivery: Delivery | None = None) -> None:
    """Store the step: the state and what falls due, the event and the letters, of the delivery that it is about."""
    agreement, step = taking.agreement, taking.step
    if step.target is not None:
        agreement.state, agreement.state_since, agreement.reason = step.target, taking.at, taking.reason
    write(agreement, taking.at)
    if taking.key:
        AgreementStepKey.objects.create(agreement=agreement, key=taking.key)
    if step.target == AgreementState.AGREED:
        tell_owner(agreement.listing, {agreement.requester_id})
    event = tell_step(taking, delivery)
    if taking.reason:
        AgreementReason.objects.create(agreement=agreement, event_id=event.pk, reason=taking.reason)


def tell_step(taking: AgreementTaking, delivery: Delivery | None = None) -> Event:
    """Record a step that is stored, and write of it to the people of both sides, except whoever took it: unless their
    calendar changes, too.
    """
    agreement, step = taking.agreement, taking.step
    if taking.actor.role == Role.HUB:
        # Who acts for a side reads what the other answers.
        let_hub_in(Conversation.objects.filter(agreement=agreement), taking.at)
    event = record_of_agreement(agreement, step.verb, taking.by, taking.actor, delivery, taking.behalf_note)
    # Reminders of what has now happened.
    drop_letters(agreement, REMINDER)
    tell_of_agreement(
        agreement, step.verb, by=taking.by, actor=taking.actor, reason=taking.reason, behalf_note=taking.behalf_note,
        day=delivery.on if delivery is not None else None,
        quantity=delivery.quantity if delivery is not None else None, changed=taking.changed,
    )  # fmt: skip
    return event


def write(agreement: StandingAgreement, at: dt.datetime) -> None:
    """Store it as a new version, with what falls due next."""
    agreement.version += 1
    set_due(agreement, at)
    agreement.save()


def set_due(agreement: StandingAgreement, at: dt.datetime) -> None:
    """A reminder or the end of what waits; of what runs the moment to make its next delivery, or its end."""
    state = AgreementState(agreement.state)
    agreement.due_at = agreement.deadline_at = None
    if state in WAITS:
        wait, since = WAITS[state], agreement.state_since
        agreement.deadline_at = since + wait.lasts
        if state == AgreementState.ASKED:
            # A counter-offer that is taken back doesn't begin the week anew.
            agreement.deadline_at = max(agreement.created_at + wait.lasts, since + SHORTEST)
        coming = [since + reminder for reminder in wait.reminders if since + reminder > at]
        agreement.due_at = min([*coming, agreement.deadline_at])
    elif state == AgreementState.AGREED:
        agreement.due_at = due_of(agreement)


def due_of(agreement: StandingAgreement) -> dt.datetime:
    """When the next delivery of what runs is made: of its next date, or one that is planned for an earlier day. Where
    there is none any more, the day after its last day.
    """
    days = agreement.deliveries.planned().values_list("on", flat=True)[:1]
    coming = [day for day in (agreement.next_on, *days) if day is not None]
    if coming:
        return _at_hour(min(coming) - AHEAD)
    assert agreement.ends_on is not None, "what has no last day has a next date"
    return _at_hour(agreement.ends_on + dt.timedelta(days=1))


def _at_hour(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, _HOUR, BRUSSELS).astimezone(dt.UTC)


def record_of_agreement(
    agreement: StandingAgreement,
    verb: AgreementVerb,
    by: User | None,
    actor: Actor,
    delivery: Delivery | None = None,
    behalf_note: str = "",
) -> Event:
    """Write the event, of the delivery that it is about, and with who asked staff of a hub to act. Of what time does
    it is in the log of the listing's organisation.
    """
    quantity = agreement.quantity if delivery is None else delivery.quantity
    amount = format(quantity.normalize(), "f")
    changes: dict[str, Any] = {"listing": agreement.listing_id, "quantity": amount, "unit": agreement.unit}
    if behalf_note:
        changes["behalf_note"] = behalf_note
    if delivery is not None:
        changes["due_on"] = delivery.due_on.isoformat()
    organisation = agreement.organisation_of(actor.side) if actor.side else agreement.owner
    return record(
        verb, agreement, by=by, organisation_id=organisation.pk, hub_ids=agreement.hub_ids, changes=changes
    )  # fmt: skip
