"""What was written in a conversation, and by whom, as its reader may know them."""

from collections.abc import Iterable

from django.db.models import F, Prefetch
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.models import User
from exchanges.conversation_querysets import MessageQuerySet
from exchanges.conversations import hub_names, hubs_of
from exchanges.enums import Role
from exchanges.models import Conversation, Message, MessagePhoto
from exchanges.parties import know_parties


def written_in(conversation: Conversation) -> MessageQuerySet:
    """The messages, the oldest first, with who wrote them and which photos came along. The photos stay unread."""
    photos = Prefetch("photos", MessagePhoto.objects.defer("webp"))
    return Message.objects.filter(conversation=conversation).select_related("author").prefetch_related(photos)


def said_along(conversations: Iterable[Conversation]) -> dict[int, str]:
    """By conversation what was written along with what was asked; those where nothing was aren't in it. One query."""
    asked_at = Coalesce(F("conversation__exchange__created_at"), F("conversation__agreement__created_at"))
    written = Message.objects.filter(conversation__in=[one.pk for one in conversations], idempotency_key="")
    # The first of each is the last to be written into the dict.
    rows = written.annotate(asked_at=asked_at).filter(sent_at=F("asked_at")).order_by("-pk")
    return dict(rows.values_list("conversation_id", "text"))


def authors_of(conversation: Conversation, messages: Iterable[Message], reader: User) -> list[str]:
    """Who wrote each: by name where they gave one, and for whom. A fixed number of queries."""
    found = list(messages)
    if conversation.enquiry is None:
        know_parties([conversation.between], reader)
    hubs = _hub_names(conversation, found)
    return [_author(conversation, message, hubs) for message in found]


def _hub_names(conversation: Conversation, found: list[Message]) -> str:
    if conversation.enquiry is not None:
        return conversation.enquiry.hub.name
    return hub_names(hubs_of(conversation)) if any(message.role == Role.HUB for message in found) else ""


def _author(conversation: Conversation, message: Message, hubs: str) -> str:
    name = message.author.name if message.author else ""
    if conversation.enquiry is None and message.role != Role.HUB:
        shown = conversation.between.shown_of(message.side)
        # A person's name tells whose it is.
        return str(shown) if not shown.slug else f"{name} ({shown})" if name else str(shown)
    if message.role == Role.HUB:
        of = hubs
    else:
        asker = conversation.enquiry.organisation if conversation.enquiry is not None else None
        of = asker.name if asker is not None else ""
    return f"{name} ({of})" if name and of else name or of or _("de vrager")
