"""What the page of an exchange shows: where it stands, what one can do, and what happened."""

import datetime as dt
from dataclasses import dataclass, field
from math import ceil
from typing import Any
from uuid import uuid4

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from exchanges.checks import given_of
from exchanges.enums import ENDED, AppointmentState, ExchangeState, Role, Side, Turn
from exchanges.fallen import leg_left_by
from exchanges.food import food_date_words
from exchanges.models import Carrier, Exchange, ExchangeLeg, WeighingSlip
from exchanges.obstacles import obstacle_of
from exchanges.open_steps import OpenStep, open_steps
from exchanges.parties import know_parties, place_of
from exchanges.permissions import sides_of
from exchanges.reading import behalf_notes_of, reasons_for
from exchanges.schedule import confirmed
from exchanges.services.hours import states_hours
from exchanges.steps import STEPS, Lot
from exchanges.turns import turn_at
from exchanges.words import contest_words, moment_words, next_words, sentences_of
from frontend.components import figures
from frontend.components.form_fields import as_reader_types
from frontend.exchanges.counter_offer import counter_offer_of
from frontend.exchanges.follow_up import follow_up_of
from frontend.exchanges.forms import FORMS, HoursForm, StepForm
from frontend.exchanges.talk import talk_of
from frontend.exchanges.together import together_with
from frontend.listings.declared import waste_lines
from listings.balances.free import standing_of, unit_of
from listings.balances.periods import period_words
from listings.enums import ListingKind
from listings.models import WHOLE_LOT, Listing

#: The states that a good exchange goes through.
_STATIONS = (
    ExchangeState.REQUESTED, ExchangeState.ACCEPTED, ExchangeState.SCHEDULED, ExchangeState.HANDED_OVER,
    ExchangeState.COMPLETED,
)  # fmt: skip
#: How far those are that aren't among them.
_AS_FAR_AS = {ExchangeState.COUNTERED: 0, ExchangeState.NO_SHOW: 2, ExchangeState.DISPUTED: 3}


@dataclass(frozen=True)
class ShownStep:
    """A step with its button, what happens after it, and what it asks."""

    name: str
    label: str
    after: str
    form: StepForm
    behalf: str = ""
    choices: list[tuple[int, str]] = field(default_factory=list)
    is_open: bool = False


def exchange_context(
    exchange: Exchange, user: User, failed: tuple[str, StepForm] | None = None, refused_hours: HoursForm | None = None
) -> dict[str, Any]:
    """`failed` is the step that was refused, with its form; `refused_hours` the hours that were."""
    at = timezone.now()
    know_parties([exchange], user)
    (leg,) = exchange.legs.all()
    leg.exchange, leg.listing = exchange, exchange.listing
    sides = sides_of(user, exchange)
    shown = [_shown(step, exchange, leg, failed) for step in open_steps(exchange, leg, user, at)]
    turn = turn_at(exchange, at)
    mine = turn == Turn.BOTH or turn in {side.value for side in sides}
    primary = shown[0] if shown and (mine or not sides) and not shown[0].behalf else None
    appointment, obstacle = confirmed(leg), obstacle_of(exchange, leg)
    talk = talk_of(exchange, user, sides)
    steps = list(exchange.steps.all())
    reasons = reasons_for(user, steps, may_read=talk["may_read"])
    return talk | {
        "exchange": exchange,
        "leg": leg,
        "amount": figures.stored_amount(leg.current_quantity, leg.unit),
        "stations": _stations(exchange),
        "turn": _turn_words(exchange, sides, turn),
        "until": until_words(exchange),
        "counter": counter_offer_of(exchange, leg, sides, zip(steps, reasons, strict=True)),
        "next": next_words(exchange, next(iter(sides)), at) if sides else "",
        "left": _left_words(exchange),
        "obstacle": obstacle.words(sides) if obstacle else "",
        # What stands in the way is said in stead of what comes next, but the time to contest runs on.
        "contest": contest_words(exchange, next(iter(sides)), at) if sides and obstacle else "",
        "primary": primary,
        "others": shown[1:] if primary else shown,
        "waste": waste_lines(given_of(exchange)) if given_of(exchange).is_waste else [],
        "carrier": Carrier.objects.filter(leg=leg).first() if given_of(exchange).is_waste else None,
        "appointment": moment_words(appointment.period) if appointment else "",
        "food": food_date_words(exchange, leg),
        "proposed": [moment_words(row.period) for row in _proposed(leg)],
        "weights": _weights(leg, exchange),
        "history": [
            {
                "at": step.at,
                "sentence": words,
                "reason": reason,
                "behalf_note": note,
                "time": figures.time_of_day(step.at),
            }
            for step, words, reason, note in zip(
                steps,
                sentences_of(exchange, steps),
                reasons,
                behalf_notes_of(exchange, steps),
                strict=True,
            )
        ],
        "contact": _contacts(exchange, sides),
        "own": [exchange.organisation_of(side) for side in sorted(sides)],
        "place": place_of(exchange),
        "standing": standing_words(exchange.listing, exchange.period),
        "whole": whole_words(exchange),
        "hours": _hours(exchange, leg, user, refused_hours),
        "follow_up": follow_up_of(exchange, user),
        "together": together_with(exchange, user),
    }


