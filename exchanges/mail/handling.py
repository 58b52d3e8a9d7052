"""What becomes of a mail that came in: a message of its conversation, or a refusal with a name."""

import datetime as dt
import logging
from dataclasses import dataclass
from email.utils import parseaddr

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import F

from accounts.models import User
from exchanges.conversations import hubs_of, is_closed, voice_of
from exchanges.enums import InboundOutcome
from exchanges.mail.addresses import find_reply_address
from exchanges.mail.answers import answer
from exchanges.mail.reading import (
    HEAD_BYTES,
    LARGEST_MAIL_BYTES,
    Envelope,
    Unreadable,
    parse,
    read_body,
    read_envelope,
)
from exchanges.mail.reports import Report, read_report
from exchanges.matters import conversation_of
from exchanges.models import LONGEST_MESSAGE, MOST_MESSAGE_PHOTOS, InboundMail, ReplyAddress
from exchanges.services import send_message
from exchanges.verbs import MailVerb
from journal.addresses import mailbox
from journal.delivery import came_back
from journal.enums import Source
from journal.events import record
from journal.models import Letter
from journal.origin import origin
from journal.return_path import returned_letter
from listings.photos import safe_photo

#: After so many attempts that didn't finish, a mail's body isn't read any more: it may be what stops the workers.
MOST_ATTEMPTS = 3

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Judgement:
    """What a mail turned out to be. `photos` are safe to store; `left_out` counts what isn't taken over. `returned` is
    a letter of ours that couldn't be delivered, and `text` why then; `answered` one that somebody answered though
    nothing is written about it.
    """

    outcome: InboundOutcome
    address: ReplyAddress | None = None
    text: str = ""
    whole: str = ""
    photos: tuple[bytes, ...] = ()
    left_out: int = 0
    returned: Letter | None = None
    answered: Letter | None = None


def handle(*, mail_id: int, at: dt.datetime) -> InboundOutcome | None:
    """Read a mail that waits; returns what became of it, None where another worker was first.

    Reading takes seconds where photos came along: it stands before the transaction.
    """
    if not InboundMail.objects.waiting().filter(pk=mail_id).update(attempts=F("attempts") + 1):
        return None
    mail = InboundMail.objects.get(pk=mail_id)
    judgement = judge(mail, at)
    with origin(Source.MAIL):
        return store_outcome(mail=mail, judgement=judgement, at=at)


def judge(mail: InboundMail, at: dt.datetime) -> Judgement:
    """What a mail is, and whether it may become a message. Changes nothing."""
    raw = bytes(mail.raw)
    # Of one that ended its workers the head alone is looked at, to know whether a person hears of it.
    parsed = parse(raw[:HEAD_BYTES] if mail.attempts > MOST_ATTEMPTS else raw)
    envelope = read_envelope(parsed, mail.envelope_sender)
    letter = returned_letter(mail.recipient)
    if letter is not None:
        return _judge_return(letter, envelope, read_report(parsed))
    address = find_reply_address(mail.recipient)
    refusal = _refusal(mail, envelope, address, at)
    if refusal is not None or address is None:
        return Judgement(refusal or InboundOutcome.UNKNOWN_ADDRESS, address)
    try:
        body = read_body(parsed)
    except Unreadable:
        return Judgement(InboundOutcome.UNREADABLE, address)
    if not body.text and not body.photos:
        return Judgement(InboundOutcome.EMPTY, address)
    if len(body.text) > LONGEST_MESSAGE:
        return Judgement(InboundOutcome.TOO_LONG, address)
    photos = _safe(body.photos[:MOST_MESSAGE_PHOTOS])
    if not body.text and not photos:
        return Judgement(InboundOutcome.EMPTY, address)
    left_out = body.others + len(body.photos) - len(photos)
    return Judgement(InboundOutcome.TAKEN, address, body.text, body.whole, tuple(photos), left_out)


