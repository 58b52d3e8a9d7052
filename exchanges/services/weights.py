"""What was handed over, as each side says it; disputing it, and deciding about that."""

from decimal import Decimal
from typing import Unpack

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from exchanges.checks import check_has_carrier, check_whole
from exchanges.enums import ExchangeState, Side, StartedFrom, Vehicle, WeightMethod
from exchanges.models import HEAVIEST_KG, Exchange, ExchangeLeg, WeighingSlip, WeightStatement
from exchanges.one_weight import one_weight
from exchanges.permissions import was_disputed
from exchanges.schedule import confirmed
from exchanges.steps import DISPUTE_WITHIN, DROP_NO_SHOW, STEPS
from exchanges.taking import ExchangeMoved, How, Taking, begin, finish
from exchanges.words import moment_words
from listings.balances.free import NotEnoughFree, standing_of
from listings.balances.services import give, hold_as_much
from listings.enums import ListingKind
from listings.late import TooLate
from listings.models import LARGEST_QUANTITY, Reservation
from materials import figures
from materials.units import unit_mass_kg

#: Figures behind the comma.
_PLACES = 3
#: A weight that is so many times more or less than expected is asked about.
_UNLIKELY = 50


@transaction.atomic
def state_weight(
    *, by: User, exchange: Exchange, method: str, quantity: Decimal | None = None, kg: Decimal | None = None,
    vehicle: str = "", slip: bytes = b"", sure: bool = False, **how: Unpack[How],
) -> Exchange:  # fmt: skip
    """Say how much went along and what it weighs. Where the other side said the same already, it is completed.

    Without a quantity it is what was agreed. What was counted weighs what one of it weighs, where that is known. Of
    what is measured by weight the quantity and `kg` are one number: either says the other, and they may not differ.
    `vehicle` is what carried it, where that is known. `slip` is a photo of the weighing slip as listings.photos made
    it. Who is `sure` may state a weight that is far from what was to be expected, or one before the day of the
    appointment.
    """
    taking = begin("state_weight", exchange=exchange, by=by, **how)
    if taking.is_replay:
        return taking.exchange
    assert taking.actor.side is not None
    if taking.exchange.no_show_by != taking.actor.side:
        # Who said that the other didn't come takes that back. Whoever it is said of contradicts it by this: should the
        # two disagree then, the hub decides about both.
        taking.exchange.no_show_by = ""
    check_has_carrier(taking.exchange, taking.leg)
    last = taking.leg.weights.last()
    quantity, kg = one_weight(taking.leg, quantity, kg)
    statement = _stated(taking, taking.actor.side, method, quantity, kg, vehicle)
    if not sure:
        _ask_about(taking, statement)
    _check_fits(taking, statement.quantity)
    hold_as_much(reservation=_reservation(taking), quantity=statement.quantity)
    statement.save()
    if slip:
        WeighingSlip.objects.create(statement=statement, webp=slip)
    said = {"quantity": statement.quantity, "kg": statement.kg}
    if last is None or last.side == statement.side or (last.quantity, last.kg) != (statement.quantity, statement.kg):
        if taking.exchange.state == ExchangeState.HANDED_OVER:
            # The other side has its time to look at a correction, too.
            taking.exchange.state_since = taking.at
        return finish(taking, **said)
    _give(taking, statement.quantity)
    # Both said the same: that is confirming it.
    taking.step, taking.exchange.no_show_by = STEPS["confirm_weight"], ""
    return finish(taking, **said)


@transaction.atomic
def confirm_weight(*, by: User, exchange: Exchange, **how: Unpack[How]) -> Exchange:
    """Say that what the other side said is right: it is completed, and what is left of the lot is free again."""
    last = WeightStatement.objects.filter(leg__exchange=exchange).last()
    allowed = {Side(last.side).other} if last else None
    taking = begin("confirm_weight", exchange=exchange, by=by, allowed=allowed, **how)
    if taking.is_replay:
        return taking.exchange
    last = taking.leg.weights.last()
    assert last is not None, "what is handed over was stated by a side"
    if last.side == taking.actor.side or taking.actor.side is None:
        raise ExchangeMoved(_("De andere partij bevestigt wat jij opgaf."), code="moved")
    same = _stated(taking, taking.actor.side, last.method, last.quantity, last.kg, last.vehicle)
    same.save()
    _give(taking, same.quantity)
    taking.exchange.no_show_by = ""
    return finish(taking, quantity=same.quantity, kg=same.kg)


