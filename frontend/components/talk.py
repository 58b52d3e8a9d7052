"""What was written in a conversation, as pages show it."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from exchanges.conversations import hub_names, hubs_of
from exchanges.enums import Role
from exchanges.models import Conversation, Message
from exchanges.parties import know_parties
from frontend.components import figures


def talk_rows(conversation: Conversation, user: User) -> list[dict[str, Any]]:
    """The messages as components/talk.html reads them, the oldest first, in a fixed number of queries."""
    found = list(conversation.messages.select_related("author").prefetch_related("photos"))
    hubs = _hub_names(conversation, found)
    if conversation.exchange is not None:
        know_parties([conversation.exchange], user)
    return [
        {
            "text": message.text, "whole_text": message.whole_text, "at": message.sent_at,
            "time": figures.time_of_day(message.sent_at), "who": _who(conversation, message, hubs),
            "is_mine": message.author_id == user.pk, "is_hub": message.role == Role.HUB,
            "photos": [photo.pk for photo in message.photos.all()], "left_out": message.left_out,
        }
        for message in found
    ]  # fmt: skip


def _hub_names(conversation: Conversation, found: list[Message]) -> str:
    if conversation.enquiry is not None:
        return conversation.enquiry.hub.name
    return hub_names(hubs_of(conversation)) if any(message.role == Role.HUB for message in found) else ""


def _who(conversation: Conversation, message: Message, hubs: str) -> str:
    """By name where they gave one, and for whom they wrote."""
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
