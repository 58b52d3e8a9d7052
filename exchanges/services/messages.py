"""Writing to each other in a conversation, and marking what was read."""

import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from exchanges.conversations import is_closed, voice_of
from exchanges.letters import tell_of_message
from exchanges.models import LONGEST_MESSAGE, Conversation, Message, MessagePhoto, ReadMark
from exchanges.taking import check_text, record_of
from exchanges.verbs import ExchangeVerb


class ConversationClosed(ValidationError):
    """It ended too long ago to go on with."""


@transaction.atomic
def send_message(
    *,
    by: User,
    conversation: Conversation,
    text: str,
    side: str = "",
    key: str = "",
    photos: Sequence[bytes] = (),
    whole_text: str = "",
    left_out: int = 0,
    at: dt.datetime | None = None,
) -> Message:
    """Write to the other side, also for a while after it ended. Staff of the hub write as the hub.

    `photos` are as listings.photos made them. The same key again sends nothing. Raises PermissionDenied,
    ValidationError by field, ConversationClosed.
    """
    at = at or timezone.now()
    locked = Conversation.objects.locked().get(pk=conversation.pk)
    voice = voice_of(by, locked, side)
    said = locked.messages.filter(idempotency_key=key).first() if key else None
    if said is not None:
        return said
    if is_closed(locked, at):
        raise ConversationClosed(_("Dit gesprek is gesloten. Begin een nieuw op de pagina van het zoekertje."))
    if not text.strip() and not photos:
        raise ValidationError({"text": _("Schrijf eerst iets.")})
    check_text("text", text, LONGEST_MESSAGE)
    message = Message.objects.create(
        conversation=locked, author=by, role=voice.role, side=voice.side or "", text=text.strip(),
        whole_text=whole_text, left_out=left_out, sent_at=at, idempotency_key=key,
    )  # fmt: skip
    MessagePhoto.objects.bulk_create(
        [MessagePhoto(message=message, position=number, webp=photo) for number, photo in enumerate(photos)]
    )
    exchange = locked.exchange
    organisation = exchange.organisation_of(voice.side) if voice.side else None
    record_of(exchange, ExchangeVerb.MESSAGE_SENT, by, organisation.pk if organisation else None, exchange.state, {})
    tell_of_message(locked, message, voice.name(by), len(photos))
    return message


def mark_read(*, by: User, conversation: Conversation) -> None:
    """Remember that somebody has read the messages up to now."""
    last = conversation.messages.order_by("pk").values_list("pk", flat=True).last()
    if last is not None:
        ReadMark.objects.update_or_create(conversation=conversation, user=by, defaults={"message_id": last})
