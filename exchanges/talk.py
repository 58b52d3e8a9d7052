"""What was written in a conversation, and by whom, as its reader may know them."""

from collections.abc import Iterable

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from accounts.models import User
from exchanges.conversations import hub_names, hubs_of
from exchanges.enums import Role
from exchanges.models import Conversation, Message, MessagePhoto
from exchanges.parties import know_parties
from exchanges.querysets import MessageQuerySet


def written_in(conversation: Conversation) -> MessageQuerySet:
    """The messages, the oldest first, with who wrote them and which photos came along. The photos stay unread."""
    photos = Prefetch("photos", MessagePhoto.objects.defer("webp"))
    return Message.objects.filter(conversation=conversation).select_related("author").prefetch_related(photos)


def authors_of(conversation: Conversation, messages: Iterable[Message], reader: User) -> list[str]:
    """Who wrote each: by name where they gave one, and for whom. A fixed number of queries."""
    found = list(messages)
    if conversation.exchange is not None:
        know_parties([conversation.exchange], reader)
    hubs = _hub_names(conversation, found)
    return [_author(conversation, message, hubs) for message in found]


def _hub_names(conversation: Conversation, found: list[Message]) -> str:
    if conversation.enquiry is not None:
        return conversation.enquiry.hub.name
    return hub_names(hubs_of(conversation)) if any(message.role == Role.HUB for message in found) else ""


def _author(conversation: Conversation, message: Message, hubs: str) -> str:
    name = message.author.name if message.author else ""
    if conversation.exchange is not None and message.role != Role.HUB:
        shown = conversation.exchange.shown_of(message.side)
        # A person's name tells whose it is.
        return str(shown) if not shown.slug else f"{name} ({shown})" if name else str(shown)
    if message.role == Role.HUB:
        of = hubs
    else:
        asker = conversation.enquiry.organisation if conversation.enquiry is not None else None
        of = asker.name if asker is not None else ""
    return f"{name} ({of})" if name and of else name or of or _("de vrager")