def _left_words(exchange: Exchange) -> str:
    """Of a lot that a chain left at its service: where it lies, and what to do; "" where it left none."""
    leg = leg_left_by(exchange)
    if leg is None:
        return ""
    words = _(
        "De keten ging hierna niet door. De partij ligt bij %(service)s: spreek af wie ze krijgt, of haal ze terug. "
        "%(amount)s blijft vastliggen tot wie ze gaf, of de hub namens hen, ze weer vrijgeeft."
    )
    amount = figures.stored_amount(leg.current_quantity, leg.unit)
    return words % {"service": exchange.shown_owner, "amount": amount}


def _hours(exchange: Exchange, leg: ExchangeLeg, user: User, refused: HoursForm | None) -> dict[str, Any]:
    """What maatwerkbedrijven said they worked, and the forms of those that the reader may say it for."""
    last = {row.organisation_id: row for row in leg.hours.all()}
    sides = {one.pk: one for one in (leg.giver, leg.receiver)}
    forms = []
    for organisation, role in states_hours(user, exchange, leg):
        is_refused = refused is not None and refused.data.get("hours-organisation") == str(organisation.pk)
        said = last.get(organisation.pk)
        initial = {"organisation": organisation.pk, "hours": "" if said is None else as_reader_types(said.hours)}
        empty = HoursForm(initial=initial, prefix="hours", on_behalf=role == Role.HUB)
        forms.append((organisation, refused if is_refused else empty))
    # Words go by whole numbers: half an hour is said as one, one and a half as two.
    stated = [(sides[pk], row.hours, ceil(row.hours), row.behalf_note) for pk, row in last.items() if pk in sides]
    return {"stated": stated, "forms": forms}


def standing_words(listing: Listing, period: dt.date = WHOLE_LOT) -> dict[str, str]:
    """A lot or a week in its three parts: given, held and free."""
    standing = standing_of(listing, period)
    parts = {"quantity": standing.quantity, "given": standing.given, "held": standing.held, "free": standing.free}
    return {name: figures.stored_amount(value, unit_of(listing)) for name, value in parts.items()}


def whole_words(exchange: Exchange) -> str:
    """What the three parts are of."""
    if exchange.listing.kind == ListingKind.SERVICE:
        return _("De hele week")
    period = period_words(exchange.listing, exchange.period)
    return capfirst(period) if period else _("De hele partij")