@transaction.atomic
def dispute(*, by: User, exchange: Exchange, **how: Unpack[How]) -> Exchange:
    """Say what is wrong with what was handed over: the hub decides, once. What was decided after that stands."""
    taking = begin("dispute", exchange=exchange, by=by, **how)
    if taking.is_replay:
        return taking.exchange
    locked = taking.exchange
    if was_disputed(locked):
        raise TooLate(_("Hierover is na een meningsverschil al beslist, en dat blijft zo. Bespreek het met je hub."))
    if locked.state == ExchangeState.COMPLETED:
        if taking.at > locked.state_since + DISPUTE_WITHIN:
            raise TooLate(_("Dit is meer dan dertig dagen afgerond. Bespreek het met je hub."))
        is_delivery = locked.started_from == StartedFrom.STREAM
        if not is_delivery and Exchange.objects.running(locked.listing, locked.period, locked.requester).exists():
            raise TooLate(_("Er loopt al een nieuwe aanvraag voor dit zoekertje. Rond die eerst af."))
    return finish(taking)


@transaction.atomic
def settle(
    *, by: User, exchange: Exchange, method: str, quantity: Decimal, kg: Decimal | None = None, vehicle: str = "",
    sure: bool = False, **how: Unpack[How],
) -> Exchange:  # fmt: skip
    """Decide what was handed over, and why. For staff of the hub who belong to neither side."""
    taking = begin("settle", exchange=exchange, by=by, **how)
    if taking.is_replay:
        return taking.exchange
    _quantity, kg = one_weight(taking.leg, quantity, kg)
    for side in Side:
        statement = _stated(taking, side, method, quantity, kg, vehicle)
        if not sure:
            _ask_about(taking, statement)
        statement.by_hub = True
        statement.save()
    _check_fits(taking, quantity)
    _give(taking, quantity)
    taking.exchange.no_show_by, taking.exchange.one_sided = "", False
    return finish(taking, quantity=quantity, kg=statement.kg)


@transaction.atomic
def settle_cancelled(*, by: User, exchange: Exchange, **how: Unpack[How]) -> Exchange:
    """Decide that nothing was handed over, and why: what was held or given is free again. A no-show that was contested
    counts against nobody then.
    """
    taking = begin("settle_cancelled", exchange=exchange, by=by, **how)
    if taking.is_replay:
        return taking.exchange
    if taking.exchange.no_show_by:
        taking.step, taking.exchange.no_show_by = DROP_NO_SHOW, ""
    return finish(taking)


def give_as_stated(taking: Taking) -> WeightStatement:
    """Give what was last stated, by one side alone."""
    last = taking.leg.weights.last()
    assert last is not None, "somebody stated a weight"
    _give(taking, last.quantity)
    return last


def _give(taking: Taking, quantity: Decimal) -> None:
    give(reservation=_reservation(taking), quantity=quantity)


def _reservation(taking: Taking) -> Reservation:
    assert taking.leg.reservation is not None, "what is given was held"
    return taking.leg.reservation


def _stated(
    taking: Taking, side: Side, method: str, quantity: Decimal | None, kg: Decimal | None, vehicle: str
) -> WeightStatement:
    """A statement that makes sense. Raises ValidationError by field. The event of the step keeps its vehicle."""
    leg = taking.leg
    if vehicle and vehicle not in Vehicle.values:
        raise ValidationError({"vehicle": _("Kies een voertuig uit de lijst, of laat dit leeg.")})
    taking.vehicle = vehicle
    if method not in WeightMethod.values:
        raise ValidationError({"method": _("Kies hoe het gemeten is: gewogen, geteld of geschat.")})
    amount = leg.quantity if quantity is None else Decimal(quantity)
    if not amount.is_finite() or amount <= 0 or amount > LARGEST_QUANTITY:
        raise ValidationError({"quantity": _("De hoeveelheid moet meer dan 0 zijn en hoogstens een miljard.")})
    if amount != round(amount, _PLACES):
        raise ValidationError({"quantity": _("Geef hoogstens drie cijfers na de komma.")})
    check_whole(leg.listing, amount)
    if kg is None:
        kg = _counted_kg(leg, amount) if method == WeightMethod.COUNTED else None
    if kg is None and method != WeightMethod.COUNTED:
        raise ValidationError({"kg": _("Geef het gewicht in kilogram, of kies “geteld”.")})
    if kg is not None:
        if not Decimal(kg).is_finite() or kg <= 0 or kg > HEAVIEST_KG:
            raise ValidationError({"kg": _("Het gewicht moet meer dan 0 kg zijn en hoogstens tienduizend ton.")})
        if kg != round(Decimal(kg), _PLACES):
            raise ValidationError({"kg": _("Geef hoogstens drie cijfers na de komma.")})
    revision = leg.weights.filter(side=side).count() + 1
    return WeightStatement(
        leg=leg, side=side, revision=revision, method=method, quantity=amount, kg=kg, vehicle=vehicle, at=taking.at,
        stated_by_id=taking.by.pk if taking.by else None,
    )  # fmt: skip


