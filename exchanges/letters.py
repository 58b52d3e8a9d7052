"""Letters about an exchange: whoever it concerns hears of each step, of what falls due, and of messages."""

from django.conf import settings
from django.utils import timezone, translation

from exchanges.conversations import link_to, readers_of
from exchanges.enums import Side
from exchanges.mail.addresses import reply_addresses
from exchanges.models import Conversation, Exchange, ExchangeLeg, ExchangeStep, Message
from exchanges.words import next_words, sentences_of
from journal.letters import write_letter
from materials import figures

STEP, REMINDER, MESSAGE = "exchange_step", "exchange_reminder", "exchange_message"


def tell_of_step(exchange: Exchange, step: ExchangeStep) -> None:
    """Write to the members of both organisations, except whoever took it; of a dispute to the hub's staff too."""
    for reader in readers_of(exchange, step.actor_id):
        side, user = reader.side, reader.user
        with translation.override(user.language):
            data = {
                "what": exchange.listing.heading,
                "sentence": sentences_of(exchange, [step])[0],
                "reason": step.reason,
                "next": next_words(exchange, side) if side else "",
                "link": _link(exchange),
            }
        write_letter(
            STEP, to=user.email, language=user.language, data=data,
            dedup_key=f"{STEP}-{exchange.pk}-{step.number}-{user.pk}", about=exchange, refusable=True,
        )  # fmt: skip


def remind(exchange: Exchange, leg: ExchangeLeg, number: int) -> int:
    """Write to those whose turn it is what they are to do, and until when; returns to how many.

    The letters are about the leg: the next step drops those that still wait.
    """
    told = 0
    for reader in readers_of(exchange, None):
        side, user = reader.side, reader.user
        if side and exchange.turn not in (side.value, "both", "nobody"):
            continue
        with translation.override(user.language):
            data = {
                "what": exchange.listing.heading,
                "next": next_words(exchange, side or Side.OWNER),
                "until": figures.long_day(timezone.localtime(exchange.deadline_at).date()),
                "link": _link(exchange),
            }
        write_letter(
            REMINDER, to=user.email, language=user.language, data=data,
            dedup_key=f"{REMINDER}-{exchange.pk}-{exchange.version}-{number}-{user.pk}", about=leg, refusable=True,
        )  # fmt: skip
        told += 1
    return told


def tell_of_message(conversation: Conversation, message: Message, who: str, photos: int) -> None:
    """Write to everybody who takes part, except the author. A reply by mail comes into the conversation."""
    exchange = conversation.exchange
    readers = list(readers_of(exchange, message.author_id))
    replies = reply_addresses(conversation, readers)
    for reader in readers:
        data = {
            "what": exchange.listing.heading,
            "who": who,
            "text": message.text,
            "photos": photos,
            "can_reply": reader.user.pk in replies,
            "link": link_to(conversation),
        }
        write_letter(
            MESSAGE, to=reader.user.email, language=reader.user.language, data=data,
            dedup_key=f"{MESSAGE}-{message.pk}-{reader.user.pk}", about=exchange, refusable=True,
            reply_to=replies.get(reader.user.pk, ""),
        )  # fmt: skip


def _link(exchange: Exchange) -> str:
    return f"{settings.SITE_URL}{exchange.get_absolute_url()}"
