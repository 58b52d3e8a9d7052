"""The one answer that somebody gets whose mail didn't come into the conversation, or not all of it.

Nobody answers what a machine sent: two machines would never stop. And nobody gets more than a few in a day: who sends
in somebody else's name would have us write to them.
"""

import datetime as dt

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from exchanges.conversations import closed_words, link_to
from exchanges.enums import InboundOutcome
from exchanges.mail.reading import LARGEST_MAIL_BYTES
from exchanges.matters import page_of
from exchanges.models import LONGEST_MESSAGE, InboundMail, ReplyAddress
from journal.letters import write_letter
from journal.models import Letter

ANSWER = "mail_answer"
MOST_ANSWERS, WITHIN = 3, dt.timedelta(days=1)
_UNANSWERED = frozenset(
    {InboundOutcome.WAITING, InboundOutcome.AUTO_REPLY, InboundOutcome.BOUNCE, InboundOutcome.OWN_ADDRESS}
)


def answer(
    mail: InboundMail, address: ReplyAddress | None, answered: Letter | None, *, left_out: int, at: dt.datetime
) -> Letter | None:
    """Write to the sender what became of their mail; None where there is nothing to say, or nobody to say it to.

    Who writes to an address that we never gave out, or answers a letter without a conversation, `answered`, gets one
    only where we know them.
    """
    outcome = InboundOutcome(mail.outcome)
    if outcome in _UNANSWERED or (outcome == InboundOutcome.TAKEN and not left_out) or not mail.sender:
        return None
    reader = address.user if address else User.objects.filter(email__iexact=mail.sender, is_active=True).first()
    if reader is None or Letter.objects.of_template(ANSWER).to(mail.sender).since(at - WITHIN).count() >= MOST_ANSWERS:
        return None
    with translation.override(reader.language):
        data = {
            "taken": outcome == InboundOutcome.TAKEN,
            "reason": reason(outcome),
            "link": _page(address, answered),
        }
    return write_letter(
        ANSWER, to=mail.sender, language=reader.language, data=data, dedup_key=f"{ANSWER}-{mail.pk}", about=mail
    )


def _page(address: ReplyAddress | None, answered: Letter | None) -> str:
    """Where the sender can go on."""
    if address is not None:
        return link_to(address.conversation)
    return page_of(answered) if answered is not None else str(settings.SITE_URL)


def reason(outcome: InboundOutcome) -> str:
    """What the sender reads, in the language that is active."""
    words = {
        InboundOutcome.TAKEN: _(
            "We namen je tekst over, maar niet alle bijlagen: we lezen alleen foto's, hoogstens acht. Voeg een ander "
            "bestand als link toe, of stuur het rechtstreeks."
        ),
        InboundOutcome.UNKNOWN_ADDRESS: _("We kennen het adres niet waar je mail naartoe ging."),
        InboundOutcome.NO_CONVERSATION: _("Op die mail antwoorden kan niet. Antwoord op de pagina."),
        InboundOutcome.WRONG_SENDER: _(
            "Je stuurde ze van een ander mailadres dan dat van het account. Stuur ze opnieuw van dat adres, of "
            "antwoord op de pagina."
        ),
        InboundOutcome.NO_PART: _("Je hoort niet meer bij dit gesprek."),
        InboundOutcome.CLOSED: closed_words(),
        InboundOutcome.TOO_LARGE: _(
            "Ze is groter dan %(most)d MB. Stuur ze opnieuw met kleinere of minder foto's."
        ) % {"most": LARGEST_MAIL_BYTES // 1_000_000},
        InboundOutcome.TOO_LONG: _("De tekst is langer dan %(most)d tekens. Stuur hem in delen.")
        % {"most": LONGEST_MESSAGE},
        InboundOutcome.EMPTY: _("Er stond geen tekst van jezelf in, en geen foto. Schrijf boven het oude bericht."),
        InboundOutcome.UNREADABLE: _("We konden ze niet lezen. Antwoord op de pagina."),
    }  # fmt: skip
    return words[outcome]
