"""Taking a mail in: it is stored, and only then does whoever brings it hear that we have it."""

import datetime as dt
import hashlib

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from exchanges.enums import InboundSource
from exchanges.mail.addresses import find_reply_address
from exchanges.mail.reading import HEAD_BYTES, LARGEST_MAIL_BYTES, cleaned, parse, read_envelope
from exchanges.models import InboundMail
from exchanges.models.inbound import LONGEST_ADDRESS, LONGEST_HEADER
from exchanges.tasks import read_mail
from journal.queueing import enqueue


def take_in(
    *, raw: bytes, recipient: str, envelope_sender: str, source: InboundSource, at: dt.datetime
) -> InboundMail | None:
    """Store a mail for one address of ours, and have a worker read it; None for one that is here already, which is
    counted.

    When this returns outside of a transaction, the mail is on disk.
    """
    recipient = cleaned(recipient).lower()[:LONGEST_ADDRESS]
    head = read_envelope(parse(raw[:HEAD_BYTES]), envelope_sender)
    is_refused = len(raw) > LARGEST_MAIL_BYTES or find_reply_address(recipient) is None
    mail = InboundMail(
        recipient=recipient,
        envelope_sender=cleaned(envelope_sender)[:LONGEST_ADDRESS],
        sender=head.sender[:LONGEST_ADDRESS],
        message_id=_known_by(head.message_id),
        sha256=hashlib.sha256(raw).hexdigest(),
        size=len(raw),
        raw=raw[:HEAD_BYTES] if is_refused else raw,
        source=source,
        received_at=at,
    )
    try:
        with transaction.atomic():
            mail.save()
            transaction.on_commit(lambda: enqueue(read_mail.s(mail.pk)), robust=True)
    except IntegrityError:
        same = Q(sha256=mail.sha256) | (Q(message_id=mail.message_id) & ~Q(message_id=""))
        if not InboundMail.objects.filter(same, recipient=recipient).update(copies=F("copies") + 1):
            raise
        return None
    return mail


def _known_by(message_id: str) -> str:
    """A Message-ID as it is compared: one that names nothing counts as none, and of a very long one the hash."""
    if "@" not in message_id.strip("<>"):
        return ""
    return message_id if len(message_id) <= LONGEST_HEADER else hashlib.sha256(message_id.encode()).hexdigest()
