"""Letters about standing agreements: who takes part hears of each step, of what waits, and of what can't be reserved.

What comes of a delivery after that, its exchange tells.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from exchanges.agreements.terms import terms_of
from exchanges.agreements.words import asked_words, terms_words
from exchanges.calendar import invitation_of
from exchanges.conversations import hub_names, readers_of_agreement, reminded_of_agreement
from exchanges.enums import AgreementState, Role, Side
from exchanges.mail.addresses import replies_about
from exchanges.models import Appointment, StandingAgreement
from exchanges.parties import know_parties, place_of
from exchanges.permissions import Actor
from exchanges.verbs import AgreementVerb
from exchanges.words import named
from journal.attachments import Attachment
from journal.letters import Addressed, write_letters
from materials import figures

STEP, REMINDER = "agreement_step", "agreement_reminder"


def tell_of_agreement(
    agreement: StandingAgreement,
    verb: AgreementVerb,
    *,
    by: User | None,
    actor: Actor,
    reason: str | Mapping[str, str],
    behalf_note: str = "",
    day: dt.date | None = None,
    quantity: Decimal | None = None,
    changed: Sequence[Appointment] = (),
) -> None:
    """Write to the people of both sides, except whoever did it. `day` and `quantity` are those of a delivery. `reason`
    is what somebody wrote, or what Werkstof says in each language. The appointments that `changed` go along for
    calendars, and then to whoever did it as well.
    """
    hubs = hub_names(agreement.hub_ids) if actor.role == Role.HUB else ""
    readers = list(readers_of_agreement(agreement, by.pk if by and not changed else None))
    replies = replies_about(agreement, readers)
    letters = []
    for reader in readers:
        know_parties([agreement], reader.user)
        with translation.override(reader.user.language):
            data: dict[str, Any] = _about(agreement) | {
                "state": agreement.get_state_display(),
                "sentence": str(verb.label).format(
                    who=_who(agreement, by, actor, hubs),
                    lot=f"“{agreement.heading}”",
                    amount=figures.stored_amount(agreement.quantity if quantity is None else quantity, agreement.unit),
                    day=figures.long_day(day) if day else "",
                ),
                "reason": reason if isinstance(reason, str) else reason[reader.user.language],
                **_asked_hub(agreement, actor, behalf_note),
                "next": _next_words(agreement, verb, reader.side),
                "changed": len(changed),
                "can_reply": reader.user.pk in replies,
            }
            files = _files(changed, reader.user)
        key = f"{STEP}-{agreement.pk}-{agreement.version}-{verb.value.split('.')[1]}-{day or ''}-{reader.user.pk}"
        reply_to = replies.get(reader.user.pk, "")
        letters.append(Addressed(reader.user.email, reader.user.language, data, key, reply_to, attachments=files))
    write_letters(STEP, letters, about=agreement)


def remind_of_agreement(agreement: StandingAgreement) -> None:
    """Write to who is to answer, or of what is paused to both, and until when."""
    assert agreement.deadline_at is not None, "what waits has an end"
    readers = list(reminded_of_agreement(agreement))
    replies = replies_about(agreement, readers)
    letters = []
    for reader in readers:
        with translation.override(reader.user.language):
            data = _about(agreement) | {
                "is_paused": agreement.state == AgreementState.PAUSED,
                "is_countered": agreement.state == AgreementState.COUNTERED,
                "until": figures.until(agreement.deadline_at),
                "can_reply": reader.user.pk in replies,
            }
        key = f"{REMINDER}-{agreement.pk}-{agreement.version}-{agreement.due_at:%Y%m%d}-{reader.user.pk}"
        letters.append(Addressed(reader.user.email, reader.user.language, data, key, replies.get(reader.user.pk, "")))
    write_letters(REMINDER, letters, about=agreement)


def _files(changed: Sequence[Appointment], to: User) -> tuple[Attachment, ...]:
    """Each appointment as a file. A mail program reads a letter as one appointment: of several none stands for it."""
    files = []
    for appointment in changed:
        exchange = appointment.leg.exchange
        file = invitation_of(exchange, appointment.leg, appointment, place_of(exchange), to.email)
        files.append(file if len(changed) == 1 else replace(file, reads_as=""))
    return tuple(files)


def _about(agreement: StandingAgreement) -> dict[str, Any]:
    amount, *rest = terms_words(terms_of(agreement), agreement.unit)
    return {
        "what": agreement.heading,
        "amount": amount,
        "rhythm": _before_a_stop(rest),
        "asked": _before_a_stop(asked_words(agreement)),
        "link": f"{settings.SITE_URL}{agreement.get_absolute_url()}",
    }


def _before_a_stop(words: Sequence[str]) -> str:
    """One after the other, for a sentence that ends with a full stop: what people wrote may end with its own."""
    return ", ".join(words).rstrip(".")


def _who(agreement: StandingAgreement, by: User | None, actor: Actor, hubs: str) -> str:
    if by is None:
        return "Werkstof"
    return named(by.name, agreement.shown_of(actor.side) if actor.side else None, hubs)


def _asked_hub(agreement: StandingAgreement, actor: Actor, behalf_note: str) -> dict[str, str]:
    """Who of whom asked the hub to take a step; "" where nobody did, and of whom the reader may not know."""
    shown = agreement.shown_of(actor.side or Side.REQUESTER)
    return {"requester": shown.name, "behalf_note": behalf_note if shown.slug else ""}


def _next_words(agreement: StandingAgreement, verb: AgreementVerb, side: Side | None) -> str:
    if verb == AgreementVerb.ASKED and side == Side.OWNER:
        return _("Aanvaard, doe een tegenvoorstel of weiger binnen de week.")
    if verb == AgreementVerb.COUNTERED and side == Side.REQUESTER:
        return _("Ga akkoord of trek je vraag in, binnen de week.")
    if verb == AgreementVerb.TAKEN_BACK:
        return _("Wat gevraagd was, staat weer zoals het was.")
    if verb == AgreementVerb.UNABLE:
        return _("Kies een andere dag of hoeveelheid, of sla deze over. De andere leveringen gaan door.")
    if verb in (AgreementVerb.SKIPPED, AgreementVerb.DELIVERY_CHANGED):
        return _("De andere leveringen gaan door. Past dit niet, zet het dan recht bij de vaste afspraak.")
    if agreement.state == AgreementState.AGREED and agreement.next_on is not None:
        return _("Elke levering staat drie weken vooraf bij je uitwisselingen.")
    return ""
