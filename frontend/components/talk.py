"""What was written in a conversation, as pages show it."""

from typing import Any

from accounts.models import User
from exchanges.enums import Role
from exchanges.models import Conversation
from exchanges.talk import authors_of, written_in
from frontend.components import figures


def talk_rows(conversation: Conversation, user: User) -> list[dict[str, Any]]:
    """The messages as components/talk.html reads them, the oldest first, in a fixed number of queries."""
    found = list(written_in(conversation))
    return [
        {
            "text": message.text, "whole_text": message.whole_text, "at": message.sent_at,
            "time": figures.time_of_day(message.sent_at), "who": who,
            "is_mine": message.author_id == user.pk, "is_hub": message.role == Role.HUB,
            "photos": [photo.pk for photo in message.photos.all()], "left_out": message.left_out,
        }
        for message, who in zip(found, authors_of(conversation, found, user), strict=True)
    ]  # fmt: skip