def _judge_return(letter: Letter, envelope: Envelope, report: Report | None) -> Judgement:
    """What came to the address that a letter comes back to. Beside reports these are answers of programs, and of
    people: to letters without a conversation.
    """
    if report is not None and report.is_final:
        return Judgement(InboundOutcome.BOUNCE, text=report.words, returned=letter)
    if report is not None:
        return Judgement(InboundOutcome.AUTO_REPLY)
    if envelope.is_bounce:
        # For people to read: it may be a warning as well.
        return Judgement(InboundOutcome.BOUNCE)
    if _is_own(envelope.sender):
        return Judgement(InboundOutcome.OWN_ADDRESS)
    if envelope.is_automatic:
        return Judgement(InboundOutcome.AUTO_REPLY)
    return Judgement(InboundOutcome.NO_CONVERSATION, answered=letter)


def _refusal(
    mail: InboundMail, envelope: Envelope, address: ReplyAddress | None, at: dt.datetime
) -> InboundOutcome | None:
    """Why a mail isn't read further, by what its head says; None where it is."""
    if _is_own(envelope.sender):
        return InboundOutcome.OWN_ADDRESS
    if envelope.is_bounce:
        return InboundOutcome.BOUNCE
    if envelope.is_automatic:
        return InboundOutcome.AUTO_REPLY
    if address is None:
        return InboundOutcome.UNKNOWN_ADDRESS
    if envelope.sender not in addresses_of(address.user):
        return InboundOutcome.WRONG_SENDER
    if mail.attempts > MOST_ATTEMPTS:
        logger.error("Mail %s ended its workers and is left unread", mail.pk)
        return InboundOutcome.UNREADABLE
    if not _takes_part(address):
        return InboundOutcome.NO_PART
    if is_closed(address.conversation, at):
        return InboundOutcome.CLOSED
    return InboundOutcome.TOO_LARGE if mail.size > LARGEST_MAIL_BYTES else None


@transaction.atomic
def store_outcome(*, mail: InboundMail, judgement: Judgement, at: dt.datetime) -> InboundOutcome | None:
    """Put the mail into its conversation, or note why not, and answer its sender where that helps.

    None where another worker has dealt with it.
    """
    locked = InboundMail.objects.waiting().select_for_update().filter(pk=mail.pk).first()
    if locked is None:
        return None
    address = judgement.address
    locked.conversation = address.conversation if address else None
    outcome = judgement.outcome
    if judgement.returned is not None:
        locked.conversation = conversation_of(judgement.returned)
        came_back(judgement.returned, why=judgement.text, at=at)
    elif address is not None and outcome == InboundOutcome.TAKEN:
        locked.became = send_message(
            by=address.user, conversation=address.conversation, text=judgement.text, side=address.side,
            key=f"mail-{locked.pk}", photos=judgement.photos, whole_text=judgement.whole, left_out=judgement.left_out,
            at=at,
        )  # fmt: skip
    else:
        record(
            MailVerb.REFUSED, locked, by=address.user if address else None,
            hub_ids=hubs_of(address.conversation) if address else (), changes={"outcome": outcome},
        )  # fmt: skip
    locked.outcome, locked.handled_at = outcome, at
    locked.save(update_fields=["outcome", "handled_at", "conversation", "became"])
    answer(locked, address, judgement.answered, left_out=judgement.left_out, at=at)
    return outcome


def addresses_of(user: User) -> set[str]:
    """The mailboxes that somebody confirmed as theirs."""
    confirmed = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return {mailbox(address) for address in (user.email, *confirmed)}


def _takes_part(address: ReplyAddress) -> bool:
    if not address.user.is_active:
        return False
    try:
        voice_of(address.user, address.conversation, address.side)
    except (PermissionDenied, ValidationError):
        return False
    return True


def _is_own(sender: str) -> bool:
    own = mailbox(parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
    return sender == own or sender.rpartition("@")[2] == settings.REPLY_DOMAIN


def _safe(photos: list[bytes]) -> list[bytes]:
    """Those that are photos, as they may be stored; what is none is left out."""
    made = []
    for photo in photos:
        try:
            made.append(safe_photo(SimpleUploadedFile("photo", photo)).read())
        except ValidationError:
            continue
    return made
