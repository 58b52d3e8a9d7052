"""Writing to each other in a conversation, asking the hub in, and marking what was read."""

import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.texts import check_text
from exchanges.agreements.taking import record_of_agreement
from exchanges.answering import staff_in
from exchanges.arrangements import OtherRequest
from exchanges.conversations import Voice, closed_words, is_closed, voice_of
from exchanges.enquiry_schedule import next_due
from exchanges.enums import EnquiryState, Role
from exchanges.letters import tell_of_invited_hub, tell_of_message
from exchanges.models import LONGEST_MESSAGE, Conversation, Enquiry, Exchange, Message, ReadMark
from exchanges.permissions import Actor, sides_of
from exchanges.services.enquiries import record_of_enquiry
from exchanges.taking import record_of
from exchanges.verbs import AgreementVerb, EnquiryVerb, ExchangeVerb
from exchanges.writing import write_down
from journal.letters import drop_letters
from listings.late import TooLate


class ConversationClosed(TooLate):
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
    """Write to the others, between two also for a while after it ended. Staff of the hub write as the hub.

    `photos` are as listings.photos made them. The same key again sends nothing. Raises PermissionDenied,
    ValidationError by field, ConversationClosed.
    """
    at = at or timezone.now()
    locked = Conversation.objects.locked().get(pk=conversation.pk)
    voice = voice_of(by, locked, side)
    said = locked.messages.filter(idempotency_key=key).first() if key else None
    if said is not None:
        if (said.author_id, said.text) != (by.pk, text.strip()):
            raise OtherRequest
        return said
    if is_closed(locked, at):
        raise ConversationClosed(closed_words())
    if not text.strip() and not photos:
        raise ValidationError({"text": _("Schrijf eerst iets.")})
    check_text("text", text, LONGEST_MESSAGE)
    message = write_down(
        locked, author=by, role=voice.role, side=voice.side or "", text=text, photos=photos, key=key,
        whole_text=whole_text, left_out=left_out, at=at,
    )  # fmt: skip
    _note(locked, by, voice, at)
    tell_of_message(locked, message, by, voice, len(photos))
    return message


def _note(conversation: Conversation, by: User, voice: Voice, at: dt.datetime) -> None:
    """Write the event; a question to a hub is answered by a message of the hub, and opened again by its asker's."""
    if conversation.enquiry is not None:
        _move_on(conversation.enquiry, by, voice, at)
        record_of_enquiry(conversation.enquiry, EnquiryVerb.MESSAGE_SENT, by)
        return
    _record(conversation, ExchangeVerb.MESSAGE_SENT, AgreementVerb.MESSAGE_SENT, by, voice)


def _record(
    conversation: Conversation, of_exchange: ExchangeVerb, of_agreement: AgreementVerb, by: User, voice: Voice
) -> None:
    """Write the event of what somebody did in a conversation between two, by the verb that names what it is about."""
    between = conversation.between
    if not isinstance(between, Exchange):
        record_of_agreement(between, of_agreement, by, Actor(voice.role, voice.side))
        return
    organisation = between.organisation_of(voice.side) if voice.side else None
    record_of(between, of_exchange, by, organisation.pk if organisation else None, between.state, {})


def _move_on(enquiry: Enquiry, by: User, voice: Voice, at: dt.datetime) -> None:
    fresh = Enquiry.objects.select_for_update(of=("self",)).get(pk=enquiry.pk)
    if fresh.state == EnquiryState.CLOSED:
        raise ConversationClosed(closed_words())
    after = EnquiryState.ANSWERED if voice.role == Role.HUB else EnquiryState.OPEN
    if voice.role == Role.HUB:
        fresh.taken_up_at = fresh.taken_up_at or at
        fresh.owner = fresh.owner or by
    if after != fresh.state:
        fresh.state, fresh.state_since = after, at
        # Reminders of what has now been answered.
        drop_letters(fresh)
    fresh.due_at = next_due(fresh, at)
    fresh.save(update_fields=["state", "state_since", "taken_up_at", "owner", "due_at"])
    # Who sees to it now is whom the letters go to.
    enquiry.state, enquiry.owner = fresh.state, fresh.owner


@transaction.atomic
def invite_hub(*, by: User, conversation: Conversation, at: dt.datetime | None = None) -> Conversation:
    """Ask the people of the hub to read along and help, by either side. They see what was written before, too."""
    locked = Conversation.objects.locked().get(pk=conversation.pk)
    between = locked.between
    own = sides_of(by, between)
    if not own:
        raise PermissionDenied(_("Alleen de twee partijen vragen de hub erbij."))
    if locked.hub_since is not None:
        return locked
    if not between.hub_ids:
        raise ValidationError(_("Dit zoekertje ligt in geen hubregio. Stel je vraag aan de dichtste hub."))
    if not staff_in(between.hub_ids).exists():
        words = _("Bij deze hub werkt nog niemand op Werkstof. Stel je vraag aan de hub: die leest iemand.")
        raise ValidationError(words)
    locked.hub_since = at or timezone.now()
    locked.save(update_fields=["hub_since"])
    side = sorted(own)[0]
    voice = Voice(Role(side.value), side, str(between.organisation_of(side)))
    _record(locked, ExchangeVerb.HUB_INVITED, AgreementVerb.HUB_INVITED, by, voice)
    tell_of_invited_hub(locked, by, voice)
    return locked


def mark_read(*, by: User, conversation: Conversation) -> None:
    """Remember that somebody has read the messages up to now."""
    last = conversation.messages.order_by("pk").values_list("pk", flat=True).last()
    if last is not None:
        ReadMark.objects.update_or_create(conversation=conversation, user=by, defaults={"message_id": last})
