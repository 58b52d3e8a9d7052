"""Storing what somebody writes in a conversation, with its photos. Who may, and who hears of it, others say."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import QuerySet

from accounts.models import User
from exchanges.enums import Role, Side
from exchanges.models import Between, Conversation, Exchange, Message, MessagePhoto


def begin_conversation(about: Between, *, by: User | None, role: Role, side: Side | None, text: str) -> Conversation:
    """Give what was just asked its conversation, with what was written along; who asks on behalf of a side reads the
    answers.
    """
    at = about.created_at
    named = {"exchange": about} if isinstance(about, Exchange) else {"agreement": about}
    conversation = Conversation.objects.create(**named, hub_since=at if role == Role.HUB else None)
    if text.strip():
        write_down(conversation, author=by, role=role, side=side or "", text=text, at=at)
    return conversation


def let_hub_in(conversations: QuerySet[Conversation], at: dt.datetime) -> None:
    """Have the people of the hub read and write from now on, where they don't yet."""
    conversations.filter(hub_since=None).update(hub_since=at)


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
