"""What the page of a standing agreement shows: where it stands, its dates, and what one can do."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from exchanges.agreements.checks import has_its_unit, other_unit_words
from exchanges.agreements.dates import Date, dates_of
from exchanges.agreements.differences import difference_words
from exchanges.agreements.history import history_of
from exchanges.agreements.open_steps import open_agreement_steps
from exchanges.agreements.proposing import proposed_change
from exchanges.agreements.rhythm import hours_words, rhythm_words, when_words
from exchanges.agreements.steps import turn_of
from exchanges.agreements.words import asked_words
from exchanges.enums import AGREEMENT_UNANSWERED, AgreementState, DeliveryState, Side
from exchanges.models import StandingAgreement
from exchanges.open_steps import OpenStep
from exchanges.parties import know_parties
from exchanges.permissions import sides_of
from frontend.components import figures
from frontend.exchanges.agreement_forms import FORMS, AgreementStepForm
from frontend.exchanges.follow_up import follow_up_of
from frontend.exchanges.talk import talk_of

#: These are taken at their date.
_OF_A_DATE = ("change_delivery", "skip_delivery")


@dataclass(frozen=True)
class ShownStep:
    """A step with its button, what happens after it, and what it asks."""

    name: str
    label: str
    after: str
    form: AgreementStepForm
    behalf: str = ""
    is_open: bool = False

    @property
    def of_a_date(self) -> bool:
        return self.name in _OF_A_DATE


@dataclass(frozen=True)
class ShownDate:
    date: Date
    day: str
    amount: str
    state: str
    exchange_id: int | None
    moved_from: str
    apart: list[str]
    steps: list[ShownStep]

    @property
    def is_for_partners(self) -> bool:
        """Whether whoever reads this takes its steps for others alone, each step once for either side."""
        return bool(self.steps) and all(step.behalf for step in self.steps)

    @property
    def is_open(self) -> bool:
        return any(step.is_open for step in self.steps)


def agreement_context(
    agreement: StandingAgreement, user: User, failed: tuple[str, AgreementStepForm] | None = None
) -> dict[str, Any]:
    """`failed` is the step that was refused, with its form."""
    know_parties([agreement], user)
    sides = sides_of(user, agreement)
    steps = open_agreement_steps(agreement, user)
    coming, past = dates_of(agreement, timezone.localdate())
    shown = [_shown(step, agreement, None, failed) for step in steps if step.name not in _OF_A_DATE]
    primary = shown[0] if shown and _waits_for(agreement, sides) else None
    talk, proposed = talk_of(agreement, user, sides), proposed_change(agreement)
    return talk | {
        "agreement": agreement,
        "amount": figures.stored_amount(agreement.quantity, agreement.unit),
        "rhythm": rhythm_words(agreement),
        "when": when_words(agreement),
        "hours": hours_words((agreement.from_time, agreement.to_time)),
        "asked": asked_words(agreement),
        "proposed": difference_words(proposed.differs) if proposed is not None else [],
        "proposed_from": proposed.terms.starts_on if proposed is not None else None,
        "proposed_reason": proposed.reason if proposed is not None and talk["may_read"] else "",
        "reason": agreement.reason if talk["may_read"] else "",
        "now": now_words(agreement, sides),
        "follow_up": follow_up_of(agreement, user),
        "primary": primary,
        "others": shown[1:] if primary else shown,
        "coming": [_shown_date(date, agreement, steps, failed) for date in coming],
        "past": [_shown_date(date, agreement, [], failed) for date in past],
        "history": [
            {
                "at": one.at,
                "time": figures.time_of_day(one.at),
                "sentence": one.words,
                "reason": one.reason,
                "behalf_note": one.behalf_note,
            }
            for one in history_of(agreement, user, may_read=talk["may_read"])
        ],
        "contact": [
            organisation
            for side, organisation in ((Side.REQUESTER, agreement.requester), (Side.OWNER, agreement.shown_owner))
            if side not in sides or len(sides) == 2
        ],
    }


def _waits_for(agreement: StandingAgreement, sides: set[Side]) -> bool:
    """Whether one of these sides alone is to answer."""
    return turn_of(agreement).value in {side.value for side in sides}


def now_words(agreement: StandingAgreement, sides: set[Side]) -> str:
    """Where it stands, and what is to be done."""
    if (agreement.state in AGREEMENT_UNANSWERED or agreement.proposed_by) and not _waits_for(agreement, sides):
        return _("%(organisation)s is aan zet.") % {"organisation": agreement.shown_of(turn_of(agreement))}
    if agreement.state in AGREEMENT_UNANSWERED and not has_its_unit(agreement):
        return other_unit_words(Side(turn_of(agreement).value))
    if agreement.state == AgreementState.ASKED:
        return _("Jij bent aan zet: aanvaard, doe een tegenvoorstel of weiger.")
    if agreement.state == AgreementState.COUNTERED:
        return _("Jij bent aan zet: ga akkoord met het tegenvoorstel, of trek je vraag in.")
    if agreement.proposed_by:
        return _("Jij bent aan zet: ga akkoord met de wijziging, of weiger.")
    if agreement.state == AgreementState.AGREED and agreement.next_on is None:
        return _("De laatste levering is gereserveerd. Daarna stopt deze afspraak vanzelf.")
    return {
        AgreementState.AGREED: _("Deze vaste afspraak loopt."),
        AgreementState.PAUSED: _("Deze vaste afspraak staat op pauze."),
        AgreementState.DECLINED: _("Deze vraag is geweigerd."),
        AgreementState.WITHDRAWN: _("Deze vraag is ingetrokken."),
        AgreementState.LAPSED: _("Deze vraag is vervallen: er kwam geen antwoord op tijd."),
        AgreementState.ENDED: _("Deze vaste afspraak is gestopt."),
    }[AgreementState(agreement.state)]


def _shown_date(
    date: Date, agreement: StandingAgreement, steps: list[OpenStep], failed: tuple[str, AgreementStepForm] | None
) -> ShownDate:
    fits = {"change_delivery": date.may_change, "skip_delivery": date.may_skip}
    return ShownDate(
        date,
        figures.weekday_and_day(date.on),
        figures.stored_amount(date.quantity, agreement.unit),
        _state_words(date),
        date.delivery.exchange_id if date.delivery is not None else None,
        figures.day_and_month(date.due_on) if date.on != date.due_on else "",
        _apart(date, agreement),
        [_shown(step, agreement, date, failed) for step in steps if fits.get(step.name)],
    )


def _apart(date: Date, agreement: StandingAgreement) -> list[str]:
    """At which hours and where, of a date for which something else was agreed than for what comes later."""
    said = []
    if date.hours != (agreement.from_time, agreement.to_time):
        said.append(hours_words(date.hours) or _("uur af te spreken"))
    if date.place != agreement.place:
        said.append(date.place or _("plek af te spreken"))
    return said


def _state_words(date: Date) -> str:
    """What became of it: of what is made, its exchange says so."""
    exchange = date.delivery.exchange if date.delivery is not None else None
    if exchange is not None and date.state == DeliveryState.MADE:
        return str(exchange.get_state_display())
    return str(date.state.label)


def _shown(
    step: OpenStep, agreement: StandingAgreement, date: Date | None, failed: tuple[str, AgreementStepForm] | None
) -> ShownStep:
    label, after = _step_words(step.name, date)
    given = {"version": agreement.version, "key": uuid4().hex, "side": step.side or ""} | (
        {"due_on": date.due_on.isoformat()} if date else {}
    )
    form = FORMS.get(step.name, AgreementStepForm)(
        agreement=agreement, date=date, initial=given, on_behalf=step.on_behalf
    )
    is_failed = failed is not None and _is_of(failed, step, date)
    if failed is not None and is_failed:
        form = failed[1]
    form.auto_id = f"{step.name}-{step.side or ''}-{date.due_on if date else ''}-%s"
    behalf = str(agreement.shown_of(step.side)) if step.on_behalf and step.side else ""
    return ShownStep(step.name, label, after, form, behalf, is_failed)


def _is_of(failed: tuple[str, AgreementStepForm], step: OpenStep, date: Date | None) -> bool:
    name, form = failed
    sent = (name, form.data.get("side", ""), form.data.get("due_on", ""))
    return sent == (step.name, step.side or "", date.due_on.isoformat() if date else "")


def _step_words(name: str, date: Date | None) -> tuple[str, str]:
    """The words on a step's button, and what happens after it."""
    if name == "change_delivery" and date is not None and not date.may_skip:
        return _("Toch laten doorgaan"), _("De ander hoort het. Wat je kiest, wordt meteen gereserveerd.")
    return {
        "accept": (
            _("Aanvaarden"),
            _("Elke levering staat dan drie weken vooraf klaar, en is gereserveerd. Je kunt er altijd een overslaan."),
        ),
        "counter": (
            _("Tegenvoorstel doen"),
            _("De ander heeft een week om akkoord te gaan. Tot dan is er niets gereserveerd."),
        ),
        "decline": (_("Weigeren"), _("De ander leest waarom. Daarmee stopt deze vraag.")),
        "agree": (
            _("Akkoord"),
            _("Elke levering staat dan drie weken vooraf klaar, en is gereserveerd. Je kunt er altijd een overslaan."),
        ),
        "take_back": (_("Tegenvoorstel terugtrekken"), _("De vraag staat dan weer zoals ze was.")),
        "withdraw": (_("Vraag intrekken"), _("Daarmee stopt deze vraag.")),
        "change": (
            _("Alle volgende wijzigen"),
            _(
                "Minder geldt meteen, en de ander hoort het. Meer, of een andere dag, uur of plek, geldt zodra de "
                "ander akkoord gaat: tot dan blijft alles zoals het is."
            ),
        ),
        "agree_change": (_("Akkoord met de wijziging"), _("Dit geldt dan meteen. De ander hoort het.")),
        "decline_change": (_("Wijziging weigeren"), _("De ander leest waarom. Alles blijft zoals het is.")),
        "take_back_change": (_("Wijziging terugtrekken"), _("Alles blijft zoals het is. De ander hoort het.")),
        "pause": (_("Pauzeren"), _("Wat klaarstaat voor de komende dagen, valt weg. Je kunt later weer verder.")),
        "resume": (_("Weer laten lopen"), _("De leveringen gaan verder vanaf de volgende dag in het ritme.")),
        "end": (_("Stoppen"), _("De ander leest waarom. Wat klaarstaat voor de komende dagen, valt weg.")),
        "change_delivery": (_("Deze wijzigen"), _("Alleen deze levering verandert. De ander hoort het.")),
        "skip_delivery": (_("Overslaan"), _("Alleen deze levering valt weg. De ander leest waarom.")),
    }[name]