def _counted_kg(leg: ExchangeLeg, amount: Decimal) -> Decimal | None:
    """What was counted, by what one of it weighs; None where no source says it."""
    material = leg.exchange.material
    one = unit_mass_kg(material, leg.unit) if material else None
    return None if one is None else min(round(one * amount, _PLACES), Decimal(HEAVIEST_KG))


def _ask_about(taking: Taking, statement: WeightStatement) -> None:
    """Raise ValidationError, with the code "unlikely", for all that a slip would explain.

    All at once: who says to be sure has read all of it.
    """
    doubts = {NON_FIELD_ERRORS: _too_early(taking), "kg": _far_off(taking.leg, statement)}
    if any(doubts.values()):
        raise ValidationError({field: found for field, found in doubts.items() if found})


def _too_early(taking: Taking) -> list[ValidationError]:
    """What is said to have gone along before the day of its appointment, or before its week."""
    exchange, appointment = taking.exchange, confirmed(taking.leg)
    if exchange.state not in (ExchangeState.ACCEPTED, ExchangeState.SCHEDULED):
        return []
    if appointment is not None:
        begins, moment = timezone.localdate(appointment.period.lower), moment_words(appointment.period)
        words = _("De afspraak is pas %(moment)s. Is het toch al overgedragen? Bevestig dat.")
    else:
        begins, moment = exchange.period, figures.long_day(exchange.period)
        words = _("De periode begint pas op %(moment)s. Is het toch al overgedragen? Bevestig dat.")
        if exchange.listing.kind == ListingKind.SERVICE:
            words = _("De week begint pas op %(moment)s. Is het toch al overgedragen? Bevestig dat.")
    if begins <= timezone.localdate(taking.at):
        return []
    return [ValidationError(words % {"moment": moment}, code="unlikely")]


def _far_off(leg: ExchangeLeg, statement: WeightStatement) -> list[ValidationError]:
    """A weight that is far from what was to be expected."""
    expected = expected_kg(leg, statement.quantity)
    if expected is None or statement.kg is None or expected / _UNLIKELY <= statement.kg <= expected * _UNLIKELY:
        return []
    words = _("Voor %(amount)s verwachten we ongeveer %(expected)s, dit is ver daarvan. Klopt het toch? Bevestig dat.")
    given = {"amount": figures.stored_amount(statement.quantity, leg.unit), "expected": figures.mass(expected)}
    return [ValidationError(words % given, code="unlikely")]


def expected_kg(leg: ExchangeLeg, amount: Decimal) -> Decimal | None:
    """What so much should weigh: by what its owner says of the lot, or by what one of it weighs. None: unknown."""
    lot = leg.listing
    if lot.mass_kg and lot.quantity:
        return Decimal(lot.mass_kg) * amount / lot.quantity
    return _counted_kg(leg, amount)


def _check_fits(taking: Taking, quantity: Decimal) -> None:
    """Raise NotEnoughFree, with what could go at most, for more than was promised and is free together."""
    reservation, listing = _reservation(taking), taking.exchange.listing
    standing = standing_of(listing, taking.exchange.period)
    promised = reservation.given_quantity or reservation.quantity
    if not standing.splittable:
        if quantity != standing.quantity:
            raise NotEnoughFree(standing.quantity, listing)
    elif quantity > promised + standing.free:
        raise NotEnoughFree(promised + standing.free, listing)