def _stations(exchange: Exchange) -> list[dict[str, Any]]:
    state = ExchangeState(exchange.state)
    if state in _STATIONS:
        reached = _STATIONS.index(state)
    elif state in _AS_FAR_AS:
        reached = _AS_FAR_AS[state]
    else:
        before = exchange.steps.values_list("state_before", flat=True).last()
        found = ExchangeState(before) if before else ExchangeState.REQUESTED
        reached = _STATIONS.index(found) if found in _STATIONS else _AS_FAR_AS.get(found, 0)
    rows = [
        {"label": station.label, "state": "done" if number < reached else "now" if number == reached else "later"}
        for number, station in enumerate(_STATIONS)
    ]
    if state in ENDED and state != ExchangeState.COMPLETED:
        rows = [row | {"state": "done"} for row in rows[: reached + 1]] + [{"label": state.label, "state": "ended"}]
    elif state not in _STATIONS:
        rows[reached] |= {"state": "done"}
        rows.insert(reached + 1, {"label": state.label, "state": "now"})
    return rows


def until_words(exchange: Exchange) -> str:
    """What can be done until when, before time decides; "" of what is over."""
    if exchange.deadline_at is None:
        return ""
    words = {
        ExchangeState.ACCEPTED: _("Afspreken kan tot %(until)s."),
        ExchangeState.SCHEDULED: _("Zeggen wat er meeging, kan tot %(until)s."),
        ExchangeState.NO_SHOW: _("Een nieuw moment kiezen kan tot %(until)s."),
        ExchangeState.DISPUTED: _("De hub kan beslissen tot %(until)s."),
    }.get(ExchangeState(exchange.state), _("Antwoorden kan tot %(until)s."))
    return words % {"until": figures.until(exchange.deadline_at)}


def _turn_words(exchange: Exchange, sides: set[Side], turn: Turn) -> str:
    if turn == Turn.NOBODY:
        return "" if exchange.state in ENDED else _("De afspraak ligt vast.")
    if turn == Turn.HUB:
        return _("De hub is aan zet.")
    if turn == Turn.BOTH:
        return _("Jullie zijn allebei aan zet.") if sides else _("Beide partijen zijn aan zet.")
    if Side(turn.value) in sides:
        return _("Jij bent aan zet.")
    return _("%(organisation)s is aan zet.") % {"organisation": exchange.shown_of(turn.value)}


def _shown(step: OpenStep, exchange: Exchange, leg: ExchangeLeg, failed: tuple[str, StepForm] | None) -> ShownStep:
    label, after = step_words(step.name, exchange, leg)
    is_failed = failed is not None and failed[0] == step.name and (failed[1].data.get("side", "") == (step.side or ""))
    given = {"version": exchange.version, "key": uuid4().hex, "side": step.side or ""}
    behalf = str(exchange.shown_of(step.side)) if step.on_behalf and step.side else ""
    empty = FORMS.get(step.name, StepForm)(leg=leg, initial=given, on_behalf=bool(behalf))
    form = failed[1] if failed and is_failed else empty
    choices = [(row.pk, moment_words(row.period)) for row in _proposed(leg)] if step.name == "confirm_time" else []
    form.auto_id = f"{step.name}-{step.side or 'hub'}-%s"
    return ShownStep(step.name, label, after, form, behalf, choices, is_failed)


def _proposed(leg: ExchangeLeg) -> list[Any]:
    return list(leg.appointments.filter(state=AppointmentState.PROPOSED))


