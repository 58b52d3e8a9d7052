"""Which steps somebody can take now, the one that is most wanted first: pages show them, and the API lists them."""

import datetime as dt
from dataclasses import dataclass

from accounts.models import User
from exchanges.checks import given_of, lacks_carrier
from exchanges.enums import AppointmentState, ExchangeState, Role, Side
from exchanges.fallen import leg_left_by
from exchanges.models import Exchange, ExchangeLeg
from exchanges.obstacles import obstacle_of
from exchanges.permissions import is_staff_of, may_mediate, on_behalf, sides_of, spoke_for_a_side, was_disputed
from exchanges.schedule import confirmed
from exchanges.steps import CONTEST_WITHIN, DISPUTE_WITHIN, STEPS

#: In the order in which they are offered.
_ORDER = {
    ExchangeState.REQUESTED: ("accept", "counter", "decline", "withdraw"),
    ExchangeState.COUNTERED: ("agree", "withdraw", "take_back"),
    ExchangeState.ACCEPTED: ("confirm_time", "propose_times", "state_carrier", "state_weight", "cancel"),
    ExchangeState.SCHEDULED: (
        "confirm_time", "state_weight", "state_carrier", "propose_times", "report_no_show", "cancel",
    ),
    ExchangeState.HANDED_OVER: ("confirm_weight", "state_weight", "free_again", "dispute"),
    ExchangeState.COMPLETED: ("free_again", "dispute"),
    ExchangeState.NO_SHOW: (
        "confirm_time", "propose_times", "contest_no_show", "state_weight", "state_carrier", "cancel",
    ),
    ExchangeState.DISPUTED: ("settle", "settle_cancelled", "uphold_no_show", "free_again"),
}  # fmt: skip


@dataclass(frozen=True)
class OpenStep:
    """`side` is whom it is taken for; empty where the hub decides. `on_behalf`: by staff of the hub for that side."""

    name: str
    side: Side | None
    on_behalf: bool = False


@dataclass(frozen=True)
class Moment:
    """What decides which steps are open, read once."""

    exchange: Exchange
    proposed_by: Side | None
    stated_by: Side | None
    is_over: bool
    lacks_carrier: bool
    at: dt.datetime


def open_steps(exchange: Exchange, leg: ExchangeLeg, user: User, at: dt.datetime) -> list[OpenStep]:
    """Those that can succeed: what stands in the way of the others, `exchanges.obstacles` says."""
    own = sides_of(user, exchange)
    staff = not own and is_staff_of(user, exchange)
    behalf = on_behalf(user, exchange) if staff else set()
    is_disputed = exchange.state == ExchangeState.DISPUTED
    decides = is_disputed and not own and may_mediate(user, exchange) and user.pk not in spoke_for_a_side(exchange)
    proposed = leg.appointments.filter(state=AppointmentState.PROPOSED).first()
    stated, appointment = leg.weights.last(), confirmed(leg)
    now = Moment(
        exchange,
        Side(proposed.proposed_by) if proposed else None,
        Side(stated.side) if stated else None,
        appointment is not None and appointment.period.upper <= at,
        lacks_carrier(exchange, leg),
        at,
    )
    obstacle = obstacle_of(exchange, leg)
    closed = obstacle.closes if obstacle else frozenset()
    found = []
    for name in _ORDER.get(ExchangeState(exchange.state), ()):
        if name in closed:
            continue
        if Role.HUB in STEPS[name].actors:
            about_it = name != "uphold_no_show" or bool(exchange.no_show_by)
            found += [OpenStep(name, None)] if decides and about_it else []
            continue
        for side in Side:
            if (
                (side in own or side in behalf)
                and Role(side.value) in STEPS[name].actors
                and _is_open(name, side, now)
            ):
                found.append(OpenStep(name, side, staff))
    return found


def _is_open(name: str, side: Side, now: Moment) -> bool:
    """Whether a step that fits the state makes sense for a side now."""
    exchange = now.exchange
    match name:
        case "confirm_time":
            return now.proposed_by == side.other
        case "state_carrier":
            return given_of(exchange).is_waste
        case "state_weight":
            # Waste isn't handed over before somebody has said who carries it.
            return not now.lacks_carrier
        case "confirm_weight":
            return now.stated_by == side.other
        case "report_no_show":
            return now.is_over
        case "free_again":
            return leg_left_by(exchange) is not None
        case "contest_no_show":
            return exchange.no_show_by == side and now.at <= exchange.state_since + CONTEST_WITHIN
        case "dispute" if exchange.state == ExchangeState.COMPLETED:
            return now.at <= exchange.state_since + DISPUTE_WITHIN and not was_disputed(exchange)
    return True
