"""Letters about an exchange: whoever it concerns hears of each step, of what falls due, and of messages.

Messages about a question to a hub go the same way; what else there is to say of one stands in enquiry_letters.
"""

from django.conf import settings
from django.utils import timezone, translation

from accounts.models import Membership, User
from exchanges.conversations import Reader, exchange_of, hub_names, link_to, readers_of, readers_of_exchange
from exchanges.enums import Side
from exchanges.mail.addresses import reply_addresses
from exchanges.models import Conversation, Exchange, ExchangeLeg, ExchangeStep, Message, Proposal
from exchanges.words import next_words, sentences_of
from journal.letters import write_letter
from materials import figures

STEP, REMINDER, MESSAGE = "exchange_step", "exchange_reminder", "exchange_message"
PROPOSAL, HUB_INVITED = "exchange_proposal", "exchange_hub_invited"


def tell_of_step(exchange: Exchange, step: ExchangeStep) -> None:
    """Write to the members of both organisations, except whoever took it; of a dispute to the hub's staff too."""
    readers = list(readers_of_exchange(exchange, step.actor_id))
    replies = _replies(exchange, readers)
    for reader in readers:
        side, user = reader.side, reader.user
        with translation.override(user.language):
            data = {
                "what": exchange.heading,
                "sentence": sentences_of(exchange, [step])[0],
                "reason": step.reason,
                "next": next_words(exchange, side) if side else "",
                "can_reply": user.pk in replies,
                "link": _link(exchange),
            }
        write_letter(
            STEP, to=user.email, language=user.language, data=data,
            dedup_key=f"{STEP}-{exchange.pk}-{step.number}-{user.pk}", about=exchange, refusable=True,
            reply_to=replies.get(user.pk, ""),
        )  # fmt: skip


def remind(exchange: Exchange, leg: ExchangeLeg, number: int) -> int:
    """Write to those whose turn it is what they are to do, and until when; returns to how many.

    The letters are about the leg: the next step drops those that still wait.
    """
    told = 0
    readers = list(readers_of_exchange(exchange, None))
    replies = _replies(exchange, readers)
    for reader in readers:
        side, user = reader.side, reader.user
        if side and exchange.turn not in (side.value, "both", "nobody"):
            continue
        with translation.override(user.language):
            data = {
                "what": exchange.heading,
                "next": next_words(exchange, side or Side.OWNER),
                "until": figures.long_day(timezone.localtime(exchange.deadline_at).date()),
                "can_reply": user.pk in replies,
                "link": _link(exchange),
            }
        write_letter(
            REMINDER, to=user.email, language=user.language, data=data,
            dedup_key=f"{REMINDER}-{exchange.pk}-{exchange.version}-{number}-{user.pk}", about=leg, refusable=True,
            reply_to=replies.get(user.pk, ""),
        )  # fmt: skip
        told += 1
    return told


def tell_of_message(conversation: Conversation, message: Message, who: str, photos: int) -> None:
    """Write to everybody who takes part, except the author. A reply by mail comes into the conversation."""
    readers = list(readers_of(conversation, message.author_id))
    replies = reply_addresses(conversation, readers)
    for reader in readers:
        data = {
            "what": _what(conversation),
            "who": who,
            "text": message.text,
            "photos": photos,
            "can_reply": reader.user.pk in replies,
            "link": link_to(conversation),
        }
        write_letter(
            MESSAGE, to=reader.user.email, language=reader.user.language, data=data,
            dedup_key=f"{MESSAGE}-{message.pk}-{reader.user.pk}", about=message, refusable=True,
            reply_to=replies.get(reader.user.pk, ""),
        )  # fmt: skip


def tell_of_proposal(proposal: Proposal) -> None:
    """Write to the members of both organisations what their hub proposes."""
    sides = {proposal.supply.organisation_id: proposal.supply, proposal.demand.organisation_id: proposal.demand}
    rows = Membership.objects.filter(organisation__in=sides, user__is_active=True).select_related("user")
    seen: set[int] = set()
    for row in rows.order_by("user", "organisation"):
        if row.user_id in seen:
            continue
        seen.add(row.user_id)
        own = sides[row.organisation_id]
        other = proposal.demand if own == proposal.supply else proposal.supply
        with translation.override(row.user.language):
            data = {
                "hub": proposal.hub.name,
                "own": own.heading,
                "other": other.heading,
                "organisation": other.organisation.name,
                "note": proposal.note,
                "until": figures.long_day(timezone.localtime(proposal.lapses_at).date()),
                "link": f"{settings.SITE_URL}{proposal.get_absolute_url()}",
            }
        write_letter(
            PROPOSAL, to=row.user.email, language=row.user.language, data=data,
            dedup_key=f"{PROPOSAL}-{proposal.pk}-{row.user_id}", about=proposal, refusable=True,
        )  # fmt: skip


def tell_of_invited_hub(conversation: Conversation, by: User, organisation: str) -> None:
    """Write to the people of the hub, and to both sides, who reads along from now on."""
    exchange = exchange_of(conversation)
    readers = list(readers_of(conversation, by.pk))
    replies = reply_addresses(conversation, readers)
    for reader in readers:
        data = {
            "what": exchange.heading,
            "who": f"{by.name} ({organisation})" if by.name else organisation,
            "hub": hub_names(exchange.hub_ids),
            "link": link_to(conversation),
        }
        write_letter(
            HUB_INVITED, to=reader.user.email, language=reader.user.language, data=data,
            dedup_key=f"{HUB_INVITED}-{conversation.pk}-{reader.user.pk}", about=exchange, refusable=True,
            reply_to=replies.get(reader.user.pk, ""),
        )  # fmt: skip


def _replies(exchange: Exchange, readers: list[Reader]) -> dict[int, str]:
    """Where each reader's mail program sends a reply to: people answer whichever letter they have at hand."""
    return reply_addresses(exchange.conversation, readers) if settings.REPLY_DOMAIN else {}


def _what(conversation: Conversation) -> str:
    if conversation.enquiry is not None:
        return conversation.enquiry.subject
    return exchange_of(conversation).heading


def _link(exchange: Exchange) -> str:
    return f"{settings.SITE_URL}{exchange.get_absolute_url()}"