def step_words(name: str, exchange: Exchange, leg: ExchangeLeg) -> tuple[str, str]:
    """The words on a step's button, and what happens after it."""
    amount = {"amount": figures.stored_amount(leg.quantity, leg.unit)}
    words = {
        "accept": (
            _("Aanvaarden"),
            _("Daarna is %(amount)s gereserveerd. De ander ziet waar het juist is, en jullie spreken een moment af.")
            % amount,
        ),
        "counter": (_("Tegenvoorstel doen"), _("We houden het drie dagen vrij tot de ander antwoordt.")),
        "decline": (_("Weigeren"), _("De ander leest waarom. Daarmee stopt deze aanvraag.")),
        "agree": (_("Akkoord"), _("%(amount)s blijft gereserveerd, en jullie spreken een moment af.") % amount),
        "take_back": (_("Tegenvoorstel terugtrekken"), _("De aanvraag staat dan weer zoals ze was.")),
        "withdraw": (_("Aanvraag intrekken"), _("Daarmee stopt deze aanvraag.")),
        "propose_times": (_("Momenten voorstellen"), _("De ander kiest er een van, of stelt andere voor.")),
        "confirm_time": (_("Moment kiezen"), _("Dat moment ligt dan vast voor jullie allebei.")),
        "state_carrier": (
            _("Zeggen wie het vervoert"),
            _("Jullie zien dit allebei. Werkstof kijkt het nummer niet na en regelt geen vervoer."),
        ),
        "cancel": (_("Annuleren"), _("De ander leest waarom. Wat gereserveerd was, komt weer vrij.")),
        "state_weight": (_("Zeggen wat er meeging"), _("De ander bevestigt dit, of geeft eigen cijfers.")),
        "confirm_weight": (_("Dat klopt"), _("Daarmee is de uitwisseling afgerond.")),
        "report_no_show": (
            _("De ander kwam niet"),
            _("De ander leest wat je schrijft, en kan dat vijf dagen tegenspreken of een nieuw moment voorstellen."),
        ),
        "contest_no_show": (_("Tegenspreken"), _("De hub kijkt mee en beslist.")),
        "dispute": (_("Ik ben het oneens"), _("De hub kijkt mee en beslist.")),
        "free_again": (
            _("Weer vrijgeven"),
            _(
                "Anderen kunnen de partij dan weer aanvragen. Kijk na of het adres bij het zoekertje klopt. Is ze al "
                "weg, sluit het zoekertje dan."
            ),
        ),
        "settle": (_("Beslissen: overgedragen"), _("Daarmee is de uitwisseling afgerond met deze cijfers.")),
        "settle_cancelled": (
            (
                _("Beslissen: niemand bleef weg"),
                _("De melding telt voor niemand. Er is niets overgedragen, en wat gereserveerd was, komt weer vrij."),
            )
            if exchange.no_show_by
            else (_("Beslissen: niets overgedragen"), _("Wat gereserveerd was, komt weer vrij."))
        ),
        "uphold_no_show": (
            _("Beslissen: niet komen opdagen"),
            _("Dit telt bij %(organisation)s. Wat gereserveerd was, komt weer vrij.")
            % {"organisation": exchange.shown_of(exchange.no_show_by) if exchange.no_show_by else ""},
        ),
    }  # fmt: skip
    label, after = words[name]
    if exchange.via_id is not None and STEPS[name].lot == Lot.RELEASE:
        after += " " + _("Ligt de partij al bij de dienst, dan blijft ze vastliggen tot de gever ze weer vrijgeeft.")
    return label, after


def _weights(leg: ExchangeLeg, exchange: Exchange) -> list[dict[str, Any]]:
    """The last of what each side said, and what the hub decided."""
    said = list(leg.weights.all())
    last = {row.side: row for row in said if not row.by_hub}
    decided = [row for row in said if row.by_hub][-1:]
    rows = [*last.values(), *decided]
    slips = set(WeighingSlip.objects.filter(statement__in=rows).values_list("pk", flat=True))
    return [
        {
            "who": _("De hub") if row.by_hub else exchange.shown_of(row.side),
            "amount": figures.stored_amount(row.quantity, leg.unit),
            "kg": figures.stored_amount(row.kg, "kg") if row.kg is not None else _("gewicht onbekend"),
            "method": row.get_method_display(),
            "vehicle": row.get_vehicle_display(),
            "slip": row.pk if row.pk in slips else None,
        }
        for row in rows
    ]


def _contacts(exchange: Exchange, sides: set[Side]) -> list[Organisation]:
    """The organisations that the reader isn't of."""
    return [
        organisation
        for side, organisation in ((Side.REQUESTER, exchange.requester), (Side.OWNER, exchange.shown_owner))
        if side not in sides or len(sides) == 2
    ]
