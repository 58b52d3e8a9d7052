"""Storing what somebody writes in a conversation, with its photos. Who may, and who hears of it, others say."""

import datetime as dt
from collections.abc import Sequence

from accounts.models import User
from exchanges.enums import Role
from exchanges.models import Conversation, Message, MessagePhoto


def write_down(
    conversation: Conversation, *, author: User | None, role: Role, text: str, at: dt.datetime, side: str = "",
    photos: Sequence[bytes] = (), key: str = "", whole_text: str = "", left_out: int = 0,
) -> Message:  # fmt: skip
    """`photos` are as listings.photos made them, in their order."""
    message = Message.objects.create(
        conversation=conversation, author=author, role=role, side=side, text=text.strip(), whole_text=whole_text,
        left_out=left_out, sent_at=at, idempotency_key=key,
    )  # fmt: skip
    MessagePhoto.objects.bulk_create(
        [MessagePhoto(message=message, position=number, webp=photo) for number, photo in enumerate(photos)]
    )
    return message
