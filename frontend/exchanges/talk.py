"""What the page of an exchange or a standing agreement shows of what both write to each other."""

from collections.abc import Collection
from typing import Any
from uuid import uuid4

from django.urls import reverse

from accounts.models import User
from exchanges.conversations import takes_part
from exchanges.enums import Side
from exchanges.models import Between, StandingAgreement
from exchanges.reading import reads
from frontend.components.message_form import MessageForm
from frontend.components.talk import talk_rows


def talk_of(about: Between, user: User, sides: Collection[Side]) -> dict[str, Any]:
    """As exchanges/talk.html reads it. `sides` are those of the reader."""
    conversation = about.conversation
    may_read = reads(user, conversation)
    name = "agreement" if isinstance(about, StandingAgreement) else "exchange"
    return {
        "talk": talk_rows(conversation, user) if may_read else [],
        "may_read": may_read,
        "hub_since": conversation.hub_since,
        "may_invite": bool(sides and about.hub_ids) and conversation.hub_since is None,
        "message_form": MessageForm(initial={"key": uuid4().hex, "side": next(iter(sides), "")}, prefix="message"),
        "may_write": takes_part(user, conversation),
        "write_at": reverse(f"{name}-message", args=[about.pk]),
        "invite_at": reverse(f"{name}-invite-hub", args=[about.pk]),
    }
