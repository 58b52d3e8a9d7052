"""What happened in an exchange, in words."""

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from exchanges.enums import ExchangeState, Role, Side, Turn
from exchanges.models import Exchange, ExchangeStep
from exchanges.steps import CONTEST_WITHIN
from exchanges.turns import turn_at
from exchanges.verbs import ExchangeVerb
from geo.models import Hub
from materials import figures


def who_of(step: ExchangeStep, exchange: Exchange, people: dict[int, User], hubs: str) -> str:
    """Who took a step: by name where they gave one, and for which organisation, as far as the reader may know."""
    if step.role == Role.TIME_OUT:
        return "Werkstof"
    if step.role == Role.OPERATOR:
        return _("Een beheerder van Werkstof")
    person = people.get(step.actor_id or 0)
    name = person.name if person else ""
    return named(name, exchange.shown_of(step.side) if step.side else None, hubs if step.role == Role.HUB else "")


def named(name: str, shown: Organisation | None, hubs: str) -> str:
    """Somebody by their name, and for which organisation as far as the reader may know. `hubs` are those that staff
    act for it from.
    """
    organisation = str(shown or "")
    if hubs:
        staff = f"{name} ({hubs})" if name else hubs
        words = {"who": staff, "organisation": organisation}
        return _("%(who)s, namens %(organisation)s,") % words if shown else staff
    if shown is not None and not shown.slug:
        # A person's name tells whose it is.
        return organisation
    return f"{name} ({organisation})" if name else organisation


def sentence_of(step: ExchangeStep, exchange: Exchange, who: str) -> str:
    """A step as its history says it."""
    amount = figures.stored_amount(step.quantity, step.unit) if step.quantity is not None else ""
    return str(ExchangeVerb(step.step).label).format(who=who, amount=amount, lot=f"“{exchange.heading}”")


def sentences_of(exchange: Exchange, steps: Iterable[ExchangeStep]) -> list[str]:
    """The steps as sentences, with each person and hub fetched once."""
    rows = list(steps)
    people = User.objects.in_bulk([step.actor_id for step in rows if step.actor_id])
    hubs = ""
    if any(step.role == Role.HUB for step in rows):
        hubs = ", ".join(Hub.objects.filter(pk__in=exchange.hub_ids).values_list("name", flat=True))
    return [sentence_of(step, exchange, who_of(step, exchange, people, hubs)) for step in rows]


def moment_words(period: "object") -> str:
    """ "donderdag 3 december, 10:00–12:00", on our clocks; with the year where it isn't this one."""
    start, end = period.lower, period.upper  # type: ignore[attr-defined]
    first_day, last_day = timezone.localdate(start), timezone.localdate(end)
    day = figures.weekday_and_day(first_day)
    dash = "\N{EN DASH}"
    if first_day == last_day:
        return f"{day}, {figures.time_of_day(start)}{dash}{figures.time_of_day(end)}"
    last = figures.weekday_and_day(last_day)
    return f"{day}, {figures.time_of_day(start)} {dash} {last}, {figures.time_of_day(end)}"


def next_words(exchange: Exchange, side: Side | None, at: dt.datetime) -> str:
    """What one side is to do now, or what it waits for; without a side, what the hub is to do."""
    if side is None:
        return _("Lees wat beide partijen zeggen, en beslis.") if exchange.state == ExchangeState.DISPUTED else ""
    mine = turn_at(exchange, at) in (side.value, Turn.BOTH)
    words = {
        "requested": (_("Aanvaard de aanvraag, doe een tegenvoorstel of weiger."), _("De eigenaar antwoordt nu.")),
        "countered": (_("Ga akkoord met het tegenvoorstel, of trek je aanvraag in."), _("De aanvrager antwoordt nu.")),
        "accepted": (
            _("Spreek af wanneer: stel momenten voor of kies er een."),
            _("De andere partij kiest een moment."),
        ),
        "scheduled": (
            _("De afspraak is voorbij: zeg wat er meeging, of dat de ander er niet was."),
            _("Tot de afspraak hoef je niets te doen. Zeg daarna wat er meeging."),
        ),
        "handed_over": (
            _("Bevestig wat er meeging, of geef je eigen cijfers."),
            _("De andere partij bevestigt wat er meeging."),
        ),
        "no_show": (_("Spreek een nieuw moment af, of annuleer."), _("De andere partij kiest een nieuw moment.")),
        "disputed": (_("De hub beslist."), _("De hub beslist.")),
    }  # fmt: skip
    both = words.get(exchange.state)
    usual = "" if both is None else both[0 if mine else 1]
    return " ".join(filter(None, [contest_words(exchange, side, at), usual]))


def contest_words(exchange: Exchange, side: Side, at: dt.datetime) -> str:
    """Until when the side that is said not to have come may say that it did; "" to others, and once it is too late."""
    until = exchange.state_since + CONTEST_WITHIN
    if exchange.state != ExchangeState.NO_SHOW or exchange.no_show_by != side or at > until:
        return ""
    words = _(
        "De ander zegt dat jullie niet kwamen. Klopt dat niet? Tegenspreken kan tot %(until)s; dan beslist de hub."
    )
    return words % {"until": figures.until(until)}
